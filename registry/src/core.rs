//! Everything between HTTP and the log, in memory: what the log says, and what a request reads and changes of it.
//!
//! In reading order:
//! * [`names`]: contexts, subjects, scopes, versions and ids.
//! * [`refusal`]: Confluent's error codes.
//! * [`content`]: a schema and its identity; [`config`] and [`mode`]: the settings of a scope.
//! * [`record`]: records of the topic, in Confluent's format.
//! * [`state`]: what the log says, a function of its records and of nothing else.
//! * [`request`]: what clients send; [`answer`]: what they get.
//! * [`engine`]: schemas parsed and compared, and remembered.
//! * [`read`]: questions to a state; [`decide`]: changes of it. Both are pure.
//!
//! Nothing here waits, reads a clock or touches the network.

pub(crate) mod names;
pub(crate) mod refusal;
pub(crate) mod content;
pub(crate) mod config;
pub(crate) mod mode;
pub(crate) mod record;
pub(crate) mod state;
pub(crate) mod request;
pub(crate) mod answer;
pub(crate) mod engine;
pub(crate) mod read;
pub(crate) mod decide;
#[cfg(test)]
mod tests;
