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

/// How many circles are told: of references alone, and of others. A text can have one for each reference.
const MOST: usize = 100;

/// One way from a schema to another that is about the same value.
#[derive(Clone, Copy)]
struct Edge<'a> {
    to: Node<'a>,
    /// Where the way is written.
    place: Place,
    is_reference: bool,
}

/// A schema on the way from where the search began.
struct Visit<'a> {
    node: Place,
    edges: Vec<Edge<'a>>,
    /// The edge that was taken last.
    taken: Option<Edge<'a>>,
    /// How many ways to here are not references.
    steps: usize,
}

/// How far the search has come with a schema.
enum State {
    /// It is on the way, at this position.
    Open(usize),
    Done,
}

/// What has been found; circles of references alone are counted apart, because they are errors.
struct Found<'f> {
    findings: &'f mut Vec<Finding>,
    references: usize,
    others: usize,
}

/// Finds every circle by a depth-first search with a stack of its own.
pub(super) fn check(schemas: &[Node<'_>], findings: &mut Vec<Finding>) {
    let mut states: BTreeMap<Place, State> = BTreeMap::new();
    let mut found = Found { findings, references: 0, others: 0 };
    for &start in schemas {
        if states.contains_key(&start.own_place()) {
            continue;
        }
        states.insert(start.own_place(), State::Open(0));
        let mut stack = vec![visit(start, 0)];
        while let Some(top) = stack.last_mut() {
            let Some(edge) = top.edges.pop() else {
                states.insert(top.node, State::Done);
                stack.pop();
                continue;
            };
            top.taken = Some(edge);
            let steps = top.steps + usize::from(!edge.is_reference);
            match states.get(&edge.to.own_place()) {
                None => {
                    states.insert(edge.to.own_place(), State::Open(stack.len()));
                    stack.push(visit(edge.to, steps));
                }
                Some(State::Done) => {}
                Some(State::Open(from)) => found.add(&stack[*from..], steps),
            }
        }
    }
}

fn visit(node: Node<'_>, steps: usize) -> Visit<'_> {
    let mut edges = in_place(node);
    edges.reverse();
    Visit { node: node.own_place(), edges, taken: None, steps }
}

impl Found<'_> {
    /// Tells a circle unless enough of its kind have been told. `steps` is counted up to its last edge.
    fn add(&mut self, circle: &[Visit<'_>], steps: usize) {
        let is_all_references = circle.first().is_some_and(|first| first.steps == steps);
        let count = if is_all_references { &mut self.references } else { &mut self.others };
        *count += 1;
        if *count <= MOST {
            self.findings.push(finding(circle, is_all_references));
        }
    }
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

fn finding(circle: &[Visit<'_>], is_all_references: bool) -> Finding {
    let edges = circle.iter().filter_map(|visit| visit.taken);
    let mut references: Vec<Place> = edges.filter(|edge| edge.is_reference).map(|edge| edge.place).collect();
    let earliest = (0..references.len()).min_by_key(|&position| references[position]).unwrap_or_default();
    references.rotate_left(earliest);
    let first = *references.first().expect("no schema is a part of itself, so a reference leads back");
    let mut finding = if is_all_references {
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
