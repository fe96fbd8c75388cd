//! Avro IDL beside Java's `IdlReader`: which texts it reads, and what schemas they are.

mod edges;
mod generate;

use generate::Generator;
use schema::avro::Notation;
use schema::{Document, Format, Severity, Source, Strictness};
use serde_json::{Value, json};

use crate::oracle;

/// How many files are made, each with one that is broken.
const FILES: u64 = 700;

/// Where the two disagree about what an IDL text is: a piece of what the one that refuses says, and why.
const EXPLAINED: &[(&str, &str)] = &[
    (
        "found a character that means nothing here",
        "Java's lexer skips characters that it does not know, and says so on the error stream only. A typing error is \
         told to a person.",
    ),
    ("found a comment that does not end", "Java's lexer skips what opens the comment, as any other such character."),
    (
        "found a backquote that encloses no name",
        "Java allows dashes between backquotes. Only the name of a protocol can have them, which no schema has.",
    ),
    (
        "symbol `größe` is not an Avro name",
        "Java checks the symbols of an enum in JSON and not in IDL: its own parser refuses what it prints.",
    ),
    (
        "does not fit its type",
        "Java does not check defaults of IDL as it checks those of JSON: what it prints for `array<float> a = [NaN]` \
         or `float? a = NaN`, and for a union's default that is of a later branch, its own parser refuses.",
    ),
    (
        "schema::no-type",
        "Java reads a text without a type as a file that has none; there is nothing that could be registered.",
    ),
];

/// A file as people write it.
pub(crate) fn sample(seed: u64) -> String {
    Generator::new(seed).file()
}

/// The schema, or what is wrong.
fn parse(text: &str) -> Result<Document, String> {
    let parsed = Document::parse_notations(&Source::new(Format::Avro, text), &[Notation::Idl], Strictness::Strict);
    let errors = parsed.findings.iter().filter(|finding| finding.severity == Severity::Error);
    let errors: Vec<_> = errors.map(|finding| format!("{}: {}", finding.code, finding.message)).collect();
    parsed.document.ok_or_else(|| errors.join("\n"))
}

fn cases() -> Vec<String> {
    let mut cases: Vec<String> = edges::TEXTS.iter().map(|text| (*text).to_owned()).collect();
    for seed in 0..FILES {
        let mut generator = Generator::new(seed);
        let text = generator.file();
        cases.push(generator.broken(&text));
        cases.push(text);
    }
    cases
}

/// How the engine and Java disagree about a text.
fn disagreement(ours: &Result<Document, String>, java: &Value) -> Option<String> {
    let theirs = java["main"].as_str().or_else(|| java["types"].as_object()?.values().next()?.as_str());
    match (ours, java["refused"].as_str()) {
        (Err(_), Some(_)) => None,
        (Ok(ours), Some(java)) => Some(format!("ours: {}\njava refuses: {java}", ours.canonical())),
        (Ok(ours), None) if theirs == Some(&ours.canonical()) => None,
        (Ok(ours), None) => Some(format!("ours: {}\njava: {java}", ours.canonical())),
        // Every error has an explanation, or the text is a disagreement.
        (Err(ours), None) => Some(format!("ours refuses: {ours}"))
            .filter(|_| !ours.lines().all(|error| EXPLAINED.iter().any(|(words, _)| error.contains(words)))),
    }
}

#[test]
fn agrees_with_java_about_what_a_text_stands_for() {
    let cases = cases();
    let ours: Vec<_> = cases.iter().map(|text| parse(text)).collect();
    let requests: Vec<Value> = cases
        .iter()
        .zip(&ours)
        .map(|(text, ours)| {
            let name = ours.as_ref().ok().and_then(Document::record_name);
            json!({"idl": text, "names": name.into_iter().collect::<Vec<_>>()})
        })
        .collect();
    let answers = oracle::java("IdlOracle.java", &requests);
    let all = cases.iter().zip(&ours).zip(&answers);
    let disagreements: Vec<_> =
        all.filter_map(|((text, ours), java)| Some(format!("{text}\n{}", disagreement(ours, java)?))).collect();
    let shown = disagreements.iter().take(5).cloned().collect::<Vec<_>>().join("\n\n");
    assert!(disagreements.is_empty(), "{} of {} texts differ:\n\n{shown}", disagreements.len(), cases.len());
    for (words, _) in EXPLAINED {
        let is_seen = ours
            .iter()
            .zip(&answers)
            .any(|(ours, java)| java["refused"].is_null() && ours.as_ref().is_err_and(|error| error.contains(words)));
        assert!(is_seen, "nothing needs the explanation of `{words}` any more");
    }
    let read = ours.iter().filter(|ours| ours.is_ok()).count();
    assert!(read > cases.len() / 3 && read < cases.len() * 9 / 10, "{read} of {} are read", cases.len());
}
