//! How much is asked of a schema: the difference between a file of a project and a schema of a registry.
//!
//! A project's files are held to the whole specification. A registry must take what Java's parser takes, or clients
//! that worked would break; what Java overlooks is a warning there.

use crate::{Finding, Severity, Strictness};

/// What is asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::avro) enum Demand {
    /// Everything that the specification says.
    #[default]
    Project,
    /// Of the first file what Java's parser asks of a new schema; of the others, which are stored, what it must have.
    New,
    /// What Java's parser must have to make a schema of it.
    Stored,
}

/// When Java's parser refuses something that the specification does not allow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refusal {
    /// Only when it is told to check names and defaults.
    IfChecked,
    /// Never.
    Never,
}

impl Demand {
    /// The finding with the severity that it has here.
    pub(super) fn judge(self, refusal: Refusal, finding: Finding) -> Finding {
        let is_error = match self {
            Self::Project => true,
            Self::New => refusal == Refusal::IfChecked && finding.place.file == 0,
            Self::Stored => false,
        };
        if is_error { finding } else { Finding { severity: finding.severity.min(Severity::Warning), ..finding } }
    }

    /// Whether Java's rules count where they differ from the specification.
    pub(super) fn is_registry(self) -> bool {
        self != Self::Project
    }
}

impl From<Strictness> for Demand {
    fn from(strictness: Strictness) -> Self {
        match strictness {
            Strictness::Strict => Self::New,
            Strictness::Lenient => Self::Stored,
        }
    }
}
