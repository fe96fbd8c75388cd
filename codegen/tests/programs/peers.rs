//! Random values of awkward schemas, written by one and read by the other: generated types against `prost-reflect`, which
//! knows the `.proto` files, and against the `jsonschema` crate, which knows the JSON Schemas.
//!
//! `SCHEMAS` is the folder of the schemas.

use std::collections::HashMap;

use formats_events as events;
use prost_reflect::prost::Message;
use prost_reflect::{
    Cardinality, DescriptorPool, DynamicMessage, FieldDescriptor, Kind, MapKey, MessageDescriptor, Value,
};
use serde_json::{Map, Value as Json, json};
use topology_codec::Event;

const ROUNDS: usize = 300;

fn main() {
    let folder = std::env::var("SCHEMAS").expect("SCHEMAS is a folder");
    let mut dice = Dice(0x9E37_79B9_7F4A_7C15);
    protobuf::<events::Awkward>(&folder, "awkward.proto", &mut dice);
    protobuf::<events::Legacy>(&folder, "legacy.proto", &mut dice);
    protobuf::<events::Customer>(&folder, "customer.proto", &mut dice);
    protobuf::<events::Wide>(&folder, "wide.proto", &mut dice);
    json_schema::<events::Hard>(&folder, "hard.json", &mut dice);
    json_schema::<events::Place>(&folder, "place.json", &mut dice);
}

fn protobuf<T: Event>(folder: &str, file: &str, dice: &mut Dice) {
    let files = protox::compile([file], [folder]).expect("protox reads it");
    let pool = DescriptorPool::from_file_descriptor_set(files).expect("it is whole");
    let contract = T::CONTRACTS[0];
    let descriptor = pool.get_message_by_name(contract.name).expect("the contract names a message of the file");
    for _ in 0..ROUNDS {
        let bytes = dice.message(&descriptor, 0).encode_to_vec();
        let value = DynamicMessage::decode(descriptor.clone(), &bytes[..]).expect("it was written so");
        let ours = T::read(0, &bytes).unwrap_or_else(|error| panic!("{file}: {error:?}\n{bytes:02x?}"));
        let mut written = Vec::new();
        ours.write(&mut written);
        let back = DynamicMessage::decode(descriptor.clone(), &written[..]).expect("it is the message");
        // Not `assert_eq`: a descriptor that refers to itself has no end in `Debug`.
        assert!(back == value, "{file}\n{bytes:02x?}\n{written:02x?}");
    }
}

fn json_schema<T: Event>(folder: &str, file: &str, dice: &mut Dice) {
    let text = std::fs::read_to_string(format!("{folder}/{file}")).expect("the file is there");
    let schema: Json = serde_json::from_str(&text).expect("it is JSON");
    let validator = jsonschema::validator_for(&schema).expect("it is a schema");
    let mut valid = 0;
    for _ in 0..ROUNDS {
        let Some(value) = dice.instance(&schema, &schema, 0).filter(|value| validator.is_valid(value)) else {
            continue;
        };
        valid += 1;
        let ours =
            T::read(0, value.to_string().as_bytes()).unwrap_or_else(|error| panic!("{file}: {error:?}\n{value:#}"));
        let mut written = Vec::new();
        ours.write(&mut written);
        let back: Json = serde_json::from_slice(&written).expect("it is JSON");
        assert!(validator.is_valid(&back), "{file}: {:?}\n{value:#}\n{back:#}", validator.iter_errors(&back).next());
        assert_eq!(normal(&back), normal(&value), "{file}");
    }
    assert!(valid > ROUNDS / 2, "{file}: only {valid} values are valid");
}

/// A value without members that are null, and with numbers of one kind.
fn normal(value: &Json) -> Json {
    match value {
        Json::Object(members) => {
            let there = members.iter().filter(|(_, value)| !value.is_null());
            Json::Object(there.map(|(key, value)| (key.clone(), normal(value))).collect())
        }
        Json::Array(items) => items.iter().map(normal).collect(),
        Json::Number(number) if number.is_f64() => match number.as_f64() {
            Some(whole) if whole.fract() == 0.0 && whole.abs() < 1e15 => json!(whole as i64),
            _ => value.clone(),
        },
        other => other.clone(),
    }
}

/// Xorshift: the same numbers on every machine.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, end: usize) -> usize {
        (self.next() % end as u64) as usize
    }

    fn text(&mut self) -> String {
        ["", "a", "ä\u{0}\"\\", "a longer text", "日本"][self.below(5)].to_owned()
    }

    fn message(&mut self, descriptor: &MessageDescriptor, depth: usize) -> DynamicMessage {
        let mut message = DynamicMessage::new(descriptor.clone());
        for field in descriptor.fields() {
            let is_required = field.cardinality() == Cardinality::Required;
            let is_deep = depth > 3 && matches!(field.kind(), Kind::Message(_));
            if is_required || (!is_deep && self.below(3) == 0) {
                let value = self.field(&field, depth);
                message.set_field(&field, value);
            }
        }
        message
    }

    fn field(&mut self, field: &FieldDescriptor, depth: usize) -> Value {
        if field.is_map() {
            let Kind::Message(entry) = field.kind() else { panic!("a map has entries") };
            let (key, value) = (entry.map_entry_key_field(), entry.map_entry_value_field());
            let count = self.below(3);
            let entries = (0..count).map(|_| {
                let key = self.value(&key, depth + 1);
                (key.into_map_key().expect("it is a key"), self.value(&value, depth + 1))
            });
            return Value::Map(entries.collect::<HashMap<MapKey, Value>>());
        }
        if field.is_list() {
            let count = self.below(3);
            return Value::List((0..count).map(|_| self.value(field, depth + 1)).collect());
        }
        self.value(field, depth + 1)
    }

    fn value(&mut self, field: &FieldDescriptor, depth: usize) -> Value {
        match field.kind() {
            Kind::Double => Value::F64([0.0, 1.5, -1e300, f64::INFINITY][self.below(4)]),
            Kind::Float => Value::F32([0.0, 1.5, -1e30][self.below(3)]),
            Kind::Int32 | Kind::Sint32 | Kind::Sfixed32 => Value::I32([0, 1, i32::MIN, i32::MAX][self.below(4)]),
            Kind::Int64 | Kind::Sint64 | Kind::Sfixed64 => Value::I64([0, -1, i64::MIN, i64::MAX][self.below(4)]),
            Kind::Uint32 | Kind::Fixed32 => Value::U32([0, u32::MAX][self.below(2)]),
            Kind::Uint64 | Kind::Fixed64 => Value::U64([0, u64::MAX][self.below(2)]),
            Kind::Bool => Value::Bool(self.below(2) == 0),
            Kind::String => Value::String(self.text()),
            Kind::Bytes => Value::Bytes(vec![0, 255, 7][..self.below(4)].to_vec().into()),
            Kind::Enum(choice) => {
                let numbers: Vec<i32> = choice.values().map(|value| value.number()).collect();
                Value::EnumNumber(numbers[self.below(numbers.len())])
            }
            Kind::Message(inner) => Value::Message(self.message(&inner, depth)),
        }
    }

    /// A value that a schema likely accepts; none where it accepts nothing.
    fn instance(&mut self, root: &Json, schema: &Json, depth: usize) -> Option<Json> {
        let Json::Object(keywords) = schema else {
            return (*schema == Json::Bool(true)).then(|| self.anything());
        };
        if let Some(reference) = keywords.get("$ref").and_then(Json::as_str) {
            let target = root.pointer(reference.trim_start_matches('#')).expect("references are in the file");
            return self.instance(root, target, depth + 1);
        }
        if let Some(value) = keywords.get("const") {
            return Some(value.clone());
        }
        for keyword in ["enum", "oneOf", "anyOf"] {
            let Some(choices) = keywords.get(keyword).and_then(Json::as_array) else { continue };
            let choice = &choices[self.below(choices.len())];
            return if keyword == "enum" { Some(choice.clone()) } else { self.instance(root, choice, depth + 1) };
        }
        let kinds: Vec<&str> = match keywords.get("type") {
            Some(Json::String(kind)) => vec![kind],
            Some(Json::Array(kinds)) => kinds.iter().filter_map(Json::as_str).collect(),
            _ => return Some(self.anything()),
        };
        Some(match kinds[self.below(kinds.len())] {
            "null" => Json::Null,
            "boolean" => Json::Bool(self.below(2) == 0),
            "integer" => match keywords.get("minimum") {
                Some(_) => json!([0, 5, u64::MAX][self.below(3)]),
                None => json!([0, -5, i64::MAX, i64::MIN][self.below(4)]),
            },
            "number" => json!([0.25, -3.5, 2.0, 1e20][self.below(4)]),
            "string" => match keywords.get("format").and_then(Json::as_str) {
                Some("date-time") => "2026-01-02T03:04:05.6+07:00".into(),
                Some("uuid") => "123e4567-e89b-12d3-a456-426614174000".into(),
                _ => self.text().into(),
            },
            "array" => {
                let count = if depth > 5 { 0 } else { self.below(3) };
                let item = keywords.get("items").cloned().unwrap_or(Json::Bool(true));
                let mut items: Vec<Json> = Vec::new();
                for part in keywords.get("prefixItems").and_then(Json::as_array).into_iter().flatten() {
                    items.push(self.instance(root, part, depth + 1)?);
                }
                for _ in 0..count {
                    items.push(self.instance(root, &item, depth + 1)?);
                }
                Json::Array(items)
            }
            _ => Json::Object(self.object(root, keywords, depth)?),
        })
    }

    fn object(&mut self, root: &Json, keywords: &Map<String, Json>, depth: usize) -> Option<Map<String, Json>> {
        let required: Vec<&str> =
            keywords.get("required").and_then(Json::as_array).into_iter().flatten().filter_map(Json::as_str).collect();
        let mut members = Map::new();
        for (key, schema) in keywords.get("properties").and_then(Json::as_object).into_iter().flatten() {
            let is_required = required.contains(&key.as_str());
            if is_required || (depth < 6 && self.below(3) == 0) {
                match self.instance(root, schema, depth + 1) {
                    Some(value) => _ = members.insert(key.clone(), value),
                    None if is_required => return None,
                    None => {}
                }
            }
        }
        if let Some(values) = keywords.get("additionalProperties").filter(|values| values.is_object()) {
            for name in ["x", "a b"].into_iter().take(self.below(3)) {
                members.insert(name.to_owned(), self.instance(root, values, depth + 1)?);
            }
        }
        if keywords.contains_key("patternProperties") && self.below(2) == 0 {
            members.insert("x-a".to_owned(), json!(5));
        }
        if !keywords.contains_key("properties") && !keywords.contains_key("additionalProperties") {
            members.insert("free".to_owned(), self.anything());
        }
        Some(members)
    }

    fn anything(&mut self) -> Json {
        [json!("x"), json!(1), json!(true), json!({ "a": [1, null] }), json!([])][self.below(5)].clone()
    }
}
