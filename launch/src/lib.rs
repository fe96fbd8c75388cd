//! Starts and supervises processes: Apache Kafka, the registry, generated services.
