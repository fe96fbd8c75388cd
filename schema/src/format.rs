//! The three schema formats, by the registry's names.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A schema format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Format {
    /// Avro (specification 1.12).
    Avro,
    /// Protocol Buffers, proto2 and proto3 and editions.
    Protobuf,
    /// JSON Schema, drafts 4, 6, 7, 2019-09 and 2020-12.
    Json,
}

impl Format {
    /// Every format, in the registry's order.
    pub const ALL: [Self; 3] = [Self::Json, Self::Avro, Self::Protobuf];

    /// The registry's name: `AVRO`, `PROTOBUF` or `JSON`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Avro => "AVRO",
            Self::Protobuf => "PROTOBUF",
            Self::Json => "JSON",
        }
    }

    /// The format of this registry name, which is written in capitals.
    pub fn from_registry(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.as_str() == name)
    }
}

impl fmt::Display for Format {
    /// The name as people write it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Avro => "Avro",
            Self::Protobuf => "Protobuf",
            Self::Json => "JSON Schema",
        })
    }
}
