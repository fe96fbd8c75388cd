//! Sends writes to the registry that leads, and finds out whether it is there.
//!
//! A request that was forwarded once is not forwarded again: it carries `X-Forward`, and a registry that gets it and
//! does not lead answers 50004.

use std::path::Path;
use std::sync::OnceLock;
use std::time::Duration;

use reqwest::header::{
    ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, RETRY_AFTER, WWW_AUTHENTICATE,
};
use reqwest::{Certificate, Client, ClientBuilder, Method};

use crate::Error;
use crate::tls;

/// Marks a request that comes from another registry.
pub(crate) const FORWARDED: HeaderName = HeaderName::from_static("x-forward");

/// In the answer to such a request: how far a reader of the log has to be to see what was written.
pub(crate) const APPLIED: HeaderName = HeaderName::from_static("topology-log-offset");

/// What of a client's headers is passed on.
const PASSED_ON: [HeaderName; 4] = [ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderName::from_static("x-request-id")];

/// What of the leader's headers is passed back.
const PASSED_BACK: [HeaderName; 3] = [CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE];

/// A registry that does not take a connection in this time is not reached.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(1);

/// A registry that does not say in this time that it lives is taken for dead.
const PROBE_TIMEOUT: Duration = Duration::from_secs(2);

/// A client's request as it goes to the leader.
#[derive(Clone, Debug)]
pub(crate) struct Forwarded {
    pub(crate) method: Method,
    /// With the query.
    pub(crate) path: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Forwarded {
    /// Whether doing it twice comes to the same, and gives the same answer.
    pub(crate) fn is_repeatable(&self) -> bool {
        self.method != Method::DELETE
    }
}

/// The leader's answer as it goes to the client.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
    /// How far a reader of the log has to be to see what was written.
    pub(crate) applied: Option<i64>,
}

impl Answer {
    /// Whether whoever was asked says that it does not lead.
    pub(crate) fn is_from_a_follower(&self) -> bool {
        #[derive(serde::Deserialize)]
        struct Body {
            error_code: u32,
        }
        self.status >= 500 && serde_json::from_slice::<Body>(&self.body).is_ok_and(|body| body.error_code == 50004)
    }
}

/// Why there is no answer.
#[derive(Debug)]
pub(crate) enum Silence {
    /// Nobody took the request.
    Unreached(String),
    /// Somebody may have taken it.
    Lost(String),
}

impl Silence {
    pub(crate) fn into_reason(self) -> String {
        let (Self::Unreached(reason) | Self::Lost(reason)) = self;
        reason
    }
}

/// The way to other registries.
#[derive(Debug)]
pub(crate) struct Forwarder {
    /// For clear text: it needs no authorities, which a system may not have.
    plain: Client,
    /// Made when it is needed first.
    encrypted: OnceLock<Client>,
    /// Trusted beside those of the system.
    authorities: Vec<Certificate>,
}

impl Forwarder {
    pub(crate) fn new(authorities: Option<&Path>) -> Result<Self, Error> {
        let impossible = |error: reqwest::Error| Error::Forwarding(Box::new(error));
        // The client takes the process's provider of cryptography, which may have been chosen already.
        drop(rustls::crypto::ring::default_provider().install_default());
        let certificates = authorities.map(tls::certificates).transpose().map_err(Error::Tls)?;
        let certificates = certificates.iter().flatten().map(|certificate| Certificate::from_der(certificate));
        let authorities = certificates.collect::<Result<_, _>>().map_err(impossible)?;
        let plain = builder().tls_certs_only([]).build().map_err(impossible)?;
        Ok(Self { plain, encrypted: OnceLock::new(), authorities })
    }

    fn client(&self, url: &str) -> Result<&Client, reqwest::Error> {
        if !url.starts_with("https:") {
            return Ok(&self.plain);
        }
        if let Some(client) = self.encrypted.get() {
            return Ok(client);
        }
        let client = builder().tls_certs_merge(self.authorities.iter().cloned()).build()?;
        Ok(self.encrypted.get_or_init(|| client))
    }

    /// Asks the registry at `url` to do what a client asked for.
    pub(crate) async fn send(&self, url: &str, request: &Forwarded, patience: Duration) -> Result<Answer, Silence> {
        let mut headers = only(&PASSED_ON, &request.headers);
        headers.insert(FORWARDED, HeaderValue::from_static("true"));
        let silence = |error: reqwest::Error| {
            let text = describe(&error);
            if error.is_connect() || error.is_builder() { Silence::Unreached(text) } else { Silence::Lost(text) }
        };
        let client = self.client(url).map_err(silence)?;
        let builder = client.request(request.method.clone(), format!("{url}{}", request.path));
        let response = builder.headers(headers).body(request.body.clone()).timeout(patience).send().await;
        let response = response.map_err(silence)?;
        let applied = response.headers().get(APPLIED).and_then(|value| value.to_str().ok()?.parse().ok());
        let headers = only(&PASSED_BACK, response.headers());
        let status = response.status().as_u16();
        let body = response.bytes().await.map_err(silence)?.to_vec();
        Ok(Answer { status, headers, body, applied })
    }

    /// Whether a registry answers at `url`; if not, why.
    pub(crate) async fn probe(&self, url: &str) -> Result<(), String> {
        let client = self.client(url).map_err(|error| describe(&error))?;
        let probe = client.get(format!("{url}/health/live")).timeout(PROBE_TIMEOUT).send();
        let response = probe.await.map_err(|error| describe(&error))?;
        let status = response.status();
        if status.is_success() { Ok(()) } else { Err(format!("{url}/health/live answers {status}")) }
    }
}

fn builder() -> ClientBuilder {
    Client::builder().connect_timeout(CONNECT_TIMEOUT).no_proxy()
}

fn only(names: &[HeaderName], headers: &HeaderMap) -> HeaderMap {
    names.iter().filter_map(|name| Some((name.clone(), headers.get(name)?.clone()))).collect()
}

/// The innermost cause: the outer ones say only that a request failed.
fn describe(error: &reqwest::Error) -> String {
    let mut cause: &dyn std::error::Error = error;
    while let Some(next) = cause.source() {
        cause = next;
    }
    let text = cause.to_string();
    if text.contains("UnknownIssuer") || text.contains("No CA certificates") {
        return format!("{text}; if its certificate is of an authority of your own, name that with --tls-ca");
    }
    text
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::TcpListener;

    use super::*;

    /// A registry that answers one request with this.
    async fn answering(head: &'static str) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            assert!(stream.read(&mut [0; 4096]).await.unwrap() > 0);
            stream.write_all(format!("HTTP/1.1 {head}\r\nContent-Length: 0\r\n\r\n").as_bytes()).await.unwrap();
        });
        url
    }

    #[tokio::test]
    async fn what_clients_act_on_is_passed_back() {
        let forwarder = Forwarder::new(None).unwrap();
        let request =
            Forwarded { method: Method::POST, path: "/".to_owned(), headers: HeaderMap::new(), body: Vec::new() };
        let busy = answering("429 Too Many Requests\r\nRetry-After: 3\r\nServer: other").await;
        let answer = forwarder.send(&busy, &request, PROBE_TIMEOUT).await.unwrap();
        assert_eq!(
            (answer.status, answer.headers.len(), &answer.headers[RETRY_AFTER]),
            (429, 1, &"3".parse().unwrap())
        );
        let closed = answering("401 Unauthorized\r\nWWW-Authenticate: Basic").await;
        let answer = forwarder.send(&closed, &request, PROBE_TIMEOUT).await.unwrap();
        assert_eq!(answer.headers[WWW_AUTHENTICATE], "Basic");
    }

    #[tokio::test]
    async fn says_why_a_registry_is_not_reached() {
        let forwarder = Forwarder::new(None).unwrap();
        assert_eq!(forwarder.probe(&answering("200 OK").await).await, Ok(()));
        let why = forwarder.probe(&answering("503 Service Unavailable").await).await.unwrap_err();
        assert!(why.contains("answers 503"), "{why}");
        let why = forwarder.probe("http://127.0.0.1:1").await.unwrap_err();
        assert!(why.contains("refused"), "{why}");
    }
}
