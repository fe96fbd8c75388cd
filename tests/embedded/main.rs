//! The embedded cluster under programs that were not written for it, unmodified (Kafka's own tools, a Kafka Streams
//! application, Python's confluent-kafka, kcat), and under `kill -9`.
//!
//! Each test has a cluster of its own: it is there in milliseconds.

mod crash;
mod java;
mod kcat;
mod python;
mod streams;
mod tools;
