//! Values that a keyword does not take, by the metaschema of the version.

use std::collections::BTreeSet;

use jsonschema::error::ValidationErrorKind;
use jsonschema::paths::LocationSegment;
use jsonschema::{ValidationError, draft4, draft6, draft7, draft201909, draft202012};
use serde_json::{Number, Value};

use super::super::keyword::{Holds, keyword};
use super::super::{Document, Draft, Node};
use super::near::nearest;
use crate::Finding;
use crate::json::{Json, JsonKind};
use crate::span::Place;

/// The most that is reported; a text with more is no schema at all.
const MOST: usize = 200;

const TYPES: [&str; 7] = ["array", "boolean", "integer", "null", "number", "object", "string"];

/// Checks the text, and each part with a `$schema` of its own by that version.
pub(super) fn check(document: &Document, findings: &mut Vec<Finding>) {
    let mut seen = BTreeSet::new();
    for resource in document.index.resources.iter().filter(|resource| resource.place.file == 0) {
        let Some((json, position)) = document.index.at_place(resource.place) else { continue };
        let node = Node { json, resource: position, ..document.root() };
        if json.span == document.root().json().span || node.get("$schema").is_some() {
            check_resource(node, &mut seen, findings);
        }
    }
}

fn check_resource(root: Node<'_>, seen: &mut BTreeSet<Place>, findings: &mut Vec<Finding>) {
    let value = value(root.json());
    let validator = match root.draft() {
        Draft::Draft4 => draft4::meta::validator(),
        Draft::Draft6 => draft6::meta::validator(),
        Draft::Draft7 => draft7::meta::validator(),
        Draft::Draft2019 => draft201909::meta::validator(),
        Draft::Draft2020 => draft202012::meta::validator(),
    };
    if validator.is_valid(&value) {
        return;
    }
    for error in validator.iter_errors(&value).take(MOST) {
        for cause in causes(&error) {
            let Some(found) = locate(root, cause) else { continue };
            if found.node.draft() == root.draft() && seen.len() < MOST && seen.insert(found.place()) {
                findings.push(finding(&found, cause));
            }
        }
    }
}

/// The errors behind an error: where one of several forms fits except for something inside, what is wrong there.
fn causes<'a>(error: &'a ValidationError<'a>) -> Vec<&'a ValidationError<'a>> {
    let (ValidationErrorKind::AnyOf { context } | ValidationErrorKind::OneOfNotValid { context }) = error.kind() else {
        return vec![error];
    };
    let depth = |error: &ValidationError<'_>| error.instance_path().as_str().len();
    let fitting = context.iter().find(|branch| branch.iter().all(|inner| depth(inner) > depth(error)));
    match fitting {
        Some(branch) => branch.iter().flat_map(causes).collect(),
        None => vec![error],
    }
}

/// What an error is about.
struct Located<'a> {
    /// The innermost schema around it.
    node: Node<'a>,
    /// The keyword of that schema whose value it is in; `None` if the schema itself is wrong.
    keyword: Option<&'a str>,
    /// The value that is wrong.
    json: &'a Json,
}

impl Located<'_> {
    fn place(&self) -> Place {
        self.node.place_of(self.json)
    }
}

/// The place of an error. Formats are not among the errors: references and patterns are checked with more care.
fn locate<'a>(root: Node<'a>, error: &ValidationError<'_>) -> Option<Located<'a>> {
    if matches!(error.kind(), ValidationErrorKind::Format { .. }) {
        return None;
    }
    let mut found = Located { node: root, keyword: None, json: root.json() };
    for segment in error.instance_path() {
        let (json, name) = match segment {
            LocationSegment::Property(key) => {
                let node = Node { json: found.json, ..found.node };
                let member = node.member(&key)?;
                (&member.value, Some(&*member.key))
            }
            LocationSegment::Index(index) => (found.json.as_array()?.get(index)?, None),
        };
        let holds = found.keyword.and_then(keyword).map_or(Holds::Data, |keyword| keyword.holds);
        let is_schema = match found.keyword {
            None => name.and_then(keyword).is_some_and(|keyword| is_schema_itself(keyword.holds, json)),
            Some(_) => holds != Holds::Data && holds != Holds::Schema && json.as_array().is_none(),
        };
        if found.keyword.is_none() {
            found.keyword = name;
        }
        if is_schema {
            found = Located { node: found.node.child(json), keyword: None, json };
        }
        found.json = json;
    }
    Some(found)
}

fn is_schema_itself(holds: Holds, json: &Json) -> bool {
    match holds {
        Holds::Schema => true,
        Holds::SchemaOrSchemas => json.as_array().is_none(),
        _ => false,
    }
}

fn finding(found: &Located<'_>, error: &ValidationError<'_>) -> Finding {
    let draft = found.node.draft();
    let new = |message: String| Finding::error("schema::keyword-value", found.place(), message);
    if let ValidationErrorKind::Required { property } = error.kind() {
        let missing = property.as_str().unwrap_or_default();
        return new(format!("`{missing}` is missing"))
            .label(format!("this needs a `{missing}`"))
            .note(format!("The metaschema of {draft} asks for it."))
            .help(format!("add `{missing}`"));
    }
    let is = shown(found.json);
    let Some(name) = found.keyword else {
        let must = if draft == Draft::Draft4 { "an object" } else { "an object or a boolean" };
        return new(format!("a schema must be {must}, but this is {is}"))
            .label(format!("{is} here"))
            .note(format!("So says the metaschema of {draft}; validators refuse the whole schema."))
            .help("write a schema such as `{\"type\": \"string\"}`");
    };
    let must = must(name, draft);
    let finding = new(format!("`{name}` must be {must}, but this is {is}"))
        .label(format!("{is} here"))
        .note(format!("So says the metaschema of {draft}; validators refuse the whole schema."));
    finding.help(help(name, found, must))
}

fn help(name: &str, found: &Located<'_>, must: &str) -> String {
    let is_bool = matches!(found.json.kind, JsonKind::Bool(_));
    match name {
        "type" => match nearest(found.json.as_str().unwrap_or_default(), TYPES.into_iter()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("write {must}"),
        },
        "required" if is_bool => "list the name in the `required` of the object around it".to_owned(),
        "exclusiveMaximum" if is_bool => "write the limit itself here instead of in `maximum`".to_owned(),
        "exclusiveMinimum" if is_bool => "write the limit itself here instead of in `minimum`".to_owned(),
        "items" if found.json.as_array().is_some() && found.node.draft() == Draft::Draft2020 => {
            "call a list of schemas `prefixItems`".to_owned()
        }
        _ => format!("write {must}"),
    }
}

fn shown(json: &Json) -> String {
    match &json.kind {
        JsonKind::String(text) if text.len() <= 40 => format!("`\"{text}\"`"),
        JsonKind::Number(text) if text.len() <= 40 => format!("`{text}`"),
        JsonKind::Bool(value) => format!("`{value}`"),
        JsonKind::Array(items) if items.is_empty() => "an empty array".to_owned(),
        _ => json.describe().to_owned(),
    }
}

/// What the value of a keyword must be.
fn must(name: &str, draft: Draft) -> &'static str {
    match name {
        "type" => {
            "one of `array`, `boolean`, `integer`, `null`, `number`, `object`, `string`, or a list of them without repetition"
        }
        "minLength" | "maxLength" | "minItems" | "maxItems" | "minProperties" | "maxProperties" | "minContains"
        | "maxContains" => "a whole number of 0 or more",
        "multipleOf" => "a number above 0",
        "exclusiveMaximum" | "exclusiveMinimum" if draft == Draft::Draft4 => "a boolean beside the limit",
        "minimum" | "maximum" | "exclusiveMaximum" | "exclusiveMinimum" => "a number",
        "uniqueItems" | "readOnly" | "writeOnly" | "deprecated" | "$recursiveAnchor" => "a boolean",
        "required" if draft == Draft::Draft4 => "a list of at least one name without repetition",
        "required" => "a list of names without repetition",
        "enum" if draft <= Draft::Draft6 => "a list of at least one value without repetition",
        "enum" | "examples" => "a list of values",
        "allOf" | "anyOf" | "oneOf" | "prefixItems" => "a list of at least one schema",
        "items" if draft < Draft::Draft2020 => "a schema or a list of schemas",
        "properties" | "patternProperties" | "definitions" | "$defs" | "dependentSchemas" => "an object of schemas",
        "dependencies" => "an object of schemas or lists of names",
        "dependentRequired" => "an object of lists of names",
        "$vocabulary" => "an object of booleans",
        "$anchor" | "$dynamicAnchor" => "a name of letters, digits, `-`, `_` and `.` that starts with a letter or `_`",
        "$id" if draft >= Draft::Draft2019 => "a URI without a fragment",
        "$id" | "id" | "$ref" | "$dynamicRef" | "$recursiveRef" | "$schema" => "a URI",
        _ if keyword(name).is_some_and(|keyword| keyword.holds != Holds::Data) => "a schema",
        _ => "a string",
    }
}

/// The value as the validator reads it. Numbers beyond its range become the largest that it has.
fn value(json: &Json) -> Value {
    match &json.kind {
        JsonKind::Null => Value::Null,
        JsonKind::Bool(value) => Value::Bool(*value),
        JsonKind::Number(written) => Value::Number(number(written)),
        JsonKind::String(text) => Value::String(text.to_string()),
        JsonKind::Array(items) => Value::Array(items.iter().map(value).collect()),
        JsonKind::Object(members) => {
            Value::Object(members.iter().map(|member| (member.key.to_string(), value(&member.value))).collect())
        }
    }
}

fn number(written: &str) -> Number {
    if let Ok(whole) = written.parse::<u64>() {
        return whole.into();
    }
    if let Ok(whole) = written.parse::<i64>() {
        return whole.into();
    }
    let number = written.parse::<f64>().unwrap_or(0.0).clamp(f64::MIN, f64::MAX);
    Number::from_f64(number).expect("a clamped number is finite")
}
