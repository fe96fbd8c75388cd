//! Claims about the core.
