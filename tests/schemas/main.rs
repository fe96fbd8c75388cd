//! The schema engine beside the programs that it must agree with, over thousands of generated schemas.
//!
//! * `avro` and `idl`: Apache Avro's Java libraries.
//! * `json_schema` and `protobuf`: `apicurio`, a real registry, and the opinions of `jsonschema` and `protoc`.
//! * `hostile`: the parsers under texts that nobody meant.
//! * `oracle` runs the programs that ask those libraries, and `random` gives every machine the same numbers.
//!
//! What a module compares with is fetched when it is first needed.

mod apicurio;
mod avro;
mod hostile;
mod idl;
mod json_schema;
mod oracle;
mod protobuf;
mod random;
