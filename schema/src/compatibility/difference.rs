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
    /// What to do instead where the reader's schema is the new one, in the imperative.
    pub fix: &'static str,
    /// The same where the writer's is, if that is another thing: only the new schema can still be changed.
    pub forward_fix: Option<&'static str>,
}

impl Rule {
    /// A rule by its texts: what, why and fix, and the fix where the writer's schema is the new one if that is another.
    pub(crate) const fn new(name: &'static str, format: Format, effect: Effect, texts: &[&'static str]) -> Self {
        let (what, why, fix, forward_fix) = match *texts {
            [what, why, fix] => (what, why, fix, None),
            [what, why, fix, forward] => (what, why, fix, Some(forward)),
            _ => panic!("a rule has three texts or four"),
        };
        Self { name, format, effect, what, why, fix, forward_fix }
    }

    /// What to change in the new schema.
    pub fn fix(&self, direction: Direction) -> &'static str {
        match direction {
            Direction::Backward => self.fix,
            Direction::Forward => self.forward_fix.unwrap_or(self.fix),
        }
    }
}

/// One difference, as it is told of a new and an old schema of which one reads what the other writes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Its kind.
    pub rule: &'static Rule,
    /// What it does here; a policy may make a rule's effect milder.
    pub effect: Effect,
    /// Confluent's path, such as `/fields/1/type` (Avro) or `#/Order/3` (Protobuf) or `#/properties/id` (JSON Schema).
    pub path: String,
    /// Confluent's words for it, as its registry puts them into `messages`.
    pub message: String,
    /// What is different, with the names and types of this case: one lower-case phrase without a period.
    pub what: String,
    /// What to change in the new schema, with the names of this case, in the imperative.
    pub help: Option<String>,
    /// The place in the reader's schema; `None` where the reader has nothing to show.
    pub reader: Option<Place>,
    /// The place in the writer's schema; `None` where the writer has nothing to show.
    pub writer: Option<Place>,
}

impl Difference {
    /// What to change in the new schema: with the names of this case, or else what the rule says to all cases.
    pub fn suggestion(&self, direction: Direction) -> &str {
        self.help.as_deref().unwrap_or_else(|| self.rule.fix(direction))
    }
}

/// Every rule of every format.
pub fn rules() -> impl Iterator<Item = &'static Rule> {
    let others = [avro::compatibility::RULES, protobuf::compatibility::RULES];
    others.into_iter().chain(json_schema::compatibility::RULES.iter().copied()).flatten()
}

/// The rules of this name, in any case; formats may share one.
pub fn rule(name: &str) -> impl Iterator<Item = &'static Rule> {
    rules().filter(move |rule| rule.name.eq_ignore_ascii_case(name))
}
