//! Claims about JSON Schema documents: where references lead, what is found, what is stored, and hostile texts.

mod references;
mod findings;
mod canonical;
mod hostile;

use std::fmt::Write;

use super::Document;
use crate::{Finding, Format, Referenced, Source, Strictness};

fn source(text: &str, references: &[(&str, &str)]) -> Source {
    let references = references.iter().map(|(name, text)| Referenced {
        name: (*name).into(),
        subject: "".into(),
        version: 0,
        text: (*text).into(),
    });
    Source { references: references.collect(), ..Source::new(Format::Json, text) }
}

fn parse(source: &Source, strictness: Strictness) -> (Option<Document>, Vec<Finding>) {
    let mut findings = Vec::new();
    let document = Document::parse(source, strictness, &mut findings);
    (document, findings)
}

fn lenient(text: &str) -> Document {
    parse(&source(text, &[]), Strictness::Lenient).0.expect("a JSON object is a document")
}

/// Every finding about a new schema as one would read it, with line, column and the text there.
fn narrate(source: &Source) -> String {
    let mut out = String::new();
    for finding in parse(source, Strictness::Strict).1 {
        let severity = format!("{:?}", finding.severity).to_lowercase();
        let _ = writeln!(out, "{severity}[{}] {}", finding.code, finding.message);
        for (place, label) in std::iter::once((finding.place, finding.label)).chain(finding.secondary) {
            let text = if place.file == 0 { &source.text } else { &source.references[place.file - 1].text };
            let before = &text[..place.span.start as usize];
            let line = before.matches('\n').count() + 1;
            let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
            let shown: String = text[place.span.range()].chars().take(60).collect();
            let _ = writeln!(out, "  {}:{line}:{column} `{shown}` {label}", place.file);
        }
        for line in finding.note.iter().chain(&finding.help) {
            let _ = writeln!(out, "  = {line}");
        }
    }
    out
}

fn codes(text: &str) -> Vec<&'static str> {
    parse(&source(text, &[]), Strictness::Strict).1.iter().map(|finding| finding.code).collect()
}
