//! Why a cluster does not let a registry in, or do what it has to: in words that say what to change.
//!
//! librdkafka tells whoever asks a question that nobody answered in time. The reason it tells only to who listens for
//! errors, so [`listen`] does that when the cluster does not answer.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use rdkafka::ClientContext;
use rdkafka::config::RDKafkaLogLevel;
use rdkafka::consumer::{BaseConsumer, Consumer as _, ConsumerContext};
use rdkafka::error::{KafkaError, RDKafkaErrorCode};

use super::{Quiet, client_config, transactional_id};
use crate::{Config, Error};

const POLL: Duration = Duration::from_millis(50);

/// What was said while nobody answered.
#[derive(Debug, Default)]
struct Listener(Mutex<Vec<(KafkaError, String)>>);

impl ClientContext for Listener {
    fn log(&self, level: RDKafkaLogLevel, facility: &str, message: &str) {
        Quiet.log(level, facility, message);
        // A connection that the broker closed is an error to nobody, and yet the reason.
        if facility == "FAIL" {
            self.note(KafkaError::Global(RDKafkaErrorCode::BrokerTransportFailure), message);
        }
    }

    fn error(&self, error: KafkaError, reason: &str) {
        self.note(error, reason);
    }
}

impl ConsumerContext for Listener {}

impl Listener {
    fn note(&self, error: KafkaError, reason: &str) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push((error, reason.to_owned()));
    }
}

/// Why the cluster does not answer.
#[derive(Debug)]
pub(crate) enum Silence {
    /// It will not until something is changed.
    Lasting(Box<Error>),
    /// In librdkafka's words, if it has any.
    Passing(Option<String>),
}

/// Asks the cluster who it is and listens to why it does not answer, for so long at the most.
pub(crate) fn listen(config: &Config, patience: Duration) -> Silence {
    let deadline = Instant::now() + patience;
    let Ok(consumer) = client_config(config).create_with_context::<_, BaseConsumer<Listener>>(Listener::default())
    else {
        return Silence::Passing(None);
    };
    let mut last = None;
    while Instant::now() < deadline {
        if consumer.fetch_metadata(None, POLL).is_ok() {
            return Silence::Passing(None);
        }
        while consumer.poll(Duration::ZERO).is_some() {}
        for (error, reason) in consumer.context().0.lock().unwrap_or_else(PoisonError::into_inner).drain(..) {
            if let Some(error) = lasting(config, &error, &reason) {
                return Silence::Lasting(Box::new(error));
            }
            // That all brokers are down follows from what was said of each.
            if error.rdkafka_error_code() != Some(RDKafkaErrorCode::AllBrokersDown) {
                last = Some(reason);
            }
        }
    }
    Silence::Passing(last)
}

fn lasting(config: &Config, error: &KafkaError, reason: &str) -> Option<Error> {
    let reason = reason.to_owned();
    match error.rdkafka_error_code()? {
        RDKafkaErrorCode::Authentication => Some(Error::Login { user: user(config).to_owned(), reason }),
        // What is said of the broker's certificate, and what the broker says to one that it does not like, or misses.
        _ if reason.contains("certificate verify failed") => Some(Error::Untrusted { reason }),
        _ if reason.contains("alert") && reason.contains("certificate") => Some(Error::Untrusted { reason }),
        _ => None,
    }
}

/// What is not allowed, and the command that allows it; `None` if `code` does not say that.
pub(crate) fn advice(config: &Config, code: RDKafkaErrorCode) -> Option<String> {
    let (topic, user) = (&config.topic, user(config));
    let allow = format!("kafka-acls --add --allow-principal User:{user}");
    match code {
        RDKafkaErrorCode::TopicAuthorizationFailed => Some(format!(
            "the Kafka user {user} may not use topic {topic}; allow it: {allow} --topic {topic} --operation Read \
             --operation Write --operation Create --operation Describe --operation DescribeConfigs"
        )),
        RDKafkaErrorCode::TransactionalIdAuthorizationFailed => {
            let id = transactional_id(config);
            Some(format!(
                "the Kafka user {user} may not use transactional id {id}; allow it: {allow} --transactional-id {id} \
                 --operation Write --operation Describe"
            ))
        }
        RDKafkaErrorCode::ClusterAuthorizationFailed => Some(format!(
            "the Kafka user {user} may not change the cluster; allow it: {allow} --cluster --operation Create"
        )),
        _ => None,
    }
}

/// Who the registry is to the cluster, as far as its settings say so.
fn user(config: &Config) -> &str {
    let named = config.client_properties.get("sasl.username").map(String::as_str);
    named.unwrap_or(if config.client_properties.contains_key("security.protocol") { "NAME" } else { "ANONYMOUS" })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config() -> Config {
        let mut config = Config::new("127.0.0.1:1");
        config.client_properties.insert("sasl.username".to_owned(), "alice".to_owned());
        config
    }

    #[test]
    fn names_the_command_that_allows_what_was_denied() {
        let id = advice(&config(), RDKafkaErrorCode::TransactionalIdAuthorizationFailed).unwrap();
        assert!(id.contains("--allow-principal User:alice --transactional-id _schemas-writer"), "{id}");
        assert!(advice(&config(), RDKafkaErrorCode::TopicAuthorizationFailed).unwrap().contains("--topic _schemas"));
        assert_eq!(advice(&config(), RDKafkaErrorCode::NotLeaderForPartition), None);
    }

    #[test]
    fn a_wrong_password_and_an_unknown_authority_last() {
        let is_lasting = |code, reason| lasting(&config(), &KafkaError::Global(code), reason).is_some();
        assert!(is_lasting(RDKafkaErrorCode::Authentication, "Authentication failed"));
        assert!(is_lasting(RDKafkaErrorCode::SSL, "certificate verify failed"));
        assert!(!is_lasting(RDKafkaErrorCode::SSL, "Disconnected"), "a broker that starts");
        assert!(!is_lasting(RDKafkaErrorCode::BrokerTransportFailure, "Connection refused"));
    }
}
