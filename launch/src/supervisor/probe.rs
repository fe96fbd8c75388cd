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
        /// The address, with `http://`.
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
                Self::Http { url } => http(url.clone()).await,
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

async fn http(url: String) -> Result<(), String> {
    let question = move || {
        let config = ureq::Agent::config_builder().timeout_global(Some(LIMIT)).http_status_as_error(false).build();
        let mut response = ureq::Agent::new_with_config(config).get(&url).call().map_err(|error| error.to_string())?;
        if response.status().is_success() {
            return Ok(());
        }
        let status = response.status().as_u16();
        let body = response.body_mut().with_config().limit(2000).read_to_string().unwrap_or_default();
        let reason = body.lines().next().unwrap_or_default();
        Err(if reason.is_empty() { format!("status {status}") } else { format!("status {status}: {reason}") })
    };
    tokio::task::spawn_blocking(question).await.map_err(|error| error.to_string())?
}

async fn zookeeper(address: &str) -> Result<(), String> {
    let exchange = async {
        let mut stream = TcpStream::connect(address).await?;
        stream.write_all(b"srvr").await?;
        let mut answer = String::new();
        stream.take(10_000).read_to_string(&mut answer).await?;
        Ok::<_, std::io::Error>(answer)
    };
    let answer = exchange.await.map_err(|error| error.to_string())?;
    if answer.lines().any(|line| line.starts_with("Mode:")) {
        Ok(())
    } else {
        Err(answer.lines().next().unwrap_or("an empty answer").to_owned())
    }
}
