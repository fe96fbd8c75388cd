//! Names in `required` that `properties` does not have.

use std::collections::BTreeSet;

use super::super::Node;
use super::near::nearest;
use crate::Finding;
use crate::json::{Json, JsonKind, Member};

/// Keywords that can describe a property elsewhere.
const ELSEWHERE: [&str; 11] = [
    "$ref",
    "$dynamicRef",
    "$recursiveRef",
    "allOf",
    "anyOf",
    "oneOf",
    "if",
    "then",
    "else",
    "dependentSchemas",
    "patternProperties",
];

/// How many names of one schema are reported.
const MOST: usize = 20;

/// Looks only at schemas that say everything about their properties themselves.
pub(super) fn check(node: Node<'_>, findings: &mut Vec<Finding>) {
    let Some(JsonKind::Object(properties)) = node.get("properties").map(|json| &json.kind) else { return };
    let Some(required) = node.get("required").and_then(Json::as_array) else { return };
    if ELSEWHERE.iter().any(|keyword| node.get(keyword).is_some()) {
        return;
    }
    let known: BTreeSet<&str> = properties.iter().map(|member| &*member.key).collect();
    let unknown = required.iter().filter_map(|json| Some((json, json.as_str()?)));
    let unknown = unknown.filter(|(_, name)| !known.contains(name)).take(MOST);
    findings.extend(unknown.map(|(json, name)| undeclared(node, json, name, properties)));
}

fn undeclared(node: Node<'_>, json: &Json, name: &str, properties: &[Member]) -> Finding {
    let is_closed = node.get("additionalProperties").is_some_and(|json| json.kind == JsonKind::Bool(false));
    let note = if is_closed {
        "Other properties are forbidden here, so no object is accepted at all."
    } else {
        "The property must be there, but nothing is said about its value; a slip in the name looks like this."
    };
    let message = format!("`{name}` is required but not among the `properties`");
    let finding =
        Finding::warning("schema::undeclared-property", node.place_of(json), message).label("required here").note(note);
    finding.help(match nearest(name, properties.iter().map(|member| &*member.key)) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("describe `{name}` in `properties`, with `true` if it can be anything"),
    })
}
