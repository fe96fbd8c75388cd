//! Schemas, and pairs of them that have much in common. A peer judges such pairs in the crate of all tests.

use proptest::prelude::*;
use serde_json::{Value, json};

/// A schema with a few keywords of every family, over few names and small values, so that pairs have much in common.
pub(super) fn schemas() -> impl Strategy<Value = Value> {
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

pub(super) fn leaves() -> impl Strategy<Value = Value> {
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
pub(super) fn with_definition(schema: Value, definition: &Value) -> Value {
    let Value::Object(mut members) = schema else { return schema };
    members.insert("definitions".into(), json!({ "d": definition }));
    Value::Object(members)
}

/// Two schemas: unrelated ones are hardly ever compatible, so most pairs share their parts.
pub(super) fn pairs() -> impl Strategy<Value = (Value, Value)> {
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
                    return edit(&mut map[&name], at, seed, leaf);
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
