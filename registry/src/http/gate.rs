//! What every request passes on its way in and out: limits, paths, passwords, media types, the body, and the counts.
//!
//! The cheap questions come first, and the body of a request is not read before all of them are answered.

use std::net::IpAddr;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::task::Poll;
use std::time::Instant;

use hyper::body::{Body, Bytes};
use hyper::header::{ALLOW, AUTHORIZATION, HeaderValue};
use hyper::{Method, Request, StatusCode};

use super::again;
use super::api::Api;
use super::asked::Asked;
use super::body;
use super::fault::Fault;
use super::health::METRICS;
use super::leader;
use super::media::{self, MediaType};
use super::metrics::Requests;
use super::query::Query;
use super::rate::RateLimit;
use super::reply::{Answer, Reply};
use super::route::{self, Access, Endpoint, Found};
use super::settings::HttpSettings;
use crate::auth::{Denied, Role, Users};
use crate::core::names::Context;
use crate::core::refusal::Refusal;
use crate::forward::{APPLIED, FORWARDED};
use crate::service::Turn;

/// The longest path with its query that is looked at.
const URI_LIMIT: usize = 16 * 1024;

/// How often a registry tries itself what another one took over again meanwhile.
const ATTEMPTS: u32 = 5;

/// The way in.
#[derive(Debug)]
pub(crate) struct Gate {
    settings: HttpSettings,
    users: Option<Users>,
    rate_limit: Option<RateLimit>,
    requests: Requests,
    api: Api,
}

/// What was decided about a request before its body was read.
struct Admitted {
    found: Found,
    query: Query,
    media_type: MediaType,
}

impl Gate {
    /// A way in for these users.
    pub(crate) fn new(settings: HttpSettings, users: Option<Users>, api: Api) -> Self {
        let rate_limit = settings.rate_limit.map(RateLimit::new);
        Self { settings, users, rate_limit, requests: Requests::default(), api }
    }

    pub(crate) fn settings(&self) -> &HttpSettings {
        &self.settings
    }

    pub(crate) fn users(&self) -> Option<&Users> {
        self.users.as_ref()
    }

    /// Answers a request, whatever it is.
    pub(crate) async fn answer<B>(&self, mut request: Request<B>, address: IpAddr) -> Answer
    where
        B: Body<Data = Bytes> + Unpin,
        B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        let (begun, _under_way) = (Instant::now(), self.requests.begin());
        let method = name(request.method());
        let found = route::find(request.uri().path());
        let label = found.as_ref().map_or("other", |found| found.route.pattern);
        let answer = match self.outcome(&mut request, found, address).await {
            Ok(answer) => answer,
            Err(fault) => {
                if !request.body().is_end_stream() {
                    body::discard(&mut request).await;
                }
                tracing::debug!(%address, method, path = request.uri().path(), "refused: {fault}");
                let media_type = MediaType::accepted(request.headers()).unwrap_or_default();
                fault.into_answer(self.settings.api_level, media_type)
            }
        };
        self.requests.note(label, method, answer.status().as_u16(), begun.elapsed());
        answer
    }

    async fn outcome<B>(&self, request: &mut Request<B>, found: Option<Found>, address: IpAddr) -> Result<Answer, Fault>
    where
        B: Body<Data = Bytes> + Unpin,
        B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        if let Some(rate_limit) = &self.rate_limit {
            rate_limit.take(address, Instant::now())?;
        }
        if request.uri().path_and_query().is_some_and(|asked| asked.as_str().len() > URI_LIMIT) {
            return Err(Fault::UriTooLong { limit: URI_LIMIT });
        }
        let found = found.ok_or(Fault::UnknownPath)?;
        if request.method() == Method::OPTIONS {
            return Ok(options(&found));
        }
        let admitted = self.admit(request, found).await?;
        let takes_body = matches!(*request.method(), Method::POST | Method::PUT);
        let body = if takes_body { body::read(request, &self.settings).await? } else { Bytes::new() };
        let media_type = admitted.media_type;
        if admitted.found.route.endpoint == Endpoint::Metrics {
            return Ok(self.metrics().into_answer(request.headers(), media_type));
        }
        let asked = admitted.asked(request.method(), body)?;
        self.settled(request, &asked, media_type).await
    }

    /// Has the request answered by whoever can: this registry, or the one that leads.
    async fn settled<B>(&self, request: &Request<B>, asked: &Asked, media_type: MediaType) -> Result<Answer, Fault> {
        let is_forwarded = request.headers().contains_key(FORWARDED);
        for _ in 0..ATTEMPTS {
            match unless_it_panics(self.api.reply(asked)).await.map_err(|fault| again::advised(fault, asked)) {
                Err(Fault::Refused(Refusal::UnknownLeader(_))) if !is_forwarded => {}
                reply if is_forwarded => return Ok(self.with_offset(reply?.into_answer(request.headers(), media_type))),
                reply => return Ok(reply?.into_answer(request.headers(), media_type)),
            }
            let passed_on = leader::passed_on(request, &asked.body);
            let turn = self.api.service().forward(&passed_on).await;
            if let Turn::Done(answer) = turn.map_err(|refusal| again::advised(refusal.into(), asked))? {
                return Ok(leader::answered(answer));
            }
        }
        let why = "the registries take the lead from one another; let each reach the others at what it advertises";
        Err(Refusal::UnknownLeader(why.to_owned()).into())
    }

    /// Says to the registry that forwarded a request how far it has to read to know what was written.
    fn with_offset(&self, mut answer: Answer) -> Answer {
        let offset = self.api.service().replica.progress().next_offset;
        answer.headers_mut().insert(APPLIED, HeaderValue::from(offset));
        answer
    }

    /// Everything that can be said without the body.
    async fn admit<B>(&self, request: &Request<B>, found: Found) -> Result<Admitted, Fault> {
        let query = Query::parse(request.uri().query())?;
        let access = needed(&found, request.method(), &query)?;
        self.check_user(request, access, &found).await?;
        if self.settings.read_only && access >= Access::Write {
            let subject = found.parameters.first().cloned().unwrap_or_else(|| ":*:".to_owned());
            return Err(Fault::ReadOnly { subject });
        }
        if matches!(*request.method(), Method::POST | Method::PUT) {
            media::check_body(request.headers())?;
        }
        let media_type = match (found.route.endpoint, MediaType::accepted(request.headers())) {
            (_, Ok(media_type)) => media_type,
            (endpoint, Err(_)) if endpoint.has_its_own_media_type() => MediaType::default(),
            (_, Err(fault)) => return Err(fault),
        };
        Ok(Admitted { found, query, media_type })
    }

    /// Whether who asks may ask for that.
    async fn check_user<B>(&self, request: &Request<B>, access: Access, found: &Found) -> Result<(), Fault> {
        let Some(users) = self.users.as_ref().filter(|_| access > Access::Open) else { return Ok(()) };
        let header = request.headers().get(AUTHORIZATION).and_then(|value| value.to_str().ok());
        let user = users.check(header.ok_or(Fault::Unauthorized)?).await.map_err(|denied| match denied {
            Denied::Unknown => Fault::Unauthorized,
            Denied::Crowded { waiting } => Fault::TooManyLogins { waiting },
        })?;
        let needs = role(access);
        if user.role >= needs {
            return Ok(());
        }
        let operation = format!("{} {}", request.method(), found.route.pattern);
        Err(Fault::Forbidden { user: user.name, operation, has: user.role.as_str(), needs: needs.as_str() })
    }

    fn metrics(&self) -> Reply {
        let mut text = self.api.metrics();
        self.requests.write(&mut text);
        Reply::other(METRICS, text)
    }
}

impl Admitted {
    /// The request in the registry's terms.
    fn asked(self, method: &Method, body: Bytes) -> Result<Asked, Refusal> {
        let Found { route, context, parameters } = self.found;
        Ok(Asked {
            endpoint: route.endpoint,
            // To a handler HEAD is GET; hyper keeps the body of the answer back.
            method: if method == Method::HEAD { Method::GET } else { method.clone() },
            in_context: context.is_some(),
            context: context.map_or(Ok(Context::DEFAULT), |context| context.parse())?,
            parameters,
            query: self.query,
            body,
        })
    }
}

/// What a request needs to be allowed, if its path takes its method.
fn needed(found: &Found, method: &Method, query: &Query) -> Result<Access, Fault> {
    let wanted = if method == Method::HEAD { &Method::GET } else { method };
    let methods = found.route.methods.iter();
    let (_, access) = methods
        .clone()
        .find(|(known, _)| known == wanted)
        .ok_or_else(|| Fault::MethodNotAllowed { allowed: allowed(found) })?;
    // What is deleted for good cannot be had back.
    let for_good = method == Method::DELETE && query.flag("permanent");
    Ok(if for_good { Access::Admin } else { *access })
}

fn role(access: Access) -> Role {
    match access {
        Access::Open | Access::Read => Role::Read,
        Access::Write => Role::Write,
        Access::Admin => Role::Admin,
    }
}

fn options(found: &Found) -> Answer {
    let mut answer = Answer::default();
    *answer.status_mut() = StatusCode::OK;
    let allowed = HeaderValue::try_from(allowed(found)).expect("the names of methods can stand in a header");
    answer.headers_mut().insert(ALLOW, allowed);
    answer
}

fn allowed(found: &Found) -> String {
    let mut names: Vec<&str> = Vec::new();
    for (method, _) in found.route.methods {
        names.push(method.as_str());
        if method == Method::GET {
            names.push("HEAD");
        }
    }
    names.push("OPTIONS");
    names.join(", ")
}

/// The name of a method for the metrics: what clients make up is not counted by name.
fn name(method: &Method) -> &'static str {
    let known = ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"];
    known.into_iter().find(|name| *name == method.as_str()).unwrap_or("other")
}

/// Turns a mistake of ours into an answer: the connection and everybody else's requests go on.
async fn unless_it_panics<T>(work: impl Future<Output = Result<T, Fault>>) -> Result<T, Fault> {
    let mut work = pin!(work);
    std::future::poll_fn(|context| {
        let polled = catch_unwind(AssertUnwindSafe(|| work.as_mut().poll(context)));
        polled.unwrap_or(Poll::Ready(Err(Fault::Panicked)))
    })
    .await
}
