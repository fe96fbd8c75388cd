//! What is said of a difference, whichever of the two schemas reads: every suggestion is a change of the new one.

mod pairs;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::{Difference, Direction, Effect, Level, Older, Policy, check, differences, rules, verdict};
use crate::{Document, Format, Source, Strictness};
use pairs::{AVRO, PROTOBUF, Pair, json};

const DIRECTIONS: [Direction; 2] = [Direction::Backward, Direction::Forward];

/// Rules that nothing here finds: of what is too large, of metadata, and of registries of the past.
const ELSEWHERE: [&str; 6] = [
    "COMPARISON_TOO_COMPLEX",
    "PROPERTY_ADDED_TO_OPEN_CONTENT_MODEL",
    "REFERENCE_NOT_RESOLVED",
    "RESERVED_PROPERTY_CONFLICTS_WITH_PROPERTY",
    "RESERVED_PROPERTY_REMOVED",
    "TOO_LARGE_TO_COMPARE",
];

/// Rules about what the newer schema leaves to those after it: no older one is asked for it.
const LOOKING_BACK: [&str; 8] = [
    "ENUM_SYMBOL_WITHOUT_DEFAULT",
    "ENUM_VALUE_REMOVED_WITHOUT_RESERVED",
    "EXTENSION_RANGE_REMOVED",
    "FIELD_REMOVED_WITHOUT_RESERVED",
    "RESERVED_NAME_USED",
    "RESERVED_NUMBER_USED",
    "RPC_REMOVED",
    "SERVICE_REMOVED",
];

fn document(format: Format, text: &str) -> Document {
    let parsed = Document::parse(&Source::new(format, text), Strictness::Lenient);
    parsed.document.unwrap_or_else(|| panic!("{text}: {:#?}", parsed.findings))
}

/// A difference that is told to somebody, with the texts that it is told of.
struct Told {
    direction: Direction,
    new: String,
    old: String,
    difference: Difference,
}

/// What is told of both texts of every pair, each being the new one once.
fn told(format: Format, pairs: &[Pair]) -> Vec<Told> {
    let mut told = Vec::new();
    for [first, second] in pairs {
        for [old, new] in [[first, second], [second, first]] {
            let documents = [document(format, new), document(format, old)];
            for direction in DIRECTIONS {
                let found =
                    differences(&documents[0], &documents[1], direction, Policy::Strict).expect("of one format");
                let found = found.into_iter().filter(|difference| difference.effect > Effect::Safe);
                told.extend(found.map(|difference| Told { direction, new: new.clone(), old: old.clone(), difference }));
            }
        }
    }
    told
}

fn all() -> BTreeMap<Format, Vec<Told>> {
    let strings = |pairs: &[[&str; 2]]| -> Vec<Pair> { pairs.iter().map(|pair| pair.map(str::to_owned)).collect() };
    BTreeMap::from([
        (Format::Avro, told(Format::Avro, &strings(AVRO))),
        (Format::Protobuf, told(Format::Protobuf, &strings(PROTOBUF))),
        (Format::Json, told(Format::Json, &json())),
    ])
}

/// A registry asks for the verdict alone: it must be that of everything else.
#[test]
fn a_verdict_has_the_failures_of_a_check_and_no_warnings() {
    for (format, told) in all() {
        for told in told {
            let (new, old) = (document(format, &told.new), document(format, &told.old));
            let older = [Older { version: 1, document: &old }];
            for level in [Level::Backward, Level::Forward, Level::Full] {
                let [check, verdict] = [check, verdict].map(|check| check(&new, &older, level, Policy::Strict));
                assert_eq!(format!("{:?}", verdict.failures), format!("{:?}", check.failures), "{level} {}", told.new);
                assert!(verdict.warnings.is_empty());
            }
        }
    }
}

/// What a sentence asks to do something with: the first name in each clause that begins with one of the verbs.
fn objects<'t>(text: &'t str, verbs: &[&str]) -> Vec<&'t str> {
    let mut found = Vec::new();
    for clause in text.split([';', ':', '.']).flat_map(|part| part.split(", ")).flat_map(|part| part.split(" or ")) {
        let clause = clause.trim();
        let is_meant = verbs.iter().any(|verb| clause.to_ascii_lowercase().starts_with(verb));
        if let (true, Some(name)) = (is_meant, clause.split('`').nth(1)) {
            found.push(name);
        }
    }
    found
}

#[test]
fn what_is_to_be_kept_is_in_the_old_schema_and_what_is_to_be_left_out_in_the_new() {
    let mut wrong = String::new();
    for Told { direction, new, old, difference } in all().into_values().flatten() {
        let help = difference.suggestion(direction);
        let kept = objects(help, &["keep "]).into_iter().filter(|name| !old.contains(*name));
        let left = objects(help, &["leave out ", "leave "]).into_iter().filter(|name| !new.contains(*name));
        for name in kept.chain(left) {
            writeln!(wrong, "{} {direction:?}: {help}\n  {name}\n  old {old}\n  new {new}", difference.rule.name)
                .unwrap();
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn every_rule_suggests_something_in_both_directions() {
    let mut found = BTreeSet::new();
    for told in all().values().flatten() {
        assert!(!told.difference.suggestion(told.direction).is_empty());
        assert!(!told.difference.what.contains("%s"));
        found.insert((told.difference.rule.name, told.direction));
    }
    let missing: Vec<_> = rules()
        .filter(|rule| rule.effect > Effect::Safe && !ELSEWHERE.contains(&rule.name))
        .flat_map(|rule| DIRECTIONS.map(|direction| (rule.name, direction)))
        .filter(|(name, direction)| {
            !found.contains(&(*name, *direction)) && (*direction == Direction::Backward || !LOOKING_BACK.contains(name))
        })
        .collect();
    assert_eq!(missing, []);
    assert!(LOOKING_BACK.iter().all(|name| !found.contains(&(*name, Direction::Forward))));
}

#[test]
fn an_old_schema_that_reads_is_not_asked_to_change() {
    for (format, told) in all() {
        let mut page = String::new();
        let mut seen = BTreeSet::new();
        for Told { direction, old, new, difference } in told {
            if direction == Direction::Forward && seen.insert(difference.rule.name) {
                let (name, what, help) = (difference.rule.name, &difference.what, difference.suggestion(direction));
                writeln!(page, "{name}\n  old:  {old}\n  new:  {new}\n  what: {what}\n  help: {help}\n").unwrap();
            }
        }
        insta::assert_snapshot!(format!("forward_{}", format.as_str().to_ascii_lowercase()), page);
    }
}

#[test]
fn one_change_is_told_to_both_sides_in_the_same_words() {
    let (old, new) =
        ("syntax = \"proto3\"; message M { int32 x = 1; }", "syntax = \"proto3\"; message M { string x = 1; }");
    let [old, new] = [old, new].map(|text| document(Format::Protobuf, text));
    let report = check(&new, &[Older { version: 1, document: &old }], Level::Full, Policy::Strict);
    let words = |failure: &super::Failure| (failure.differences[0].what.clone(), failure.differences[0].help.clone());
    let [backward, forward] = report.failures.as_slice() else { panic!("{report:?}") };
    assert_eq!(words(backward), words(forward));
    assert_eq!(words(forward).0, "field `x` (1) is `string` and was written as `int32`");
    assert_eq!(words(forward).1.unwrap(), "keep `int32`, or add a field with a new number");
}
