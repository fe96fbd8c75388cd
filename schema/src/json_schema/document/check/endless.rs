//! References that lead back to where they start without consuming anything of the value.
//!
//! A reference to a schema around it is how trees are described, and fine: each round is about a smaller value. But a
//! round that only goes through `$ref`, `allOf` and the like is about the same value for ever.

use std::collections::BTreeMap;

use super::super::Node;
use crate::json::{Json, JsonKind};
use crate::span::Place;
use crate::{Finding, Severity};

/// Keywords whose schemas apply to the same value.
const IN_PLACE: [&str; 7] = ["allOf", "anyOf", "oneOf", "not", "if", "then", "else"];

/// How many places of one circle are shown.
const SHOWN: usize = 10;

/// One way from a schema to another that is about the same value.
#[derive(Clone, Copy)]
struct Edge<'a> {
    to: Node<'a>,
    /// Where the way is written.
    place: Place,
    is_reference: bool,
}

struct Visit<'a> {
    node: Place,
    edges: Vec<Edge<'a>>,
    /// The edge that was taken last.
    taken: Option<Edge<'a>>,
}

/// Finds every circle by a depth-first search with a stack of its own.
pub(super) fn check(schemas: &[Node<'_>], findings: &mut Vec<Finding>) {
    let mut is_done: BTreeMap<Place, bool> = BTreeMap::new();
    for &start in schemas {
        if is_done.contains_key(&start.own_place()) {
            continue;
        }
        let mut stack = vec![visit(start, &mut is_done)];
        while let Some(top) = stack.last_mut() {
            let Some(edge) = top.edges.pop() else {
                is_done.insert(top.node, true);
                stack.pop();
                continue;
            };
            top.taken = Some(edge);
            match is_done.get(&edge.to.own_place()) {
                None => stack.push(visit(edge.to, &mut is_done)),
                Some(true) => {}
                Some(false) => findings.push(circle(&stack, edge.to.own_place())),
            }
        }
    }
}

fn visit<'a>(node: Node<'a>, is_done: &mut BTreeMap<Place, bool>) -> Visit<'a> {
    is_done.insert(node.own_place(), false);
    let mut edges = in_place(node);
    edges.reverse();
    Visit { node: node.own_place(), edges, taken: None }
}

fn in_place(node: Node<'_>) -> Vec<Edge<'_>> {
    let mut edges = Vec::new();
    for member in node.references() {
        if let Some(to) = member.value.as_str().and_then(|reference| node.resolve(reference))
            && !to.is_built_in()
        {
            edges.push(Edge { to, place: node.place_of(&member.value), is_reference: true });
        }
    }
    if node.ref_overrides_siblings() {
        return edges;
    }
    for keyword in IN_PLACE {
        for json in schemas_of(node.get(keyword)) {
            edges.push(Edge { to: node.child(json), place: node.place_of(json), is_reference: false });
        }
    }
    edges
}

fn schemas_of(value: Option<&Json>) -> &[Json] {
    match value.map(|json| (&json.kind, json)) {
        Some((JsonKind::Array(items), _)) => items,
        Some((JsonKind::Object(_), json)) => std::slice::from_ref(json),
        _ => &[],
    }
}

fn circle(stack: &[Visit<'_>], back_to: Place) -> Finding {
    let from = stack.iter().position(|visit| visit.node == back_to).unwrap_or_default();
    let edges: Vec<Edge<'_>> = stack[from..].iter().filter_map(|visit| visit.taken).collect();
    let mut references: Vec<Place> = edges.iter().filter(|edge| edge.is_reference).map(|edge| edge.place).collect();
    let earliest = (0..references.len()).min_by_key(|&position| references[position]).unwrap_or_default();
    references.rotate_left(earliest);
    let is_all = references.len() == edges.len();
    let first = references.first().copied().unwrap_or(back_to);
    let mut finding = if is_all {
        let severity = if first.file == 0 { Severity::Error } else { Severity::Warning };
        let message = "references lead round in a circle without a schema";
        Finding::new(severity, "schema::endless-reference", first, message)
    } else {
        Finding::warning("schema::endless-schema", first, "a schema applies itself to the same value for ever")
    };
    for place in references.iter().skip(1).take(SHOWN) {
        finding = finding.also(*place, "which leads on from here");
    }
    finding
        .label(if references.len() == 1 { "this leads back to the schema around it" } else { "the circle starts here" })
        .note("A validator never comes to an end here, or runs out of stack.")
        .help("let one of the references lead to a schema that says something, or put it below `properties` or `items`")
}
