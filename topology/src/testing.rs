//! What the tests of this crate share: small projects in memory, and findings as text with carets.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io;

use crate::diagnostic::{Diagnostic, Severity};
use crate::load::{Loaded, load};
use crate::source::{Location, Sources};

/// The manifest of the example project.
pub(crate) const SHOP: &str = include_str!("../../examples/shop/topology.yaml");

/// The schema files that manifests of tests may name.
fn schema_file(path: &str) -> io::Result<Vec<u8>> {
    let text = match path {
        "schemas/order.avsc" => include_str!("../../examples/shop/schemas/order.avsc"),
        "schemas/payment.avsc" => include_str!("../../examples/shop/schemas/payment.avsc"),
        "untitled.json" => r#"{"type": "object"}"#,
        "titled.json" => r#"{"title": "Note", "type": "object", "properties": {"text": {"type": "string"}}}"#,
        "titled_too.json" => r#"{"title": "Note", "type": "object", "properties": {"body": {"type": "string"}}}"#,
        "vague.json" => {
            r#"{"title": "Click", "type": "object", "properties": {"at": {"type": ["string", "integer"]}, "place": {"type": "array", "items": [{"type": "number"}]}, "who": {"anyOf": [{"type": "object", "properties": {"a": {}}}, {"type": "object", "properties": {"b": {}}}]}}}"#
        }
        "refers.json" => r#"{"title": "Page", "type": "object", "properties": {"note": {"$ref": "titled.json"}}}"#,
        "shop/customer.proto" => {
            "syntax = \"proto3\";\npackage shop;\nimport \"shop/money.proto\";\nmessage Customer { string id = 1; Money limit = 2; message Address { string city = 1; } }\nmessage Gone { string id = 1; }\n"
        }
        "shop/payout.proto" => {
            "syntax = \"proto2\";\npackage shop;\nmessage Payout {\n  required string id = 1;\n  required int64 cents = 2;\n  oneof to { string account = 3; bool voucher = 4; }\n}\n"
        }
        "shop/money.proto" => "syntax = \"proto3\";\npackage shop;\nmessage Money { int64 cents = 1; }\n",
        "shop/enums.proto" => "syntax = \"proto3\";\npackage shop;\nenum Area { AREA_NONE = 0; }\n",
        "shop/lost.proto" => "syntax = \"proto3\";\nimport \"nowhere.proto\";\nmessage Lost { string id = 1; }\n",
        "shop/locked.proto" => "syntax = \"proto3\";\nimport \"locked.avsc\";\nmessage Locked { string id = 1; }\n",
        "shop/ring.proto" => "syntax = \"proto3\";\nimport \"shop/ring_2.proto\";\nmessage Ring { string id = 1; }\n",
        "shop/ring_2.proto" => "syntax = \"proto3\";\nimport \"shop/ring.proto\";\nmessage Ring2 { string id = 1; }\n",
        "shop/twice.proto" => {
            "syntax = \"proto3\";\nimport \"shop/a/uses.proto\";\nimport \"money.proto\";\nmessage Twice { string id = 1; }\n"
        }
        "shop/a/uses.proto" => "syntax = \"proto3\";\nimport \"money.proto\";\nmessage Uses { string id = 1; }\n",
        "shop/a/money.proto" => "syntax = \"proto3\";\nmessage Other { int64 cents = 1; }\n",
        "region.avsc" => r#"{"type": "enum", "name": "Area", "symbols": ["EU"]}"#,
        "text.avsc" => r#""string""#,
        "broken.avsc" => r#"{"type": "record", "name": "Broken", "fields": ["#,
        "latin.avsc" => return Ok(b"{\"doc\": \"caf\xe9\"}".to_vec()),
        "locked.avsc" => return Err(io::Error::from(io::ErrorKind::PermissionDenied)),
        _ => return Err(io::Error::from(io::ErrorKind::NotFound)),
    };
    Ok(text.as_bytes().to_vec())
}

/// Loads a manifest that may name the schema files of the tests.
pub(crate) fn load_manifest(text: impl Into<Vec<u8>>) -> Loaded {
    load("topology.yaml", text, &schema_file)
}

/// Loads a manifest whose first two lines need not be written.
pub(crate) fn load_section(text: &str) -> Loaded {
    load_manifest(format!("topology: shop\nversion: 1\n{text}"))
}

/// The findings of a manifest as text.
pub(crate) fn findings(text: impl Into<Vec<u8>>) -> String {
    let loaded = load_manifest(text);
    render(&loaded.sources, &loaded.diagnostics)
}

/// The findings of a manifest whose first two lines need not be written, as text.
pub(crate) fn section_findings(text: &str) -> String {
    findings(format!("topology: shop\nversion: 1\n{text}"))
}

/// Parts of a snapshot, each under its title.
pub(crate) fn chapters<'a>(parts: impl IntoIterator<Item = (&'a str, String)>) -> String {
    let parts: Vec<_> = parts.into_iter().map(|(title, text)| format!("# {title}\n{text}")).collect();
    parts.concat()
}

/// As many texts as there are numbers, one after the other.
pub(crate) fn repeat(numbers: std::ops::Range<usize>, text: impl Fn(usize) -> String) -> String {
    let texts: Vec<_> = numbers.map(text).collect();
    texts.concat()
}

/// Findings as text: each label under its line.
pub(crate) fn render(sources: &Sources, diagnostics: &[Diagnostic]) -> String {
    let mut out = String::new();
    for finding in diagnostics {
        let severity = match finding.severity {
            Severity::Advice => "advice",
            Severity::Warning => "warning",
            Severity::Error => "error",
        };
        let _ = writeln!(out, "{severity}[{}]: {}", finding.code, finding.message);
        for label in &finding.labels {
            excerpt(&mut out, sources, label.location, &label.text);
        }
        for (name, text) in [("note", &finding.note), ("help", &finding.help)] {
            if let Some(text) = text {
                let _ = writeln!(out, "  {name}: {text}");
            }
        }
        if let Some(fix) = &finding.fix {
            let _ = writeln!(out, "  fix: `{}` -> `{}`", sources.slice(fix.location), fix.replacement);
        }
        out.push('\n');
    }
    out
}

fn excerpt(out: &mut String, sources: &Sources, location: Location, text: &str) {
    let source = sources.get(location.file);
    let at = sources.line_column(location);
    let line = source.text.lines().nth(at.line - 1).unwrap_or_default();
    let width = sources.slice(location).lines().next().map_or(0, |line| line.chars().count()).max(1);
    let number = at.line.to_string();
    let _ = writeln!(out, "  {}:{}:{}", source.name, at.line, at.column);
    let _ = writeln!(out, "  {number} | {}", line.trim_end().replace('\t', "→"));
    let indent = " ".repeat(number.len() + 3 + at.column - 1);
    let _ = writeln!(out, "  {indent}{} {text}", "^".repeat(width));
}

/// How often each code comes.
pub(crate) fn codes(loaded: &Loaded) -> BTreeMap<&'static str, usize> {
    let mut codes = BTreeMap::new();
    for finding in &loaded.diagnostics {
        *codes.entry(finding.code).or_default() += 1;
    }
    codes
}
