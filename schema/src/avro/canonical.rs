//! The Parsing Canonical Form of a schema and its fingerprint (Avro 1.12 specification, "Schema Fingerprints").
//!
//! Two schemas with one canonical form read and write the same bytes; docs, defaults, aliases and logical types do
//! not count. Like `print`, it writes with a list of work instead of recursion.

use std::collections::BTreeSet;
use std::fmt::Write;

use super::model::{NamedKind, Schemas, Type, TypeId};
use super::print::primitive_name;
use crate::json::Quoted;

impl Schemas {
    /// The Parsing Canonical Form.
    pub fn canonical_form(&self, schema: &Type) -> String {
        let mut canon =
            Canon { schemas: self, out: String::new(), defined: BTreeSet::new(), work: vec![Work::Type(schema)] };
        while let Some(work) = canon.work.pop() {
            match work {
                Work::Text(text) => canon.out.push_str(text),
                Work::FieldStart(name) => canon.text(format_args!("{{\"name\":{},\"type\":", Quoted(name))),
                Work::Type(schema) => canon.schema(schema),
            }
        }
        canon.out
    }

    /// The CRC-64-AVRO fingerprint of the Parsing Canonical Form.
    pub fn fingerprint(&self, schema: &Type) -> u64 {
        crc_64_avro(self.canonical_form(schema).as_bytes())
    }
}

enum Work<'a> {
    Text(&'static str),
    FieldStart(&'a str),
    Type(&'a Type),
}

struct Canon<'a> {
    schemas: &'a Schemas,
    out: String,
    defined: BTreeSet<TypeId>,
    /// What is still to be written, the next on top.
    work: Vec<Work<'a>>,
}

impl<'a> Canon<'a> {
    fn schema(&mut self, schema: &'a Type) {
        match schema {
            Type::Named(id) => self.named(*id),
            Type::Array(item) => {
                self.out.push_str("{\"type\":\"array\",\"items\":");
                self.work.extend([Work::Text("}"), Work::Type(item)]);
            }
            Type::Map(value) => {
                self.out.push_str("{\"type\":\"map\",\"values\":");
                self.work.extend([Work::Text("}"), Work::Type(value)]);
            }
            Type::Union(branches) => {
                self.out.push('[');
                self.work.push(Work::Text("]"));
                for (index, branch) in branches.iter().enumerate().rev() {
                    self.work.extend([Work::Type(branch), Work::Text(separator(index))]);
                }
            }
            primitive => self.text(format_args!("\"{}\"", primitive_name(primitive))),
        }
    }

    fn named(&mut self, id: TypeId) {
        let named = self.schemas.get(id);
        let name = named.name.to_string();
        if !self.defined.insert(id) {
            return self.text(format_args!("{}", Quoted(&name)));
        }
        self.text(format_args!("{{\"name\":{}", Quoted(&name)));
        match &named.kind {
            NamedKind::Record(fields) => {
                self.out.push_str(",\"type\":\"record\",\"fields\":[");
                self.work.push(Work::Text("]}"));
                for (index, field) in fields.iter().enumerate().rev() {
                    let start = Work::FieldStart(&field.name);
                    self.work.extend([Work::Text("}"), Work::Type(&field.schema), start, Work::Text(separator(index))]);
                }
            }
            NamedKind::Enum { symbols, .. } => {
                let symbols: Vec<_> = symbols.iter().map(|symbol| Quoted(&symbol.name).to_string()).collect();
                self.text(format_args!(",\"type\":\"enum\",\"symbols\":[{}]}}", symbols.join(",")));
            }
            NamedKind::Fixed { size, .. } => self.text(format_args!(",\"type\":\"fixed\",\"size\":{size}}}")),
        }
    }

    fn text(&mut self, text: std::fmt::Arguments<'_>) {
        self.out.write_fmt(text).expect("writing to a string cannot fail");
    }
}

fn separator(index: usize) -> &'static str {
    if index == 0 { "" } else { "," }
}

const EMPTY: u64 = 0xc15d_213a_a4d7_a795;

/// The 64-bit Rabin fingerprint that Avro specifies.
pub fn crc_64_avro(bytes: &[u8]) -> u64 {
    bytes.iter().fold(EMPTY, |crc, byte| (crc >> 8) ^ TABLE[((crc ^ u64::from(*byte)) & 0xff) as usize])
}

static TABLE: [u64; 256] = table();

const fn table() -> [u64; 256] {
    let mut table = [0; 256];
    let mut index = 0;
    while index < 256 {
        let mut crc = index as u64;
        let mut bit = 0;
        while bit < 8 {
            crc = (crc >> 1) ^ (EMPTY & (crc & 1).wrapping_neg());
            bit += 1;
        }
        table[index] = crc;
        index += 1;
    }
    table
}
