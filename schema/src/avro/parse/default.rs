//! Checks the defaults of fields against their types.
//!
//! Avro 1.12 lets a default fit any branch of a union, earlier versions the first only; both are accepted.
//! A union of records that hold unions could be tried in exponentially many ways, so each question is answered once, and
//! a default of many values for a union of many branches is given up at a limit.

use std::collections::{BTreeMap, BTreeSet};

use super::{Demand, Refusal};
use crate::avro::model::{Field, NamedKind, Place, Schemas, Symbol, Type, TypeId};
use crate::avro::parse::union::base_name;
use crate::json::{Json, JsonKind, Member, java_double};
use crate::{Finding, Span};

/// Where a default does not fit, and what would.
#[derive(Clone)]
struct Misfit {
    span: Span,
    found: &'static str,
    expected: String,
}

/// How many values are compared with types for all defaults of a schema. Schemas in use need a few hundred.
const MAX_STEPS: usize = 1_000_000;

pub(super) fn check(schemas: &Schemas, demand: Demand, findings: &mut Vec<Finding>) {
    let mut checker = Checker {
        schemas,
        texts: Texts::Fit,
        answers: BTreeMap::new(),
        records: BTreeMap::new(),
        enums: BTreeMap::new(),
        steps: 0,
    };
    for (_, named) in schemas.iter() {
        if let NamedKind::Record(fields) = &named.kind {
            for field in fields {
                findings.extend(check_field(&mut checker, field, demand));
                if checker.steps > MAX_STEPS {
                    return;
                }
            }
        }
    }
}

fn check_field<'a>(checker: &mut Checker<'a>, field: &'a Field, demand: Demand) -> Option<Finding> {
    let default = field.default.as_ref()?;
    let misfit = checker.fits(default, &field.schema, Texts::Fit).err()?;
    if checker.steps > MAX_STEPS {
        return Some(demand.judge(Refusal::IfChecked, too_large(field)));
    }
    let is_taken =
        demand.is_registry() && (checker.fits(default, &field.schema, Texts::Any).is_ok() || is_number_as_text(field));
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

/// The fields of a record, for looking them up.
struct Record<'a> {
    by_name: BTreeMap<&'a str, usize>,
    /// The positions of those that have no default.
    required: Vec<usize>,
}

struct Checker<'a> {
    schemas: &'a Schemas,
    texts: Texts,
    /// What is known of parts of the default that is being checked.
    answers: BTreeMap<(Span, TypeId), Result<(), Misfit>>,
    records: BTreeMap<TypeId, Record<'a>>,
    enums: BTreeMap<TypeId, BTreeSet<&'a str>>,
    steps: usize,
}

impl<'a> Checker<'a> {
    fn fits(&mut self, default: &'a Json, schema: &'a Type, texts: Texts) -> Result<(), Misfit> {
        self.texts = texts;
        self.answers.clear();
        self.check(default, schema)
    }

    fn check(&mut self, value: &'a Json, schema: &Type) -> Result<(), Misfit> {
        self.steps += 1;
        if self.steps > MAX_STEPS {
            return Err(misfit(value, String::new()));
        }
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

    fn check_union(&mut self, value: &'a Json, branches: &[Type]) -> Result<(), Misfit> {
        if branches.iter().any(|branch| self.check(value, branch).is_ok()) {
            return Ok(());
        }
        let expected: Vec<_> = branches.iter().map(|branch| self.describe(branch)).collect();
        Err(misfit(value, expected.join(" or ")))
    }

    fn check_named(&mut self, value: &'a Json, id: TypeId) -> Result<(), Misfit> {
        if let Some(answer) = self.answers.get(&(value.span, id)) {
            return answer.clone();
        }
        let answer = self.check_definition(value, id);
        self.answers.insert((value.span, id), answer.clone());
        answer
    }

    fn check_definition(&mut self, value: &'a Json, id: TypeId) -> Result<(), Misfit> {
        let schemas = self.schemas;
        match (&schemas.get(id).kind, &value.kind) {
            (NamedKind::Record(fields), JsonKind::Object(members)) => self.check_members((value, members), id, fields),
            (NamedKind::Enum { .. } | NamedKind::Fixed { .. }, JsonKind::String(_)) if self.texts == Texts::Any => {
                Ok(())
            }
            (NamedKind::Enum { symbols, .. }, JsonKind::String(text)) if self.is_symbol(id, symbols, text) => Ok(()),
            (NamedKind::Fixed { size, .. }, JsonKind::String(text))
                if is_bytes(text) && text.chars().count() == *size as usize =>
            {
                Ok(())
            }
            _ => Err(misfit(value, self.describe(&Type::Named(id)))),
        }
    }

    /// The members in the order of the fields, up to the first that is missing or does not fit.
    fn check_members(
        &mut self,
        (value, members): (&'a Json, &'a [Member]),
        id: TypeId,
        fields: &'a [Field],
    ) -> Result<(), Misfit> {
        let record = self.records.entry(id).or_insert_with(|| Record::new(fields));
        let position = |member: &'a Member| Some((*record.by_name.get(&*member.key)?, &member.value));
        let mut present: Vec<(usize, &Json)> = members.iter().filter_map(position).collect();
        present.sort_by_key(|(position, _)| *position);
        present.dedup_by_key(|(position, _)| *position);
        let missing = first_missing(&record.required, &present);
        for (position, member) in present {
            if missing.is_some_and(|missing| missing < position) {
                break;
            }
            self.check(member, &fields[position].schema)?;
        }
        match missing {
            Some(missing) => Err(misfit(value, format!("an object with the field `{}`", fields[missing].name))),
            None => Ok(()),
        }
    }

    fn is_symbol(&mut self, id: TypeId, symbols: &'a [Symbol], text: &str) -> bool {
        let known = self.enums.entry(id).or_insert_with(|| symbols.iter().map(|symbol| &*symbol.name).collect());
        known.contains(text)
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

impl<'a> Record<'a> {
    fn new(fields: &'a [Field]) -> Self {
        let by_name = fields.iter().enumerate().map(|(position, field)| (&*field.name, position)).collect();
        let required = fields.iter().enumerate().filter(|(_, field)| field.default.is_none());
        Self { by_name, required: required.map(|(position, _)| position).collect() }
    }
}

/// The first of the required positions that is not among the present ones; both are in order.
fn first_missing(required: &[usize], present: &[(usize, &Json)]) -> Option<usize> {
    let mut present = present.iter().map(|(position, _)| *position);
    required.iter().copied().find(|required| !present.any(|position| position == *required))
}

fn too_large(field: &Field) -> Finding {
    let place = field.default.as_ref().map_or(field.place, |default| Place { span: default.span, ..field.place });
    let message =
        format!("default of field `{}` needs more than {MAX_STEPS} comparisons of values with types", field.name);
    Finding::error("schema::default", place, message)
        .label("not checked to its end")
        .also(field.place, "the field")
        .note("All defaults of a schema together may take so many; more would keep a registry busy for minutes.")
        .help("give a shorter default, or a union with fewer branches")
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
