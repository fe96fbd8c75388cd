//! Claims about session.
