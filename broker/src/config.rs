//! The settings of Kafka 4.3: every topic, broker, group and client-metrics config with its type, default and range.
