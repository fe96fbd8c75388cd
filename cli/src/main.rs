//! Words in, words out: the command line of topology.
fn main() {}
