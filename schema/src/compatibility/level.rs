//! What a subject promises about its versions.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A compatibility level, by Confluent's names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Level {
    /// Nothing.
    None,
    /// The new schema reads data of the latest version.
    Backward,
    /// The new schema reads data of every version.
    BackwardTransitive,
    /// The latest version reads data of the new schema.
    Forward,
    /// Every version reads data of the new schema.
    ForwardTransitive,
    /// `BACKWARD` and `FORWARD`.
    Full,
    /// `BACKWARD_TRANSITIVE` and `FORWARD_TRANSITIVE`.
    FullTransitive,
}

/// Who reads whose data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Direction {
    /// The new schema reads data that was written with an older one.
    Backward,
    /// An older schema reads data that is written with the new one.
    Forward,
}

impl Direction {
    /// What the reader's and the writer's schema are called.
    pub(crate) const fn roles(self) -> [&'static str; 2] {
        match self {
            Self::Backward => ["new", "old"],
            Self::Forward => ["old", "new"],
        }
    }

    /// Of what belongs to the reader and to the writer, the new one and then the old one.
    pub(crate) fn by_age<T>(self, reader: T, writer: T) -> [T; 2] {
        match self {
            Self::Backward => [reader, writer],
            Self::Forward => [writer, reader],
        }
    }
}

/// How JSON Schemas are compared (`compatibilityPolicy`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Policy {
    /// Every document that was valid must stay valid.
    #[default]
    Strict,
    /// Optional properties may be added to, and removed from, content models of any kind.
    Lenient,
}

impl Level {
    /// Every level.
    pub const ALL: [Self; 7] = [
        Self::None,
        Self::Backward,
        Self::BackwardTransitive,
        Self::Forward,
        Self::ForwardTransitive,
        Self::Full,
        Self::FullTransitive,
    ];

    /// Confluent's name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::None => "NONE",
            Self::Backward => "BACKWARD",
            Self::BackwardTransitive => "BACKWARD_TRANSITIVE",
            Self::Forward => "FORWARD",
            Self::ForwardTransitive => "FORWARD_TRANSITIVE",
            Self::Full => "FULL",
            Self::FullTransitive => "FULL_TRANSITIVE",
        }
    }

    /// The level of this name, in any case.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.as_str().eq_ignore_ascii_case(name))
    }

    /// Whether all versions count, and not only the latest.
    pub const fn is_transitive(self) -> bool {
        matches!(self, Self::BackwardTransitive | Self::ForwardTransitive | Self::FullTransitive)
    }

    /// Who must be able to read whose data, in the order in which it is checked.
    pub const fn directions(self) -> &'static [Direction] {
        match self {
            Self::None => &[],
            Self::Backward | Self::BackwardTransitive => &[Direction::Backward],
            Self::Forward | Self::ForwardTransitive => &[Direction::Forward],
            Self::Full | Self::FullTransitive => &[Direction::Backward, Direction::Forward],
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
