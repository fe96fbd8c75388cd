//! Which texts are files for `protoc`, and whether what the engine prints is the same file for it.

use std::collections::BTreeSet;

use schema::{Document, Format, Severity, Source, Strictness, layout};
use serde_json::{Value, json};
use topology_tests::binary::repository;

use super::edges;
use super::generate::Generator;
use crate::oracle;
use crate::random::Random;

/// How many files are made, each with one that is broken.
const FILES: u64 = 400;

/// What the engine takes and `protoc` refuses: a piece of what `protoc` says, and why. None of it changes what bytes
/// mean, and the registries of others take it; our compiler, protox, does not look.
const TAKEN: &[(&str, &str)] = &[
    ("Expected type name.", "An empty statement in a oneof, which the grammar had for long, and Wire reads."),
    ("if you ignore case and strip out the enum name prefix", "A rule for languages that strip prefixes."),
    ("must define 0 as the first value", "proto2 alone: what an absent value of a map is, no byte says."),
];

/// What `protoc` takes and the engine refuses: a piece of what the engine says, and why.
const REFUSED: &[(&str, &str)] = &[
    ("schema::edition", "Editions are not supported, which the finding says."),
    ("invalid identifier", "`protoc` warns of a reserved name that nothing can have; it reserves nothing."),
    ("a field with JSON name", "`protoc` warns of it in proto2: in JSON one of the two fields is lost."),
    ("string is not valid utf-8", "`protoc` holds bytes where text belongs; JSON of such a file cannot be written."),
    ("name `M._a` is defined twice", "`protoc` invents another name for the oneof that `optional` stands for."),
    ("numbers must be between 1 and 536870911", "Reserving a number that no field can have is a slip."),
];

fn parse(text: &str) -> Result<Document, String> {
    let parsed = Document::parse(&Source::new(Format::Protobuf, text), Strictness::Strict);
    let errors = parsed.findings.iter().filter(|finding| finding.severity == Severity::Error);
    let errors: Vec<_> = errors.map(|finding| format!("{}: {}", finding.code, finding.message)).collect();
    parsed.document.ok_or_else(|| errors.join("\n"))
}

/// What `protoc` makes of texts that are files of one name.
fn protoc(texts: &[String]) -> Vec<Value> {
    let known = repository().join("schema/src/protobuf/known");
    let requests: Vec<Value> = texts.iter().map(|text| json!({"proto": text, "known": known})).collect();
    oracle::python("validity.py", &requests)
}

fn cases() -> Vec<String> {
    let mut cases: Vec<String> = edges::TEXTS.iter().map(|text| (*text).to_owned()).collect();
    for seed in 0..FILES {
        let text = Generator::new(seed).file().text();
        cases.push(broken(&mut Random::new(seed), &text));
        cases.push(text);
    }
    cases
}

/// The file with one word removed, doubled or replaced.
fn broken(random: &mut Random, text: &str) -> String {
    const WORDS: [&str; 24] = [
        ";",
        "{",
        "}",
        "=",
        "0",
        "-1",
        "19000",
        "536870912",
        "int32",
        "string",
        "repeated",
        "optional",
        "required",
        "reserved",
        "oneof",
        "enum",
        "message",
        "stream",
        "[packed = true]",
        "map<Kind, int32>",
        "group",
        "extensions",
        "max",
        "\"\"",
    ];
    let mut words: Vec<String> = text.split_inclusive([' ', '\n']).map(str::to_owned).collect();
    let at = random.below(words.len());
    let word = format!("{} ", random.pick(&WORDS));
    match random.below(4) {
        0 => drop(words.remove(at)),
        1 => words.insert(at, words[at].clone()),
        2 => words[at] = word,
        _ => words.insert(at, word),
    }
    words.concat()
}

#[test]
fn protoc_takes_the_same_texts_for_files() {
    let cases = cases();
    let answers = protoc(&cases);
    let (mut unexplained, mut used, mut refused) = (Vec::new(), BTreeSet::new(), 0);
    for (text, answer) in cases.iter().zip(&answers) {
        let (ours, theirs) = (parse(text), answer["refused"].as_str());
        refused += usize::from(theirs.is_some());
        let reason = match (&ours, theirs) {
            (Ok(_), None) | (Err(_), Some(_)) => continue,
            // An import that is not given is a warning until a registry knows the references.
            (Ok(_), Some(words)) if words.contains("File not found") => continue,
            (Ok(_), Some(words)) => TAKEN.iter().find(|(piece, _)| words.contains(piece)),
            (Err(words), None) => REFUSED.iter().find(|(piece, _)| words.contains(piece)),
        };
        match reason {
            Some((piece, _)) => drop(used.insert(*piece)),
            None => unexplained.push(format!("{text}\n  ours: {:?}\n  protoc: {theirs:?}", ours.err())),
        }
    }
    let shown = unexplained.iter().take(8).cloned().collect::<Vec<_>>().join("\n\n");
    assert!(unexplained.is_empty(), "{} of {} texts differ:\n\n{shown}", unexplained.len(), cases.len());
    let idle: Vec<_> = TAKEN.iter().chain(REFUSED).filter(|(piece, _)| !used.contains(piece)).collect();
    assert!(idle.is_empty(), "nothing needs these explanations any more: {idle:?}");
    assert!(refused > cases.len() / 5 && refused < cases.len() * 4 / 5, "{refused} of {} are refused", cases.len());
}

#[test]
fn what_is_printed_is_the_same_file_for_protoc() {
    let (mut originals, mut printed, mut normalized) = (Vec::new(), Vec::new(), Vec::new());
    let texts: Vec<String> = cases().into_iter().filter(|text| !text.contains("none.proto")).collect();
    let taken = protoc(&texts);
    for (text, answer) in texts.into_iter().zip(taken) {
        let (Ok(document), true) = (parse(&text), answer["refused"].is_null()) else { continue };
        printed.push([document.canonical(), layout::braces(&text)]);
        normalized.push(document.normalized());
        originals.push((text, answer));
    }
    assert!(originals.len() > 400, "{} files are compared", originals.len());
    for which in 0..2 {
        let again: Vec<String> = printed.iter().map(|both| both[which].clone()).collect();
        for (((text, original), again), answer) in originals.iter().zip(&again).zip(protoc(&again)) {
            assert_eq!(&answer, original, "{text}\nis printed as\n{again}");
        }
    }
    for (answer, text) in protoc(&normalized).iter().zip(&normalized) {
        assert!(answer["refused"].is_null(), "{text}\n{}", answer["refused"]);
    }
}
