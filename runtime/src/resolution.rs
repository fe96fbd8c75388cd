//! Reads records of another writer's Avro schema: rewrites their bytes into bytes of ours.
//!
//! The generated decoder knows one schema. Instead of teaching it others, a [`Plan`] is compiled once per writer's
//! schema and turns each record into what our own schema would have written, after the rules of the
//! [Avro 1.12 specification](https://avro.apache.org/docs/1.12.0/specification/#schema-resolution). In reading order:
//!
//! * [`schema`]: both schemas as one arena of nodes.
//! * [`same`]: whether their bytes are the same anyway, the usual case.
//! * [`compile`], with [`default`]: the steps from one to the other.
//! * [`run`]: the steps over a record's bytes.
//!
//! One rule is stricter than the specification's: two different logical types of one base type (`timestamp-millis` and
//! `timestamp-micros`, decimals of different scale) do not resolve, because the numbers would mean something else.

mod compile;
mod default;
mod run;
mod same;
mod schema;

use topology_codec::DecodeError;

use compile::Compiler;
use run::{Run, Step, StepId};
use schema::Arena;

/// How deep schemas and records may nest.
const MAX_DEPTH: usize = 128;

/// Why a writer's records cannot become ours.
#[doc(hidden)]
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ResolutionError {
    /// The text is not an Avro schema.
    #[error("the {whose} schema cannot be understood: {what}")]
    Schema {
        /// Writer's or reader's.
        whose: &'static str,
        /// What is wrong with it.
        what: String,
    },
    /// The two schemas differ in a way that no rule bridges.
    #[error("{0}")]
    Mismatch(String),
    /// The bytes do not follow the writer's schema.
    #[error("the bytes do not follow the writer's schema")]
    Decode(#[from] DecodeError),
    /// The bytes are fine, but hold what ours cannot.
    #[error("at byte {offset}: {what}")]
    Unreadable {
        /// Where the value begins.
        offset: usize,
        /// What it is.
        what: String,
    },
}

/// What is to be done with records of one writer's schema.
#[derive(Debug)]
pub(crate) enum Resolution {
    /// Nothing: their bytes are ours.
    Same,
    Transcode(Plan),
}

/// How to rewrite one writer's bytes.
#[derive(Debug)]
pub(crate) struct Plan {
    steps: Vec<Step>,
    start: StepId,
}

/// Compares a writer's schema with ours. `references` are the schemas that the writer's refers to, in order.
pub(crate) fn resolve(writer: &str, references: &[String], reader: &str) -> Result<Resolution, ResolutionError> {
    let mut arena = Arena::default();
    let writer = arena.parse("writer's", references, writer)?;
    let reader = arena.parse("reader's", &[], reader)?;
    if same::are_same(&arena, writer, reader) {
        return Ok(Resolution::Same);
    }
    let mut compiler = Compiler::new(&arena);
    let start = compiler.step(writer, reader)?;
    Ok(Resolution::Transcode(Plan { steps: compiler.into_steps(), start }))
}

impl Plan {
    /// The bytes of our schema for a record of the writer's.
    pub(crate) fn transcode(&self, body: &[u8]) -> Result<Vec<u8>, ResolutionError> {
        Run::new(&self.steps, body).whole(self.start)
    }
}

#[cfg(test)]
mod tests;
