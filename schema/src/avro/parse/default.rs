//! Checks the defaults of fields against their types.
//!
//! Avro 1.12 lets a default fit any branch of a union, earlier versions the first only; both are accepted.
//! A union of records that hold unions could be tried in exponentially many ways, so each question is answered once.

use std::collections::BTreeMap;

use super::{Demand, Refusal};
use crate::avro::model::{Field, NamedKind, Place, Schemas, Type, TypeId};
use crate::avro::parse::union::base_name;
use crate::json::{Json, JsonKind, java_double};
use crate::{Finding, Span};

/// Where a default does not fit, and what would.
#[derive(Clone)]
struct Misfit {
    span: Span,
    found: &'static str,
    expected: String,
}

pub(super) fn check(schemas: &Schemas, demand: Demand, findings: &mut Vec<Finding>) {
    for (_, named) in schemas.iter() {
        if let NamedKind::Record(fields) = &named.kind {
            for field in fields {
                findings.extend(check_field(schemas, field, demand));
            }
        }
    }
}

fn check_field(schemas: &Schemas, field: &Field, demand: Demand) -> Option<Finding> {
    let default = field.default.as_ref()?;
    let misfit = Checker::new(schemas, Texts::Fit).check(default, &field.schema).err()?;
    let is_taken = demand.is_registry()
        && (Checker::new(schemas, Texts::Any).check(default, &field.schema).is_ok() || is_number_as_text(field));
    let refusal = if is_taken { Refusal::Never } else { Refusal::IfChecked };
    let place = Place { file: field.place.file, span: misfit.span };
    let message = format!("default of field `{}` does not fit its type", field.name);
    let finding = Finding::error("schema::default", place, message)
        .label(format!("{} here; expected {}", misfit.found, misfit.expected))
        .also(field.place, "the field")
        .note("A reader takes the default where the data lacks the field, so it must be a value of the field's type.");
    let is_unreadable = !is_taken && is_text_for_number(field);
    Some(if is_unreadable { finding } else { demand.judge(refusal, finding) })
}

/// Java turns a text into the default of a float or a double.
fn is_number_as_text(field: &Field) -> bool {
    let text = field.default.as_ref().and_then(Json::as_str);
    is_text_for_number(field) && text.is_some_and(|text| java_double(text).is_some())
}

/// If such a text is no number, Java fails whatever it is told to check.
fn is_text_for_number(field: &Field) -> bool {
    let is_text = field.default.as_ref().is_some_and(|default| default.as_str().is_some());
    is_text && matches!(field.schema, Type::Float | Type::Double)
}

/// Which texts are values of an enum, a fixed or bytes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Texts {
    /// Those that can be written.
    Fit,
    /// All, as for Java's parser.
    Any,
}

struct Checker<'a> {
    schemas: &'a Schemas,
    texts: Texts,
    answers: BTreeMap<(Span, TypeId), Result<(), Misfit>>,
}

impl<'a> Checker<'a> {
    fn new(schemas: &'a Schemas, texts: Texts) -> Self {
        Self { schemas, texts, answers: BTreeMap::new() }
    }

    fn check(&mut self, value: &Json, schema: &Type) -> Result<(), Misfit> {
        let expected = match (schema, &value.kind) {
            (Type::Null, JsonKind::Null)
            | (Type::Boolean, JsonKind::Bool(_))
            | (Type::Float | Type::Double, JsonKind::Number(_))
            | (Type::String, JsonKind::String(_)) => return Ok(()),
            (Type::Int, JsonKind::Number(text)) if text.parse::<i32>().is_ok() => return Ok(()),
            (Type::Long, JsonKind::Number(text)) if text.parse::<i64>().is_ok() => return Ok(()),
            (Type::Bytes, JsonKind::String(text)) if self.texts == Texts::Any || is_bytes(text) => return Ok(()),
            (Type::Array(item), JsonKind::Array(values)) => {
                return values.iter().try_for_each(|value| self.check(value, item));
            }
            (Type::Map(item), JsonKind::Object(members)) => {
                return members.iter().try_for_each(|member| self.check(&member.value, item));
            }
            (Type::Union(branches), _) => return self.check_union(value, branches),
            (Type::Named(id), _) => return self.check_named(value, *id),
            (Type::Logical(logical), _) => return self.check(value, &base_type(base_name(*logical))),
            (other, _) => expectation(other),
        };
        Err(misfit(value, expected))
    }

    fn check_union(&mut self, value: &Json, branches: &[Type]) -> Result<(), Misfit> {
        if branches.iter().any(|branch| self.check(value, branch).is_ok()) {
            return Ok(());
        }
        let expected: Vec<_> = branches.iter().map(|branch| self.describe(branch)).collect();
        Err(misfit(value, expected.join(" or ")))
    }

    fn check_named(&mut self, value: &Json, id: TypeId) -> Result<(), Misfit> {
        if let Some(answer) = self.answers.get(&(value.span, id)) {
            return answer.clone();
        }
        let answer = self.check_definition(value, id);
        self.answers.insert((value.span, id), answer.clone());
        answer
    }

    fn check_definition(&mut self, value: &Json, id: TypeId) -> Result<(), Misfit> {
        let schemas = self.schemas;
        match (&schemas.get(id).kind, &value.kind) {
            (NamedKind::Record(fields), JsonKind::Object(_)) => {
                fields.iter().try_for_each(|field| self.check_member(value, field))
            }
            (NamedKind::Enum { .. } | NamedKind::Fixed { .. }, JsonKind::String(_)) if self.texts == Texts::Any => {
                Ok(())
            }
            (NamedKind::Enum { symbols, .. }, JsonKind::String(text))
                if symbols.iter().any(|symbol| &*symbol.name == text) =>
            {
                Ok(())
            }
            (NamedKind::Fixed { size, .. }, JsonKind::String(text))
                if is_bytes(text) && text.chars().count() == *size as usize =>
            {
                Ok(())
            }
            _ => Err(misfit(value, self.describe(&Type::Named(id)))),
        }
    }

    fn check_member(&mut self, value: &Json, field: &Field) -> Result<(), Misfit> {
        match value.get(&field.name) {
            Some(member) => self.check(member, &field.schema),
            None if field.default.is_some() => Ok(()),
            None => Err(misfit(value, format!("an object with the field `{}`", field.name))),
        }
    }

    fn describe(&self, schema: &Type) -> String {
        let Type::Named(id) = schema else { return expectation(schema) };
        let named = self.schemas.get(*id);
        match &named.kind {
            NamedKind::Record(_) => format!("an object as record `{}`", named.name),
            NamedKind::Enum { .. } => format!("a symbol of enum `{}`", named.name),
            NamedKind::Fixed { size, .. } => format!("a string of {size} characters up to `\\u00ff`"),
        }
    }
}

fn misfit(value: &Json, expected: String) -> Misfit {
    Misfit { span: value.span, found: value.describe(), expected }
}

/// Bytes are written as text whose characters are the bytes.
fn is_bytes(text: &str) -> bool {
    text.chars().all(|c| c <= '\u{ff}')
}

fn base_type(name: &str) -> Type {
    match name {
        "int" => Type::Int,
        "string" => Type::String,
        "bytes" => Type::Bytes,
        _ => Type::Long,
    }
}

fn expectation(schema: &Type) -> String {
    let text = match schema {
        Type::Null => "null",
        Type::Boolean => "true or false",
        Type::Int => "a whole number of 32 bits",
        Type::Long => "a whole number of 64 bits",
        Type::Float | Type::Double => "a number",
        Type::Bytes => "a string of characters up to `\\u00ff`",
        Type::String => "a string",
        Type::Array(_) => "an array",
        Type::Map(_) => "an object",
        Type::Logical(logical) => return expectation(&base_type(base_name(*logical))),
        Type::Union(_) | Type::Named(_) => "another value",
    };
    text.to_owned()
}
