//! Texts into an index: JSON first, then which names lead to which text.

use super::index::{Index, Text, identifier};
use super::keyword::is_schema;
use super::{Draft, index, uri};
use crate::json::{self, Json, JsonKind};
use crate::span::Place;
use crate::{Finding, Severity, Source, Span, Strictness};

/// The index of a schema and its references. `None` if the schema cannot be read, or a reference of a new one.
pub(super) fn index(source: &Source, strictness: Strictness, findings: &mut Vec<Finding>) -> Option<Index> {
    let root = text(source, 0, strictness, findings)?;
    let draft = index::declared_draft(&root).unwrap_or(Draft::Draft7);
    let base = identifier(&root, draft).and_then(|id| uri::join(None, id));
    let mut texts = vec![Text { json: root, names: Vec::new() }];
    for (position, reference) in source.references.iter().enumerate() {
        let json = text(source, position + 1, strictness, findings);
        let nothing = Json { span: Span::default(), kind: JsonKind::Null };
        texts.push(Text { json: json.unwrap_or(nothing), names: names(&reference.name, base.as_deref()) });
    }
    let is_broken = findings.iter().any(|finding| finding.severity == Severity::Error);
    if is_broken { None } else { Some(Index::new(texts)) }
}

/// How references can call a text: relative to the schema, to nothing, and word by word.
fn names(name: &str, base: Option<&str>) -> Vec<String> {
    let mut names: Vec<String> = [base, None].into_iter().filter_map(|base| uri::join(base, name)).collect();
    names.push(name.to_owned());
    names.dedup();
    names
}

fn text(source: &Source, file: usize, strictness: Strictness, findings: &mut Vec<Finding>) -> Option<Json> {
    let text = if file == 0 { &source.text } else { &source.references[file - 1].text };
    match json::read(text) {
        Ok(json) if is_schema(&json) => Some(json),
        Ok(json) => {
            let place = Place { file, span: json.span };
            findings.push(Finding::error("schema::not-a-schema", place, "not a schema"));
            None
        }
        Err(error) => {
            let _ = strictness;
            findings.push(Finding::error("schema::not-json", Place { file, span: error.span }, error.message));
            None
        }
    }
}
