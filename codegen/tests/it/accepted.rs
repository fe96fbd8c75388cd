//! Crates that must compile, without a warning of rustc, clippy or rustdoc.

use std::fmt::Write;

use topology_codegen::project::new_project;
use topology_codegen::{File, lock};

use crate::workspace::{Workspace, files, load, repository};

const WORKSPACE: &str = r#"[workspace]
resolver = "3"
members = ["*/generated/*", "*/services/*"]

[profile.dev]
debug = "line-tables-only"
"#;

#[test]
fn awkward_names_and_a_new_project_compile_without_a_warning() {
    let workspace = Workspace::new();
    std::fs::write(workspace.path("Cargo.toml"), WORKSPACE).expect("files can be written");
    workspace.write("awkward", &without_workspace(awkward()));

    let created = new_project(&"brand-new".parse().expect("it is a name"));
    workspace.write("new", &created);
    workspace.write("new", &without_workspace(files(&load(&workspace.path("new/topology.yaml")))));

    for arguments in [
        &["clippy", "--workspace", "--all-targets", "--", "-D", "warnings", "-D", "missing_docs"][..],
        &["doc", "--workspace", "--no-deps", "--lib"],
    ] {
        let output = workspace.cargo(arguments);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
}

/// The golden of services: one text with every file of them.
#[test]
fn awkward_services_stay_as_they_are() {
    let mut golden = String::new();
    for file in awkward().iter().filter(|file| !file.path.contains("/events/") && file.path != lock::PATH) {
        writeln!(golden, "=== {}\n{}", file.path, file.text).expect("a String takes everything");
    }
    let root = repository().display().to_string();
    insta::assert_snapshot!("awkward", golden.replace(&root, "[repository]"));
}

/// The examples are the goldens of what most projects look like.
#[test]
fn the_examples_are_what_the_generator_makes() {
    for example in ["shop", "parcels"] {
        let folder = repository().join("examples").join(example);
        let text = std::fs::read(folder.join("topology.yaml")).expect("the example exists");
        let loaded = topology::load("topology.yaml", text, &|path| std::fs::read(folder.join(path)));
        let actual = |path: &str| std::fs::read_to_string(folder.join(path)).ok();
        let differences = topology_codegen::compare::compare(&files(&loaded), actual, &[]);
        let differences: Vec<String> = differences.iter().map(ToString::to_string).collect();
        assert!(
            differences.is_empty(),
            "run `cargo run -- generate --manifest examples/{example}/topology.yaml`:\n{}",
            differences.join("\n")
        );
    }
}

#[test]
fn the_same_manifest_gives_the_same_bytes() {
    assert_eq!(awkward(), awkward());
}

fn awkward() -> Vec<File> {
    files(&load(&repository().join("codegen/tests/projects/awkward/topology.yaml")))
}

fn without_workspace(mut files: Vec<File>) -> Vec<File> {
    files.retain(|file| file.path != "Cargo.toml");
    files
}
