//! Pairs of schemas with what each direction finds, and why.
