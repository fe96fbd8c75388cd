//! Protobuf, JSON Schema and several schemas for one topic: crates that compile, and values that come back as they were.

use std::fmt::Write;

use topology_codegen::File;

use crate::workspace::{Workspace, files, load, repository};

/// What the generated code is held against, as dependencies.
const PEERS: &str = "prost-reflect = \"0.16.5\"\nprotox = \"0.10.0\"\n\
                     jsonschema = { version = \"0.61\", default-features = false }\n";

fn project() -> Vec<File> {
    files(&load(&repository().join("codegen/tests/projects/formats/topology.yaml")))
}

#[test]
fn the_types_of_every_format_compile_and_roundtrip() {
    let workspace = Workspace::new();
    workspace.write("", &project());
    workspace.write("", &program("roundtrip", ""));
    workspace.write("", &program("peers", PEERS));
    for arguments in [
        &["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"][..],
        &["doc", "--workspace", "--no-deps", "--lib"],
        &["run", "--package", "roundtrip"],
        &["run", "--package", "peers"],
    ] {
        let output = workspace.cargo(arguments);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
}

/// A program of `tests/programs` that links the generated types.
fn program(name: &str, dependencies: &str) -> [File; 2] {
    let text = repository().join("codegen/tests/programs").join(name).with_extension("rs");
    let text = std::fs::read_to_string(text).expect("the program is in the repository");
    let codec = repository().join("codec");
    let manifest = format!(
        "[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[dependencies]\n\
         formats-events = {{ path = \"../../generated/events\" }}\ntopology-codec = {{ path = '{}' }}\n\
         serde_json = \"1\"\n{dependencies}",
        codec.display()
    );
    [("Cargo.toml", manifest), ("src/main.rs", text)]
        .map(|(path, text)| File::scaffold(format!("services/{name}/{path}"), text))
}

/// The golden of the types, and of how services name them.
#[test]
fn the_types_of_every_format_stay_as_they_are() {
    let mut golden = String::new();
    let is_shown = |path: &str| {
        path.starts_with("generated/") && (path.contains("/events/") || path.ends_with("topics.rs"))
            || path.ends_with("crm/src/lib.rs")
    };
    for file in project().iter().filter(|file| is_shown(&file.path)) {
        writeln!(golden, "=== {}\n{}", file.path, file.text).expect("a String takes everything");
    }
    let root = repository().display().to_string();
    insta::assert_snapshot!("formats", golden.replace(&root, "[repository]"));
}

#[test]
fn the_same_schemas_give_the_same_bytes() {
    assert_eq!(project(), project());
}
