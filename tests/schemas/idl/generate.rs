//! Avro IDL from numbers: files of each form, and files that are broken in one place.

use crate::random::Random;

/// Makes files.
pub(crate) struct Generator {
    random: Random,
    /// Types that can be named, each with a default that fits where it has one.
    known: Vec<(String, Option<String>)>,
    count: usize,
}

const PRIMITIVES: [(&str, &[&str]); 14] = [
    ("null", &["null"]),
    ("boolean", &["true", "false"]),
    ("int", &["0", "-7", "0x1F", "017", "2147483647"]),
    ("long", &["12L", "-0x7fL", "9007199254740993"]),
    ("float", &["1", "1.5", "-2.5e3", "NaN", "Infinity"]),
    ("double", &["0.1", "1e300", "-Infinity", "3", "1.0e-7"]),
    ("bytes", &["\"\"", "\"\\u00FF\""]),
    ("string", &["\"\"", "\"a \\\"b\\\" \\n\\u00e9\"", "'single'", "\"größe 😀\""]),
    ("date", &["5"]),
    ("time_ms", &["1"]),
    ("timestamp_ms", &["1L"]),
    ("local_timestamp_ms", &["2"]),
    ("uuid", &["\"x\""]),
    ("decimal(9, 2)", &["\"\\u0001\""]),
];
const DOCS: [&str; 8] = [
    "/** One line. */",
    "/**Tight*/",
    "/**\n * Stars.\n *\n * And more.\n */",
    "/** First\n  second\n    third */",
    "/**\n ** Two stars.\n ** Again. */",
    "/** \"quoted\" \\u0041 größe */",
    "/* no documentation */",
    "// a line\n",
];
const FIELDS: [&str; 7] = ["id", "amount", "`record`", "`order`", "at", "größe", "last_one"];

impl Generator {
    pub(crate) fn new(seed: u64) -> Self {
        Self { random: Random::new(seed), known: Vec::new(), count: 0 }
    }

    pub(crate) fn file(&mut self) -> String {
        let namespace = self.random.pick(&["shop", "shop.order", "a.b.c"]);
        let count = 1 + self.random.below(4);
        let types: Vec<_> = (0..count).map(|_| self.definition()).collect();
        let types = types.join("\n");
        match self.random.below(4) {
            0 => format!("@namespace(\"{namespace}\")\nprotocol P {{\n{types}\n}}"),
            1 => types,
            2 => format!("namespace {namespace};\n{types}"),
            _ => {
                let (main, _) = self.kind(1);
                format!("namespace {namespace};\nschema {main};\n{types}")
            }
        }
    }

    /// The file with one token removed, doubled or replaced.
    pub(crate) fn broken(&mut self, text: &str) -> String {
        const TOKENS: [&str; 16] =
            [";", "{", "}", "=", "@", "null", "int", "0", "\"x\"", "record", "union", "?", "<", ",", "T0", "enum"];
        let words: Vec<&str> = text.split_inclusive([' ', '\n']).collect();
        let at = self.random.below(words.len());
        let mut words: Vec<String> = words.into_iter().map(str::to_owned).collect();
        match self.random.below(4) {
            0 => drop(words.remove(at)),
            1 => words.insert(at, words[at].clone()),
            2 => words[at] = format!("{} ", self.random.pick(&TOKENS)),
            _ => words.insert(at, format!("{} ", self.random.pick(&TOKENS))),
        }
        words.concat()
    }

    fn name(&mut self) -> String {
        self.count += 1;
        format!("T{}", self.count)
    }

    fn doc(&mut self) -> &'static str {
        if self.random.one_in(3) { self.random.pick(&DOCS) } else { "" }
    }

    fn annotations(&mut self) -> String {
        let mut text = String::new();
        if self.random.one_in(4) {
            text += "@aliases([\"Old\", \"x.Older\"]) ";
        }
        if self.random.one_in(6) {
            text += "@namespace(\"other.place\") ";
        }
        if self.random.one_in(4) {
            text += self.random.pick(&[
                "@owner(\"team\") ",
                "@deep({\"a\": [1, 2.5, null, true], 'b': {}}) ",
                "@java-class(\"java.util.X\") ",
                "@`record`(1) ",
            ]);
        }
        text
    }

    fn definition(&mut self) -> String {
        match self.random.below(5) {
            0 => self.enumeration(),
            1 => self.fixed(),
            _ => self.record(),
        }
    }

    /// Whether others can name the type without its namespace.
    fn declare(&mut self, annotations: &str, name: &str, default: Option<String>) {
        let name = if annotations.contains("@namespace") { format!("other.place.{name}") } else { name.to_owned() };
        self.known.push((name, default));
    }

    fn enumeration(&mut self) -> String {
        let (name, doc, annotations) = (self.name(), self.doc(), self.annotations());
        let default = self.random.pick(&["", " = B;", ""]);
        self.declare(&annotations, &name, Some("\"A\"".to_owned()));
        format!("{doc}\n{annotations}enum {name} {{ A , B, `enum` }}{default}")
    }

    fn fixed(&mut self) -> String {
        let (name, doc, annotations) = (self.name(), self.doc(), self.annotations());
        self.declare(&annotations, &name, Some("\"ab\"".to_owned()));
        format!("{doc} {annotations}fixed {name}(2);")
    }

    fn record(&mut self) -> String {
        let (name, doc, annotations) = (self.name(), self.doc(), self.annotations());
        let keyword = if self.random.one_in(8) { "error" } else { "record" };
        // A record may hold itself where data can end.
        let own = if annotations.contains("@namespace") { format!("other.place.{name}") } else { name.clone() };
        let mut fields = if self.random.one_in(4) { format!("  array<{own}> children;\n") } else { String::new() };
        let names = self.random.below(FIELDS.len() - 1);
        for name in FIELDS.iter().take(names).filter(|name| **name != "größe") {
            fields += &self.field(name);
        }
        self.declare(&annotations, &name, None);
        format!("{doc}\n{annotations}{keyword} {name} {{\n{fields}}}")
    }

    fn field(&mut self, name: &str) -> String {
        let doc = self.doc();
        let (kind, default) = self.kind(2);
        let mut annotations = String::new();
        if self.random.one_in(5) {
            annotations += self.random.pick(&[
                "@order(\"ignore\")",
                "@order(\"descending\")",
                "@aliases([\"was\"])",
                "@pii(true)",
            ]);
        }
        let default = default.filter(|_| self.random.one_in(2)).map(|default| format!(" = {default}"));
        let own = self.doc();
        let more = if self.random.one_in(8) { format!(", {}_too", name.trim_matches('`')) } else { String::new() };
        format!("  {doc} {kind} {annotations} {own} {name}{}{more};\n", default.unwrap_or_default())
    }

    /// A type with a default that fits.
    fn kind(&mut self, depth: usize) -> (String, Option<String>) {
        let choice = if depth == 0 { 5 } else { self.random.below(11) };
        match choice {
            0 => {
                let (inner, default) = self.kind(depth - 1);
                let default = default.map_or_else(|| "[]".to_owned(), |default| format!("[{default}]"));
                (format!("array<{inner}>"), Some(default))
            }
            1 => {
                let (inner, _) = self.kind(depth - 1);
                (format!("@k(1) map<{inner}>"), Some("{}".to_owned()))
            }
            2 => self.union(),
            3 | 4 if !self.known.is_empty() => {
                let at = self.random.below(self.known.len());
                let (name, default) = self.known[at].clone();
                if self.random.one_in(3) { (format!("{name}?"), Some("null".to_owned())) } else { (name, default) }
            }
            _ => self.primitive(),
        }
    }

    fn primitive(&mut self) -> (String, Option<String>) {
        let (name, defaults) = self.random.pick(&PRIMITIVES);
        let default = self.random.pick(defaults).to_owned();
        match self.random.below(8) {
            0 if name != "null" => {
                (format!("{name}?"), Some(if self.random.one_in(2) { "null".to_owned() } else { default }))
            }
            1 => (format!("@logicalType(\"mine\") @k([1]) {name}"), Some(default)),
            2 if name == "long" => ("@logicalType(\"timestamp-micros\") long".to_owned(), Some(default)),
            _ => (name.to_owned(), Some(default)),
        }
    }

    fn union(&mut self) -> (String, Option<String>) {
        let mut branches = vec!["null", "string", "int", "array<long>", "boolean"];
        let first = self.random.below(branches.len());
        branches.rotate_left(first);
        branches.truncate(1 + self.random.below(4));
        let default = match branches[0] {
            "null" => "null",
            "string" => "\"s\"",
            "int" => "1",
            "boolean" => "true",
            _ => "[]",
        };
        (format!("union {{ {} }}", branches.join(", ")), Some(default.to_owned()))
    }
}
