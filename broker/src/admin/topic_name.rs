//! Which names a topic may have.

use std::collections::HashMap;

use kafka_protocol::error::ResponseError;

use crate::machine::Machine;
use crate::wire::refusal::Refusal;

/// Checks a name as Kafka does.
///
/// # Errors
///
/// What Kafka says to a name that cannot be.
pub(crate) fn check(name: &str) -> Result<(), Refusal> {
    let why = match name {
        "" => "the empty string is not allowed".to_owned(),
        "." => "'.' is not allowed".to_owned(),
        ".." => "'..' is not allowed".to_owned(),
        _ if name.encode_utf16().count() > 249 => {
            format!("the length of '{name}' is longer than the max allowed length 249")
        }
        _ if !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte)) => {
            format!("'{name}' contains one or more characters other than ASCII alphanumerics, '.', '_' and '-'")
        }
        _ => return Ok(()),
    };
    Err(Refusal::new(ResponseError::InvalidTopicException, format!("Topic name is invalid: {why}")))
}

/// The names that differ only in `.` and `_` from one that is there: metrics of both would have one name.
#[derive(Debug)]
pub(crate) struct Collisions(HashMap<String, String>);

impl Collisions {
    /// Looks at every topic once.
    pub(crate) fn of(machine: &Machine) -> Self {
        let names = machine.metadata.topics().map(|topic| &topic.name).filter(|name| name.contains(['.', '_']));
        Self(names.map(|name| (name.replace('.', "_"), name.clone())).collect())
    }

    /// Checks that no other topic has a name like this one.
    ///
    /// # Errors
    ///
    /// When there is such a topic.
    pub(crate) fn check(&self, name: &str) -> Result<(), Refusal> {
        match self.0.get(&name.replace('.', "_")) {
            Some(known) if known != name => {
                let words = format!("Topic '{name}' collides with existing topic: {known}");
                Err(Refusal::new(ResponseError::InvalidTopicException, words))
            }
            _ => Ok(()),
        }
    }
}
