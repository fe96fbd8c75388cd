//! The events crate for the shop and for awkward schemas.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use schema::avro::{File, Type};
use topology::rust::RustTypes;
use topology_codegen::events::source::Source;

/// The files of an events crate for these schemas, all of whose roots are schemas of the manifest.
fn generate(name: &str, schemas: &[(String, String)]) -> Vec<(String, String)> {
    let files: Vec<File<'_>> = schemas.iter().map(|(name, text)| File { name, text }).collect();
    let parsed = schema::avro::parse(&files);
    assert!(parsed.findings.is_empty(), "{name}: {:#?}", parsed.findings);
    let root = |file| match parsed.schemas.root(file) {
        Some(Type::Named(id)) => Some(*id),
        _ => None,
    };
    let roots: BTreeSet<_> = (0..files.len()).filter_map(root).collect();
    let types = RustTypes::new(&parsed.schemas);
    Source { name, avro: &parsed.schemas, types: &types, roots: &roots }.files()
}

/// Every file on its own line of hashes, for one snapshot.
fn listing(files: &[(String, String)]) -> String {
    files.iter().map(|(path, text)| format!("==== {path}\n{text}\n")).collect()
}

fn folder(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn read(path: &Path) -> (String, String) {
    let name = path.file_name().unwrap().to_string_lossy().into_owned();
    (name, std::fs::read_to_string(path).unwrap())
}

fn shop() -> Vec<(String, String)> {
    ["order.avsc", "payment.avsc"].map(|name| read(&folder("../examples/shop/schemas").join(name))).to_vec()
}

#[test]
fn the_shop() {
    insta::assert_snapshot!(listing(&generate("shop", &shop())));
}
