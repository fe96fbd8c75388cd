//! Avro beside Apache Avro's Java library: which texts are schemas, how they are printed, and what reads what.

mod generate;

use generate::Generator;
use schema::avro::Document as Avro;
use schema::compatibility::{Effect, Policy, compare};
use schema::{Document, Format, Source, Strictness};
use schema::{Severity, source::Referenced};
use serde_json::{Value, json};

use crate::oracle;

/// How many families of schemas are made, each with some versions.
const FAMILIES: u64 = 900;
/// How many versions of each family there are.
const VERSIONS: u64 = 4;

/// A schema as people write it.
pub(crate) fn sample(seed: u64) -> String {
    let mut generator = Generator::new(seed);
    let schema = generator.schema();
    generator.text(&schema)
}

fn parse(text: &str, references: &[String], strictness: Strictness) -> Result<Document, String> {
    let references = references.iter().enumerate().map(|(position, text)| Referenced {
        name: format!("reference {position}").into(),
        subject: "other".into(),
        version: 1,
        text: text.as_str().into(),
    });
    let source = Source { references: references.collect(), ..Source::new(Format::Avro, text) };
    let parsed = Document::parse(&source, strictness);
    let errors = parsed.findings.iter().filter(|finding| finding.severity == Severity::Error);
    let errors: Vec<_> = errors.map(|finding| format!("{}: {}", finding.code, finding.message)).collect();
    parsed.document.ok_or_else(|| errors.join("; "))
}

fn avro(document: &Document) -> &Avro {
    let Document::Avro(document) = document else { panic!("it is Avro") };
    document
}

/// Where the engine and Java disagree about one schema.
fn disagreement(text: &str, references: &[String], java: &Value) -> Option<String> {
    let strict = parse(text, references, Strictness::Strict);
    let java_strict = java["strict"].as_str().expect("every schema is judged");
    // References are stored schemas for us; Java holds them to the rules for new ones.
    let is_comparable = references.iter().all(|text| parse(text, &[], Strictness::Strict).is_ok());
    if is_comparable && strict.is_ok() != java_strict.is_empty() {
        return Some(format!("strict: {strict:?}\n  java: {java_strict}", strict = strict.err()));
    }
    let lenient = parse(text, references, Strictness::Lenient);
    let java_lenient = java["lenient"].as_str().expect("every schema is judged");
    let document = match lenient {
        Ok(document) => document,
        // Java makes a symbol without a name of a number; no data can have it.
        Err(error) if error.contains("the name of this symbol must be a string") => return None,
        Err(error) => {
            return Some(format!("lenient: {error}\n  java: {java_lenient}")).filter(|_| java_lenient.is_empty());
        }
    };
    // Java before 1.12 took such a name, so there are stored schemas with it.
    if !java_lenient.is_empty() && !java_lenient.starts_with("Undefined schema") {
        return Some(format!("lenient: taken\n  java: {java_lenient}"));
    }
    if !java_lenient.is_empty() {
        return None;
    }
    let fingerprints = avro(&document).fingerprints();
    let ours = [
        ("canonical", Some(document.canonical())),
        ("resolved", document.formatted("resolved")),
        ("form", Some(avro(&document).parsing_canonical_form())),
        ("CRC-64-AVRO", fingerprints.hexadecimal("CRC-64-AVRO")),
        ("MD5", fingerprints.hexadecimal("MD5")),
        ("SHA-256", fingerprints.hexadecimal("SHA-256")),
    ];
    let differs = ours.into_iter().find(|(key, ours)| java[*key].as_str() != ours.as_deref());
    differs.map(|(key, ours)| format!("{key}: {}\n  java: {}", ours.unwrap_or_default(), java[key]))
}

/// What does not fit, as Java tells it, each once.
fn told(reader: &str, writer: &str) -> Vec<Value> {
    let document = |text| parse(text, &[], Strictness::Lenient).expect("Java takes it");
    let differences = compare(&document(reader), &document(writer), Policy::Strict).expect("both are Avro");
    let breaking = differences.iter().filter(|difference| difference.effect == Effect::Breaking);
    breaking
        .map(|difference| {
            let info = difference.message.rsplit_once("additionalInfo:'").map_or("", |(_, info)| info);
            json!([difference.rule.name, difference.path, info.trim_end_matches("'}")])
        })
        .collect()
}

fn once(differences: &[Value]) -> Vec<Value> {
    let mut seen = Vec::new();
    for difference in differences {
        if !seen.contains(difference) {
            seen.push(difference.clone());
        }
    }
    seen
}

#[track_caller]
fn assert_none(what: &str, disagreements: &[String], all: usize) {
    let shown = disagreements.iter().take(5).cloned().collect::<Vec<_>>().join("\n\n");
    assert!(disagreements.is_empty(), "{} of {all} {what} differ:\n\n{shown}", disagreements.len());
}

#[test]
fn agrees_with_java_about_what_is_a_schema_and_how_it_is_printed() {
    let mut cases: Vec<(String, Vec<String>)> = generate::edges();
    for family in 0..FAMILIES {
        let mut generator = Generator::new(family);
        let first = generator.schema();
        cases.push((generator.text(&first), Vec::new()));
        cases.push((generator.broken(&first), Vec::new()));
        cases.push(generator.with_reference());
    }
    let requests: Vec<Value> =
        cases.iter().map(|(text, references)| json!({"schema": text, "references": references})).collect();
    let answers = oracle::java("AvroOracle.java", &requests);
    let disagreements = cases.iter().zip(&answers).filter_map(|((text, references), answer)| {
        let what = disagreement(text, references, answer)?;
        Some(format!("{text}\nreferences: {references:?}\n  {what}"))
    });
    assert_none("schemas", &disagreements.collect::<Vec<_>>(), cases.len());
    let taken = answers.iter().filter(|answer| answer["strict"] == "").count();
    assert!(taken > cases.len() / 4 && taken < cases.len() * 9 / 10, "{taken} of {} are schemas", cases.len());
}

#[test]
fn agrees_with_java_about_what_reads_what() {
    let mut pairs: Vec<(String, String)> = Vec::new();
    for family in 0..FAMILIES {
        let mut generator = Generator::new(family);
        let mut versions = vec![generator.schema()];
        for _ in 1..VERSIONS {
            let next = generator.changed(&versions[versions.len() - 1]);
            versions.push(next);
        }
        for (reader, writer) in (0..versions.len()).flat_map(|one| (0..versions.len()).map(move |two| (one, two))) {
            if reader != writer {
                pairs.push((versions[reader].to_string(), versions[writer].to_string()));
            }
        }
    }
    let requests: Vec<Value> =
        pairs.iter().map(|(reader, writer)| json!({"reader": reader, "writer": writer})).collect();
    let answers = oracle::java("AvroOracle.java", &requests);
    let mut disagreements = Vec::new();
    for ((reader, writer), answer) in pairs.iter().zip(&answers).filter(|(_, answer)| answer["refused"].is_null()) {
        let ours = told(reader, writer);
        let agrees = match answer["differences"].as_array() {
            Some(theirs) => once(theirs) == once(&ours),
            None => ours.iter().any(|difference| difference[0] == "SEVERAL_WRITER_FIELDS"),
        };
        if !agrees {
            disagreements.push(format!("reader {reader}\nwriter {writer}\n  ours {ours:?}\n  java {answer}"));
        }
    }
    assert_none("pairs", &disagreements, pairs.len());
    let fitting = answers.iter().filter(|answer| answer["differences"] == json!([])).count();
    assert!(fitting > pairs.len() / 10 && fitting < pairs.len() * 9 / 10, "{fitting} of {} fit", pairs.len());
}
