//! Two schemas of any kind.

use super::{annotation, array, combined, conditional, enumeration, negation, number, object, string};
use crate::json_schema::compatibility::comparison::{Comparison, places_of};
use crate::json_schema::compatibility::finding::{Findings, Outcome, Places, Wanted};
use crate::json_schema::compatibility::model::{Aspect, Combined, Criterion, Kind, Part, Schema};
use crate::json_schema::compatibility::rule::{combination, describing, own};
use crate::span::Place;

/// Compares two schemas; the paths of the differences start here.
pub(in super::super) fn compare<'a>(context: &mut Comparison<'a>, from: Part<'a>, to: Part<'a>) -> Outcome {
    let (writer, reader) = (context.load(from), context.load(to));
    let mut out = context.findings();
    if from.aspect == Aspect::Whole && to.aspect == Aspect::Whole && context.wanted() == Wanted::All {
        annotation::compare(context, &mut out, writer.node, reader.node);
    }
    let pair = Pair { from, to, writer: &writer, reader: &reader };
    pair.compare(context, &mut out);
    out.finish()
}

/// Two schemas that have been loaded.
struct Pair<'p, 'a> {
    from: Part<'a>,
    to: Part<'a>,
    writer: &'p Schema<'a>,
    reader: &'p Schema<'a>,
}

impl<'a> Pair<'_, 'a> {
    fn compare(&self, context: &mut Comparison<'a>, out: &mut Findings) {
        match (&self.writer.kind, &self.reader.kind) {
            (Kind::Unknown, _) | (_, Kind::Unknown) => self.unknown(out),
            (Kind::False, _) | (_, Kind::Empty) => {}
            (Kind::Combined(writer), Kind::Combined(reader)) => {
                let (from, to) = (self.writer.node, self.reader.node);
                combined::compare(context, out, (from, writer), (to, reader));
            }
            (_, Kind::Combined(reader)) => self.one_to_several(context, out, reader),
            (Kind::Combined(writer), _) => self.several_to_one(context, out, writer),
            _ => self.same_kind(context, out),
        }
    }

    fn same_kind(&self, context: &mut Comparison<'a>, out: &mut Findings) {
        let (from, to) = (self.writer.node, self.reader.node);
        match (&self.writer.kind, &self.reader.kind) {
            (Kind::String, Kind::String) => string::compare(out, from, to),
            (Kind::Number | Kind::Integer, Kind::Number | Kind::Integer) => {
                number::compare(out, (self.writer, self.from), (self.reader, self.to));
            }
            (Kind::Boolean, Kind::Boolean) | (Kind::Null, Kind::Null) => return,
            (Kind::Object(writer), Kind::Object(reader)) => {
                object::compare(context, out, (from, writer), (to, reader));
            }
            (Kind::Array(writer), Kind::Array(reader)) => array::compare(context, out, (from, writer), (to, reader)),
            (Kind::Enum(_), Kind::Enum(_)) | (Kind::Const(_), Kind::Const(_)) => {
                return enumeration::compare(context, out, (from, self.writer), (to, self.reader));
            }
            (Kind::Not(writer), Kind::Not(reader)) => return negation::compare(context, out, *writer, *reader),
            (Kind::Conditional, Kind::Conditional) => return conditional::compare(context, out, from, to),
            _ => return self.type_changed(out),
        }
        if self.reader.is_typed && !self.writer.is_typed {
            let what = format!("the reader accepts only {}, and the writer names no `type`", self.reader.describe());
            out.add(own::TYPE_ADDED, "/type", places_of("type", from, to), what);
        }
    }

    /// From one schema to several: one of the alternatives must take what it accepts.
    fn one_to_several(&self, context: &mut Comparison<'a>, out: &mut Findings, reader: &Combined<'a>) {
        if let [single] = reader.parts.as_slice() {
            let outcome = context.compare(self.whole_writer(), *single);
            return out.absorb("", &outcome);
        }
        let branches = reader.parts.iter().map(|part| (self.whole_writer(), *part));
        let Some(outcome) = best(context, branches.collect()).filter(|_| reader.criterion != Criterion::All) else {
            return self.type_changed(out);
        };
        out.absorb("", &outcome);
        let what = format!("the reader accepts {} alternatives, the writer's among them", reader.parts.len());
        out.add(combination::SUM_TYPE_EXTENDED, "", self.places(), what);
        combined::check_overlap(context, out, self.places(), reader);
    }

    /// From several schemas to one: if all of them had to match, it is enough that one of them is taken.
    fn several_to_one(&self, context: &mut Comparison<'a>, out: &mut Findings, writer: &Combined<'a>) {
        if let [single] = writer.parts.as_slice() {
            let outcome = context.compare(*single, self.whole_reader());
            return out.absorb("", &outcome);
        }
        if writer.criterion != Criterion::All {
            return self.type_changed(out);
        }
        let branches = writer.parts.iter().map(|part| (*part, self.whole_reader())).collect();
        let Some(outcome) = best(context, branches) else { return self.type_changed(out) };
        out.absorb("", &outcome);
        let what = format!("of {} only {} is left to the reader", writer.describe(), self.reader.describe());
        out.add(combination::PRODUCT_TYPE_NARROWED, "", self.places(), what);
    }

    fn type_changed(&self, out: &mut Findings) {
        let what = format!("the writer has {} and the reader {}", self.writer.describe(), self.reader.describe());
        let (old, new) = (self.writer.describe(), self.reader.describe());
        let help =
            format!("accept both for a while, by `anyOf` of {old} and {new}, or add a property under a new name");
        let forward = format!("keep {new}, or add a property under a new name");
        out.add_with_help(describing::TYPE_CHANGED, String::new(), self.places(), [what, help, forward]);
    }

    fn unknown(&self, out: &mut Findings) {
        let reference = |schema: &Schema<'_>| schema.node.reference().map(ToOwned::to_owned);
        let (old, new) = (reference(self.writer), reference(self.reader));
        if old.is_some() && old == new && matches!(self.writer.kind, Kind::Unknown) {
            return;
        }
        let what = match new.or(old) {
            Some(reference) => format!("`{reference}` cannot be found, so what it stands for is not compared"),
            None => format!("the writer has {} and the reader {}", self.writer.describe(), self.reader.describe()),
        };
        out.add(own::REFERENCE_NOT_RESOLVED, "", self.places(), what);
    }

    fn places(&self) -> Places {
        Places::new(place(self.from, self.writer), place(self.to, self.reader))
    }

    fn whole_writer(&self) -> Part<'a> {
        settled(self.from, self.writer)
    }

    fn whole_reader(&self) -> Part<'a> {
        settled(self.to, self.reader)
    }
}

/// The part without its description, which has been compared already.
fn settled<'a>(part: Part<'a>, schema: &Schema<'a>) -> Part<'a> {
    match part.aspect {
        Aspect::Whole => schema.part(),
        _ => part,
    }
}

/// What shows the kind of a schema: the keyword that makes it what it is.
pub(super) fn place(part: Part<'_>, schema: &Schema<'_>) -> Place {
    if part.aspect == Aspect::Whole { schema.part().place() } else { part.place() }
}

/// The first of several comparisons without any hazard, or else the first that does not break.
fn best<'a>(context: &mut Comparison<'a>, pairs: Vec<(Part<'a>, Part<'a>)>) -> Option<std::rc::Rc<Outcome>> {
    let mut risky = None;
    for (from, to) in pairs {
        let outcome = context.probe(from, to);
        if outcome.is_safe() {
            return Some(outcome);
        }
        if outcome.is_compatible() {
            risky.get_or_insert(outcome);
        }
    }
    risky
}
