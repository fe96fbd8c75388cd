//! The check that a registered text is an Avro schema, and its canonical text.

use std::sync::Arc;

use schema::avro::{File, parse};
use schema::{Finding, Severity};

use crate::canonical;
use crate::refusal::Refusal;

/// The canonical text of `text`, whose references have the texts `referenced`.
///
/// # Errors
///
/// With every mistake that the parser finds in `text`.
pub(crate) fn checked_canonical(text: &str, referenced: &[Arc<str>]) -> Result<String, Refusal> {
    let names: Vec<_> = (0..referenced.len()).map(|position| format!("reference {position}")).collect();
    let others = names.iter().zip(referenced).map(|(name, text)| File { name, text });
    let files: Vec<_> = std::iter::once(File { name: "schema", text }).chain(others).collect();
    let parsed = parse(&files);
    let errors =
        parsed.findings.iter().filter(|finding| finding.place.file == 0 && finding.severity == Severity::Error);
    let errors: Vec<_> = errors.map(|finding| sentence(text, finding)).collect();
    if !errors.is_empty() {
        return Err(Refusal::InvalidSchema(format!("Invalid schema: {}", errors.join("; "))));
    }
    canonical::avro(text).ok_or_else(|| Refusal::InvalidSchema("Invalid schema: it nests too deeply".to_owned()))
}

/// What is wrong and where, in one line. The help of a finding is for manifests, so it is left out.
fn sentence(text: &str, finding: &Finding) -> String {
    let offset = (finding.place.span.start as usize).min(text.len());
    let before = text.get(..offset).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    format!("line {line}, column {column}: {}", finding.message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_where_and_what_is_wrong() {
        let text = "{\"type\": \"record\", \"name\": \"A\",\n \"fields\": [{\"name\": \"b\", \"type\": \"Missing\"}]}";
        let refusal = checked_canonical(text, &[]).unwrap_err();
        assert_eq!(refusal.code(), 42201);
        assert!(refusal.to_string().starts_with("Invalid schema: line 2, column 35: "), "{refusal}");
    }

    #[test]
    fn finds_names_in_references() {
        let referenced = [Arc::from(r#"{"type":"enum","name":"shop.Status","symbols":["NEW"]}"#)];
        let text = r#"{"type":"record","name":"shop.A","fields":[{"name":"b","type":"shop.Status"}]}"#;
        let canonical = checked_canonical(text, &referenced).unwrap();
        let expected = r#"{"type":"record","name":"A","namespace":"shop","fields":[{"name":"b","type":"Status"}]}"#;
        assert_eq!(canonical, expected);
    }

    #[test]
    fn refuses_what_is_not_json() {
        assert_eq!(checked_canonical("{", &[]).unwrap_err().code(), 42201);
        assert_eq!(checked_canonical(&"[".repeat(100_000), &[]).unwrap_err().code(), 42201);
    }
}
