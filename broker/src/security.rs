//! Who is who, and who may do what.

pub(crate) mod acl;
pub(crate) mod authorizer;
mod jaas;
pub(crate) mod sasl;
pub(crate) mod scram;
pub(crate) mod secret;

use std::collections::BTreeMap;
use std::time::Duration;

use authorizer::Authorizer;
use sasl::SaslSettings;

use crate::machine::Settings;
use crate::wire::served::Api;

/// The APIs of this area, with the versions of Kafka 4.3.
pub(crate) const SERVED: &[Api] = &[(17, 0, 1), (29, 1, 3), (30, 1, 3), (31, 1, 3), (36, 0, 2), (50, 0, 0), (51, 0, 0)];

/// What the static configs say about security.
#[derive(Debug)]
pub(crate) struct Security {
    pub(crate) authorizer: Authorizer,
    /// How long a refusal waits: `connection.failed.authentication.delay.ms`.
    pub(crate) failure_delay: Duration,
    /// The listeners with SASL.
    sasl: BTreeMap<String, SaslSettings>,
}

impl Security {
    pub(crate) fn new(settings: &Settings) -> Self {
        let configs = &settings.configs;
        let delay = configs.get("connection.failed.authentication.delay.ms").and_then(|text| text.trim().parse().ok());
        let sasl = settings.sasl_listeners.iter();
        Self {
            authorizer: Authorizer::new(configs),
            failure_delay: Duration::from_millis(delay.unwrap_or(100)),
            sasl: sasl.map(|name| (name.clone(), SaslSettings::new(configs, name, &settings.users))).collect(),
        }
    }

    /// How clients of a listener say who they are, where they must.
    pub(crate) fn sasl(&self, listener: &str) -> Option<&SaslSettings> {
        self.sasl.get(listener)
    }
}

/// An authenticated name: `User:alice`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Principal {
    pub(crate) kind: String,
    pub(crate) name: String,
}

impl Principal {
    /// Who has not said who they are.
    pub(crate) fn anonymous() -> Self {
        Self::user("ANONYMOUS")
    }

    pub(crate) fn user(name: &str) -> Self {
        Self { kind: "User".to_owned(), name: name.to_owned() }
    }

    /// Reads `User:alice`.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (kind, name) = text.split_once(':')?;
        Some(Self { kind: kind.to_owned(), name: name.to_owned() })
    }
}

impl std::fmt::Display for Principal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.kind, self.name)
    }
}
