//! Claims about the registry that need no Kafka: requests are decided on a state, and their records applied to it.

mod harness;
mod register;
mod references;
mod deleting;
mod settings;
mod importing;
mod contexts;
mod reading;
mod compatibility;
mod hostile;
