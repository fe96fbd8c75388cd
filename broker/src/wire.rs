//! Kafka's wire: frames, headers, and what is served.

pub(crate) mod frame;
pub(crate) mod served;
