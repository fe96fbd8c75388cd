//! `allOf`, `anyOf` and `oneOf`, and the combinations that several keywords at one place are.
//!
//! Each schema on the side with fewer of them must have one of its own on the other side, which is a question of
//! matching in a bipartite graph and not of order.

mod matching;

use std::collections::{BTreeMap, BTreeSet};

use crate::json_schema::Node;
use crate::json_schema::compatibility::comparison::{Comparison, places_of};
use crate::json_schema::compatibility::finding::{Findings, Places};
use crate::json_schema::compatibility::model::{Combined, Criterion, Part};
use crate::json_schema::compatibility::rule::{combination, own};
use matching::Matching;

type Side<'s, 'a> = (Node<'a>, &'s Combined<'a>);

pub(super) fn compare<'a>(
    context: &mut Comparison<'a>,
    out: &mut Findings,
    writer: Side<'_, 'a>,
    reader: Side<'_, 'a>,
) {
    let places = places(writer, reader);
    let ((_, from), (_, to)) = (writer, reader);
    if !criterion(out, places, from, to) {
        return;
    }
    size(out, places, from, to);
    let matched = match_parts(context, writer, reader);
    let mut is_lossless = matched.len() == from.parts.len() && matched.len() == to.parts.len();
    let keyword = from.criterion.keyword();
    for (&left, &right) in &matched {
        let outcome = context.compare(from.parts[left], to.parts[right]);
        out.absorb(&format!("/{keyword}/{left}"), &outcome);
        is_lossless &= to.criterion != Criterion::One || context.compare(to.parts[right], from.parts[left]).is_safe();
    }
    if matched.len() < from.parts.len().min(to.parts.len()) {
        subschemas_changed(context, out, places, (from, to, &matched));
    }
    if !(is_lossless && from.criterion == Criterion::One) {
        check_overlap(context, out, places, to);
    }
}

/// Whether values still match if they match what the writer's combination asks for.
fn criterion(out: &mut Findings, places: Places, from: &Combined<'_>, to: &Combined<'_>) -> bool {
    if from.criterion == to.criterion {
        return true;
    }
    let (is_from_single, is_to_single) = (from.parts.len() == 1, to.parts.len() == 1);
    let accepts_no_less = match (from.criterion, to.criterion) {
        (_, Criterion::Any) => true,
        (Criterion::All, Criterion::One) => is_from_single || is_to_single,
        (_, Criterion::One) => is_from_single,
        (_, Criterion::All) => is_from_single && is_to_single,
    };
    let rule = if accepts_no_less { combination::COMBINED_TYPE_EXTENDED } else { combination::COMBINED_TYPE_CHANGED };
    out.add(rule, "", places, format!("the writer has {} and the reader {}", from.describe(), to.describe()));
    accepts_no_less
}

fn size(out: &mut Findings, places: Places, from: &Combined<'_>, to: &Combined<'_>) {
    let is_product = |combined: &Combined<'_>| combined.criterion == Criterion::All;
    let (old, new) = (from.parts.len(), to.parts.len());
    let rule = match new.cmp(&old) {
        std::cmp::Ordering::Equal => return,
        std::cmp::Ordering::Greater if is_product(to) => combination::PRODUCT_TYPE_EXTENDED,
        std::cmp::Ordering::Greater => combination::SUM_TYPE_EXTENDED,
        std::cmp::Ordering::Less if is_product(from) => combination::PRODUCT_TYPE_NARROWED,
        std::cmp::Ordering::Less => combination::SUM_TYPE_NARROWED,
    };
    out.add(rule, "", places, format!("the writer has {} and the reader {}", from.describe(), to.describe()));
}

/// Which schema of the writer is taken by which of the reader, as many as possible.
fn match_parts<'a>(context: &mut Comparison<'a>, writer: Side<'_, 'a>, reader: Side<'_, 'a>) -> BTreeMap<usize, usize> {
    let ((from_node, from), (to_node, to)) = (writer, reader);
    let mut matching = Matching::new(from.parts.len(), to.parts.len());
    if context.spend_text(from_node.json(), to_node.json(), Places::new(from_node.place(), to_node.place())) {
        match_equal_texts(context, from, to, &mut matching);
    }
    let mut risky = Vec::new();
    for left in matching.free_left() {
        for right in matching.free_right() {
            let outcome = context.probe(from.parts[left], to.parts[right]);
            if outcome.is_safe() {
                matching.connect(left, right);
            } else if outcome.is_compatible() {
                risky.push((left, right));
            }
        }
    }
    matching.grow();
    for (left, right) in risky {
        matching.connect(left, right);
    }
    matching.grow();
    matching.into_pairs()
}

/// Schemas with the same text belong together if what they refer to is compatible: this saves comparing each with each.
fn match_equal_texts<'a>(
    context: &mut Comparison<'a>,
    from: &Combined<'a>,
    to: &Combined<'a>,
    matching: &mut Matching,
) {
    let text = |part: &Part<'a>| (part.aspect, part.node.json().to_string());
    let mut readers = BTreeMap::<_, Vec<usize>>::new();
    for (right, part) in to.parts.iter().enumerate().rev() {
        readers.entry(text(part)).or_default().push(right);
    }
    for (left, part) in from.parts.iter().enumerate() {
        let Some(right) = readers.get_mut(&text(part)).and_then(Vec::pop) else { continue };
        if context.probe(*part, to.parts[right]).is_safe() {
            matching.fix(left, right);
        }
    }
}

type Matched<'s, 'a> = (&'s Combined<'a>, &'s Combined<'a>, &'s BTreeMap<usize, usize>);

fn subschemas_changed<'a>(
    context: &mut Comparison<'a>,
    out: &mut Findings,
    places: Places,
    (from, to, matched): Matched<'_, 'a>,
) {
    let taken: BTreeSet<usize> = matched.values().copied().collect();
    let left: Vec<usize> = (0..from.parts.len()).filter(|left| !matched.contains_key(left)).collect();
    let right: Vec<usize> = (0..to.parts.len()).filter(|right| !taken.contains(right)).collect();
    let count = left.len().min(right.len());
    let mut what = format!("{count} of the combined schemas ha{} no counterpart", if count == 1 { "s" } else { "ve" });
    let mut at = places;
    if let (Some(&first), Some(&other)) = (left.first(), right.first()) {
        let (old, new) =
            (from.parts[first], to.parts[closest(context, from.parts[first], to, &right).unwrap_or(other)]);
        if let Some(cause) = context.probe(old, new).cause() {
            what.push_str(&format!(": {cause}"));
        }
        at = Places::new(old.place(), new.place());
    }
    out.add(combination::COMBINED_TYPE_SUBSCHEMAS_CHANGED, "", at, what);
}

/// The schema that is most likely meant to be the counterpart: one of the same kind.
fn closest<'a>(context: &mut Comparison<'a>, part: Part<'a>, to: &Combined<'a>, candidates: &[usize]) -> Option<usize> {
    let kind = std::mem::discriminant(&context.load(part).kind);
    candidates.iter().copied().find(|right| std::mem::discriminant(&context.load(to.parts[*right]).kind) == kind)
}

/// Reports a `oneOf` of the reader that a value may match more than once.
pub(super) fn check_overlap<'a>(context: &mut Comparison<'a>, out: &mut Findings, places: Places, to: &Combined<'a>) {
    if to.criterion != Criterion::One || to.parts.len() < 2 || context.are_disjoint(&to.parts) {
        return;
    }
    let what = format!("a value may match more than one of the {} schemas of the reader's `oneOf`", to.parts.len());
    out.add(own::SUM_TYPE_MAY_OVERLAP, "", places, what);
}

fn places((from, writer): Side<'_, '_>, (to, reader): Side<'_, '_>) -> Places {
    let place = |node: Node<'_>, combined: &Combined<'_>| {
        combined.keyword.and_then(|keyword| places_of(keyword, node, node).writer).unwrap_or(node.place())
    };
    Places::new(place(from, writer), place(to, reader))
}
