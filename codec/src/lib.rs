//! What generated event types link.
