//! Versions of Apache Kafka, and what depends on them.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::Error;

/// A version of Apache Kafka: three numbers, such as `4.3.1`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct KafkaVersion {
    numbers: [u16; 3],
    text: Box<str>,
}

impl KafkaVersion {
    /// The version as written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The first number.
    pub fn major(&self) -> u16 {
        self.numbers[0]
    }

    /// Whether this version can use ZooKeeper: the last to do so is 3.9.
    pub fn has_zookeeper(&self) -> bool {
        self.major() < 4
    }

    /// Whether brokers of this version want their controller among the advertised listeners: since 3.9.
    pub(crate) fn advertises_controllers(&self) -> bool {
        self.numbers >= [3, 9, 0]
    }

    /// Whether brokers of this version run on a feature version of Java.
    pub(crate) fn runs_on_java(&self, java: u32) -> bool {
        if self.major() >= 4 { java >= 17 } else { matches!(java, 8 | 11 | 17 | 21 | 23) }
    }

    pub(crate) fn java_in_words(&self) -> &'static str {
        if self.major() >= 4 { "Java 17 or newer" } else { "Java 8, 11, 17, 21 or 23" }
    }

    /// The first jar that a whole distribution has and this list has not.
    pub(crate) fn missing_jar(&self, jars: &[PathBuf]) -> Option<String> {
        let zookeeper = self.has_zookeeper().then(|| format!("zookeeper-{}.jar", super::maven::ZOOKEEPER_VERSION));
        let logging = if self.has_zookeeper() { "slf4j-reload4j-" } else { "log4j-slf4j-impl-" };
        let mut needed =
            vec![format!("kafka_2.13-{self}.jar"), format!("kafka-clients-{self}.jar"), logging.to_owned()];
        needed.extend(zookeeper);
        let is_there = |wanted: &String| {
            jars.iter()
                .any(|jar| jar.file_name().is_some_and(|name| name.to_string_lossy().starts_with(wanted.as_str())))
        };
        needed.into_iter().find(|wanted| !is_there(wanted))
    }
}

impl FromStr for KafkaVersion {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let unknown = || Error::KafkaVersion(text.to_owned());
        let numbers: Vec<u16> = text.split('.').map(str::parse).collect::<Result<_, _>>().map_err(|_| unknown())?;
        let numbers: [u16; 3] = numbers.try_into().map_err(|_| unknown())?;
        // Written any other way (`04.3.1`, `+4.3.1`) it names no artifact.
        let canonical = format!("{}.{}.{}", numbers[0], numbers[1], numbers[2]);
        if canonical == text { Ok(Self { numbers, text: canonical.into() }) } else { Err(unknown()) }
    }
}

impl TryFrom<String> for KafkaVersion {
    type Error = Error;

    fn try_from(text: String) -> Result<Self, Error> {
        text.parse()
    }
}

impl From<KafkaVersion> for String {
    fn from(version: KafkaVersion) -> Self {
        version.text.into()
    }
}

impl fmt::Display for KafkaVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_has_three_numbers() {
        assert_eq!("4.3.1".parse::<KafkaVersion>().unwrap().major(), 4);
        for text in ["4.3", "4.3.1.0", "latest", "", "4.3.1-rc0", "04.3.1", "4..1", "../4.3.1"] {
            let error = text.parse::<KafkaVersion>().unwrap_err();
            assert_eq!(error.to_string(), format!("`{text}` is not an Apache Kafka version such as `4.3.1`"));
        }
    }

    #[test]
    fn the_java_depends_on_the_version() {
        let new: KafkaVersion = "4.3.1".parse().unwrap();
        let old: KafkaVersion = "3.9.1".parse().unwrap();
        assert!(new.runs_on_java(17) && new.runs_on_java(25) && !new.runs_on_java(11));
        assert!(old.runs_on_java(8) && old.runs_on_java(17) && !old.runs_on_java(25));
    }
}
