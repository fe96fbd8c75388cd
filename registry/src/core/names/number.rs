//! Versions and ids: 1 to 2^31-1, the positive numbers of a Java client.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::core::refusal::{Refusal, quoted};

/// The version of a schema under a subject.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "i64")]
pub(crate) struct Version(u32);

impl Version {
    pub(crate) const FIRST: Self = Self(1);

    pub(crate) fn get(self) -> u32 {
        self.0
    }

    /// The version after this one; `None` after the last possible one.
    pub(crate) fn next(self) -> Option<Self> {
        Self::try_from(i64::from(self.0) + 1).ok()
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
        number.map(Self::Exactly).ok_or_else(|| Refusal::InvalidVersion(quoted(text)))
    }
}

/// The id of a schema in its context, the number that records on other topics carry.
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

impl fmt::Display for SchemaId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// `number` if it is in 1 to 2^31-1.
fn positive(number: i64) -> Option<u32> {
    i32::try_from(number).ok().and_then(|number| u32::try_from(number).ok()).filter(|&number| number > 0)
}
