//! `not`: what excludes less accepts more.

use crate::compatibility::Effect;
use crate::json_schema::compatibility::comparison::Comparison;
use crate::json_schema::compatibility::finding::{Findings, Places};
use crate::json_schema::compatibility::model::Part;
use crate::json_schema::compatibility::rule::{combination, own};

pub(super) fn compare<'a>(context: &mut Comparison<'a>, out: &mut Findings, writer: Part<'a>, reader: Part<'a>) {
    let places = Places::new(writer.node.place(), reader.node.place());
    // What the reader excludes must be within what the writer excluded.
    let excluded = context.compare(reader, writer);
    match excluded.effect {
        Effect::Breaking => {
            let why = excluded.cause().map_or(String::new(), |cause| format!(" (seen from the other side: {cause})"));
            let what = format!("the reader excludes values that the writer allowed{why}");
            out.add(combination::NOT_TYPE_EXTENDED, "/not", places, what);
        }
        Effect::Risky => {
            let cause = excluded.cause().unwrap_or("it is not compared completely");
            let what =
                format!("the reader may exclude values that the writer allowed (seen from the other side: {cause})");
            out.add(own::NOT_TYPE_UNCERTAIN, "/not", places, what);
        }
        Effect::Safe if !context.compare(writer, reader).is_safe() => {
            out.add(combination::NOT_TYPE_NARROWED, "/not", places, "the reader excludes less than the writer");
        }
        Effect::Safe => {}
    }
}
