//! The controller under simulated time.
