//! What the engine promises: without a difference that breaks or is a hazard, everything that the writer's schema
//! accepts is accepted by the reader's. The judge is a validator that knows nothing of this comparison.

use proptest::prelude::*;
use serde_json::{Value, json};

use super::{lines, worst};
use crate::compatibility::{Difference, Effect, Policy};
use crate::json_schema::compatibility::compare;

fn differences(writer: &Value, reader: &Value) -> Option<Vec<Difference>> {
    let (writer, reader) = (super::read(&writer.to_string()).ok()?, super::read(&reader.to_string()).ok()?);
    Some(compare(&reader, &writer, Policy::Strict))
}

/// A schema with a few keywords of every family, over few names and small values, so that pairs have much in common.
fn schemas() -> impl Strategy<Value = Value> {
    leaves().prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            4 => objects(inner.clone()),
            2 => arrays(inner.clone()),
            2 => combinations(inner.clone()),
            1 => inner.clone().prop_map(|schema| json!({ "not": schema })),
            1 => (inner.clone(), inner.clone(), inner).prop_map(|(a, b, c)| json!({ "if": a, "then": b, "else": c })),
        ]
    })
}

fn leaves() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(json!(true)),
        Just(json!(false)),
        Just(json!({})),
        Just(json!({ "type": "null" })),
        Just(json!({ "type": "boolean" })),
        Just(json!({ "type": ["integer", "null"] })),
        Just(json!({ "type": ["number", "string"] })),
        keywords(
            &["string", ""],
            &[("minLength", 0..3), ("maxLength", 0..3)],
            &[("pattern", json!("^a")), ("format", json!("date"))]
        ),
        keywords(
            &["number", "integer", ""],
            &[
                ("minimum", 0..4),
                ("maximum", 0..4),
                ("exclusiveMinimum", 0..4),
                ("exclusiveMaximum", 0..4),
                ("multipleOf", 1..4)
            ],
            &[]
        ),
        proptest::sample::subsequence(vec![json!(1), json!("a"), json!(null), json!(2)], 1..4)
            .prop_map(|values| json!({ "enum": values })),
        Just(json!({ "const": 1 })),
        Just(json!({ "const": "a" })),
        Just(json!({ "$ref": "#" })),
        Just(json!({ "$ref": "#/definitions/d" })),
    ]
}

/// Some of these keywords, and one of these types or none.
fn keywords(
    types: &'static [&'static str],
    numbers: &[(&'static str, std::ops::Range<i32>)],
    others: &[(&'static str, Value)],
) -> BoxedStrategy<Value> {
    let mut members: BoxedStrategy<Vec<(&'static str, Value)>> = proptest::sample::select(types)
        .prop_map(|name| if name.is_empty() { vec![] } else { vec![("type", json!(name))] })
        .boxed();
    for (keyword, range) in numbers.iter().cloned() {
        members = (members, proptest::option::weighted(0.3, range))
            .prop_map(move |(mut members, value)| {
                members.extend(value.map(|value| (keyword, json!(value))));
                members
            })
            .boxed();
    }
    for (keyword, value) in others.iter().cloned() {
        members = (members, proptest::bool::weighted(0.2))
            .prop_map(move |(mut members, is_there)| {
                members.extend(is_there.then(|| (keyword, value.clone())));
                members
            })
            .boxed();
    }
    members.prop_map(object).boxed()
}

fn object(members: Vec<(&'static str, Value)>) -> Value {
    Value::Object(members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
}

type Maybe<T> = Option<T>;

fn maybe<T: std::fmt::Debug>(inner: impl Strategy<Value = T>) -> impl Strategy<Value = Maybe<T>> {
    proptest::option::weighted(0.4, inner)
}

fn objects(inner: impl Strategy<Value = Value> + Clone + 'static) -> impl Strategy<Value = Value> {
    let by_name = |names: &'static [&'static str], inner| {
        proptest::collection::btree_map(proptest::sample::select(names), inner, 0..3).prop_map(|map| json!(map))
    };
    let names = || {
        proptest::collection::btree_set(proptest::sample::select(&["a", "b", "c"][..]), 0..3).prop_map(|set| json!(set))
    };
    (
        maybe(by_name(&["a", "b", "ab"], inner.clone())),
        maybe(by_name(&["^a", "b$"], inner.clone())),
        maybe(inner.clone()),
        maybe(names()),
        maybe((names(), inner.clone()).prop_map(|(names, schema)| json!({ "a": names, "b": schema }))),
        maybe(inner),
        keywords(&["object", "object", ""], &[("minProperties", 0..3), ("maxProperties", 0..3)], &[]),
    )
        .prop_map(|(properties, patterns, additional, required, dependencies, names, mut schema)| {
            let keywords = [
                ("properties", properties),
                ("patternProperties", patterns),
                ("additionalProperties", additional),
                ("required", required),
                ("dependencies", dependencies),
                ("propertyNames", names),
            ];
            extend(&mut schema, keywords);
            schema
        })
}

fn arrays(inner: impl Strategy<Value = Value> + Clone + 'static) -> impl Strategy<Value = Value> {
    let tuple = proptest::collection::vec(inner.clone(), 1..3).prop_map(Value::Array);
    (
        maybe(prop_oneof![inner.clone(), tuple]),
        maybe(inner.clone()),
        maybe(inner),
        keywords(&["array", "array", ""], &[("minItems", 0..3), ("maxItems", 0..3)], &[("uniqueItems", json!(true))]),
    )
        .prop_map(|(items, additional, contains, mut schema)| {
            extend(&mut schema, [("items", items), ("additionalItems", additional), ("contains", contains)]);
            schema
        })
}

fn combinations(inner: impl Strategy<Value = Value> + Clone + 'static) -> impl Strategy<Value = Value> {
    let keyword = proptest::sample::select(&["allOf", "anyOf", "oneOf"][..]);
    (keyword, proptest::collection::vec(inner, 1..4), proptest::bool::weighted(0.2)).prop_map(
        |(keyword, schemas, is_typed)| {
            let mut schema = json!({ keyword: schemas });
            extend(&mut schema, [("type", is_typed.then(|| json!("object")))]);
            schema
        },
    )
}

fn extend<const N: usize>(schema: &mut Value, keywords: [(&str, Option<Value>); N]) {
    let members = schema.as_object_mut().expect("a schema with keywords is an object");
    members.extend(keywords.into_iter().filter_map(|(keyword, value)| Some((keyword.to_owned(), value?))));
}

/// Adds what references lead to.
fn with_definition(schema: Value, definition: &Value) -> Value {
    let Value::Object(mut members) = schema else { return schema };
    members.insert("definitions".into(), json!({ "d": definition }));
    Value::Object(members)
}

/// Two schemas: unrelated ones are hardly ever compatible, so most pairs share their parts.
fn pairs() -> impl Strategy<Value = (Value, Value)> {
    let unrelated = (schemas(), schemas());
    let related = schemas().prop_flat_map(|schema| {
        let seeds = proptest::collection::vec((any::<u16>(), leaves()), 1..3);
        seeds.prop_map(move |edits| (schema.clone(), edits.into_iter().fold(schema.clone(), edited)))
    });
    let mixed =
        (schemas(), schemas()).prop_map(|(writer, other)| (writer.clone(), json!({ "anyOf": [writer, other] })));
    let pair = prop_oneof![1 => unrelated, 6 => related, 1 => mixed];
    (pair, leaves(), leaves(), any::<bool>()).prop_map(|((writer, reader), old, new, is_shared)| {
        let new = if is_shared { old.clone() } else { new };
        (with_definition(writer, &old), with_definition(reader, &new))
    })
}

/// The schema with one part, found by counting, removed or replaced.
fn edited(mut schema: Value, (seed, leaf): (u16, Value)) -> Value {
    let count = members(&schema);
    if count > 0 {
        let mut at = usize::from(seed) % count;
        edit(&mut schema, &mut at, seed, leaf);
    }
    schema
}

fn members(value: &Value) -> usize {
    match value {
        Value::Object(map) => map.values().map(|value| 1 + members(value)).sum(),
        Value::Array(items) => items.iter().map(|item| 1 + members(item)).sum(),
        _ => 0,
    }
}

fn edit(value: &mut Value, at: &mut usize, seed: u16, leaf: Value) {
    match value {
        Value::Object(map) => {
            for name in map.keys().cloned().collect::<Vec<_>>() {
                if *at == 0 {
                    change(map, &name, seed, leaf);
                    return;
                }
                *at -= 1;
                let inside = members(&map[&name]);
                if *at < inside {
                    return edit(map.get_mut(&name).unwrap(), at, seed, leaf);
                }
                *at -= inside;
            }
        }
        Value::Array(items) => {
            for item in items {
                if *at == 0 {
                    if item.is_object() || item.is_boolean() {
                        *item = leaf;
                    }
                    return;
                }
                *at -= 1;
                let inside = members(item);
                if *at < inside {
                    return edit(item, at, seed, leaf);
                }
                *at -= inside;
            }
        }
        _ => {}
    }
}

fn change(map: &mut serde_json::Map<String, Value>, name: &str, seed: u16, leaf: Value) {
    let value = &mut map[name];
    match value {
        _ if seed.is_multiple_of(3) => drop(map.remove(name)),
        Value::Number(number) => {
            let number = number.as_i64().unwrap_or(1);
            *value = json!((number + if seed.is_multiple_of(2) { 1 } else { -1 }).max(1));
        }
        Value::String(text) if text == "integer" => *value = json!("number"),
        Value::Object(_) if !["properties", "patternProperties", "dependencies", "definitions"].contains(&name) => {
            *value = leaf;
        }
        Value::Bool(_) if name != "uniqueItems" => *value = leaf,
        _ => {}
    }
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
        let found = compare(&reader, &writer, Policy::Strict);
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
