//! The hashes of what was generated.
