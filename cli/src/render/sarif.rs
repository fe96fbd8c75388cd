//! Findings as SARIF 2.1.0, which code-scanning services read.

use serde_json::{Value, json};
use topology::explain::Rule;
use topology::source::{Location, Sources};
use topology::{Diagnostic, Severity};

/// The document.
pub(crate) fn render(sources: &Sources, diagnostics: &[Diagnostic], rules: &[&'static Rule]) -> Value {
    let used: Vec<&&Rule> = rules.iter().filter(|rule| diagnostics.iter().any(|d| d.code == rule.code)).collect();
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "topology",
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": used.iter().map(|rule| describe(rule)).collect::<Vec<_>>(),
            } },
            "columnKind": "unicodeCodePoints",
            "results": diagnostics.iter().map(|diagnostic| result(sources, diagnostic)).collect::<Vec<_>>(),
        }],
    })
}

fn describe(rule: &Rule) -> Value {
    json!({
        "id": rule.code,
        "shortDescription": { "text": rule.summary },
        "fullDescription": { "text": rule.why },
    })
}

fn result(sources: &Sources, diagnostic: &Diagnostic) -> Value {
    let mut labels = diagnostic.labels.iter();
    let first = labels.next().map(|label| json!([place(sources, label.location, None)]));
    json!({
        "ruleId": diagnostic.code,
        "level": level(diagnostic.severity),
        "message": { "text": message(diagnostic) },
        "locations": first.unwrap_or_else(|| json!([])),
        "relatedLocations":
            labels.map(|label| place(sources, label.location, Some(&label.text))).collect::<Vec<_>>(),
    })
}

fn message(diagnostic: &Diagnostic) -> String {
    let parts = [Some(diagnostic.message.clone()), diagnostic.note.clone(), diagnostic.help.clone()];
    parts.into_iter().flatten().collect::<Vec<_>>().join("\n")
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Advice => "note",
    }
}

fn place(sources: &Sources, location: Location, text: Option<&str>) -> Value {
    let (start, end) = (sources.line_column(location), sources.end_line_column(location));
    let mut value = json!({
        "physicalLocation": {
            "artifactLocation": { "uri": sources.get(location.file).name },
            "region": {
                "startLine": start.line,
                "startColumn": start.column,
                "endLine": end.line,
                "endColumn": end.column,
            },
        },
    });
    if let Some(text) = text {
        value["message"] = json!({ "text": text });
    }
    value
}
