//! Programs that were not written for us, unmodified, on the embedded cluster: Kafka's own tools, a Kafka Streams
//! application, Python's confluent-kafka, kcat.
//!
//! Each test has a cluster of its own: it is there in milliseconds.

mod java;
mod kcat;
mod python;
mod streams;
mod tools;
