//! The names and numbers of a registry: subjects, versions and ids.
//!
//! A value of one of these types is usable as it stands; text from a client goes through `FromStr`.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::refusal::Refusal;

/// The name under which versions of a schema are kept, for example `orders-value`.
///
/// Not empty, without control characters, not one of the words that Confluent reserves, and in the default context:
/// this version serves no other contexts (`:.name:subject`).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub(crate) struct Subject(Box<str>);

impl Subject {
    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Subject {
    type Err = Refusal;

    fn from_str(text: &str) -> Result<Self, Refusal> {
        let name = text.strip_prefix(":.:").unwrap_or(text);
        let why = if name.is_empty() {
            "it is empty"
        } else if name.chars().any(char::is_control) {
            "it holds a control character"
        } else if matches!(name, "__GLOBAL" | "__EMPTY") {
            "Confluent reserves this word"
        } else if name.starts_with(":.") || name.starts_with(":*:") {
            "it names a context, and this registry serves the default context only"
        } else {
            return Ok(Self(name.into()));
        };
        Err(Refusal::InvalidSubject { subject: name.to_owned(), why })
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What a compatibility level or a mode is for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Scope {
    /// All subjects without one of their own.
    Global,
    /// One subject.
    Subject(Subject),
}

impl Scope {
    /// The subject, as the log writes it.
    pub(crate) fn subject(&self) -> Option<&Subject> {
        match self {
            Self::Global => None,
            Self::Subject(subject) => Some(subject),
        }
    }
}

/// The version of a schema under a subject: 1 to 2^31-1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "i64")]
pub(crate) struct Version(u32);

impl Version {
    pub(crate) const FIRST: Self = Self(1);

    /// The version after this one; `None` after the last possible one.
    pub(crate) fn next(self) -> Option<Self> {
        Self::try_from(i64::from(self.0) + 1).ok()
    }

    /// The four bytes that Confluent hashes for a reference.
    pub(crate) fn to_be_bytes(self) -> [u8; 4] {
        self.0.to_be_bytes()
    }
}

impl TryFrom<i64> for Version {
    type Error = String;

    fn try_from(number: i64) -> Result<Self, String> {
        positive(number).map(Self).ok_or_else(|| format!("version {number} is not between 1 and 2147483647"))
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A version as a client asks for it: a number, `latest` or `-1`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum VersionSelector {
    Exactly(Version),
    Latest,
}

impl FromStr for VersionSelector {
    type Err = Refusal;

    fn from_str(text: &str) -> Result<Self, Refusal> {
        if text.eq_ignore_ascii_case("latest") || text == "-1" {
            return Ok(Self::Latest);
        }
        let number = text.parse::<i64>().ok().and_then(|number| Version::try_from(number).ok());
        number.map(Self::Exactly).ok_or_else(|| Refusal::InvalidVersion(text.to_owned()))
    }
}

/// The global id of a schema, the number that records on other topics carry: 1 to 2^31-1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "i64")]
pub(crate) struct SchemaId(u32);

impl SchemaId {
    pub(crate) const FIRST: Self = Self(1);

    /// The id after this one; `None` after the last possible one.
    pub(crate) fn next(self) -> Option<Self> {
        Self::try_from(i64::from(self.0) + 1).ok()
    }
}

impl TryFrom<i64> for SchemaId {
    type Error = String;

    fn try_from(number: i64) -> Result<Self, String> {
        positive(number).map(Self).ok_or_else(|| format!("schema id {number} is not between 1 and 2147483647"))
    }
}

impl FromStr for SchemaId {
    type Err = Refusal;

    fn from_str(text: &str) -> Result<Self, Refusal> {
        let number = text.parse::<i64>().ok().and_then(|number| Self::try_from(number).ok());
        number.ok_or_else(|| Refusal::SchemaNotFound(Some(text.to_owned())))
    }
}

impl fmt::Display for SchemaId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// `number` if it is in 1 to 2^31-1, the positive numbers of a Java client.
fn positive(number: i64) -> Option<u32> {
    i32::try_from(number).ok().and_then(|number| u32::try_from(number).ok()).filter(|&number| number > 0)
}
