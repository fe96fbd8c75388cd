//! Keywords that mean nothing where they stand: of another version, of `OpenAPI`, misspelt, or beside a `$ref`.

use super::super::Node;
use super::super::keyword::{self, Keyword};
use super::near::nearest;
use crate::Finding;
use crate::json::{JsonKind, Member};
use crate::near::distance;

/// What validators skip beside a `$ref` without loss: it says nothing about the value.
const ANNOTATIONS: [&str; 14] = [
    "$comment",
    "$defs",
    "$schema",
    "$id",
    "id",
    "$ref",
    "default",
    "definitions",
    "deprecated",
    "description",
    "examples",
    "readOnly",
    "title",
    "writeOnly",
];

/// Keywords of `OpenAPI`'s dialects.
const OPEN_API: [(&str, &str); 5] = [
    ("nullable", "add `\"null\"` to `type`"),
    ("discriminator", "tell the cases of `oneOf` apart by a `const`"),
    ("example", "use `examples` with a list"),
    ("externalDocs", "put the link into `description`"),
    ("xml", "remove it"),
];

/// Every keyword of a schema that does not do what it looks like.
pub(super) fn check(node: Node<'_>, findings: &mut Vec<Finding>) {
    let JsonKind::Object(members) = &node.json().kind else { return };
    let is_overridden = node.ref_overrides_siblings();
    for member in members {
        let known = keyword::keyword(&member.key);
        let finding = match known {
            _ if is_overridden => sibling(node, member, known),
            Some(known) if !known.is_known_in(node.draft()) => other_version(node, member, known),
            Some(_) => None,
            None => unknown(node, member),
        };
        findings.extend(finding);
    }
}

fn warning(node: Node<'_>, member: &Member, message: String) -> Finding {
    let place = crate::span::Place { span: member.key_span, ..node.place_of(&member.value) };
    Finding::warning("schema::ignored-keyword", place, message)
}

fn sibling(node: Node<'_>, member: &Member, known: Option<&Keyword>) -> Option<Finding> {
    known.filter(|known| !ANNOTATIONS.contains(&known.name))?;
    let finding = warning(node, member, format!("`{}` beside `$ref` is ignored", member.key));
    let finding = finding
        .label("this means nothing here")
        .note(format!("Until draft 7 a `$ref` stands for the whole schema, and this is {}.", node.draft()))
        .help("put the `$ref` and the other keywords into two schemas of an `allOf`");
    Some(match node.member("$ref") {
        Some(reference) => finding.also(node.place_of(&reference.value), "because of this reference"),
        None => finding,
    })
}

/// Places for definitions work under any name, because references lead into them.
fn other_version(node: Node<'_>, member: &Member, known: &Keyword) -> Option<Finding> {
    let draft = node.draft();
    if matches!(known.name, "$defs" | "definitions") {
        return None;
    }
    let since = if draft < known.since { "only since" } else { "only until" };
    let other = if draft < known.since { known.since } else { known.until };
    let finding = warning(node, member, format!("{draft} ignores `{}`", member.key))
        .label(format!("known {since} {other}"))
        .note("Values that this keyword was meant to refuse are accepted.");
    Some(finding.help(match replacement(known.name, draft < known.since) {
        Some(replacement) => format!("write `{replacement}`"),
        None => format!("say `\"$schema\": \"{}\"` if the schema is written in {other}", other.metaschema()),
    }))
}

/// The keyword of the same meaning in older or in newer versions.
fn replacement(name: &str, is_too_new: bool) -> Option<&'static str> {
    Some(match (name, is_too_new) {
        ("$id", true) => "id",
        ("id", false) => "$id",
        ("const", true) => "enum` with one value and not `const",
        ("dependentRequired" | "dependentSchemas", true) => "dependencies",
        ("dependencies", false) => "dependentRequired` or `dependentSchemas",
        ("prefixItems", true) => "items` with a list of schemas and not `prefixItems",
        ("additionalItems", false) => "items` beside `prefixItems",
        ("$recursiveRef", false) => "$dynamicRef",
        ("$recursiveAnchor", false) => "$dynamicAnchor",
        _ => return None,
    })
}

fn unknown(node: Node<'_>, member: &Member) -> Option<Finding> {
    let key = &*member.key;
    if let Some((_, instead)) = OPEN_API.iter().find(|(name, _)| *name == key) {
        let finding = warning(node, member, format!("JSON Schema ignores `{key}`"));
        return Some(
            finding
                .label("a keyword of OpenAPI")
                .note("OpenAPI's dialect of JSON Schema has it; registries and validators of JSON Schema do not.")
                .help(*instead),
        );
    }
    if key.len() < 4 || key.starts_with("x-") {
        return None;
    }
    let known =
        keyword::names().filter(|name| keyword::keyword(name).is_some_and(|name| name.is_known_in(node.draft())));
    let near = nearest(key, known).filter(|near| distance(key.as_bytes(), near.as_bytes(), 2).is_some())?;
    let finding = warning(node, member, format!("`{key}` is no keyword of {}", node.draft()));
    Some(
        finding
            .label("ignored")
            .note("Unknown keywords are comments: values that this one was meant to refuse are accepted.")
            .help(format!("did you mean `{near}`?")),
    )
}
