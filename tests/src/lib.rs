//! Tests that drive the binary as a user would.
