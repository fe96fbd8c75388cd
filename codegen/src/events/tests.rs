//! What is generated for schemas, as text.
