//! Kafka's wire: frames, headers, and what is served.

pub(crate) mod frame;
pub(crate) mod refusal;
pub(crate) mod served;
pub(crate) mod shape;
