//! What each direction of the pairs finds, and what the rules say of themselves.

use super::rows::ROWS;
use super::{lines, schema, strict, worst};
use crate::compatibility::{Direction, Effect, Policy};
use crate::json_schema::compatibility::{RULES, compare};

#[test]
fn every_cell_of_the_table_holds() {
    let mut wrong = Vec::new();
    for (why, [first, second], backward, forward) in ROWS.iter().copied().flatten() {
        for (writer, reader, expected) in [(first, second, backward), (second, first, forward)] {
            let found = lines(&strict(writer, reader));
            if found != *expected {
                wrong.push(format!("{why}: {writer} -> {reader}\n  expected {expected:?}\n  found    {found:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A keyword, the rules' name for it, and what stands beside it.
const BOUNDS: [(&str, &str, &str); 12] = [
    ("maxLength", "MAX_LENGTH", r#""type":"string""#),
    ("minLength", "MIN_LENGTH", r#""type":"string""#),
    ("maximum", "MAXIMUM", r#""type":"number""#),
    ("minimum", "MINIMUM", r#""type":"number""#),
    ("exclusiveMaximum", "EXCLUSIVE_MAXIMUM", r#""type":"number""#),
    ("exclusiveMinimum", "EXCLUSIVE_MINIMUM", r#""type":"number""#),
    ("maxProperties", "MAX_PROPERTIES", r#""type":"object""#),
    ("minProperties", "MIN_PROPERTIES", r#""type":"object""#),
    ("maxItems", "MAX_ITEMS", r#""type":"array""#),
    ("minItems", "MIN_ITEMS", r#""type":"array""#),
    ("maxContains", "MAX_CONTAINS", CONTAINS),
    ("minContains", "MIN_CONTAINS", CONTAINS),
];

const CONTAINS: &str = r#""$schema":"https://json-schema.org/draft/2020-12/schema","contains":{"type":"null"}"#;

const CHANGES: [&str; 4] = ["ADDED", "REMOVED", "INCREASED", "DECREASED"];

#[test]
fn every_bound_breaks_where_it_takes_less_than_before() {
    for (keyword, name, beside) in BOUNDS {
        let none = format!("{{{beside}}}");
        let at = |bound: u8| format!(r#"{{{beside},"{keyword}":{bound}}}"#);
        let is_upper = name.contains("MAX");
        for (change, writer, reader, takes_less) in [
            ("ADDED", &none, &at(3), true),
            ("REMOVED", &at(3), &none, false),
            ("INCREASED", &at(3), &at(5), !is_upper),
            ("DECREASED", &at(5), &at(3), is_upper),
        ] {
            let found = strict(writer, reader);
            assert_eq!(lines(&found), [format!("{name}_{change} #/{keyword}")]);
            let expected = if takes_less { Effect::Breaking } else { Effect::Safe };
            assert_eq!(worst(&found), expected, "{writer} -> {reader}");
        }
    }
}

#[test]
fn the_lenient_policy_forgives_which_properties_there_are() {
    let forgiven = [
        (r#"{"type":"object"}"#, r#"{"type":"object","properties":{"a":{"type":"null"}}}"#),
        (r#"{"type":"object"}"#, r#"{"type":"object","additionalProperties":false}"#),
        (r#"{"properties":{"a":true},"additionalProperties":false}"#, r#"{"additionalProperties":false}"#),
        (
            r#"{"additionalProperties":{"type":"string"}}"#,
            r#"{"properties":{"a":{"type":"null"}},"additionalProperties":{"type":"string"}}"#,
        ),
    ];
    for (writer, reader) in forgiven {
        let found = compare(&schema(reader), &schema(writer), Policy::Lenient, Direction::Backward);
        assert_eq!(worst(&found), Effect::Safe, "{writer} -> {reader}: {:?}", lines(&found));
        assert_eq!(worst(&strict(writer, reader)), Effect::Breaking, "{writer} -> {reader}");
    }
}

#[test]
fn the_lenient_policy_forgives_nothing_else() {
    let broken = [
        (r#"{"type":"object"}"#, r#"{"properties":{"a":{"type":"null"}},"required":["a"]}"#),
        (r#"{"properties":{"a":{"type":"null"}}}"#, r#"{"properties":{"a":{"type":"string"}}}"#),
        (r#"{"properties":{"a":true}}"#, r#"{"properties":{"a":true},"required":["a"]}"#),
    ];
    for (writer, reader) in broken {
        let found = compare(&schema(reader), &schema(writer), Policy::Lenient, Direction::Backward);
        assert_eq!(worst(&found), Effect::Breaking, "{writer} -> {reader}: {:?}", lines(&found));
    }
}

#[test]
fn the_loudest_complaint_is_explained_with_the_names_of_the_case() {
    let reader = r#"{"properties":{"discount":{"type":"number"}}}"#;
    let found = strict(r#"{"properties":{}}"#, reader);
    let [difference] = found.as_slice() else { panic!("{found:?}") };
    assert_eq!(
        difference.what,
        "the optional property `discount` must be a number, but the writer's schema is open: its data may hold \
         `discount` with a value of any type"
    );
    let help = difference.help.as_deref().unwrap();
    for advice in [r#""additionalProperties": false"#, "`lenient`", r#""discount": true"#] {
        assert!(help.contains(advice), "{help}");
    }
    assert_eq!(&reader[difference.reader.unwrap().span.range()], r#""discount":{"type":"number"}"#);
}

#[test]
fn a_difference_is_shown_where_its_keyword_is_written() {
    let (writer, reader) = (r#"{"type":"string","maxLength":8}"#, r#"{"maxLength":5,"type":"string"}"#);
    let found = strict(writer, reader);
    assert_eq!(&writer[found[0].writer.unwrap().span.range()], r#""maxLength":8"#);
    assert_eq!(&reader[found[0].reader.unwrap().span.range()], r#""maxLength":5"#);
}

#[test]
fn every_rule_is_found_or_belongs_elsewhere() {
    let elsewhere = [
        "PROPERTY_ADDED_TO_OPEN_CONTENT_MODEL",
        "RESERVED_PROPERTY_REMOVED",
        "RESERVED_PROPERTY_CONFLICTS_WITH_PROPERTY",
    ];
    // Found by the tests of hostile schemas.
    let hostile = ["COMPARISON_TOO_COMPLEX", "REFERENCE_NOT_RESOLVED"];
    let found: std::collections::BTreeSet<String> = ROWS
        .iter()
        .copied()
        .flatten()
        .flat_map(|(_, _, backward, forward)| backward.iter().chain(*forward))
        .filter_map(|line| line.split_once(' ').map(|(rule, _)| rule.to_owned()))
        .chain(BOUNDS.iter().flat_map(|(_, name, _)| CHANGES.map(|change| format!("{name}_{change}"))))
        .collect();
    let missing: Vec<&str> = RULES
        .iter()
        .copied()
        .flatten()
        .map(|rule| rule.name)
        .filter(|name| !found.contains(*name) && !elsewhere.contains(name) && !hostile.contains(name))
        .collect();
    assert_eq!(missing, Vec::<&str>::new());
}

#[test]
fn every_rule_has_its_own_name_and_says_what_to_do() {
    let mut names: Vec<&str> = RULES.iter().copied().flatten().map(|rule| rule.name).collect();
    names.sort_unstable();
    assert!(names.windows(2).all(|pair| pair[0] != pair[1]));
    for rule in RULES.iter().copied().flatten() {
        assert!([rule.what, rule.why, rule.fix].iter().all(|text| text.ends_with('.')), "{}", rule.name);
    }
}
