//! Turns the client library's errors into phrases that say what happened and what to do.

use std::error::Error as StdError;
use std::io;

use krafka::error::{ErrorCode, KrafkaError, ProtocolErrorKind};

use crate::error::Reason;

#[cfg(test)]
mod tests;

/// What the cluster said to one item of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    /// It is done.
    Done,
    /// What should be made is there already; it may differ from what was asked.
    Exists,
    /// It was refused: nothing changed.
    Refused { why: String, help: String },
    /// Nobody answered: it may have been done or not.
    Lost { why: String, help: String },
}

impl Answer {
    pub(super) fn of(result: Result<(), KrafkaError>) -> Self {
        match result {
            Ok(()) => Self::Done,
            Err(KrafkaError::Broker { code: ErrorCode::TopicAlreadyExists, .. }) => Self::Exists,
            Err(KrafkaError::Broker { code: ErrorCode::RequestTimedOut, message }) => Self::lost(message),
            Err(KrafkaError::Broker { code, message }) => {
                Self::Refused { help: help(code).into(), why: refusal(code, &message) }
            }
            Err(KrafkaError::Config { message }) => {
                Self::Refused { why: message, help: "correct the manifest and plan again".into() }
            }
            Err(error) => Self::lost(reason(&error).to_string()),
        }
    }

    fn lost(why: String) -> Self {
        let help = "run `apply` again: it may or may not have been carried out, and what is done is not repeated";
        Self::Lost { why, help: help.into() }
    }
}

/// The broker's own sentence, with Kafka's name of the error where the sentence says nothing.
fn refusal(code: ErrorCode, message: &str) -> String {
    if message.is_empty() || message == format!("{code:?}") {
        format!("Kafka answered {code:?}")
    } else {
        message.to_owned()
    }
}

fn help(code: ErrorCode) -> &'static str {
    match code {
        ErrorCode::TopicAuthorizationFailed | ErrorCode::ClusterAuthorizationFailed => {
            "ask for the rights Create, Alter and AlterConfigs on the topic, or use another principal"
        }
        ErrorCode::InvalidReplicationFactor => "lower `replication_factor`, or start more brokers",
        ErrorCode::PolicyViolation => "read what the cluster's policy asks for and change the manifest accordingly",
        ErrorCode::InvalidConfig => "correct the value under `config` in the manifest",
        ErrorCode::InvalidPartitions => "plan again: the number of partitions changed in the meantime",
        ErrorCode::InvalidTopic => {
            "choose another name: it collides with one that exists (`.` and `_` are the same to metrics)"
        }
        ErrorCode::UnknownTopicOrPartition => "plan again: the topic was deleted in the meantime",
        ErrorCode::NotController | ErrorCode::BrokerNotAvailable => "run `apply` again when the controller is back",
        ErrorCode::ThrottlingQuotaExceeded => "run `apply` again later: the cluster limits how fast topics change",
        _ => "read the answer above; the controller's log may say more",
    }
}

/// What happened, from the whole chain of causes.
pub(super) fn reason(error: &KrafkaError) -> Reason {
    match error {
        KrafkaError::Timeout { .. } => Reason::Timeout,
        KrafkaError::Auth { message, .. } => authentication(message),
        KrafkaError::Broker { code, message } => match code {
            ErrorCode::TopicAuthorizationFailed
            | ErrorCode::GroupAuthorizationFailed
            | ErrorCode::ClusterAuthorizationFailed => Reason::Authorization(refusal(*code, message)),
            ErrorCode::SaslAuthenticationFailed | ErrorCode::UnsupportedSaslMechanism | ErrorCode::IllegalSaslState => {
                Reason::Authentication(refusal(*code, message))
            }
            ErrorCode::RequestTimedOut => Reason::Timeout,
            _ => Reason::Other(refusal(*code, message)),
        },
        KrafkaError::Network(error) => network(error),
        KrafkaError::Protocol { kind: ProtocolErrorKind::InvalidLength, message } => other_protocol(message),
        other => Reason::Other(other.to_string()),
    }
}

/// The library reads the first four bytes of an answer as its length; a TLS alert (RFC 8446, section 5.1) starts with
/// the byte 21 and the version 3.
fn other_protocol(message: &str) -> Reason {
    let mut lengths = message.split(|c: char| !c.is_ascii_digit()).filter_map(|digits| digits.parse::<u32>().ok());
    if lengths.any(|length| length >> 16 == 0x1503) {
        Reason::ExpectsTls
    } else {
        Reason::OtherProtocol("Kafka's protocol")
    }
}

/// The library reports a failed TLS handshake as a failed authentication.
fn authentication(message: &str) -> Reason {
    let is_tls =
        ["TLS", "certificate", "handshake"].iter().any(|word| message.contains(word)) && !message.contains("SASL");
    if is_tls { Reason::Tls(message.to_owned()) } else { Reason::Authentication(message.to_owned()) }
}

/// The first cause that has a name, from the outermost inwards.
fn network(error: &io::Error) -> Reason {
    of_kind(error).unwrap_or_else(|| match error.get_ref() {
        Some(inner) => cause(inner),
        None => Reason::Other(error.to_string()),
    })
}

fn cause(error: &(dyn StdError + 'static)) -> Reason {
    if let Some(error) = error.downcast_ref::<KrafkaError>() {
        reason(error)
    } else if let Some(error) = error.downcast_ref::<io::Error>() {
        network(error)
    } else if let Some(inner) = error.source() {
        cause(inner)
    } else if error.to_string().contains("lookup") {
        Reason::UnknownHost
    } else {
        Reason::Other(error.to_string())
    }
}

fn of_kind(error: &io::Error) -> Option<Reason> {
    match error.kind() {
        io::ErrorKind::ConnectionRefused => Some(Reason::Refused),
        io::ErrorKind::TimedOut => Some(Reason::Timeout),
        io::ErrorKind::ConnectionReset
        | io::ErrorKind::ConnectionAborted
        | io::ErrorKind::BrokenPipe
        | io::ErrorKind::UnexpectedEof => Some(Reason::Closed),
        _ => None,
    }
}
