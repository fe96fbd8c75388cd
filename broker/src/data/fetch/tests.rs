//! Claims about fetch.
