//! The events crate for the shop and for awkward schemas.

use std::collections::{BTreeMap, BTreeSet};
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
    let source = Source {
        name,
        avro: &parsed.schemas,
        types: &types,
        roots: &roots,
        contracts: &BTreeMap::new(),
        others: &proc_macro2::TokenStream::new(),
    };
    source.files()
}

/// Every file on its own line of hashes, for one snapshot.
fn listing(files: &[(String, String)]) -> String {
    let texts: Vec<String> = files.iter().map(|(path, text)| format!("==== {path}\n{text}\n")).collect();
    texts.concat()
}

fn folder(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn read(path: &Path) -> (String, String) {
    let name = path.file_name().expect("the path ends with a file").to_string_lossy().into_owned();
    (name, std::fs::read_to_string(path).expect("the file is in the repository"))
}

fn shop() -> Vec<(String, String)> {
    ["order.avsc", "payment.avsc"].map(|name| read(&folder("../examples/shop/schemas").join(name))).to_vec()
}

#[test]
fn the_shop() {
    insta::assert_snapshot!(listing(&generate("shop", &shop())));
}

/// Schemas that other generators are known to break on, in the order of their names.
fn awkward() -> Vec<(String, String)> {
    let entries = std::fs::read_dir(folder("tests/schemas")).expect("the folder is in the repository");
    let mut paths: Vec<PathBuf> =
        entries.map(|entry| entry.expect("a folder that opens can be listed").path()).collect();
    paths.sort();
    paths.iter().map(|path| read(path)).collect()
}

/// A record of 301 fields that contains itself.
fn wide() -> (String, String) {
    let number = |n| format!(r#"{{"name": "field{n}", "type": "long", "default": {n}}}"#);
    let next = r#"{"name": "next", "type": ["null", "Wide"], "default": null}"#.to_owned();
    let fields: Vec<String> = (0..300).map(number).chain([next]).collect();
    let text =
        format!(r#"{{"type": "record", "name": "Wide", "namespace": "wide", "fields": [{}]}}"#, fields.join(","));
    ("wide.avsc".to_owned(), text)
}

#[test]
fn awkward_schemas() {
    let schemas = awkward();
    // `namespaces` refers to a type of `namespace_root`.
    let root = schemas.iter().find(|(name, _)| name == "namespace_root.avsc").unwrap();
    for schema in schemas.iter().filter(|schema| *schema != root) {
        let name = schema.0.trim_end_matches(".avsc");
        let files = generate(name, &[root.clone(), schema.clone()]);
        let files: Vec<(String, String)> = match name {
            "namespaces" => files,
            _ => files.into_iter().filter(|(path, _)| path != "src/lib.rs").collect(),
        };
        insta::with_settings!({ snapshot_suffix => name }, { insta::assert_snapshot!(listing(&files)) });
    }
}

#[test]
fn the_order_of_files_does_not_matter() {
    let mut schemas = awkward();
    let files = generate("awkward", &schemas);
    schemas.reverse();
    assert_eq!(generate("awkward", &schemas), files);
    schemas.rotate_left(5);
    assert_eq!(generate("awkward", &schemas), files);
}

/// Compiles everything in one workspace, without a warning of the compiler, of Clippy or of rustdoc, and exchanges
/// values with `apache-avro`.
#[test]
fn compiles_and_agrees_with_the_oracle() {
    let schemas = [awkward(), shop(), vec![wide()]].concat();
    let workspace = Workspace::create();
    workspace.write_events(&generate("awkward", &schemas));
    workspace.write_oracle(&schemas);
    workspace.cargo(&["clippy", "--package", "awkward-events", "--", "--deny", "warnings"]);
    workspace.cargo(&["doc", "--package", "awkward-events", "--no-deps"]);
    workspace.cargo(&["test", "--package", "awkward-events", "--doc"]);
    workspace.cargo(&["run", "--package", "oracle"]);
}

/// A Cargo workspace below the target folder. It shares a target folder with the workspaces of the other tests, which
/// stays from run to run, so that dependencies are built once.
struct Workspace(PathBuf);

impl Workspace {
    fn create() -> Self {
        let workspace = Self(Path::new(env!("CARGO_TARGET_TMPDIR")).join("awkward"));
        let manifest =
            "[workspace]\nresolver = \"3\"\nmembers = [\"events\", \"oracle\"]\n\n[profile.dev]\ndebug = false\n";
        workspace.write("Cargo.toml", manifest);
        // The versions that the project has, so that nothing needs to be fetched.
        workspace.write("Cargo.lock", &read(&folder("../Cargo.lock")).1);
        workspace
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.0.join(path);
        if std::fs::read_to_string(&path).is_ok_and(|old| old == text) {
            return;
        }
        std::fs::create_dir_all(path.parent().expect("a file is in a folder")).expect("the target folder is writable");
        std::fs::write(path, text).expect("the target folder is writable");
    }

    fn write_events(&self, files: &[(String, String)]) {
        let _ = std::fs::remove_dir_all(self.0.join("events/src"));
        self.write("events/Cargo.toml", &package("awkward-events", &[codec()]));
        for (path, text) in files {
            self.write(&format!("events/{path}"), text);
        }
    }

    fn write_oracle(&self, schemas: &[(String, String)]) {
        let dependencies = [
            codec(),
            "awkward-events = { path = \"../events\" }".to_owned(),
            "apache-avro = { version = \"=0.22.0\", default-features = false }".to_owned(),
        ];
        self.write("oracle/Cargo.toml", &package("oracle", &dependencies));
        self.write("oracle/src/main.rs", &read(&folder("tests/programs/oracle.rs")).1);
        let checks: Vec<String> =
            roots(schemas).iter().map(|path| format!("    crate::check::<{path}>();\n")).collect();
        self.write("oracle/src/roots.rs", &format!("pub fn check_all() {{\n{}}}\n", checks.concat()));
    }

    fn cargo(&self, arguments: &[&str]) {
        let output = std::process::Command::new(env!("CARGO"))
            .args(arguments)
            .current_dir(&self.0)
            .env("CARGO_TARGET_DIR", crate::shared_target())
            .env("RUSTDOCFLAGS", "--deny warnings")
            .output()
            .expect("cargo runs this test, so it can be run");
        assert!(output.status.success(), "cargo {}:\n{}", arguments.join(" "), String::from_utf8_lossy(&output.stderr));
    }
}

fn codec() -> String {
    format!("topology-codec = {{ path = '{}' }}", folder("../codec").display())
}

fn package(name: &str, dependencies: &[String]) -> String {
    let dependencies = dependencies.join("\n");
    format!("[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[dependencies]\n{dependencies}\n")
}

/// The paths of the records that have a schema, in the generated crate.
///
/// Without `namespaces`: `apache-avro` 0.22 takes types without a namespace, inside of ones with a namespace, for
/// types of that namespace.
fn roots(schemas: &[(String, String)]) -> Vec<String> {
    let files: Vec<File<'_>> = schemas.iter().map(|(name, text)| File { name, text }).collect();
    let parsed = schema::avro::parse(&files).schemas;
    let types = RustTypes::new(&parsed);
    let path = |file| match parsed.root(file) {
        Some(Type::Named(id)) => {
            let path = types.path(*id);
            Some(
                [&["awkward_events".to_owned()], &path.modules[..], std::slice::from_ref(&path.ident)]
                    .concat()
                    .join("::"),
            )
        }
        _ => None,
    };
    (0..files.len()).filter(|file| files[*file].name != "namespaces.avsc").filter_map(path).collect()
}
