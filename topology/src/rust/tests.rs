//! Names that are hard, and the shapes of unions and of records that contain themselves.
