//! Claims about the registry that need no Kafka.
