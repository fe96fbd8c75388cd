//! Schemas that refer to themselves, and schemas that are made to hurt.

use std::fmt::Write;

use super::{lines, schema, strict, worst};
use crate::compatibility::{Direction, Effect, Policy};
use crate::json_schema::compatibility::compare;

#[test]
fn a_tree_is_compared_once_at_each_level() {
    let tree = |leaf: &str| {
        format!(
            r##"{{"type":"object","properties":{{"value":{leaf},"next":{{"$ref":"#"}}}},"additionalProperties":false}}"##
        )
    };
    let (narrow, wide) = (tree(r#"{"type":"integer"}"#), tree(r#"{"type":"number"}"#));
    assert_eq!(lines(&strict(&narrow, &wide)), ["TYPE_EXTENDED #/properties/value"]);
    assert_eq!(lines(&strict(&wide, &narrow)), ["TYPE_NARROWED #/properties/value"]);
}

#[test]
fn two_types_that_contain_each_other_are_compared() {
    let pair = |leaf: &str| {
        format!(
            r##"{{"$ref":"#/definitions/a","definitions":{{
            "a":{{"type":"object","properties":{{"b":{{"$ref":"#/definitions/b"}}}},"additionalProperties":false}},
            "b":{{"type":"object","properties":{{"a":{{"$ref":"#/definitions/a"}},"x":{leaf}}},"additionalProperties":false}}}}}}"##
        )
    };
    let (narrow, wide) = (pair(r#"{"type":"integer"}"#), pair(r#"{"type":"number"}"#));
    assert_eq!(lines(&strict(&narrow, &wide)), ["TYPE_EXTENDED #/properties/b/properties/x"]);
    assert_eq!(lines(&strict(&wide, &narrow)), ["TYPE_NARROWED #/properties/b/properties/x"]);
}

#[test]
fn an_assumption_that_fails_is_withdrawn() {
    // Whether the alternatives match depends on the list itself, which is assumed to be compatible while it is compared.
    let list = |leaf: &str| {
        format!(
            r##"{{"type":"object","additionalProperties":false,"properties":{{
            "rest":{{"anyOf":[{{"$ref":"#"}},{{"type":"null"}}]}},"value":{leaf}}}}}"##
        )
    };
    let found = strict(&list(r#"{"type":"number"}"#), &list(r#"{"type":"integer"}"#));
    assert_eq!(
        lines(&found),
        ["COMBINED_TYPE_SUBSCHEMAS_CHANGED #/properties/rest", "TYPE_NARROWED #/properties/value"]
    );
    let found = strict(&list(r#"{"type":"integer"}"#), &list(r#"{"type":"number"}"#));
    assert_eq!(worst(&found), Effect::Safe, "{:?}", lines(&found));
}

#[test]
fn a_reference_to_itself_is_a_hazard_and_not_a_loop() {
    let found = compare(
        &schema(r##"{"properties":{"a":{"$ref":"#/properties/a"}}}"##),
        &schema(r#"{"properties":{"a":{"type":"string"}}}"#),
        Policy::Strict,
        Direction::Backward,
    );
    assert_eq!(lines(&found), ["REFERENCE_NOT_RESOLVED #/properties/a"]);
    let circle = r##"{"type":"object","properties":{"a":{"anyOf":[{"$ref":"#/properties/a"},{"maxLength":1}]}}}"##;
    let found = strict(circle, &circle.replace("Length\":1", "Length\":2"));
    let circle = found.iter().find(|difference| difference.rule.name == "REFERENCE_NOT_RESOLVED").unwrap();
    assert!(circle.what.contains("in a circle"), "{}", circle.what);
    assert!(circle.help.as_deref().unwrap().contains("lead to a schema"), "{circle:?}");
}

/// A definition at each level that uses the next one twice.
fn bomb(levels: usize, leaf: &str) -> String {
    let mut text = String::from(r##"{"$ref":"#/definitions/d0","definitions":{"##);
    for level in 0..levels {
        let next = format!(r##"{{"$ref":"#/definitions/d{}"}}"##, level + 1);
        write!(
            text,
            r#""d{level}":{{"type":"object","additionalProperties":false,"properties":{{"l":{next},"r":{next}}}}},"#
        )
        .unwrap();
    }
    write!(text, r#""d{levels}":{leaf}}}}}"#).unwrap();
    text
}

#[test]
fn a_bomb_of_references_is_compared_in_the_time_that_its_text_allows() {
    let found = strict(&bomb(40, r#"{"type":"integer"}"#), &bomb(40, r#"{"type":"number"}"#));
    assert_eq!(worst(&found), Effect::Safe);
    let found = strict(&bomb(40, r#"{"type":"number"}"#), &bomb(40, r#"{"type":"integer"}"#));
    let last = lines(&found).pop().unwrap();
    assert_eq!(last, "COMPARISON_TOO_COMPLEX #/");
    assert!(found.last().unwrap().what.contains("50000 steps"), "{}", found.last().unwrap().what);
}

#[test]
fn schemas_that_are_nested_too_deeply_are_not_compared() {
    let chain = |levels: usize, leaf: &str| {
        let mut text = String::from(r##"{"$ref":"#/definitions/d0","definitions":{"##);
        for level in 0..levels {
            write!(text, r##""d{level}":{{"type":"array","items":{{"$ref":"#/definitions/d{}"}}}},"##, level + 1)
                .unwrap();
        }
        write!(text, r#""d{levels}":{leaf}}}}}"#).unwrap();
        text
    };
    let found = strict(&chain(5000, r#"{"type":"integer"}"#), &chain(5000, r#"{"type":"number"}"#));
    assert_eq!(lines(&found), ["COMPARISON_TOO_COMPLEX #/"]);
    assert!(found[0].what.contains("96 levels"), "{}", found[0].what);
    assert_eq!(strict(&chain(5000, "{}"), &chain(5000, "{}")), []);
}

/// `allOf` of schemas that are told apart by a bound.
fn branches(count: usize, first: usize) -> String {
    let branches: Vec<String> =
        (0..count).map(|index| format!(r#"{{"type":"string","maxLength":{}}}"#, first + index)).collect();
    format!(r#"{{"allOf":[{}]}}"#, branches.join(","))
}

#[test]
fn a_thousand_branches_are_matched_or_given_up() {
    assert_eq!(lines(&strict(&branches(1000, 1), &format!(" {}", branches(1000, 1)))), Vec::<String>::new());
    // Each branch of the reader is wider than one of the writer, and only the last has no equal.
    let found = strict(&branches(1000, 1), &branches(1000, 2));
    assert_eq!(lines(&found), ["MAX_LENGTH_INCREASED #/allOf/0/maxLength"]);
    let found = strict(&branches(1000, 1), &branches(1000, 5000));
    assert_eq!(worst(&found), Effect::Breaking);
    assert_eq!(lines(&found).pop().unwrap(), "COMPARISON_TOO_COMPLEX #/");
}

#[test]
fn one_of_many_recursive_alternatives_ends() {
    let alternatives = vec![r##"{"$ref":"#"}"##; 60].join(",");
    let text = format!(r#"{{"oneOf":[{alternatives},{{"type":"null"}}]}}"#);
    assert!(worst(&strict(&text, &format!(" {text}"))) < Effect::Breaking);
}

#[test]
fn names_with_percent_signs_and_quotes_reach_the_message() {
    let found = strict(
        r#"{"type":"object","properties":{"100%s \"a\"":{"type":"string"}}}"#,
        r#"{"type":"object","properties":{"100%s \"a\"":{"type":"number"}}}"#,
    );
    let difference = &found[0];
    assert_eq!(
        difference.message,
        r#"{errorType:"TYPE_CHANGED", description:"The type at path '#/properties/100%s \"a\"' in the new schema is not that of the old schema"}"#
    );
}

#[test]
fn the_limits_of_depth_are_reached_on_the_stack_of_a_thread() {
    let depth = |levels: usize, leaf: &str| {
        let mut text = String::from(r##"{"$ref":"#/definitions/d0","definitions":{"##);
        for level in 0..levels {
            let next = format!(r##"{{"$ref":"#/definitions/d{}"}}"##, level + 1);
            write!(text, r#""d{level}":{{"anyOf":[{{"type":"null"}},{{"not":{{"type":"object","patternProperties":{{"a":{next}}}}}}}]}},"#).unwrap();
        }
        write!(text, r#""d{levels}":{leaf}}}}}"#).unwrap();
        text
    };
    let found = strict(&depth(200, r#"{"type":"integer"}"#), &depth(200, r#"{"type":"number"}"#));
    assert_eq!(lines(&found).pop().unwrap(), "COMPARISON_TOO_COMPLEX #/");
}

/// An object with as many properties as patterns, each of which matches every name.
fn patterns(count: usize, kind: &str) -> String {
    let member = |name: String| format!(r#""{name}":{{"type":"{kind}"}}"#);
    let properties: Vec<String> = (0..count).map(|number| member(format!("p{number}"))).collect();
    let patterns: Vec<String> = (0..count).map(|number| member(format!("p|{number}"))).collect();
    let [properties, patterns] = [properties, patterns].map(|members| members.join(","));
    format!(r#"{{"type":"object","properties":{{{properties}}},"patternProperties":{{{patterns}}}}}"#)
}

#[test]
fn patterns_are_held_against_no_more_names_than_it_takes() {
    let text = patterns(2000, "string");
    assert_eq!(lines(&strict(&text, &format!(" {text}"))), Vec::<String>::new());
    let bounded = text.replacen('{', r#"{"minProperties":1,"#, 1);
    assert_eq!(lines(&strict(&bounded, &text)), ["MIN_PROPERTIES_REMOVED #/minProperties"]);
    let found = lines(&strict(&text, &patterns(2000, "integer")));
    assert_eq!(found.len(), 4000);
    assert_eq!(found.last().unwrap(), "PATTERN_PROPERTY_CHANGED #/patternProperties/p|1999");
}

#[test]
fn regular_expressions_are_counted() {
    let patterns = |count: usize| {
        let patterns: Vec<String> = (0..count).map(|number| format!(r#""^{number}$":{{"type":"string"}}"#)).collect();
        format!(r#"{{"type":"object","patternProperties":{{{}}},"properties":{{"#, patterns.join(","))
    };
    let added = |count: usize| {
        let writer = format!("{}}}}}", patterns(count));
        let found = strict(&writer, &format!(r#"{}"x":{{"type":"string"}}}}}}"#, patterns(count)));
        found.last().map(|difference| (difference.rule.name, difference.what.clone())).unwrap()
    };
    assert_eq!(added(50).0, "OPTIONAL_PROPERTY_ADDED_TO_UNOPEN_CONTENT_MODEL");
    let (rule, what) = added(1001);
    assert_eq!(rule, "COMPARISON_TOO_COMPLEX");
    assert!(what.contains("1000 regular expressions"), "{what}");
}

/// `oneOf` of objects without a name in common.
fn alternatives(count: usize, prefix: &str) -> String {
    let alternative = |number: usize| {
        let properties: Vec<String> =
            (0..100).map(|name| format!(r#""{prefix}{number}_{name}":{{"type":"string"}}"#)).collect();
        format!(r#"{{"type":"object","properties":{{{}}}}}"#, properties.join(","))
    };
    format!(r#"{{"oneOf":[{}]}}"#, (0..count).map(alternative).collect::<Vec<_>>().join(","))
}

#[test]
fn differences_are_counted() {
    let found = strict(&alternatives(100, "a"), &alternatives(100, "b"));
    assert_eq!(lines(&found).pop().unwrap(), "COMPARISON_TOO_COMPLEX #/");
    assert!(found.len() < 1000, "{}", found.len());
    // What a large schema of this kind has is not too much.
    let found = strict(&alternatives(30, "a"), &alternatives(30, "b"));
    assert_eq!(lines(&found), ["COMBINED_TYPE_SUBSCHEMAS_CHANGED #/", "SUM_TYPE_MAY_OVERLAP #/"]);
}

#[test]
fn long_lists_in_many_alternatives_are_counted() {
    let alternatives = |count: usize, first: usize| {
        let values: Vec<String> = (0..20).map(|value| format!("\"{value}{}\"", "a".repeat(500))).collect();
        let alternative = |number: usize| format!(r#"{{"enum":["{}",{}]}}"#, first + number, values.join(","));
        format!(r#"{{"anyOf":[{}]}}"#, (0..count).map(alternative).collect::<Vec<_>>().join(","))
    };
    let found = strict(&alternatives(100, 0), &alternatives(100, 1000));
    assert_eq!(lines(&found).pop().unwrap(), "COMPARISON_TOO_COMPLEX #/");
    let found = strict(&alternatives(5, 0), &alternatives(5, 1000));
    assert_eq!(lines(&found), ["COMBINED_TYPE_SUBSCHEMAS_CHANGED #/"]);
}
