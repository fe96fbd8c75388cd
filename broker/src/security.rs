//! Who is who, and who may do what.

pub(crate) mod acl;
pub(crate) mod sasl;
pub(crate) mod scram;

use crate::wire::served::Api;

/// The APIs of this area, with the versions of Kafka 4.3.
pub(crate) const SERVED: &[Api] = &[];

/// An authenticated name: `User:alice`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Principal {
    pub(crate) kind: String,
    pub(crate) name: String,
}

impl Principal {
    /// Who has not said who they are.
    pub(crate) fn anonymous() -> Self {
        Self { kind: "User".to_owned(), name: "ANONYMOUS".to_owned() }
    }
}

impl std::fmt::Display for Principal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.kind, self.name)
    }
}
