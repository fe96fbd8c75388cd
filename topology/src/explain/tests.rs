//! Claims about the rules' pages: every code has one, and its examples show what it says.

use std::collections::BTreeSet;
use std::path::Path;

use schema::avro::{File, parse};
use schema::{Document, Format, Source, Strictness};

use super::{Rule, compiler, rules};
use crate::diagnostic::Severity;
use crate::testing::load_section;

/// The codes that a text leads to, from reading it and from lint.
fn codes(text: &str) -> BTreeSet<&'static str> {
    if text.starts_with("{\"$schema\"") {
        let parsed = Document::parse(&Source::new(Format::Json, text), Strictness::Strict);
        return parsed.findings.iter().map(|finding| finding.code).collect();
    }
    if text.starts_with('{') {
        return parse(&[File { name: "a.avsc", text }]).findings.iter().map(|finding| finding.code).collect();
    }
    if ["record ", "protocol ", "namespace ", "import "].iter().any(|word| text.starts_with(word)) {
        return parse(&[File { name: "a.avdl", text }]).findings.iter().map(|finding| finding.code).collect();
    }
    let loaded = load_section(text);
    let mut findings = loaded.diagnostics;
    findings.extend(loaded.topology.iter().flat_map(crate::lint));
    findings.iter().map(|finding| finding.code).collect()
}

#[test]
fn each_example_shows_its_rule() {
    let ours = rules().filter(|rule| compiler::RULES.iter().all(|other| other.code != rule.code));
    let with_example = ours.filter(|rule| !rule.example.is_empty());
    let wrong: Vec<_> = with_example.filter(|rule| !codes(rule.example).contains(rule.code)).collect();
    let wrong: Vec<_> = wrong.iter().map(|rule| (rule.code, codes(rule.example), rule.example)).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn lint_finds_nothing_in_what_only_the_compiler_can_judge() {
    for rule in compiler::RULES {
        assert_eq!((codes(rule.example), codes(rule.fix)), (BTreeSet::new(), BTreeSet::new()), "{}", rule.code);
    }
}

#[test]
fn each_fix_mends_its_example() {
    for rule in rules() {
        let codes = codes(rule.fix);
        assert!(!codes.contains(rule.code), "`{}` is still there:\n{}", rule.code, rule.fix);
    }
}

#[test]
fn the_rules_of_lint_have_examples_whose_fix_has_no_finding() {
    for rule in crate::lint::rules() {
        assert!(!rule.example.is_empty(), "{}", rule.code);
        let findings = load_section(rule.fix);
        assert!(findings.is_whole(), "{}: {:?}", rule.code, findings.diagnostics);
        let others: Vec<_> = findings.topology.iter().flat_map(crate::lint).map(|finding| finding.code).collect();
        assert!(others.is_empty(), "{}: {others:?}\n{}", rule.code, rule.fix);
    }
}

#[test]
fn codes_are_unique() {
    let mut seen = BTreeSet::new();
    for Rule { code, .. } in rules() {
        assert!(seen.insert(code), "`{code}` is there twice");
    }
}

#[test]
fn texts_are_sentences() {
    for rule in rules() {
        assert!(rule.summary.ends_with('.') && rule.why.ends_with('.'), "{}", rule.code);
        // The order of a roll-out is nothing to mend, nor is what an IDL file says to others.
        let is_advice =
            [crate::compatibility::ROLL_OUT, "schema::idl-ignored", "schema::any-json"].contains(&rule.code);
        assert!(rule.severity >= Severity::Warning || is_advice, "{}", rule.code);
    }
}

#[test]
fn every_code_in_the_sources_is_explained() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut written = BTreeSet::new();
    for folder in ["src", "../schema/src", "../codegen/src"] {
        collect(&here.join(folder), &mut written);
    }
    let explained: BTreeSet<_> = rules().map(|rule| rule.code.to_owned()).collect();
    assert_eq!(written.difference(&explained).collect::<Vec<_>>(), Vec::<&String>::new(), "without a rule");
    assert_eq!(explained.difference(&written).collect::<Vec<_>>(), Vec::<&String>::new(), "never reported");
}

/// The codes in the sources, other than those that only stand in the tables.
#[expect(clippy::disallowed_methods, reason = "the sources of this crate are what is tested")]
fn collect(folder: &Path, written: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() && !path.ends_with("explain") && !path.ends_with("snapshots") {
            collect(&path, written);
        } else if path.extension().is_some_and(|extension| extension == "rs") && !path.ends_with("tests.rs") {
            let text = std::fs::read_to_string(&path).unwrap();
            written.extend(text.split('"').filter(|piece| is_code(piece)).map(str::to_owned));
        }
    }
}

fn is_code(text: &str) -> bool {
    let is_word = |word: &str| !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-');
    text.split_once("::").is_some_and(|(family, name)| is_word(family) && is_word(name))
}
