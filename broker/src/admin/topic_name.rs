//! Which names a topic may have.

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

/// Checks that no topic has a name that differs only in `.` and `_`: metrics of both would have one name.
///
/// # Errors
///
/// When there is such a topic.
pub(crate) fn check_collision(machine: &Machine, name: &str) -> Result<(), Refusal> {
    if !name.contains(['.', '_']) || machine.metadata.topic(name).is_some() {
        return Ok(());
    }
    let metric = name.replace('.', "_");
    let known = machine.metadata.topics().find(|topic| topic.name.replace('.', "_") == metric);
    known.map_or(Ok(()), |known| {
        let words = format!("Topic '{name}' collides with existing topic: {}", known.name);
        Err(Refusal::new(ResponseError::InvalidTopicException, words))
    })
}
