//! The whole chain on three real brokers.
fn main() {}
