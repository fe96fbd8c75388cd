//! Writes a schema as text that stands alone: each named type is defined where it is first used.
//!
//! The order of attributes is that of Avro's Java implementation (`type, name, namespace, doc, ..., aliases`), which
//! registries keep. References are full names. Writing uses a list of work, not recursion: chains of records can be
//! as long as the files.

use std::collections::BTreeSet;
use std::fmt::Write;

use super::model::{Field, FixedLogical, FullName, Logical, NamedKind, NamedType, Schemas, Type, TypeId};
use super::parse::base_name;
use crate::json::Quoted;

impl Schemas {
    /// The schema as one line of JSON that needs no other file, with docs, defaults, aliases and logical types.
    pub fn self_contained(&self, schema: &Type) -> String {
        let mut printer = Printer { schemas: self, out: String::new(), defined: BTreeSet::new(), work: Vec::new() };
        printer.work.push(Work::Type(schema, None));
        while let Some(work) = printer.work.pop() {
            printer.step(work);
        }
        printer.out
    }
}

/// What is still to be written, the next on top.
#[derive(Clone, Copy)]
enum Work<'a> {
    Text(&'static str),
    /// A type and the namespace around it.
    Type(&'a Type, Option<&'a str>),
    Field(&'a Field, Option<&'a str>),
    FieldEnd(&'a Field),
    Aliases(&'a NamedType),
}

struct Printer<'a> {
    schemas: &'a Schemas,
    out: String,
    defined: BTreeSet<TypeId>,
    work: Vec<Work<'a>>,
}

impl<'a> Printer<'a> {
    fn step(&mut self, work: Work<'a>) {
        match work {
            Work::Text(text) => self.out.push_str(text),
            Work::Type(schema, namespace) => self.schema(schema, namespace),
            Work::Field(field, namespace) => {
                self.text(format_args!("{{\"name\":{},\"type\":", Quoted(&field.name)));
                self.work.push(Work::FieldEnd(field));
                self.work.push(Work::Type(&field.schema, namespace));
            }
            Work::FieldEnd(field) => self.field_end(field),
            Work::Aliases(named) => {
                let around = named.name.namespace.as_deref();
                let aliases: Vec<_> = named.aliases.iter().map(|alias| relative(alias, around)).collect();
                self.aliases(&aliases);
                self.out.push('}');
            }
        }
    }

    fn schema(&mut self, schema: &'a Type, namespace: Option<&'a str>) {
        match schema {
            Type::Named(id) if self.defined.insert(*id) => self.definition(*id, namespace),
            Type::Named(id) => {
                let name = self.schemas.get(*id).name.to_string();
                self.text(format_args!("{}", Quoted(&name)));
            }
            Type::Array(item) => self.container("{\"type\":\"array\",\"items\":", item, namespace),
            Type::Map(value) => self.container("{\"type\":\"map\",\"values\":", value, namespace),
            Type::Union(branches) => {
                self.out.push('[');
                self.list(branches.iter().map(|branch| Work::Type(branch, namespace)), "]");
            }
            Type::Logical(logical) => self.logical(*logical),
            primitive => self.text(format_args!("\"{}\"", primitive_name(primitive))),
        }
    }

    fn definition(&mut self, id: TypeId, namespace: Option<&str>) {
        let named = self.schemas.get(id);
        let kind = match named.kind {
            NamedKind::Record(_) => "record",
            NamedKind::Enum { .. } => "enum",
            NamedKind::Fixed { .. } => "fixed",
        };
        self.text(format_args!("{{\"type\":\"{kind}\",\"name\":{}", Quoted(&named.name.name)));
        let own = named.name.namespace.as_deref();
        if own != namespace {
            self.text(format_args!(",\"namespace\":{}", Quoted(own.unwrap_or_default())));
        }
        self.doc(named.doc.as_deref());
        self.work.push(Work::Aliases(named));
        self.body(named);
    }

    fn body(&mut self, named: &'a NamedType) {
        match &named.kind {
            NamedKind::Record(fields) => {
                let namespace = named.name.namespace.as_deref();
                self.out.push_str(",\"fields\":[");
                self.list(fields.iter().map(|field| Work::Field(field, namespace)), "]");
            }
            NamedKind::Enum { symbols, default } => {
                let symbols: Vec<_> = symbols.iter().map(|symbol| Quoted(&symbol.name).to_string()).collect();
                self.text(format_args!(",\"symbols\":[{}]", symbols.join(",")));
                if let Some(default) = default {
                    self.text(format_args!(",\"default\":{}", Quoted(default)));
                }
            }
            NamedKind::Fixed { size, logical } => {
                self.text(format_args!(",\"size\":{size}"));
                match logical {
                    Some(FixedLogical::Decimal { precision, scale }) => self.decimal(*precision, *scale),
                    Some(FixedLogical::Duration) => self.out.push_str(",\"logicalType\":\"duration\""),
                    Some(FixedLogical::Uuid) => self.out.push_str(",\"logicalType\":\"uuid\""),
                    None => {}
                }
            }
        }
    }

    fn field_end(&mut self, field: &Field) {
        self.doc(field.doc.as_deref());
        if let Some(default) = &field.default {
            self.text(format_args!(",\"default\":{default}"));
        }
        let aliases: Vec<_> = field.aliases.iter().map(ToString::to_string).collect();
        self.aliases(&aliases);
        self.out.push('}');
    }

    fn logical(&mut self, logical: Logical) {
        self.text(format_args!("{{\"type\":\"{}\"", base_name(logical)));
        match logical {
            Logical::Decimal { precision, scale } => self.decimal(precision, scale),
            other => self.text(format_args!(",\"logicalType\":\"{}\"", logical_name(other))),
        }
        self.out.push('}');
    }

    fn decimal(&mut self, precision: u32, scale: u32) {
        self.text(format_args!(",\"logicalType\":\"decimal\",\"precision\":{precision},\"scale\":{scale}"));
    }

    fn container(&mut self, start: &str, inner: &'a Type, namespace: Option<&'a str>) {
        self.out.push_str(start);
        self.work.push(Work::Text("}"));
        self.work.push(Work::Type(inner, namespace));
    }

    fn list(&mut self, items: impl DoubleEndedIterator<Item = Work<'a>> + ExactSizeIterator, end: &'static str) {
        self.work.push(Work::Text(end));
        let last = items.len().saturating_sub(1);
        for (index, item) in items.enumerate().collect::<Vec<_>>().into_iter().rev() {
            if index < last {
                self.work.push(Work::Text(","));
            }
            self.work.push(item);
        }
    }

    fn doc(&mut self, doc: Option<&str>) {
        if let Some(doc) = doc {
            self.text(format_args!(",\"doc\":{}", Quoted(doc)));
        }
    }

    fn aliases(&mut self, aliases: &[String]) {
        if !aliases.is_empty() {
            let quoted: Vec<_> = aliases.iter().map(|alias| Quoted(alias).to_string()).collect();
            self.text(format_args!(",\"aliases\":[{}]", quoted.join(",")));
        }
    }

    fn text(&mut self, text: std::fmt::Arguments<'_>) {
        self.out.write_fmt(text).expect("writing to a string cannot fail");
    }
}

/// A name as it can be written in a namespace: the simple name where that means the same.
fn relative(name: &FullName, namespace: Option<&str>) -> String {
    if name.namespace.as_deref() == namespace { name.name.to_string() } else { name.to_string() }
}

/// The name of a type that is only a name.
pub(super) fn primitive_name(schema: &Type) -> &'static str {
    match schema {
        Type::Boolean => "boolean",
        Type::Int => "int",
        Type::Long => "long",
        Type::Float => "float",
        Type::Double => "double",
        Type::Bytes => "bytes",
        Type::String => "string",
        Type::Logical(logical) => base_name(*logical),
        _ => "null",
    }
}

fn logical_name(logical: Logical) -> &'static str {
    match logical {
        Logical::Date => "date",
        Logical::TimeMillis => "time-millis",
        Logical::TimeMicros => "time-micros",
        Logical::TimestampMillis => "timestamp-millis",
        Logical::TimestampMicros => "timestamp-micros",
        Logical::TimestampNanos => "timestamp-nanos",
        Logical::LocalTimestampMillis => "local-timestamp-millis",
        Logical::LocalTimestampMicros => "local-timestamp-micros",
        Logical::LocalTimestampNanos => "local-timestamp-nanos",
        Logical::Uuid => "uuid",
        Logical::Decimal { .. } => "decimal",
    }
}
