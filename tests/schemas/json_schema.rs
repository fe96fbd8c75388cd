//! JSON Schema beside a real registry: what reads what; and beside Python's library: what is a schema.

#[path = "../../schema/src/json_schema/compatibility/tests/generate.rs"]
mod generate;
mod peer;
#[path = "../../schema/src/json_schema/compatibility/tests/rows.rs"]
mod rows;

use std::collections::BTreeSet;

use peer::{ACCEPTED, FAILED, REFUSED};
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config as ProptestConfig, RngAlgorithm, TestRng, TestRunner};
use schema::compatibility::{Difference, Effect, Policy, compare};
use schema::{Document, Format, Source, Strictness};

use serde_json::{Value, json};

use crate::apicurio::{Apicurio, Pair, Verdict};
use crate::oracle;
use crate::random::Random;

/// How many pairs are judged: those of the table, and made ones.
const PAIRS: usize = 900;
/// How many schemas are made for the meta-schemas, each with one that is broken.
const VALUES: u64 = 400;

/// A schema of each draft's words.
pub(crate) fn sample(seed: u64) -> String {
    let mut bytes = [7; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let random = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
    let mut runner = TestRunner::new_with_rng(ProptestConfig::default(), random);
    generate::pairs().new_tree(&mut runner).expect("nothing is filtered").current().0.to_string()
}

fn parse(text: &str) -> Option<Document> {
    Document::parse(&Source::new(Format::Json, text), Strictness::Strict).document
}

fn differences(pair: &Pair) -> Option<Vec<Difference>> {
    compare(&parse(&pair.reader)?, &parse(&pair.writer)?, Policy::Strict)
}

/// The schema with the draft that both sides are to read it by.
fn drafted(schema: &str) -> String {
    match schema.strip_prefix('{') {
        Some("}") => r#"{"$schema":"http://json-schema.org/draft-07/schema#"}"#.to_owned(),
        Some(rest) if !schema.contains("$schema") => {
            format!(r#"{{"$schema":"http://json-schema.org/draft-07/schema#",{rest}"#)
        }
        _ => schema.to_owned(),
    }
}

/// The pairs of the table, in both directions, and as many others as there shall be.
fn pairs() -> Vec<Pair> {
    let mut runner = TestRunner::deterministic();
    let strategy = generate::pairs();
    let mut pairs = Vec::new();
    for (_, [first, second], _, _) in rows::ROWS.iter().copied().flatten() {
        let [first, second] = [drafted(first), drafted(second)];
        let both = [(&first, &second), (&second, &first)];
        pairs.extend(both.map(|(writer, reader)| Pair { writer: writer.clone(), reader: reader.clone() }));
    }
    while pairs.len() < PAIRS {
        let (writer, reader) = strategy.new_tree(&mut runner).expect("nothing is filtered").current();
        let pair = Pair { writer: drafted(&writer.to_string()), reader: drafted(&reader.to_string()) };
        // Apicurio prints the keyword twice, and then cannot read it.
        if pair.writer.contains("dependencies") || pair.reader.contains("dependencies") {
            continue;
        }
        if differences(&pair).is_some_and(|found| !found.is_empty()) {
            pairs.push(pair);
        }
    }
    pairs
}

/// Why Apicurio may say something else than the engine, or `None` if the table does not know. What it says of the same
/// kind as the engine needs no reason.
fn reasons(found: &[Difference], verdict: &Verdict) -> Option<Vec<&'static str>> {
    let rules =
        |is_asked: fn(&Difference) -> bool| found.iter().filter(move |one| is_asked(one)).map(|one| one.rule.name);
    let known =
        |table: &[(&'static str, _)], rule: &str| table.iter().map(|(name, _)| *name).find(|name| *name == rule);
    let is_compatible = found.iter().all(|one| one.effect != Effect::Breaking);
    match verdict {
        Verdict::Accepts if is_compatible => Some(Vec::new()),
        Verdict::Refuses(_) if !is_compatible => Some(Vec::new()),
        // Every rule that breaks must be one that Apicurio does not have.
        Verdict::Accepts => rules(|one| one.effect == Effect::Breaking).map(|rule| known(ACCEPTED, rule)).collect(),
        Verdict::Refuses(_) => {
            let found: Vec<_> = rules(|_| true).filter_map(|rule| known(REFUSED, rule)).collect();
            Some(found).filter(|found| !found.is_empty())
        }
        Verdict::Fails(words) => FAILED.iter().find(|(said, _)| words.contains(said)).map(|(said, _)| vec![*said]),
    }
}

#[test]
fn agrees_with_apicurio_or_says_why_not() {
    let pairs = pairs();
    let verdicts = Apicurio::shared().judge("JSON", &pairs);
    let mut used: BTreeSet<&str> = BTreeSet::new();
    let mut unexplained = Vec::new();
    for (pair, verdict) in pairs.iter().zip(&verdicts) {
        let found = differences(pair).expect("only schemas are asked about");
        // The schema `false` has no instance: there is nothing that could not be read, and no difference to name.
        let is_empty = pair.writer == "false" && found.is_empty();
        match reasons(&found, verdict) {
            Some(reasons) => used.extend(reasons),
            None if is_empty => {}
            None => {
                let found: Vec<_> = found.iter().map(|one| format!("{:?} {}", one.effect, one.rule.name)).collect();
                let (writer, reader) = (&pair.writer, &pair.reader);
                unexplained.push(format!("writer {writer}\nreader {reader}\n  ours {found:?}\n  Apicurio {verdict:?}"));
            }
        }
    }
    let shown = unexplained.iter().take(8).cloned().collect::<Vec<_>>().join("\n\n");
    assert!(unexplained.is_empty(), "{} of {} pairs are judged otherwise:\n\n{shown}", unexplained.len(), pairs.len());
    let rows = REFUSED.iter().chain(ACCEPTED).chain(FAILED).map(|(name, _)| *name);
    let idle: Vec<_> = rows.filter(|name| !used.contains(name)).collect();
    assert!(idle.is_empty(), "nothing needs the explanation of {idle:?} any more");
    let judged = verdicts.iter().filter(|verdict| !matches!(verdict, Verdict::Fails(_))).count();
    assert!(judged > pairs.len() * 9 / 10, "Apicurio judged {judged} of {}", pairs.len());
}

#[test]
fn the_python_library_takes_the_same_values_for_schemas() {
    const DRAFTS: [&str; 5] = [
        "http://json-schema.org/draft-04/schema#",
        "http://json-schema.org/draft-06/schema#",
        "http://json-schema.org/draft-07/schema#",
        "https://json-schema.org/draft/2019-09/schema",
        "https://json-schema.org/draft/2020-12/schema",
    ];
    let mut random = Random::new(5);
    let mut schemas: Vec<Value> = Vec::new();
    for seed in 0..VALUES {
        let schema: Value = serde_json::from_str(&sample(seed)).expect("it is JSON");
        for mut schema in [broken(&mut random, &schema), schema] {
            if let Value::Object(members) = &mut schema {
                members.insert("$schema".to_owned(), json!(random.pick(&DRAFTS)));
            }
            schemas.push(schema);
        }
    }
    let requests: Vec<Value> = schemas.iter().map(|schema| json!({"schema": schema})).collect();
    let answers = oracle::python("validity.py", &requests);
    let (mut refused, mut wrong) = (0, Vec::new());
    for (schema, answer) in schemas.iter().zip(&answers) {
        let text = schema.to_string();
        let parsed = Document::parse(&Source::new(Format::Json, text.as_str()), Strictness::Strict);
        // Other findings are about what no meta-schema says: references, patterns, keywords that are ignored.
        let mut ours = parsed.findings.iter().filter(|finding| finding.code == "schema::keyword-value");
        // Draft 4 says nothing of `$ref`; the specification wants a string.
        let ours =
            ours.find(|finding| !finding.message.starts_with("`$ref` must be a string") || !text.contains("draft-04"));
        refused += usize::from(!answer["refused"].is_null());
        if ours.is_some() == answer["refused"].is_null() {
            wrong.push(format!("{text}\n  ours {ours:?}\n  Python {}", answer["refused"]));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {} differ:\n{}",
        wrong.len(),
        schemas.len(),
        wrong[..wrong.len().min(5)].join("\n\n")
    );
    assert!(
        refused > schemas.len() / 5 && refused < schemas.len() * 4 / 5,
        "{refused} of {} are refused",
        schemas.len()
    );
}

/// The schema with one of its values replaced by one of another kind.
fn broken(random: &mut Random, schema: &Value) -> Value {
    let text = schema.to_string();
    let starts: Vec<usize> = text.match_indices(':').map(|(at, _)| at + 1).collect();
    let values = [
        json!(-1),
        json!(1.5),
        json!("x"),
        json!([]),
        json!({}),
        json!(null),
        json!(true),
        json!([1, 1]),
        json!(["a", "a"]),
    ];
    for _ in 0..20 {
        if starts.is_empty() {
            break;
        }
        let start = starts[random.below(starts.len())];
        let rest = &text[start..];
        let mut stream = serde_json::Deserializer::from_str(rest).into_iter::<Value>();
        let Some(Ok(_)) = stream.next() else { continue };
        let end = start + stream.byte_offset();
        let value = &values[random.below(values.len())];
        if let Ok(changed) = serde_json::from_str(&format!("{}{value}{}", &text[..start], &text[end..])) {
            return changed;
        }
    }
    json!({"type": "nothing"})
}
