//! A record of 50 fields in each format, and 500 versions of it.
//!
//! Versions differ as those of a real subject do: in each another field's doc is reworded, and every tenth adds a field
//! with a default and drops the oldest one of those.

use serde_json::{Value, json};

/// How many fields a record has.
pub(crate) const FIELDS: usize = 50;
/// How many versions a subject has.
pub(crate) const VERSIONS: usize = 500;

/// How many of the fields come and go.
const CHANGING: usize = 10;

/// The version of an Avro record.
pub(crate) fn avro(version: usize) -> String {
    let fields: Vec<Value> = (0..FIELDS)
        .map(|field| {
            let position = position(field, version);
            let doc = doc(field, version);
            if field < FIELDS - CHANGING {
                json!({"name": name(position), "type": avro_type(position), "doc": doc})
            } else {
                json!({"name": name(position), "type": ["null", optional(position)], "default": null, "doc": doc})
            }
        })
        .collect();
    json!({"type": "record", "name": "Order", "namespace": "com.example.shop.events", "doc": "An order.", "fields": fields})
        .to_string()
}

/// The version of a Protobuf file.
pub(crate) fn protobuf(version: usize) -> String {
    let types = ["string", "int64", "double", "bool", "bytes", "int32", "repeated string", "map<string, int64>"];
    let fields: String = (0..FIELDS)
        .map(|field| {
            let position = position(field, version);
            let (kind, doc) = (types[position % types.len()], doc(field, version));
            format!("  // {doc}\n  {kind} {} = {};\n", name(position), position + 1)
        })
        .collect();
    format!("syntax = \"proto3\";\n\npackage com.example.shop.events;\n\n// An order.\nmessage Order {{\n{fields}}}\n")
}

/// The version of a JSON Schema.
pub(crate) fn json_schema(version: usize) -> String {
    let types = [
        json!("string"),
        json!("integer"),
        json!("number"),
        json!("boolean"),
        json!(["null", "string"]),
        json!("array"),
        json!("object"),
    ];
    let properties: serde_json::Map<String, Value> = (0..FIELDS)
        .map(|field| {
            let position = position(field, version);
            let kind = &types[position % types.len()];
            (name(position), json!({"type": kind, "description": doc(field, version)}))
        })
        .collect();
    let required: Vec<String> = (0..FIELDS / 2).map(name).collect();
    json!({"$schema": "http://json-schema.org/draft-07/schema#", "title": "Order", "type": "object",
        "properties": properties, "required": required, "additionalProperties": false})
    .to_string()
}

/// Which field of all that ever were stands at this place.
fn position(field: usize, version: usize) -> usize {
    if field < FIELDS - CHANGING { field } else { field + version / CHANGING }
}

fn name(position: usize) -> String {
    let words = [
        "customer",
        "delivery",
        "payment",
        "warehouse",
        "discount",
        "invoice",
        "tracking",
        "campaign",
        "voucher",
        "shipment",
        "currency",
    ];
    let parts = ["id", "status", "amount", "created_at", "reason", "country", "reference"];
    format!("{}_{}{}", words[position % words.len()], parts[position % parts.len()], position / 77)
}

fn doc(field: usize, version: usize) -> String {
    let edition = (version + FIELDS - field) / FIELDS;
    format!("What the shop knows about number {field}, as of edition {edition} of the handbook.")
}

fn avro_type(position: usize) -> Value {
    match position {
        7 => json!({"type": "enum", "name": "Status", "symbols": ["NEW", "PAID", "PACKED", "SENT", "RETURNED"]}),
        23 => json!({"type": "record", "name": "Address", "fields": [
            {"name": "street", "type": "string"}, {"name": "city", "type": "string"},
            {"name": "zip", "type": ["null", "string"], "default": null}, {"name": "country", "type": "string"}]}),
        31 => json!({"type": "array", "items": "com.example.shop.events.Address"}),
        _ => match position % 8 {
            0 => json!("string"),
            1 => json!("long"),
            2 => json!({"type": "bytes", "logicalType": "decimal", "precision": 12, "scale": 2}),
            3 => json!({"type": "long", "logicalType": "timestamp-millis"}),
            4 => json!(["null", "string"]),
            5 => json!("int"),
            6 => json!({"type": "map", "values": "string"}),
            _ => json!("boolean"),
        },
    }
}

fn optional(position: usize) -> Value {
    match position % 7 {
        0 => json!("string"),
        1 => json!("long"),
        2 => json!("double"),
        3 => json!("boolean"),
        4 => json!("int"),
        5 => json!("bytes"),
        _ => json!({"type": "array", "items": "string"}),
    }
}
