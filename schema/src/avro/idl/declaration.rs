//! Files and the types that they define.

use super::annotation::{OF_DEFINITIONS, OF_ENUMS, OF_FIELDS};
use super::cursor::{Cursor, Stop};
use super::schema::joined;
use super::token::Kind;
use super::{Contents, Imported, member, object, string};
use crate::avro::name::dotted_name_problem;
use crate::json::{Json, JsonKind, Member};
use crate::{Finding, Span};

/// The names that Java's reader of IDL lets no type have.
const TAKEN: &[&str] = &[
    "boolean",
    "int",
    "long",
    "float",
    "double",
    "bytes",
    "string",
    "null",
    "date",
    "time_ms",
    "timestamp_ms",
    "localtimestamp_ms",
    "uuid",
];

const STARTS: &[&str] = &["record", "error", "enum", "fixed", "import", "protocol", "namespace", "schema"];

impl Cursor<'_> {
    pub(super) fn file(&mut self) -> Result<Contents, Stop> {
        let mut contents = Contents { items: Vec::new(), main: None, namespace: None };
        if self.is_word("namespace") {
            self.bump();
            let (name, span) = self.name("the name of the namespace")?;
            contents.namespace = Some(self.checked_namespace(name, span));
            self.symbol(";", "after the namespace")?;
        }
        if self.is_word("schema") {
            self.bump();
            contents.main = Some(0);
            contents.items.push(self.full_type()?.with_default(None));
            self.symbol(";", "after the main schema")?;
        }
        while self.next.kind != Kind::End {
            let is_first = contents.namespace.is_none() && contents.items.is_empty() && self.imports.is_empty();
            if self.is_word("import") {
                self.import()?;
                continue;
            }
            let start = self.next;
            let annotations = self.annotations()?;
            if is_first && self.is_word("protocol") {
                self.protocol(&annotations, &mut contents)?;
                break;
            }
            if !self.is_definition() {
                return Err(self.expected("`record`, `enum`, `fixed`, `error` or `import`", STARTS));
            }
            let doc = self.doc(&start);
            contents.items.push(self.definition(start.span.start, doc, annotations)?);
        }
        if self.next.kind != Kind::End {
            return Err(self.expected("the end of the text after the protocol", &[]));
        }
        self.report_unplaced();
        Ok(contents)
    }

    pub(super) fn is_definition(&self) -> bool {
        self.next.kind == Kind::Word && matches!(self.next.text, "record" | "error" | "enum" | "fixed")
    }

    pub(super) fn import(&mut self) -> Result<(), Stop> {
        self.bump();
        if !["idl", "schema", "protocol"].iter().any(|kind| self.is_word(kind)) {
            return Err(self.expected("`idl`, `schema` or `protocol` after `import`", &["idl", "schema", "protocol"]));
        }
        self.bump();
        let (name, span) = self.string("the path of a file in double quotes")?;
        self.symbol(";", "after the import")?;
        self.imports.push(Imported { name, span });
        Ok(())
    }

    /// What a keyword defines; the span begins with the documentation's or annotations' first token.
    pub(super) fn definition(
        &mut self,
        start: u32,
        doc: Option<Member>,
        annotations: Vec<Member>,
    ) -> Result<Json, Stop> {
        let keyword = self.bump();
        let reserved = if keyword.text == "enum" { OF_ENUMS } else { OF_DEFINITIONS };
        let annotations = self.without_reserved(annotations, reserved);
        self.check_namespace(&annotations);
        let (name, span) = self.name(&format!("the name of the {}", keyword.text))?;
        self.check_not_taken(&name, span);
        let mut members = vec![member("type", string(keyword.text, keyword.span)), member("name", string(name, span))];
        members.extend(doc);
        match keyword.text {
            "enum" => self.enumeration(&mut members)?,
            "fixed" => {
                self.symbol("(", "and the size after the name of the fixed")?;
                members.push(member("size", self.integer("the size, a whole number")?));
                self.symbol(")", "after the size")?;
                self.symbol(";", "after the fixed")?;
            }
            _ => {
                let open = self.symbol("{", "before the fields")?.span;
                let mut fields = Vec::new();
                while !self.is_symbol("}") {
                    self.fields(&mut fields)?;
                }
                self.bump();
                let span = self.span_from(open.start);
                members.push(member("fields", Json { span, kind: JsonKind::Array(fields) }));
            }
        }
        Ok(object(self.span_from(start), joined(members, annotations)))
    }

    /// Java refuses such names even with a namespace, which makes them no other in JSON.
    fn check_not_taken(&mut self, name: &str, span: Span) {
        let simple = name.rsplit_once('.').map_or(name, |(_, simple)| simple);
        if !TAKEN.contains(&simple) {
            return;
        }
        let message = format!("type `{name}` has the name of a type of Avro IDL");
        self.findings.push(
            Finding::error("schema::name", self.place(span), message)
                .label("this name is taken")
                .note("A reference to it would mean the type that Avro IDL knows by this word.")
                .help("rename the type"),
        );
    }

    /// The namespace of a file, which is part of the name of every type that has no other.
    pub(super) fn checked_namespace(&mut self, name: String, span: Span) -> String {
        if let Some(problem) = dotted_name_problem(&name).filter(|_| !name.is_empty()) {
            let message = format!("namespace `{name}` is not an Avro name: it {problem}");
            self.findings.push(
                Finding::error("schema::name", self.place(span), message).label("not a name").note(
                    "Avro allows names of the form `[A-Za-z_][A-Za-z0-9_]*`, so that every language can use them.",
                ),
            );
        }
        name
    }

    /// A namespace of a definition is looked at with its name, if it is one at all.
    pub(super) fn check_namespace(&mut self, annotations: &[Member]) {
        let given = annotations.iter().find(|annotation| annotation.key == "namespace");
        let Some(given) = given.filter(|given| given.value.as_str().is_none()) else { return };
        let message = format!("a namespace is a string, not {}", given.value.describe());
        self.findings.push(
            Finding::error("schema::idl-annotation", self.place(given.value.span), message)
                .label("this value")
                .help("write `@namespace(\"a.b\")`"),
        );
    }

    fn enumeration(&mut self, members: &mut Vec<Member>) -> Result<(), Stop> {
        let open = self.symbol("{", "before the symbols")?.span;
        let mut symbols = Vec::new();
        while !self.is_symbol("}") {
            if !symbols.is_empty() {
                self.symbol(",", "or `}` after a symbol")?;
            }
            self.annotations()?;
            let (symbol, span) = self.name("a symbol")?;
            symbols.push(string(symbol, span));
        }
        self.bump();
        let span: Span = self.span_from(open.start);
        members.push(member("symbols", Json { span, kind: JsonKind::Array(symbols) }));
        if self.eat("=") {
            let (default, span) = self.name("the default symbol")?;
            members.push(member("default", string(default, span)));
            self.symbol(";", "after the default symbol")?;
        }
        Ok(())
    }

    /// The fields of one line: a type and the names that have it.
    fn fields(&mut self, fields: &mut Vec<Json>) -> Result<(), Stop> {
        let doc = self.doc(&self.next);
        let schema = self.full_type()?;
        loop {
            let start = self.next;
            let own_doc = self.doc(&start).or_else(|| doc.clone());
            let annotations = self.annotations()?;
            let annotations = self.without_reserved(annotations, OF_FIELDS);
            let (name, span) = self.name("the name of the field")?;
            let default = if self.eat("=") { Some(self.value()?) } else { None };
            let schema = schema.clone().with_default(default.as_ref());
            let mut members = vec![member("name", string(name, span)), member("type", schema)];
            members.extend(own_doc);
            members.extend(default.map(|default| member("default", default)));
            members.extend(annotations);
            fields.push(object(self.span_from(start.span.start), members));
            if !self.eat(",") {
                break;
            }
        }
        self.symbol(";", "or `,` after the field")?;
        Ok(())
    }
}
