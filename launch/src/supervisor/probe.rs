//! How a process is known to be ready: by asking it, never by its log or by a port that merely accepts.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// A question whose answer is that a process is ready, or why it is not.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "type")]
pub enum Probe {
    /// Ready as soon as it runs.
    None,
    /// Ready when a GET answers with a status from 200 to 299.
    Http {
        /// The address: `http://`, host, port and path.
        url: String,
    },
    /// Ready when a ZooKeeper node tells its mode (leader, follower, standalone) on the command `srvr`.
    #[serde(rename = "zookeeper")]
    ZooKeeper {
        /// Host and port.
        address: String,
    },
    /// Ready when the caller's check says so.
    Custom(CustomProbe),
}

/// A check that this crate cannot make itself, such as asking Kafka for its metadata.
#[derive(Clone, Serialize, Deserialize)]
pub struct CustomProbe {
    /// Names the check across processes: the receiver of a specification builds its own check from the label.
    pub label: String,
    /// The check.
    #[serde(skip, default = "unbound")]
    pub check: Check,
}

/// An asynchronous question. An error says, in words, why the process is not ready.
pub type Check = Arc<dyn Fn() -> Pin<Box<dyn Future<Output = Result<(), String>> + Send>> + Send + Sync>;

impl fmt::Debug for CustomProbe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CustomProbe").field("label", &self.label).finish_non_exhaustive()
    }
}

fn unbound() -> Check {
    Arc::new(|| Box::pin(async { Err("its readiness check is not known to the supervisor".to_owned()) }))
}

/// How long one question may take.
const LIMIT: Duration = Duration::from_secs(5);

/// How much of an answer is read.
const LONGEST_ANSWER: u64 = 10_000;

impl Probe {
    /// A check of the caller's own. See [`CustomProbe::label`].
    pub fn custom<F, Fut>(label: impl Into<String>, check: F) -> Self
    where
        F: Fn() -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<(), String>> + Send + 'static,
    {
        Self::Custom(CustomProbe { label: label.into(), check: Arc::new(move || Box::pin(check())) })
    }

    /// Asks once.
    pub(crate) async fn ask(&self) -> Result<(), String> {
        let question = async {
            match self {
                Self::None => Ok(()),
                Self::Http { url } => http(url).await,
                Self::ZooKeeper { address } => zookeeper(address).await,
                Self::Custom(custom) => (custom.check)().await,
            }
        };
        match tokio::time::timeout(LIMIT, question).await {
            Ok(answer) => answer,
            Err(_) => Err(format!("no answer within {} s", LIMIT.as_secs())),
        }
    }
}

/// Asks as simply as HTTP allows: one connection, no redirects. Services on this machine need no more.
async fn http(url: &str) -> Result<(), String> {
    let (host, path) =
        split_url(url).ok_or_else(|| format!("`{url}` is not an address such as `http://127.0.0.1:80/ready`"))?;
    let request = format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
    let answer = exchange(host, request.as_bytes()).await?;
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((&answer, ""));
    let status: u16 =
        head.split(' ').nth(1).and_then(|status| status.parse().ok()).ok_or("an answer that is not HTTP")?;
    if (200..300).contains(&status) {
        return Ok(());
    }
    let reason = body.lines().next().unwrap_or_default();
    Err(if reason.is_empty() { format!("status {status}") } else { format!("status {status}: {reason}") })
}

fn split_url(url: &str) -> Option<(&str, &str)> {
    let rest = url.strip_prefix("http://")?;
    let (host, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
    let is_whole = host.contains(':') && !url.contains(char::is_whitespace);
    is_whole.then_some((host, if path.is_empty() { "/" } else { path }))
}

async fn zookeeper(address: &str) -> Result<(), String> {
    let answer = exchange(address, b"srvr").await?;
    if answer.lines().any(|line| line.starts_with("Mode:")) {
        Ok(())
    } else {
        Err(answer.lines().next().unwrap_or("an empty answer").to_owned())
    }
}

/// Sends a question and reads the answer until the other side closes.
async fn exchange(address: &str, question: &[u8]) -> Result<String, String> {
    let exchange = async {
        let mut stream = TcpStream::connect(address).await?;
        stream.write_all(question).await?;
        let mut answer = Vec::new();
        stream.take(LONGEST_ANSWER).read_to_end(&mut answer).await?;
        Ok::<_, std::io::Error>(String::from_utf8_lossy(&answer).into_owned())
    };
    exchange.await.map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use tokio::net::TcpListener;

    use super::*;

    /// Answers one connection and returns what a probe makes of it.
    async fn ask(answer: &'static str) -> Result<(), String> {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/ready", listener.local_addr().unwrap());
        let serve = async {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut request = [0; 200];
            let length = stream.read(&mut request).await.unwrap();
            assert!(request[..length].starts_with(b"GET /ready HTTP/1.1\r\n"));
            stream.write_all(answer.as_bytes()).await.unwrap();
        };
        let probe = Probe::Http { url };
        tokio::join!(probe.ask(), serve).0
    }

    #[tokio::test]
    async fn a_status_of_success_is_ready_and_any_other_tells_its_reason() {
        assert_eq!(ask("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok").await, Ok(()));
        let unready = "HTTP/1.1 503 Service Unavailable\r\n\r\nno partition is assigned yet\n";
        assert_eq!(ask(unready).await, Err("status 503: no partition is assigned yet".to_owned()));
        assert_eq!(ask("nonsense").await, Err("an answer that is not HTTP".to_owned()));
    }

    #[tokio::test]
    async fn an_address_that_is_none_is_told() {
        for url in ["https://127.0.0.1:1/", "127.0.0.1:1", "http://127.0.0.1", "http://a:1/ b"] {
            assert!(Probe::Http { url: url.to_owned() }.ask().await.unwrap_err().contains("is not an address"));
        }
    }
}
