//! Claims about produce.
