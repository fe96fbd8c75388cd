//! Findings as one JSON document. Fields are only ever added; `format_version` changes if one must go.

use serde_json::{Value, json};
use topology::Diagnostic;
use topology::diagnostic::{Fix, Label};
use topology::source::{Location, Sources};

use super::{Summary, severity_word};

/// The document.
pub(crate) fn render(sources: &Sources, diagnostics: &[Diagnostic]) -> Value {
    json!({
        "format_version": 1,
        "diagnostics": diagnostics.iter().map(|diagnostic| finding(sources, diagnostic)).collect::<Vec<_>>(),
        "summary": Summary::of(diagnostics),
    })
}

fn finding(sources: &Sources, diagnostic: &Diagnostic) -> Value {
    json!({
        "code": diagnostic.code,
        "severity": severity_word(diagnostic.severity),
        "message": diagnostic.message,
        "labels": diagnostic.labels.iter().map(|label| place(sources, label)).collect::<Vec<_>>(),
        "note": diagnostic.note,
        "help": diagnostic.help,
        "fix": diagnostic.fix.as_ref().map(|fix| edit(sources, fix)),
    })
}

fn place(sources: &Sources, label: &Label) -> Value {
    let mut value = location(sources, label.location);
    value["text"] = label.text.as_str().into();
    value
}

fn edit(sources: &Sources, fix: &Fix) -> Value {
    let mut value = location(sources, fix.location);
    value["replacement"] = fix.replacement.as_str().into();
    value
}

fn location(sources: &Sources, location: Location) -> Value {
    let (start, end) = (sources.line_column(location), sources.end_line_column(location));
    json!({
        "file": sources.get(location.file).name,
        "line": start.line,
        "column": start.column,
        "end_line": end.line,
        "end_column": end.column,
        "bytes": [location.span.start, location.span.end],
    })
}
