//! One difference between a reader's and a writer's schema, and the rule that judges it.

use super::Direction;
use crate::span::Place;
use crate::{Format, avro, json_schema, protobuf};

/// What a difference does to a reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Effect {
    /// Data can still be read.
    Safe,
    /// Confluent's registry accepts it, and it is a hazard all the same: reported as a warning.
    Risky,
    /// Some data cannot be read any more.
    Breaking,
}

/// A kind of difference, known by Confluent's name (or by ours, where Confluent does not look).
#[derive(Debug, PartialEq, Eq)]
pub struct Rule {
    /// The name, such as `READER_FIELD_MISSING_DEFAULT_VALUE`.
    pub name: &'static str,
    /// The format that it belongs to.
    pub format: Format,
    /// What it does to readers under the strict policy.
    pub effect: Effect,
    /// What has changed, as one sentence.
    pub what: &'static str,
    /// Why that matters: what happens to which data, in full sentences.
    pub why: &'static str,
    /// What to do instead, in the imperative.
    pub fix: &'static str,
}

/// One difference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Its kind.
    pub rule: &'static Rule,
    /// What it does here; a policy may make a rule's effect milder.
    pub effect: Effect,
    /// Confluent's path, such as `/fields/1/type` (Avro) or `#/Order/3` (Protobuf) or `#/properties/id` (JSON Schema).
    pub path: String,
    /// Confluent's words for it, as its registry puts them into `messages`.
    ///
    /// Formats write `%s` for the role of the reader and after it for that of the writer, and `%%` for a percent sign of
    /// the schema; `compare` and `check` fill them in.
    pub message: String,
    /// What is different, with the names and types of this case: one lower-case phrase without a period.
    pub what: String,
    /// What to do about it, with the names of this case, in the imperative.
    pub help: Option<String>,
    /// The place in the reader's schema; `None` where the reader has nothing to show.
    pub reader: Option<Place>,
    /// The place in the writer's schema; `None` where the writer has nothing to show.
    pub writer: Option<Place>,
}

impl Difference {
    /// Fills in who is the new and who the old schema in the message.
    pub(crate) fn addressed(mut self, direction: Direction) -> Self {
        let roles = match direction {
            Direction::Backward => ["new", "old"],
            Direction::Forward => ["old", "new"],
        };
        let mut roles = roles.into_iter();
        let mut message = String::with_capacity(self.message.len());
        let mut rest = self.message.as_str();
        while let Some(at) = rest.find('%') {
            let (before, after) = rest.split_at(at);
            message.push_str(before);
            let (words, skipped) = match after.as_bytes().get(1) {
                Some(b's') => (roles.next().unwrap_or("%s"), 2),
                Some(b'%') => ("%", 2),
                _ => ("%", 1),
            };
            message.push_str(words);
            rest = &after[skipped..];
        }
        message.push_str(rest);
        self.message = message;
        self
    }
}

/// Every rule of every format.
pub fn rules() -> impl Iterator<Item = &'static Rule> {
    [avro::compatibility::RULES, protobuf::compatibility::RULES, json_schema::compatibility::RULES]
        .into_iter()
        .flatten()
}

/// The rules of this name, in any case; formats may share one.
pub fn rule(name: &str) -> impl Iterator<Item = &'static Rule> {
    rules().filter(move |rule| rule.name.eq_ignore_ascii_case(name))
}
