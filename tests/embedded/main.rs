//! The embedded cluster under programs that were not written for it, unmodified (Kafka's own tools, a Kafka Streams
//! application, Python's confluent-kafka, kcat), under `kill -9`, and under
//! clients that mean harm.
//!
//! Each test has a cluster of its own: it is there in milliseconds.

mod crash;
mod hostile;
mod java;
mod kcat;
mod python;
mod server;
mod streams;
mod tools;
