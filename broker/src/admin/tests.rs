//! Administration on a machine in memory: what Apache Kafka 4.3.1 answered to the same requests is the measure.

mod cluster;
mod configs;
mod topics;
mod world;
