//! Which subjects a topic's schemas are registered under.

/// A subject name strategy, as Confluent's serialisers have them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Strategy {
    /// `TopicNameStrategy`: `<topic>-key` or `<topic>-value`.
    Topic,
    /// `RecordNameStrategy`: the name of the record, whatever the topic.
    Record,
    /// `TopicRecordNameStrategy`: `<topic>-<name of the record>`.
    TopicRecord,
}

/// Half of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    Key,
    Value,
}

impl Part {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Key => "key",
            Self::Value => "value",
        }
    }
}

impl Strategy {
    /// The strategy of this Java class. A class that is not known here is taken for the default one.
    pub(crate) fn of_class(name: &str) -> Self {
        match name.rsplit('.').next() {
            Some("RecordNameStrategy") => Self::Record,
            Some("TopicRecordNameStrategy") => Self::TopicRecord,
            _ => Self::Topic,
        }
    }

    /// Whether a schema of `subject` may be used in this half of the topic's records. The names of records are inside
    /// schemas, which a broker does not read: where a strategy goes by them, any name will do.
    pub(crate) fn admits(self, topic: &str, part: Part, subject: &str) -> bool {
        match self {
            Self::Topic => {
                let rest = subject.strip_prefix(topic).and_then(|rest| rest.strip_prefix('-'));
                rest == Some(part.name())
            }
            Self::Record => true,
            Self::TopicRecord => {
                subject.strip_prefix(topic).is_some_and(|rest| rest.len() > 1 && rest.starts_with('-'))
            }
        }
    }

    /// The subjects that count, for messages.
    pub(crate) fn describe(self, topic: &str, part: Part) -> String {
        match self {
            Self::Topic => format!("subject '{topic}-{}'", part.name()),
            Self::Record => "any subject".to_owned(),
            Self::TopicRecord => format!("a subject '{topic}-<record name>'"),
        }
    }
}
