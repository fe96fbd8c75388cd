//! SASL: the handshake, and the exchanges of PLAIN, SCRAM and OAUTHBEARER.
//!
//! On a listener with SASL nothing else is answered before a client has said who it is. A client may say it again on the
//! same connection, and must where its session has an end (`connections.max.reauth.ms`, a token that expires).
//! A refusal is sent after a delay and ends the connection, so that guessing is slow.

mod oauth;
mod plain;
mod settings;
#[cfg(test)]
mod tests;

use bytes::Bytes;
use kafka_protocol::error::ResponseError;
use kafka_protocol::messages::{
    ApiVersionsResponse, RequestKind, ResponseKind, SaslAuthenticateRequest, SaslAuthenticateResponse,
    SaslHandshakeRequest, SaslHandshakeResponse,
};
use kafka_protocol::protocol::StrBytes;

pub(crate) use settings::SaslSettings;

use super::Principal;
use super::scram::exchange::ScramServer;
use crate::fault::refusal;
use crate::machine::{Connection, Context, Machine, Outcome, Timestamp};

/// A way to say who one is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mechanism {
    Plain,
    Scram256,
    Scram512,
    OauthBearer,
}

impl Mechanism {
    /// Each mechanism, in the order in which Kafka lists them.
    pub(crate) const EACH: [Self; 4] = [Self::Plain, Self::Scram512, Self::Scram256, Self::OauthBearer];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Plain => "PLAIN",
            Self::Scram256 => "SCRAM-SHA-256",
            Self::Scram512 => "SCRAM-SHA-512",
            Self::OauthBearer => "OAUTHBEARER",
        }
    }
}

/// Why a client is not who it says.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Refused {
    /// A message that the client is told.
    Told(String),
    /// A reason that could help to guess: the client is told nothing of it.
    Untold,
}

/// What a client's token comes to.
#[derive(Debug)]
pub(crate) enum Step {
    Challenge(Vec<u8>),
    Done { last: Vec<u8>, name: String, credential_ends: Option<Timestamp> },
}

/// The server's side of one exchange.
#[derive(Debug)]
enum Server {
    Plain,
    Scram(ScramServer),
    OauthBearer(oauth::OauthServer),
}

#[derive(Debug, Default)]
enum Stage {
    /// Nothing is to be said: the listener has no SASL, or it has been said.
    #[default]
    Open,
    /// SaslHandshake comes next, or ApiVersions once.
    Beginning,
    /// SaslHandshake comes next.
    Handshake,
    Exchanging {
        mechanism: Mechanism,
        server: Server,
        /// After SaslHandshake v0 tokens come without a Kafka header.
        raw: bool,
    },
    /// Another mechanism was asked for than at first: whatever comes next ends the connection.
    OtherMechanism,
}

/// How far a connection's authentication has come.
#[derive(Debug, Default)]
pub(crate) struct Exchange {
    stage: Stage,
    session: Option<Session>,
}

/// Who a client has said it is.
#[derive(Debug)]
struct Session {
    mechanism: Mechanism,
    ends: Option<Timestamp>,
    /// When it last began to say it again.
    renewed: Option<Timestamp>,
}

/// The shortest time between two times that a client says again who it is.
const RENEWAL_INTERVAL: Timestamp = 1000;
/// The longest frame before a client has said who it is: `sasl.server.max.receive.size`.
const FRAME_LIMIT: usize = 512 * 1024;

impl Exchange {
    /// For a listener that wants clients to say who they are.
    pub(crate) fn required() -> Self {
        Self { stage: Stage::Beginning, session: None }
    }

    /// Whether the next frame is a token without a Kafka header.
    pub(crate) fn takes_raw_tokens(&self) -> bool {
        matches!(self.stage, Stage::Exchanging { raw: true, .. })
    }

    /// The longest frame that may come, where it is less than usual.
    pub(crate) fn frame_limit(&self) -> Option<usize> {
        (!matches!(self.stage, Stage::Open)).then_some(FRAME_LIMIT)
    }
}

/// What becomes of a request because of where authentication stands; `None` where it may be handled.
pub(crate) fn gate(
    machine: &Machine,
    connection: &mut Connection,
    cx: &Context,
    body: &RequestKind,
) -> Option<Outcome> {
    let exchange = &mut connection.sasl;
    match (&exchange.stage, body) {
        (Stage::Open, body) if !matches!(body, RequestKind::SaslHandshake(_)) => {
            let ends = exchange.session.as_ref().and_then(|session| session.ends);
            ends.is_some_and(|ends| ends < cx.now).then_some(Outcome::Close)
        }
        (Stage::Beginning, RequestKind::ApiVersions(_)) => {
            exchange.stage = Stage::Handshake;
            None
        }
        (Stage::Open | Stage::Beginning | Stage::Handshake, RequestKind::SaslHandshake(_))
        | (Stage::Exchanging { .. }, RequestKind::SaslAuthenticate(_)) => None,
        (Stage::Exchanging { .. }, RequestKind::SaslHandshake(_)) => {
            let response = SaslHandshakeResponse::default();
            Some(refuse(machine, response.with_error_code(ResponseError::IllegalSaslState.code())))
        }
        (Stage::Exchanging { .. }, RequestKind::ApiVersions(_)) => {
            let response = ApiVersionsResponse::default();
            Some(refuse(machine, response.with_error_code(ResponseError::IllegalSaslState.code())))
        }
        (Stage::Exchanging { .. }, body) => Some(
            refusal::refuse(body, cx.version, ResponseError::IllegalSaslState)
                .map_or(Outcome::Close, |response| refuse(machine, response)),
        ),
        _ => Some(Outcome::Close),
    }
}

/// Agrees on a mechanism.
pub(crate) fn handshake(
    machine: &mut Machine,
    connection: &mut Connection,
    cx: &Context,
    request: &SaslHandshakeRequest,
) -> Outcome {
    let exchange = &mut connection.sasl;
    if matches!(exchange.stage, Stage::Open) && !renews(exchange, cx.now) {
        let response = SaslHandshakeResponse::default();
        return response.with_error_code(ResponseError::IllegalSaslState.code()).into();
    }
    let Some(settings) = machine.security.sasl(&cx.listener) else { return Outcome::Close };
    let response = SaslHandshakeResponse::default().with_mechanisms(
        settings.mechanisms.iter().map(|mechanism| StrBytes::from_static_str(mechanism.name())).collect(),
    );
    let Some(mechanism) = settings.mechanisms.iter().copied().find(|known| *known.name() == *request.mechanism) else {
        return refuse(machine, response.with_error_code(ResponseError::UnsupportedSaslMechanism.code()));
    };
    exchange.stage = if exchange.session.as_ref().is_some_and(|session| session.mechanism != mechanism) {
        Stage::OtherMechanism
    } else {
        let server = match mechanism {
            Mechanism::Plain => Server::Plain,
            Mechanism::Scram256 | Mechanism::Scram512 => Server::Scram(ScramServer::new(mechanism)),
            Mechanism::OauthBearer => Server::OauthBearer(oauth::OauthServer::default()),
        };
        Stage::Exchanging { mechanism, server, raw: cx.version == 0 }
    };
    response.into()
}

/// Whether a client with a session may begin to say again who it is; notes that it does.
fn renews(exchange: &mut Exchange, now: Timestamp) -> bool {
    let Some(session) = exchange.session.as_mut().filter(|session| session.ends.is_some()) else { return false };
    let due = session.renewed.is_none_or(|at| now - at >= RENEWAL_INTERVAL);
    if due {
        session.renewed = Some(now);
    }
    due
}

/// Takes the client's next token.
pub(crate) fn authenticate(
    machine: &mut Machine,
    connection: &mut Connection,
    cx: &Context,
    request: &SaslAuthenticateRequest,
) -> Outcome {
    if matches!(connection.sasl.stage, Stage::Open) {
        let message = "SaslAuthenticate request received after successful authentication";
        return SaslAuthenticateResponse::default()
            .with_error_code(ResponseError::IllegalSaslState.code())
            .with_error_message(Some(StrBytes::from_static_str(message)))
            .into();
    }
    match take(machine, connection, cx.now, &request.auth_bytes) {
        Ok((answer, lifetime)) => SaslAuthenticateResponse::default()
            .with_auth_bytes(Bytes::from(answer))
            .with_session_lifetime_ms(lifetime)
            .into(),
        Err(message) => {
            tracing::debug!(peer = %cx.peer, "{message}");
            let response = SaslAuthenticateResponse::default()
                .with_error_code(ResponseError::SaslAuthenticationFailed.code())
                .with_error_message(Some(StrBytes::from_string(message)));
            refuse(machine, response)
        }
    }
}

/// Takes a token that came without a Kafka header; the answer goes back in the same way. `None` ends the connection.
pub(crate) fn raw_token(
    machine: &Machine,
    connection: &mut Connection,
    now: Timestamp,
    token: &[u8],
) -> Option<Vec<u8>> {
    take(machine, connection, now, token).ok().map(|(answer, _)| answer)
}

/// The answer to a token and the lifetime of the session, 0 without an end; or what a client is told.
fn take(
    machine: &Machine,
    connection: &mut Connection,
    now: Timestamp,
    token: &[u8],
) -> Result<(Vec<u8>, i64), String> {
    let (Stage::Exchanging { mechanism, server, .. }, Some(settings)) =
        (&mut connection.sasl.stage, machine.security.sasl(&connection.listener))
    else {
        return Err("No exchange was begun".to_owned());
    };
    let mechanism = *mechanism;
    let step = match server {
        Server::Plain => plain::evaluate(&settings.users, token),
        Server::Scram(server) => server.evaluate(&machine.metadata.scram, token),
        Server::OauthBearer(server) => server.evaluate(&settings.validator, now, token),
    };
    let renewal = connection.sasl.session.is_some();
    let during = if renewal { "re-authentication" } else { "authentication" };
    let step = step.map_err(|refused| match refused {
        Refused::Told(message) => message,
        Refused::Untold => format!(
            "Authentication failed during {during} due to invalid credentials with SASL mechanism {}",
            mechanism.name()
        ),
    })?;
    let (last, name, credential_ends) = match step {
        Step::Challenge(challenge) => return Ok((challenge, 0)),
        Step::Done { last, name, credential_ends } => (last, name, credential_ends),
    };
    let principal = Principal::user(&name);
    if renewal && connection.principal != principal {
        let (was, is) = (&connection.principal, &principal);
        let (was_kind, was_name, kind, name) = (&was.kind, &was.name, &is.kind, &is.name);
        return Err(format!(
            "Cannot change principals during re-authentication from {was_kind}.{was_name}: {kind}.{name}"
        ));
    }
    let longest = settings.longest_session(mechanism);
    let lifetime = match (credential_ends.map(|ends| ends - now), longest) {
        (Some(left), Some(longest)) => Some(left.min(longest).max(0)),
        (left, longest) => left.or(longest).map(|lifetime| lifetime.max(0)),
    };
    let renewed = connection.sasl.session.as_ref().and_then(|session| session.renewed);
    let session = Session { mechanism, ends: lifetime.map(|lifetime| now + lifetime), renewed };
    connection.sasl = Exchange { stage: Stage::Open, session: Some(session) };
    connection.principal = principal;
    Ok((last, lifetime.unwrap_or(0)))
}

/// The last answer of a connection, given after the delay that failed authentication has.
fn refuse(machine: &Machine, response: impl Into<ResponseKind>) -> Outcome {
    Outcome::Last { response: Box::new(response.into()), after: machine.security.failure_delay }
}
