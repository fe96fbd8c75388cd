//! What generated services link.
