//! Schemas from numbers: the same number gives the same schema on every machine.

use serde_json::{Map, Value, json};

use crate::random::Random;

/// Makes schemas, and schemas that are close to others.
pub(crate) struct Generator {
    random: Random,
    /// How many named types the schema has, for their names.
    names: u64,
    /// The named types that can be referred to.
    known: Vec<String>,
}

const PRIMITIVES: [&str; 8] = ["null", "boolean", "int", "long", "float", "double", "bytes", "string"];
const FIELDS: [&str; 6] = ["id", "name", "amount", "at", "tags", "größe"];
const SYMBOLS: [&str; 5] = ["NEW", "PAID", "SENT", "LOST", "BACK"];
const NAMESPACES: [&str; 4] = ["shop", "shop.order", "", "a-b"];

impl Generator {
    pub(crate) fn new(seed: u64) -> Self {
        Self { random: Random::new(seed), names: 0, known: Vec::new() }
    }

    fn below(&mut self, limit: usize) -> usize {
        self.random.below(limit)
    }

    fn one_in(&mut self, chance: usize) -> bool {
        self.random.one_in(chance)
    }

    fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        self.random.pick(from)
    }

    /// A schema of any kind, mostly a record.
    pub(crate) fn schema(&mut self) -> Value {
        match self.below(12) {
            0 => self.kind(2),
            1 => self.union(2),
            _ => self.record(3),
        }
    }

    /// The schema as a person might write it.
    pub(crate) fn text(&mut self, schema: &Value) -> String {
        match self.below(4) {
            0 => serde_json::to_string_pretty(schema).expect("it is JSON"),
            1 => format!(" /* a comment */ {schema}\n"),
            _ => schema.to_string(),
        }
    }

    /// The schema with one value replaced, which mostly leaves no schema.
    pub(crate) fn broken(&mut self, schema: &Value) -> String {
        const VALUES: [&str; 13] = [
            "null",
            "7",
            "-1",
            "[]",
            "{}",
            "\"\"",
            "\"record\"",
            "\"int\"",
            "\"T1\"",
            "1.5",
            "true",
            "\"a b\"",
            "[\"null\",\"int\"]",
        ];
        let text = schema.to_string();
        let marks: Vec<usize> = text.match_indices('"').map(|(at, _)| at).collect();
        if marks.is_empty() {
            return text;
        }
        let pair = 2 * self.below(marks.len() / 2);
        let value = self.pick(&VALUES);
        format!("{}{value}{}", &text[..marks[pair]], &text[marks[pair + 1] + 1..])
    }

    /// A schema that uses types of another, which comes with it.
    pub(crate) fn with_reference(&mut self) -> (String, Vec<String>) {
        let other = self.record(2);
        let names = self.known.clone();
        let fields: Vec<Value> = names
            .iter()
            .enumerate()
            .map(|(position, name)| json!({"name": format!("f{position}"), "type": name}))
            .collect();
        let root = if self.one_in(5) {
            json!(names.last())
        } else {
            json!({"type": "record", "name": "Root", "namespace": self.pick(&NAMESPACES), "fields": fields})
        };
        (root.to_string(), vec![other.to_string()])
    }

    fn kind(&mut self, depth: usize) -> Value {
        if depth == 0 {
            return self.primitive();
        }
        match self.below(14) {
            0 => self.record(depth),
            1 => self.enumeration(),
            2 => self.fixed(),
            3 => json!({"type": "array", "items": self.kind(depth - 1)}),
            4 => json!({"type": "map", "values": self.kind(depth - 1), "k": 1}),
            5..=7 => self.union(depth),
            8 | 9 if !self.known.is_empty() => {
                let position = self.below(self.known.len());
                json!(self.known[position])
            }
            _ => self.primitive(),
        }
    }

    fn primitive(&mut self) -> Value {
        let name = self.pick(&PRIMITIVES);
        match self.below(8) {
            0 => json!({"type": name}),
            1 => json!({"type": name, "avro.java.string": "String", "x": [1, {"b": 1.50, "a": null}]}),
            2 => {
                json!({"scale": 2, "type": "bytes", "precision": 4 + self.below(6), "logicalType": "decimal"})
            }
            3 => {
                json!({"type": "long", "logicalType": self.pick(&["timestamp-millis", "timestamp-micros", "date", "mine"])})
            }
            _ => json!(name),
        }
    }

    fn union(&mut self, depth: usize) -> Value {
        let mut branches: Vec<Value> = Vec::new();
        for _ in 0..=self.below(3) {
            let branch = self.kind(depth - 1);
            if !branch.is_array() || self.one_in(30) {
                branches.push(branch);
            }
        }
        let mut seen: Vec<String> = Vec::new();
        let may_repeat = self.one_in(40);
        branches.retain(|branch| {
            let name = branch.as_str().or_else(|| branch["name"].as_str().or(branch["type"].as_str()));
            let name = name.unwrap_or_default().to_owned();
            let is_new = may_repeat || !seen.contains(&name);
            seen.push(name);
            is_new
        });
        Value::Array(branches)
    }

    fn name(&mut self, owner: &mut Map<String, Value>) {
        self.names += 1;
        let name = format!("T{}", self.names);
        owner.insert("name".to_owned(), json!(name));
        if self.one_in(3) {
            let namespace = if self.one_in(30) { NAMESPACES[3] } else { NAMESPACES[self.below(3)] };
            owner.insert("namespace".to_owned(), json!(namespace));
            let full = if namespace.is_empty() { name.clone() } else { format!("{namespace}.{name}") };
            self.known.push(full);
        } else {
            self.known.push(name);
        }
        if self.one_in(4) {
            owner.insert("doc".to_owned(), json!(["", "An \"order\"\n\u{1}\u{1f}", "größe €😀/"][self.below(3)]));
        }
        if self.one_in(4) {
            owner.insert("aliases".to_owned(), json!(["Old", "shop.Old", "Old"]));
        }
        if self.one_in(5) {
            owner.insert("owner".to_owned(), json!({"team": "a", "cost": 1e3}));
        }
    }

    fn record(&mut self, depth: usize) -> Value {
        let mut record = Map::new();
        record.insert("type".to_owned(), json!(if self.one_in(40) { "error" } else { "record" }));
        self.name(&mut record);
        let mut fields = Vec::new();
        for (position, name) in FIELDS.iter().enumerate().take(1 + self.below(5)) {
            let name = if position > 0 && self.one_in(30) { "größe" } else { name };
            fields.push(self.field(name, depth));
        }
        record.insert("fields".to_owned(), Value::Array(fields));
        Value::Object(record)
    }

    fn field(&mut self, name: &str, depth: usize) -> Value {
        let kind = self.kind(depth - 1);
        let mut field = Map::new();
        let is_plain = kind.as_str().is_none_or(|name| PRIMITIVES.contains(&name)) && !kind["fields"].is_array();
        if self.one_in(if is_plain { 2 } else { 20 }) {
            let default = if self.one_in(40) {
                [json!("odd"), json!(1.5), json!(1e21)][self.below(3)].clone()
            } else {
                self.default(&kind)
            };
            field.insert("default".to_owned(), default);
        }
        field.insert("name".to_owned(), json!(name));
        field.insert("type".to_owned(), kind);
        if self.one_in(5) {
            field.insert("order".to_owned(), json!(self.pick(&["ascending", "descending", "ignore", "IGNORE"])));
        }
        if self.one_in(6) {
            field.insert("aliases".to_owned(), json!([self.pick(&FIELDS), "was"]));
        }
        if self.one_in(6) {
            field.insert("doc".to_owned(), json!("A field."));
        }
        if self.one_in(6) {
            field.insert("pii".to_owned(), json!(true));
        }
        Value::Object(field)
    }

    fn default(&mut self, kind: &Value) -> Value {
        match kind {
            Value::Array(branches) => branches.first().map_or(Value::Null, |first| self.default(first)),
            Value::Object(attributes) => match attributes["type"].as_str().unwrap_or_default() {
                "record" | "error" | "map" => json!({}),
                "enum" => attributes["symbols"][0].clone(),
                "array" => json!([]),
                "fixed" => json!("\u{0}\u{ff}"),
                name => self.default_of(name),
            },
            Value::String(name) => self.default_of(&name.clone()),
            _ => Value::Null,
        }
    }

    fn default_of(&mut self, name: &str) -> Value {
        match name {
            "boolean" => json!(true),
            "int" => json!(-7),
            "long" => json!(1_u64 << 40),
            "float" | "double" => {
                [json!(1), json!(1.0), json!(0.25), json!(-1.5e-7), json!(1e22), json!("1"), json!("NaN")]
                    [self.below(7)]
                .clone()
            }
            "bytes" => json!("\u{ff}"),
            "string" => json!("x"),
            _ => Value::Null,
        }
    }

    fn enumeration(&mut self) -> Value {
        let mut symbols = Map::new();
        symbols.insert("type".to_owned(), json!("enum"));
        self.name(&mut symbols);
        let count = 1 + self.below(SYMBOLS.len());
        symbols.insert("symbols".to_owned(), json!(SYMBOLS[..count]));
        if self.one_in(2) {
            let default = if self.one_in(12) { json!("LOST") } else { json!(SYMBOLS[self.below(count)]) };
            symbols.insert("default".to_owned(), default);
        }
        Value::Object(symbols)
    }

    fn fixed(&mut self) -> Value {
        let mut fixed = Map::new();
        fixed.insert("type".to_owned(), json!("fixed"));
        self.name(&mut fixed);
        fixed.insert("size".to_owned(), json!([2, 12, 16][self.below(3)]));
        if self.one_in(3) {
            fixed.insert("logicalType".to_owned(), json!(self.pick(&["uuid", "duration", "decimal"])));
        }
        Value::Object(fixed)
    }

    /// The schema with one to three changes. It stays one that Java reads when it checks nothing.
    pub(crate) fn changed(&mut self, schema: &Value) -> Value {
        let mut changed = schema.clone();
        for _ in 0..=self.below(3) {
            let mut next = changed.clone();
            let count = count(&next);
            let mut at = self.below(count);
            self.change(&mut next, &mut at);
            changed = next;
        }
        changed
    }

    fn change(&mut self, json: &mut Value, at: &mut usize) {
        if *at == 0 {
            *at = usize::MAX;
            return self.change_here(json);
        }
        *at -= 1;
        match json {
            Value::Array(items) => items.iter_mut().for_each(|item| self.change_unless_done(item, at)),
            Value::Object(members) => members.values_mut().for_each(|value| self.change_unless_done(value, at)),
            _ => {}
        }
    }

    fn change_unless_done(&mut self, json: &mut Value, at: &mut usize) {
        if *at != usize::MAX {
            self.change(json, at);
        }
    }

    fn change_here(&mut self, json: &mut Value) {
        match json {
            Value::String(text) if PRIMITIVES.contains(&text.as_str()) => *json = json!(self.pick(&PRIMITIVES)),
            Value::String(text) if FIELDS.contains(&text.as_str()) || text.starts_with('T') => {}
            Value::Array(items) if items.is_empty() => {}
            Value::Array(items) if items.iter().all(|item| item["name"].is_string() && !item["type"].is_null()) => {
                self.change_fields(items);
            }
            Value::Array(items) if items.iter().all(|item| SYMBOLS.iter().any(|symbol| item == symbol)) => {
                self.change_symbols(items);
            }
            Value::Array(items) if items.len() > 1 => {
                let position = self.below(items.len());
                let is_plain = items[position].is_string();
                if is_plain && self.one_in(2) {
                    items.remove(position);
                } else {
                    items.rotate_left(position);
                }
            }
            Value::Object(members) => self.change_object(members),
            _ => {}
        }
    }

    fn change_fields(&mut self, fields: &mut Vec<Value>) {
        match self.below(4) {
            0 if fields.len() > 1 => fields.rotate_left(1),
            1 => {
                let name = format!("new{}", self.below(1000));
                let kind = self.primitive();
                let mut field = json!({"name": name, "type": kind});
                if self.one_in(2) {
                    field["default"] = self.default(&kind);
                }
                fields.push(field);
            }
            2 => {
                let position = self.below(fields.len());
                let old = fields[position]["name"].clone();
                fields[position]["name"] = json!(format!("renamed{}", self.below(1000)));
                if self.one_in(2) {
                    fields[position]["aliases"] = json!([old, "was"]);
                }
            }
            _ => {
                let position = self.below(fields.len());
                if let Value::Object(field) = &mut fields[position] {
                    field.remove("default");
                }
            }
        }
    }

    fn change_symbols(&mut self, symbols: &mut Vec<Value>) {
        let missing = SYMBOLS.iter().find(|symbol| !symbols.iter().any(|known| known == *symbol));
        match missing {
            Some(symbol) if self.one_in(2) => symbols.push(json!(symbol)),
            _ => symbols.rotate_left(1),
        }
    }

    fn change_object(&mut self, members: &mut Map<String, Value>) {
        let kind = members.get("type").and_then(Value::as_str).unwrap_or_default().to_owned();
        match kind.as_str() {
            "fixed" if self.one_in(2) => {
                members.insert("size".to_owned(), json!([2, 12, 16][self.below(3)]));
            }
            "enum" if self.one_in(2) => {
                members.remove("default");
            }
            "record" | "enum" | "fixed" if self.one_in(2) => {
                let new = match self.below(3) {
                    0 => json!(["T1", "shop.T2", "shop.order.T3"]),
                    _ => json!(["T2", "shop.T1", "a-b.T1"]),
                };
                members.insert("aliases".to_owned(), new);
            }
            "array" => {
                members.insert("items".to_owned(), self.primitive());
            }
            "map" => {
                members.insert("values".to_owned(), self.primitive());
            }
            _ => {}
        }
    }
}

/// How many values there are.
fn count(json: &Value) -> usize {
    1 + match json {
        Value::Array(items) => items.iter().map(count).sum(),
        Value::Object(members) => members.values().map(count).sum::<usize>(),
        _ => 0,
    }
}

/// Cases that chance would not find.
pub(crate) fn edges() -> Vec<(String, Vec<String>)> {
    let alone = [
        r#""string""#,
        r#"{"type":"string"}"#,
        r#"["null","int"]"#,
        "[]",
        "7",
        "{}",
        "{\"type\":\"int\",\"type\":\"long\",\"k\":1,\"k\":2}",
        r#"{"type":{"type":"string"}}"#,
        r#"{"type":["null","string"]}"#,
        r#"{"type":"record","name":"R","fields":[]}"#,
        r#"{"type":"record","name":"a.int","fields":[]}"#,
        r#"{"type":"record","name":"int","fields":[]}"#,
        r#"{"type":"record","name":"a.R","fields":[{"name":"x","type":{"type":"enum","name":"enum","symbols":[]}},{"name":"y","type":"a.enum"}]}"#,
        r#"{"type":"record","name":"R","fields":[{"name":"x","type":"Later"},{"name":"y","type":{"type":"fixed","name":"Later","size":3}}]}"#,
        r#"{"type":"record","name":"R","fields":[{"name":"x","type":"R"}]}"#,
        r#"{"type":"record","name":"n.R","fields":[{"name":"x","type":{"type":"fixed","name":"F","namespace":"","size":3}},{"name":"y","type":"F"}]}"#,
        r#"{"type":"record","name":"n.R","aliases":[".A","n.B","m.C","D"],"fields":[]}"#,
        r#"{"type":"enum","name":"E","symbols":["A","A"]}"#,
        r#"{"type":"enum","name":"E","symbols":["A"],"default":null}"#,
        r#"{"type":"enum","name":"E","symbols":["A"],"default":"B"}"#,
        r#"{"type":"fixed","name":"F","size":-1}"#,
        r#"{"type":"fixed","name":"F","size":1,"default":"x"}"#,
        r#"{"type":"record","name":"R","doc":7,"namespace":null,"fields":[{"name":"x","type":"double","default":"1.5f"}]}"#,
        r#"{"type":"record","name":"R","fields":[{"name":"x","type":"double","default":"nope"}]}"#,
        r#"{"type":"record","name":"R","fields":[{"name":"x","type":"double","default":1e400},{"name":"y","type":"int","default":-0},{"name":"z","type":"double","default":12345678.9},{"name":"w","type":"double","default":0.001},{"name":"v","type":"double","default":-0.0}]}"#,
        r#"{"type":"record","name":"R","fields":[{"name":"x","type":["null","string"],"default":"null"},{"name":"y","type":["string","null"],"default":null}]}"#,
        r#"{"type":"record","name":"R","fields":[{"name":"x","type":"int","order":"sideways"}]}"#,
        r#"{"type":"record","name":"R","fields":[{"name":"x","type":"int","aliases":["a b"]}],"aliases":["a b"]}"#,
        r#"{"type":"record","name":"R","fields":[{"name":"x","type":"int"},{"name":"x","type":"int"}]}"#,
        r#"{"type":"record","name":"R","fields":[{"name":"x","type":"array"}]}"#,
        r#"["int",["null"]]"#,
        r#"["int","int"]"#,
        r#"{"type":"record","name":"R","fields":[{"name":"x","type":{"type":"enum","name":"E","symbols":["A"]},"default":"B"},{"name":"y","type":{"type":"fixed","name":"F","size":2},"default":"abc"},{"name":"z","type":"bytes","default":"\u0100"}]}"#,
        "{\"type\":\"string\"} // after",
        "{\"type\": // inside\n\"string\"}",
        r#"{"type":"string","logicalType":7,"doc":"kept?"}"#,
    ];
    let mut cases: Vec<(String, Vec<String>)> = alone.iter().map(|text| ((*text).to_owned(), Vec::new())).collect();
    let nested = r#"{"type":"record","name":"shop.Order","fields":[{"name":"l","type":{"type":"record","name":"Line","fields":[]}}]}"#;
    for text in [
        r#""shop.Order""#,
        r#""shop.Line""#,
        r#"{"type":"record","name":"shop.Use","fields":[{"name":"a","type":"Order"},{"name":"b","type":"Line"},{"name":"c","type":"Line"}]}"#,
        r#"["null","shop.Order"]"#,
        r#"{"type":"record","name":"shop.Order","fields":[]}"#,
        r#"{"type":"array","items":"Order"}"#,
    ] {
        cases.push((text.to_owned(), vec![nested.to_owned()]));
    }
    cases
}
