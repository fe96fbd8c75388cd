//! Limits that no value keeps, and values that their own type forbids.

use std::cmp::Ordering;

use super::super::{Draft, Node};
use crate::Finding;
use crate::json::{Json, JsonKind};

/// A lower and an upper limit of one thing.
const PAIRS: [(&str, &str); 5] = [
    ("minimum", "maximum"),
    ("minLength", "maxLength"),
    ("minItems", "maxItems"),
    ("minProperties", "maxProperties"),
    ("minContains", "maxContains"),
];

/// The limits, `enum`, `const` and `default` of one schema.
pub(super) fn check(node: Node<'_>, findings: &mut Vec<Finding>) {
    if node.ref_overrides_siblings() {
        return;
    }
    for (low, high) in PAIRS {
        findings.extend(contradiction(node, low, high, Ordering::Greater));
    }
    if node.draft() > Draft::Draft4 {
        for (low, high) in
            [("exclusiveMinimum", "maximum"), ("minimum", "exclusiveMaximum"), ("exclusiveMinimum", "exclusiveMaximum")]
        {
            findings.extend(contradiction(node, low, high, Ordering::Equal));
        }
    }
    let constants = ["const", "default"].into_iter().filter_map(|keyword| Some((keyword, node.get(keyword)?)));
    let listed = node.get("enum").and_then(Json::as_array).unwrap_or_default().iter().map(|json| ("enum", json));
    for (keyword, json) in listed.chain(constants) {
        findings.extend(wrong_type(node, keyword, json));
    }
}

/// `at_least` is how the lower limit must compare with the upper one to leave nothing between them.
fn contradiction(node: Node<'_>, low: &str, high: &str, at_least: Ordering) -> Option<Finding> {
    let (lower, upper) = (node.get(low)?, node.get(high)?);
    let order = compare(lower, upper)?;
    if order < at_least {
        return None;
    }
    let verb = if order == Ordering::Equal { "is not below" } else { "is above" };
    let finding = Finding::warning(
        "schema::contradictory-bounds",
        node.place_of(lower),
        format!("`{low}` {verb} `{high}`, so nothing keeps both"),
    );
    Some(
        finding
            .label(format!("at least {lower}"))
            .also(node.place_of(upper), format!("at most {upper}"))
            .note("Every value that the limits are about is refused.")
            .help("swap the limits or change one of them"),
    )
}

fn compare(left: &Json, right: &Json) -> Option<Ordering> {
    let (JsonKind::Number(left), JsonKind::Number(right)) = (&left.kind, &right.kind) else { return None };
    match (left.parse::<i128>(), right.parse::<i128>()) {
        (Ok(left), Ok(right)) => Some(left.cmp(&right)),
        _ => left.parse::<f64>().ok()?.partial_cmp(&right.parse::<f64>().ok()?),
    }
}

fn wrong_type(node: Node<'_>, keyword: &str, json: &Json) -> Option<Finding> {
    let kind = node.get("type")?;
    let allowed: Vec<&str> = match &kind.kind {
        JsonKind::String(name) => vec![name],
        JsonKind::Array(names) => names.iter().filter_map(Json::as_str).collect(),
        _ => return None,
    };
    if allowed.is_empty() || allowed.iter().any(|name| is_of(json, name)) {
        return None;
    }
    let (message, note) = if keyword == "default" {
        ("the default is not of the type".to_owned(), "Readers that fill in the default make a value that is refused.")
    } else {
        (format!("a value of `{keyword}` is not of the type"), "No value is both, so this one is never accepted.")
    };
    let finding = Finding::warning("schema::value-of-other-type", node.place_of(json), message);
    Some(
        finding
            .label(format!("{} here", json.describe()))
            .also(node.place_of(kind), "the type is given here")
            .note(note)
            .help("change the value or the type"),
    )
}

fn is_of(json: &Json, name: &str) -> bool {
    match (&json.kind, name) {
        (JsonKind::Null, "null")
        | (JsonKind::Bool(_), "boolean")
        | (JsonKind::Number(_), "number")
        | (JsonKind::String(_), "string")
        | (JsonKind::Array(_), "array")
        | (JsonKind::Object(_), "object") => true,
        (JsonKind::Number(written), "integer") => {
            written.parse::<i128>().is_ok() || written.parse::<f64>().is_ok_and(|number| number.fract() == 0.0)
        }
        // A type that does not exist is a finding of its own.
        (_, "null" | "boolean" | "number" | "string" | "array" | "object" | "integer") => false,
        _ => true,
    }
}
