//! Claims about records.
