//! JSON Schemas: what their types in Rust cannot say.

use crate::diagnostic::{Diagnostic, Severity};
use crate::explain::Rule;
use crate::ir::{SchemaKind, Topology};
use crate::rust::json::JsonTypes;

const ANY_JSON: Rule = Rule {
    code: "schema::any-json",
    severity: Severity::Advice,
    summary: "A part of a JSON Schema that generated code has as `serde_json::Value`.",
    why: "Rust has no type for it, so that whoever reads such a value has to find out what it is, and whoever writes one \
          can write anything. The records themselves are the same.",
    example: "\
schemas: { click: vague.json }
topics: { clicks: { value: click } }
producers: { web: { topics: [clicks] } }
consumers: { log: { topics: [clicks] } }
",
    fix: "\
schemas: { click: titled.json }
topics: { clicks: { value: click } }
producers: { web: { topics: [clicks] } }
consumers: { log: { topics: [clicks] } }
",
};

pub(super) const RULES: &[Rule] = &[ANY_JSON];

pub(super) fn check(topology: &Topology, findings: &mut Vec<Diagnostic>) {
    if !topology.schemas.iter().any(|schema| matches!(schema.kind, SchemaKind::Json { .. })) {
        return;
    }
    for fallback in JsonTypes::new(topology).fallbacks() {
        findings.push(
            ANY_JSON
                .finding("a part of a JSON Schema has no type in Rust")
                .label(fallback.location, fallback.reason)
                .note("It is a `serde_json::Value` in generated code, whose reader has to find out what it is.")
                .help("say it with one type, or with branches that differ by their type or by a member with a `const`"),
        );
    }
}
