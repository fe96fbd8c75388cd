//! How the HTTP side of a registry runs.

use std::num::NonZeroU32;
use std::path::PathBuf;
use std::time::Duration;

use crate::tls::TlsFiles;

/// How a registry is served over HTTP.
#[derive(Clone, Debug)]
pub struct HttpSettings {
    /// Encryption. Default: none.
    pub tls: Option<TlsFiles>,
    /// The file of users; without one, everybody may do everything. Default: none.
    pub users: Option<PathBuf>,
    /// Whether everything that changes something is refused. Default: no.
    pub read_only: bool,
    /// Whose error codes are answered. Default: [`ApiLevel::Eight`].
    pub api_level: ApiLevel,
    /// The largest body of a request, in bytes. Default: 4 MiB, four times what a topic takes unless told otherwise.
    pub max_body: usize,
    /// How many connections are served at once. Beyond them, one more takes the place of the one that has waited the
    /// longest for a request. Default: 4096.
    pub max_connections: usize,
    /// How many requests one address may send in a second. Default: as many as it likes.
    pub rate_limit: Option<NonZeroU32>,
    /// How many checks of schemas may wait for a processor before more are refused with 503. Default: 256.
    pub max_waiting_checks: usize,
    /// How long a connection may be silent, leave an answer untaken, and take for the head of a request. Default: 60 s.
    pub idle_timeout: Duration,
    /// How long the body of a request may take. Default: 30 s.
    pub body_timeout: Duration,
}

/// Which of Confluent's releases the error codes are of: the HTTP status is the same, the `error_code` is not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ApiLevel {
    /// Up to 7: an incompatible schema is 409.
    Seven,
    /// From 8: an incompatible schema is 40901.
    #[default]
    Eight,
}

impl Default for HttpSettings {
    fn default() -> Self {
        Self {
            tls: None,
            users: None,
            read_only: false,
            api_level: ApiLevel::default(),
            max_body: 4 * 1024 * 1024,
            max_connections: 4096,
            rate_limit: None,
            max_waiting_checks: 256,
            idle_timeout: Duration::from_mins(1),
            body_timeout: Duration::from_secs(30),
        }
    }
}
