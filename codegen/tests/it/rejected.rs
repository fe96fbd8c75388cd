//! Expressions that the compiler rejects: each error must point at the exact tokens in the manifest.

use std::fmt::Write;

use serde_json::Value;
use topology_codegen::locate::compiler_diagnostics;

use crate::workspace::{Workspace, files, load, repository};

#[test]
fn the_compilers_errors_point_into_the_manifest() {
    let loaded = load(&repository().join("codegen/tests/projects/rejected/topology.yaml"));
    let workspace = Workspace::new();
    workspace.write("", &files(&loaded));
    let output = workspace.cargo(&["check", "--workspace", "--keep-going", "--message-format=json"]);
    assert!(!output.status.success(), "the compiler accepts everything");

    let lines = String::from_utf8(output.stdout).expect("cargo writes UTF-8");
    let messages: Vec<Value> = lines
        .lines()
        .filter_map(|line| serde_json::from_str(line).ok())
        .filter(|message: &Value| message["reason"] == "compiler-message")
        .collect();
    let read = |path: &str| std::fs::read_to_string(workspace.path(path)).ok();
    let topology = loaded.topology.as_ref().expect("the manifest is whole");
    let mut located = compiler_diagnostics(topology, &messages, &read);
    assert_eq!(located.others, Vec::<String>::new(), "everything is wrong in the manifest only");

    located.diagnostics.sort_by_key(|diagnostic| diagnostic.labels[0].location);
    let mut report = String::new();
    for diagnostic in &located.diagnostics {
        let label = &diagnostic.labels[0];
        let place = loaded.sources.line_column(label.location);
        let source = loaded.sources.slice(label.location);
        writeln!(report, "{:?} {}:{} «{source}»", diagnostic.severity, place.line, place.column)
            .expect("a String takes everything");
        writeln!(report, "  {}\n  label: {}", diagnostic.message, label.text).expect("a String takes everything");
        for (kind, text) in [("note", &diagnostic.note), ("help", &diagnostic.help)] {
            if let Some(text) = text {
                writeln!(report, "  {kind}: {}", text.replace('\n', "\n    ")).expect("a String takes everything");
            }
        }
    }
    insta::assert_snapshot!("rejected", report);
}
