//! `generated/topology.lock`: what was generated, by which version, as hashes.
//!
//! A reviewer sees in its diff which schemas changed their meaning, and a merge that mixes two generations conflicts
//! here instead of compiling by chance. The manifest's own text is not hashed: a comment in it changes nothing that
//! is generated.

use std::collections::BTreeMap;
use std::fmt::Write;

use serde::Serialize;
use sha2::{Digest, Sha256};
use topology::Topology;

use crate::file::File;

/// The path of the lock.
pub const PATH: &str = "generated/topology.lock";

#[derive(Serialize)]
struct Lock<'a> {
    /// The version of this format.
    version: u32,
    /// The version of the generator.
    generator: &'static str,
    /// By the schema's name in the manifest: the CRC-64-AVRO of an Avro schema's canonical form, the SHA-256 of any other
    /// schema's normalised form.
    schemas: BTreeMap<&'a str, String>,
    /// The SHA-256 of each generated file, by path.
    files: BTreeMap<&'a str, String>,
}

/// The lock of these files.
///
/// # Panics
///
/// Never: what it writes as JSON are texts in maps.
pub fn file(topology: &Topology, files: &[File]) -> File {
    let lock = Lock {
        version: 1,
        generator: env!("CARGO_PKG_VERSION"),
        schemas: topology.schemas.iter().map(|node| (node.name.as_str(), fingerprint(topology, node))).collect(),
        files: files.iter().map(|file| (file.path.as_str(), sha256(&file.text))).collect(),
    };
    let mut text = serde_json::to_string_pretty(&lock).expect("maps of strings are JSON");
    text.push('\n');
    File::generated(PATH, text)
}

fn fingerprint(topology: &Topology, node: &topology::ir::Schema) -> String {
    match node.avro_root() {
        Some(root) => format!("{:016x}", topology.avro.fingerprint(&schema::avro::Type::Named(root))),
        None => sha256(&node.document.normalized()),
    }
}

fn sha256(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().fold(String::new(), |mut hex, byte| {
        write!(hex, "{byte:02x}").expect("a String takes everything");
        hex
    })
}
