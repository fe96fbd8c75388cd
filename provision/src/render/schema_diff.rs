//! What changed between two schemas: field by field for Avro, line by line for the others.
//!
//! This is for people who review a plan. It does not judge compatibility: the registry does.

use std::collections::BTreeMap;

use schema::Format;
use serde_json::{Map, Value};

use super::paint::Paint;

/// A line of a difference.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum FieldChange {
    /// A field, with its type, that is new.
    Added(String),
    /// A field, with its type, that is gone.
    Removed(String),
    /// A field and what it was and is.
    Changed(String),
    /// Something that is not a field.
    Other(String),
}

impl FieldChange {
    pub(super) fn paint(&self, paint: Paint) -> String {
        match self {
            Self::Added(field) => format!("{} {field}", paint.add("+")),
            Self::Removed(field) => format!("{} {field}", paint.remove("-")),
            Self::Changed(field) => format!("{} {field}", paint.change("~")),
            Self::Other(text) => format!("{} {text}", paint.change("~")),
        }
    }
}

/// The name of a schema and how many fields it has.
pub(super) fn title(schema: &str, format: Format) -> String {
    if format != Format::Avro {
        return format!("{format} ({} lines)", schema.lines().count());
    }
    let Ok(value) = serde_json::from_str::<Value>(schema) else {
        return "(not JSON)".into();
    };
    let fields = value.get("fields").and_then(Value::as_array).map(Vec::len);
    match fields {
        Some(1) => format!("{} (1 field)", full_name(&value)),
        Some(count) => format!("{} ({count} fields)", full_name(&value)),
        None => type_text(&value),
    }
}

/// The differences in the order of field names.
pub(super) fn changes(before: &str, after: &str, format: Format) -> Vec<FieldChange> {
    if format != Format::Avro {
        return lines(before, after);
    }
    let (Ok(before), Ok(after)) = (serde_json::from_str::<Value>(before), serde_json::from_str::<Value>(after)) else {
        return vec![FieldChange::Other("the text changes".to_owned())];
    };
    let (old, new) = (fields(&before), fields(&after));
    let mut changes = Vec::new();
    if full_name(&before) != full_name(&after) {
        changes.push(FieldChange::Changed(format!("name: {} -> {}", full_name(&before), full_name(&after))));
    }
    for (path, after) in &new {
        match old.get(path) {
            None => changes.push(FieldChange::Added(format!("{path}: {after}"))),
            Some(before) if before != after => {
                changes.push(FieldChange::Changed(format!("{path}: {before} -> {after}")));
            }
            Some(_) => {}
        }
    }
    let removed = old.iter().filter(|(path, _)| !new.contains_key(*path));
    changes.extend(removed.map(|(path, before)| FieldChange::Removed(format!("{path}: {before}"))));
    if changes.is_empty() {
        changes.push(FieldChange::Other("documentation, aliases or the order of fields".to_owned()));
    }
    changes
}

/// The lines that one text has and the other has not; how often and in which order does not matter.
fn lines(before: &str, after: &str) -> Vec<FieldChange> {
    const SHOWN: usize = 40;
    let set = |text: &str| text.lines().map(|line| line.trim().to_owned()).collect::<std::collections::BTreeSet<_>>();
    let (old, new) = (set(before), set(after));
    let only = |text: &str, other: &std::collections::BTreeSet<String>| {
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !other.contains(*line));
        lines.map(str::to_owned).collect::<Vec<_>>()
    };
    let removed = only(before, &new).into_iter().map(FieldChange::Removed);
    let mut changes: Vec<_> = removed.chain(only(after, &old).into_iter().map(FieldChange::Added)).collect();
    if changes.is_empty() {
        changes.push(FieldChange::Other("the order or the layout of the text".to_owned()));
    }
    let more = changes.len().saturating_sub(SHOWN);
    if more > 0 {
        changes.truncate(SHOWN);
        changes.push(FieldChange::Other(format!("{more} lines more")));
    }
    changes
}

/// Every field by its path, with its type and default.
fn fields(schema: &Value) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    collect("", schema, &mut found);
    found
}

/// A named type is written out once and referred to by name afterwards, so this ends on recursive schemas too.
fn collect(path: &str, schema: &Value, found: &mut BTreeMap<String, String>) {
    match schema {
        Value::Array(branches) => branches.iter().for_each(|branch| collect(path, branch, found)),
        Value::Object(object) => {
            for field in object.get("fields").and_then(Value::as_array).into_iter().flatten() {
                let name = field.get("name").and_then(Value::as_str).unwrap_or_default();
                let path = if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
                let schema = field.get("type").unwrap_or(&Value::Null);
                let default = field.get("default").map(|default| format!(" = {default}")).unwrap_or_default();
                found.insert(path.clone(), type_text(schema) + &default);
                collect(&path, schema, found);
            }
            for inner in ["items", "values", "type"].iter().filter_map(|key| object.get(*key)) {
                collect(path, inner, found);
            }
        }
        _ => {}
    }
}

fn full_name(schema: &Value) -> String {
    let part = |key| schema.get(key).and_then(Value::as_str);
    match (part("namespace"), part("name")) {
        (Some(namespace), Some(name)) if !name.contains('.') => format!("{namespace}.{name}"),
        (_, Some(name)) => name.to_owned(),
        (_, None) => String::new(),
    }
}

/// A type in a few words.
fn type_text(schema: &Value) -> String {
    match schema {
        Value::String(name) => name.clone(),
        Value::Array(branches) => branches.iter().map(type_text).collect::<Vec<_>>().join(" | "),
        Value::Object(object) => object_text(object),
        other => other.to_string(),
    }
}

fn object_text(object: &Map<String, Value>) -> String {
    let inner = |key| object.get(key).map(type_text).unwrap_or_default();
    let name = object.get("name").and_then(Value::as_str).unwrap_or_default();
    let text = match object.get("type").and_then(Value::as_str) {
        Some("array") => format!("array<{}>", inner("items")),
        Some("map") => format!("map<{}>", inner("values")),
        Some("enum") => {
            let symbols = object.get("symbols").and_then(Value::as_array).into_iter().flatten();
            let symbols: Vec<&str> = symbols.filter_map(Value::as_str).collect();
            format!("{name} [{}]", symbols.join(", "))
        }
        Some("fixed") => format!("{name} ({} bytes)", object.get("size").unwrap_or(&Value::Null)),
        Some("record" | "error") => name.to_owned(),
        _ => inner("type"),
    };
    match object.get("logicalType").and_then(Value::as_str) {
        Some(logical) => format!("{text} ({logical})"),
        None => text,
    }
}
