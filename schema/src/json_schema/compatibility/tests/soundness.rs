//! What the engine promises: without a difference that breaks or is a hazard, everything that the writer's schema
//! accepts is accepted by the reader's. The judge is a validator that knows nothing of this comparison.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::generate::{leaves, pairs, schemas, with_definition};
use super::{lines, worst};
use crate::compatibility::{Difference, Direction, Effect, Policy};
use crate::json_schema::compatibility::compare;

fn differences(writer: &Value, reader: &Value) -> Option<Vec<Difference>> {
    let (writer, reader) = (super::read(&writer.to_string()).ok()?, super::read(&reader.to_string()).ok()?);
    Some(compare(&reader, &writer, Policy::Strict, Direction::Backward))
}

/// Small values of every type, over the names and numbers that schemas use.
fn instances() -> Vec<Value> {
    let simple = [
        json!(null),
        json!(true),
        json!(0),
        json!(1),
        json!(2),
        json!(3),
        json!(1.5),
        json!(-1),
        json!(4),
        json!(6),
        json!(""),
        json!("a"),
        json!("b"),
        json!("ab"),
        json!("abc"),
        json!("2020-01-01"),
    ];
    let mut all = simple.to_vec();
    all.extend([json!([]), json!({})]);
    for value in &simple {
        all.extend([
            json!([value]),
            json!([value, value]),
            json!([1, value]),
            json!([value, "a"]),
            json!([1, 2, value]),
        ]);
        for name in ["a", "b", "c", "ab", "zb"] {
            all.push(json!({ name: value }));
        }
        all.extend([
            json!({ "a": value, "b": 1 }),
            json!({ "a": "a", "b": value }),
            json!({ "a": { "a": value } }),
            json!({ "a": [value] }),
            json!({ "b": { "b": value } }),
            json!([{ "a": value }]),
            json!([[value]]),
        ]);
    }
    all.extend([
        json!({ "a": 1, "b": 1, "c": 1 }),
        json!({ "a": {}, "b": [] }),
        json!({ "a": { "a": {} } }),
        json!([[], []]),
    ]);
    all
}

fn validator(schema: &Value) -> Option<jsonschema::Validator> {
    jsonschema::options().with_draft(jsonschema::Draft::Draft7).should_validate_formats(true).build(schema).ok()
}

fn check_pair(writer: &Value, reader: &Value, instances: &[Value]) -> Result<(), TestCaseError> {
    let Some(found) = differences(writer, reader) else { return Ok(()) };
    if worst(&found) > Effect::Safe {
        return Ok(());
    }
    let (Some(accepts), Some(reads)) = (validator(writer), validator(reader)) else { return Ok(()) };
    for instance in instances {
        prop_assert!(
            !accepts.is_valid(instance) || reads.is_valid(instance),
            "the writer {writer} accepts {instance} and the reader {reader} does not; found {:?}",
            lines(&found)
        );
    }
    Ok(())
}

/// How often a property is tried: each case of the first has 32 comparisons.
fn config() -> ProptestConfig {
    ProptestConfig { failure_persistence: None, cases: 48, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn what_a_writer_may_write_a_compatible_reader_accepts(pairs in proptest::collection::vec(pairs(), 16)) {
        let instances = instances();
        for (writer, reader) in pairs {
            check_pair(&writer, &reader, &instances)?;
            check_pair(&reader, &writer, &instances)?;
        }
    }

    #[test]
    fn a_schema_reads_its_own_data(schema in schemas(), definition in leaves()) {
        let schema = with_definition(schema, &definition);
        // White space keeps the texts from being the same, so that everything is compared.
        let (Ok(writer), Ok(reader)) = (super::read(&schema.to_string()), super::read(&format!(" {schema}"))) else { return Ok(()) };
        let found = compare(&reader, &writer, Policy::Strict, Direction::Backward);
        prop_assert_eq!(lines(&found), Vec::<String>::new());
    }

    #[test]
    fn no_pair_of_texts_makes_it_panic(left in anything(), right in anything()) {
        if let Some(found) = differences(&left, &right) {
            prop_assert!(found.iter().all(|difference| !difference.what.is_empty()));
        }
    }
}

/// Objects of keywords with values that need not suit them.
fn anything() -> impl Strategy<Value = Value> {
    const KEYWORDS: &[&str] = &[
        "$ref",
        "$dynamicRef",
        "$id",
        "$schema",
        "$defs",
        "definitions",
        "type",
        "enum",
        "const",
        "allOf",
        "anyOf",
        "oneOf",
        "not",
        "if",
        "then",
        "else",
        "properties",
        "patternProperties",
        "additionalProperties",
        "unevaluatedProperties",
        "required",
        "propertyNames",
        "dependencies",
        "dependentRequired",
        "dependentSchemas",
        "minProperties",
        "items",
        "prefixItems",
        "additionalItems",
        "unevaluatedItems",
        "contains",
        "minContains",
        "maxContains",
        "uniqueItems",
        "maxItems",
        "minimum",
        "exclusiveMaximum",
        "multipleOf",
        "maxLength",
        "pattern",
        "format",
        "default",
        "title",
    ];
    let leaf = prop_oneof![
        Just(json!("#")),
        Just(json!("object")),
        Just(json!("#/$defs/a")),
        Just(json!("https://json-schema.org/draft/2020-12/schema")),
        Just(json!(true)),
        Just(json!(false)),
        Just(json!(null)),
        Just(json!(3)),
        Just(json!(-0.5)),
        Just(json!("(")),
        Just(json!([])),
    ];
    leaf.prop_recursive(5, 40, 5, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::Array),
            proptest::collection::btree_map(proptest::sample::select(KEYWORDS), inner.clone(), 0..6)
                .prop_map(|map| json!(map)),
            proptest::collection::btree_map("[ab%\"]{1,2}", inner, 0..3).prop_map(|map| json!(map)),
        ]
    })
}
