//! Avro schemas in the one text that Confluent stores: what Java's `Schema.toString` prints.
//!
//! Whitespace and the order of keys are not part of a schema, everything else is kept: docs, defaults, aliases and
//! properties. (Avro's Parsing Canonical Form drops those and serves fingerprints; it is not used here.)
//! This module does not judge a schema: it prints whatever JSON it gets, and `avro` has checked it before.

use serde_json::{Map, Value};

/// Attributes with a meaning of their own; the others are properties and follow in the order of the text.
const RESERVED: [&str; 10] =
    ["type", "name", "namespace", "doc", "fields", "items", "values", "symbols", "size", "aliases"];
const RESERVED_IN_FIELDS: [&str; 6] = ["name", "type", "doc", "default", "order", "aliases"];

/// The canonical text; `None` if `text` is not JSON.
pub(crate) fn avro(text: &str) -> Option<String> {
    let schema: Value = serde_json::from_str(text).ok()?;
    Some(canonical(&schema, "").to_string())
}

/// The canonical form of a schema inside the namespace `enclosing` (empty: the null namespace).
fn canonical(schema: &Value, enclosing: &str) -> Value {
    match schema {
        Value::String(name) => Value::String(relative(name, enclosing).to_owned()),
        Value::Array(branches) => branches.iter().map(|branch| canonical(branch, enclosing)).collect(),
        Value::Object(attributes) => object(attributes, enclosing),
        other => other.clone(),
    }
}

fn object(attributes: &Map<String, Value>, enclosing: &str) -> Value {
    match attributes.get("type").and_then(Value::as_str) {
        Some("record" | "error" | "enum" | "fixed") => named(attributes, enclosing),
        Some("array") => container(attributes, "items", enclosing),
        Some("map") => container(attributes, "values", enclosing),
        Some(name) => primitive(name, attributes, enclosing),
        None => attributes.get("type").map_or(Value::Null, |inner| canonical(inner, enclosing)),
    }
}

fn primitive(name: &str, attributes: &Map<String, Value>, enclosing: &str) -> Value {
    let name = Value::String(relative(name, enclosing).to_owned());
    let mut output = Map::new();
    output.insert("type".to_owned(), name.clone());
    copy_properties(attributes, &RESERVED, &mut output);
    if output.len() == 1 { name } else { Value::Object(output) }
}

fn container(attributes: &Map<String, Value>, element: &str, enclosing: &str) -> Value {
    let mut output = Map::new();
    copy(attributes, "type", &mut output);
    if let Some(schema) = attributes.get(element) {
        output.insert(element.to_owned(), canonical(schema, enclosing));
    }
    copy_properties(attributes, &RESERVED, &mut output);
    Value::Object(output)
}

fn named(attributes: &Map<String, Value>, enclosing: &str) -> Value {
    let written = attributes.get("name").and_then(Value::as_str).unwrap_or_default();
    let given = attributes.get("namespace").and_then(Value::as_str);
    let (namespace, name) = written.rsplit_once('.').unwrap_or((given.unwrap_or(enclosing), written));
    let mut output = Map::new();
    copy(attributes, "type", &mut output);
    output.insert("name".to_owned(), name.into());
    if namespace != enclosing {
        output.insert("namespace".to_owned(), namespace.into());
    }
    copy(attributes, "doc", &mut output);
    if let Some(Value::Array(fields)) = attributes.get("fields") {
        output.insert("fields".to_owned(), fields.iter().map(|one| field(one, namespace)).collect());
    }
    copy(attributes, "symbols", &mut output);
    copy(attributes, "size", &mut output);
    let is_enum = attributes.get("type").is_some_and(|kind| kind == "enum");
    if is_enum {
        copy(attributes, "default", &mut output);
        copy_properties(attributes, &[&RESERVED[..], &["default"]].concat(), &mut output);
    } else {
        copy_properties(attributes, &RESERVED, &mut output);
    }
    if let Some(Value::Array(aliases)) = attributes.get("aliases").filter(|aliases| !is_empty(aliases)) {
        output.insert("aliases".to_owned(), aliases.iter().map(|alias| canonical(alias, namespace)).collect());
    }
    Value::Object(output)
}

fn field(field: &Value, namespace: &str) -> Value {
    let Value::Object(attributes) = field else { return field.clone() };
    let mut output = Map::new();
    copy(attributes, "name", &mut output);
    if let Some(schema) = attributes.get("type") {
        output.insert("type".to_owned(), canonical(schema, namespace));
    }
    copy(attributes, "doc", &mut output);
    copy(attributes, "default", &mut output);
    if attributes.get("order").is_some_and(|order| order != "ascending") {
        copy(attributes, "order", &mut output);
    }
    if attributes.get("aliases").is_some_and(|aliases| !is_empty(aliases)) {
        copy(attributes, "aliases", &mut output);
    }
    copy_properties(attributes, &RESERVED_IN_FIELDS, &mut output);
    Value::Object(output)
}

fn copy(from: &Map<String, Value>, key: &str, to: &mut Map<String, Value>) {
    if let Some(value) = from.get(key) {
        to.insert(key.to_owned(), value.clone());
    }
}

fn copy_properties(from: &Map<String, Value>, reserved: &[&str], to: &mut Map<String, Value>) {
    for (key, value) in from.iter().filter(|(key, _)| !reserved.contains(&key.as_str())) {
        to.insert(key.clone(), value.clone());
    }
}

fn is_empty(list: &Value) -> bool {
    list.as_array().is_some_and(Vec::is_empty)
}

/// A name as it is written inside the namespace `enclosing`.
fn relative<'a>(name: &'a str, enclosing: &str) -> &'a str {
    match name.rsplit_once('.') {
        Some((namespace, simple)) if namespace == enclosing && !is_primitive(simple) => simple,
        _ => name,
    }
}

fn is_primitive(name: &str) -> bool {
    matches!(name, "null" | "boolean" | "int" | "long" | "float" | "double" | "bytes" | "string")
}

#[cfg(test)]
mod tests {
    use super::avro;

    #[test]
    fn prints_attributes_in_the_order_of_java() {
        let text = r#"{ "doc": "An order", "aliases": ["shop.Bestellung", "old.Order"], "owner": "checkout",
            "fields": [ { "default": null, "type": ["null", {"logicalType": "timestamp-millis", "type": "long"}],
                          "order": "ascending", "aliases": [], "name": "at", "pii": true } ],
            "type": "record", "namespace": "shop", "name": "Order" }"#;
        let expected = r#"{"type":"record","name":"Order","namespace":"shop","doc":"An order","fields":[{"name":"at","type":["null",{"type":"long","logicalType":"timestamp-millis"}],"default":null,"pii":true}],"owner":"checkout","aliases":["Bestellung","old.Order"]}"#;
        assert_eq!(avro(text).as_deref(), Some(expected));
    }

    #[test]
    fn writes_names_relative_to_their_namespace() {
        let text = r#"{"type":"record","name":"a.b.R","fields":[
            {"name":"x","type":{"type":"enum","name":"E","namespace":"a.b","symbols":["A"],"default":"A","k":1}},
            {"name":"y","type":"a.b.E"},{"name":"z","type":{"type":"other.F"}},
            {"name":"n","type":{"type":"fixed","name":"N","namespace":"","size":2}}]}"#;
        let expected = r#"{"type":"record","name":"R","namespace":"a.b","fields":[{"name":"x","type":{"type":"enum","name":"E","symbols":["A"],"default":"A","k":1}},{"name":"y","type":"E"},{"name":"z","type":"other.F"},{"name":"n","type":{"type":"fixed","name":"N","namespace":"","size":2}}]}"#;
        assert_eq!(avro(text).as_deref(), Some(expected));
    }

    #[test]
    fn keeps_its_own_output_as_it_is() {
        for text in [
            r#""string""#,
            r#"{"type":"string","avro.java.string":"String"}"#,
            r#"{"type":"map","values":"long"}"#,
            r#"["null","int"]"#,
        ] {
            assert_eq!(avro(text).as_deref(), Some(text));
        }
    }

    #[test]
    fn unwraps_a_primitive_without_properties() {
        assert_eq!(avro(r#" {"type": "string"} "#).as_deref(), Some(r#""string""#));
        assert_eq!(avro("{"), None);
    }
}
