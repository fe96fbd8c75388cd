//! Who is who, and who may do what.

pub(crate) mod acl;
pub(crate) mod authorizer;
pub(crate) mod sasl;
pub(crate) mod scram;

use authorizer::Authorizer;

use crate::machine::Settings;
use crate::wire::served::Api;

/// The APIs of this area, with the versions of Kafka 4.3.
pub(crate) const SERVED: &[Api] = &[(29, 1, 3), (30, 1, 3), (31, 1, 3)];

/// What the static configs say about security.
#[derive(Debug)]
pub(crate) struct Security {
    pub(crate) authorizer: Authorizer,
}

impl Security {
    pub(crate) fn new(settings: &Settings) -> Self {
        Self { authorizer: Authorizer::new(&settings.configs) }
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
