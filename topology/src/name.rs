//! Names, each with the rule that Kafka or Rust sets for it.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

/// What a name breaks; the text finishes "it ...".
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{0}")]
pub struct NameError(String);

macro_rules! name {
    ($(#[$doc:meta])* $name:ident, $check:expr) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Box<str>);

        impl $name {
            /// The name as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = NameError;

            fn from_str(text: &str) -> Result<Self, NameError> {
                let check: fn(&str) -> Result<(), NameError> = $check;
                check(text)?;
                Ok(Self(text.into()))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <std::borrow::Cow<'de, str> as serde::Deserialize>::deserialize(deserializer)?;
                text.parse().map_err(|error| {
                    serde::de::Error::custom(format_args!("{text:?} {error}"))
                })
            }
        }
    };
}

name! {
    /// The name of a Kafka topic: 1 to 249 characters from `[a-zA-Z0-9._-]`, not `.` or `..`
    /// (Kafka's `org.apache.kafka.common.internals.Topic`).
    TopicName, kafka_name
}
name! {
    /// The id of a consumer group: 1 to 249 characters from `[a-zA-Z0-9._-]`. Kafka allows more; tools that print
    /// and match group ids do not.
    GroupId, kafka_name
}
name! {
    /// The name of a topology: 1 to 64 characters, a lower-case letter, then `[a-z0-9-]`; it prefixes crates and groups.
    TopologyName, crate_name
}
name! {
    /// The name of a producer, consumer or processor: 1 to 64 characters, a lower-case letter, then `[a-z0-9-]`;
    /// it names a crate, a process and a log file.
    ServiceName, crate_name
}
name! {
    /// The name of an environment: as a [`ServiceName`].
    EnvironmentName, crate_name
}
name! {
    /// The name of a schema in the manifest: 1 to 249 characters from `[a-zA-Z0-9._-]`.
    SchemaName, kafka_name
}
name! {
    /// The name of a stage of a processor's flow: a lower-case letter, then `[a-z0-9_-]`; it names a Rust function.
    StageName, stage_name
}

fn refuse(reason: impl Into<String>) -> Result<(), NameError> {
    Err(NameError(reason.into()))
}

fn kafka_name(text: &str) -> Result<(), NameError> {
    if text.is_empty() {
        return refuse("is empty");
    }
    if text == "." || text == ".." {
        return refuse("may not be `.` or `..`");
    }
    if let Some(other) = text.chars().find(|c| !(c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-'))) {
        return refuse(format!("has the character {other:?}; letters, digits, `.`, `_` and `-` are allowed"));
    }
    if text.len() > 249 {
        return refuse(format!("has {} characters; 249 are allowed", text.len()));
    }
    Ok(())
}

fn crate_name(text: &str) -> Result<(), NameError> {
    lower_case_name(text, |c| c == '-')
}

fn stage_name(text: &str) -> Result<(), NameError> {
    lower_case_name(text, |c| c == '-' || c == '_')
}

fn lower_case_name(text: &str, is_separator: fn(char) -> bool) -> Result<(), NameError> {
    let Some(first) = text.chars().next() else {
        return refuse("is empty");
    };
    if !first.is_ascii_lowercase() {
        return refuse(format!("starts with {first:?}; it must start with a lower-case letter"));
    }
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || is_separator(c);
    if let Some(other) = text.chars().find(|c| !allowed(*c)) {
        return refuse(format!("has the character {other:?}; lower-case letters, digits and separators are allowed"));
    }
    if text.len() > 64 {
        return refuse(format!("has {} characters; 64 are allowed", text.len()));
    }
    Ok(())
}
