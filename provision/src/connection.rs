//! Where the cluster and the registry are, and how to talk to them.
//!
//! A [`Connection`] holds resolved values only: every `${VARIABLE}` is filled, so that a missing one is an error before
//! anything is tried. Secrets live here and nowhere else; `Debug` does not print them.
//! This module opens no connection; see `cluster` and `registry`.

use std::fmt;
use std::time::Duration;

use topology::ir::{ExternalCluster, Registry, Sasl, SaslMechanism, SecurityProtocol};
use topology::template::Template;

use crate::error::Error;

#[cfg(test)]
mod tests;

/// Resolved endpoints of a cluster and, where there is one, of a registry.
#[derive(Clone, Debug)]
pub struct Connection {
    /// `host:port` of at least one broker.
    pub bootstrap_servers: Vec<String>,
    /// How to talk to the brokers.
    pub security: Security,
    /// The schema registry, unless there is none.
    pub registry: Option<RegistryEndpoint>,
    /// How long to wait.
    pub timeouts: Timeouts,
}

/// How long to wait for answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timeouts {
    /// For one request to one broker or registry, connecting included. Default: 5 s. A broker that is frozen, rather
    /// than down, costs this much each time it is asked before another one is tried.
    pub request: Duration,
    /// For one whole operation with its retries. Default: 20 s. Must exceed `request`.
    pub call: Duration,
}

/// TLS and SASL towards brokers, with credentials filled in.
#[derive(Clone, Debug, Default)]
pub struct Security {
    /// TLS; plain text if absent.
    pub tls: Option<Tls>,
    /// SASL; no authentication if absent.
    pub sasl: Option<SaslLogin>,
}

/// TLS towards brokers and registry.
#[derive(Clone, Debug, Default)]
pub struct Tls {
    /// A PEM file of certificate authorities that are trusted besides none other; the system's if absent.
    pub ca_file: Option<String>,
}

/// A SASL mechanism and the credentials for it.
#[derive(Clone)]
pub struct SaslLogin {
    /// The mechanism.
    pub mechanism: SaslMechanism,
    /// The user name.
    pub username: String,
    /// The password.
    pub password: String,
}

/// A schema registry with its credentials.
#[derive(Clone)]
pub struct RegistryEndpoint {
    /// The base URL, without a trailing slash.
    pub url: String,
    /// User name and password of HTTP basic authentication.
    pub credentials: Option<(String, String)>,
    /// A token that is sent in place of user name and password (`Authorization: Bearer`).
    pub token: Option<String>,
}

impl Connection {
    /// A cluster on this machine, in plain text, and its registry.
    pub fn local(bootstrap_servers: Vec<String>, registry_url: Option<String>) -> Self {
        Self {
            bootstrap_servers,
            security: Security::default(),
            registry: registry_url.map(|url| RegistryEndpoint::new(&url, None)),
            timeouts: Timeouts::default(),
        }
    }

    /// The endpoints of an external environment. `lookup` answers for variables of the process environment.
    ///
    /// A registry that `up` would start has no URL yet: it is left out, see [`Connection::with_registry`].
    pub fn external(
        cluster: &ExternalCluster,
        registry: &Registry,
        lookup: impl Fn(&str) -> Option<String>,
    ) -> Result<Self, Error> {
        let security = &cluster.security;
        let encrypted = matches!(security.protocol, SecurityProtocol::Ssl | SecurityProtocol::SaslSsl);
        Ok(Self {
            bootstrap_servers: cluster.bootstrap_servers.value.clone(),
            security: Security {
                tls: encrypted.then(|| Tls { ca_file: security.ca_file.clone() }),
                sasl: security.sasl.as_ref().map(|sasl| SaslLogin::fill(sasl, &lookup)).transpose()?,
            },
            registry: RegistryEndpoint::fill(registry, &lookup)?,
            timeouts: Timeouts::default(),
        })
    }

    /// The same cluster with this registry.
    pub fn with_registry(self, registry: RegistryEndpoint) -> Self {
        Self { registry: Some(registry), ..self }
    }

    /// The same endpoints with other timeouts.
    pub fn with_timeouts(self, timeouts: Timeouts) -> Self {
        Self { timeouts, ..self }
    }
}

impl RegistryEndpoint {
    /// A registry at this base URL.
    pub fn new(url: &str, credentials: Option<(String, String)>) -> Self {
        Self { url: url.trim_end_matches('/').to_owned(), credentials, token: None }
    }

    /// The same registry with a token.
    pub fn with_token(self, token: impl Into<String>) -> Self {
        Self { token: Some(token.into()), ..self }
    }

    fn fill(registry: &Registry, lookup: &impl Fn(&str) -> Option<String>) -> Result<Option<Self>, Error> {
        let Registry::External { url, credentials } = registry else {
            return Ok(None);
        };
        let credentials = match credentials {
            Some((username, password)) => {
                Some((fill(username, "registry.username", lookup)?, fill(password, "registry.password", lookup)?))
            }
            None => None,
        };
        Ok(Some(Self::new(&url.value, credentials)))
    }
}

impl SaslLogin {
    fn fill(sasl: &Sasl, lookup: &impl Fn(&str) -> Option<String>) -> Result<Self, Error> {
        Ok(Self {
            mechanism: sasl.mechanism,
            username: fill(&sasl.username, "cluster.security.username", lookup)?,
            password: fill(&sasl.password, "cluster.security.password", lookup)?,
        })
    }
}

fn fill(template: &Template, setting: &'static str, lookup: &impl Fn(&str) -> Option<String>) -> Result<String, Error> {
    template.fill(lookup).map_err(|source| Error::Credentials { setting, source })
}

impl Default for Timeouts {
    fn default() -> Self {
        Self { request: Duration::from_secs(5), call: Duration::from_secs(20) }
    }
}

impl fmt::Debug for SaslLogin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SaslLogin")
            .field("mechanism", &self.mechanism)
            .field("username", &self.username)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for RegistryEndpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RegistryEndpoint")
            .field("url", &self.url)
            .field("username", &self.credentials.as_ref().map(|(username, _)| username))
            .finish_non_exhaustive()
    }
}
