//! The schema engine beside the programs that it must agree with, over thousands of generated schemas.
//!
//! Each module is one format. What it compares with is fetched when it is first needed.

mod avro;
