//! Differences as Confluent's registry lists them in `messages`.

use crate::json::Quoted;

/// `{errorType:"…", description:"…"}`, where the schemas of reader and writer are called by their roles.
pub(super) fn message(rule: &str, path: &str, roles: [&str; 2]) -> String {
    let description = description(rule, path, roles);
    format!("{{errorType:\"{rule}\", description:{}}}", Quoted(&description))
}

fn description(rule: &str, path: &str, [by, from]: [&str; 2]) -> String {
    if rule.contains("_CONTENT_MODEL") {
        return content_model(rule, path, [by, from]);
    }
    if rule.starts_with("TYPE_") || rule.starts_with("COMBINED_TYPE") {
        return format!("The type at path '{path}' in the {by} schema is not that of the {from} schema");
    }
    match rule.rsplit_once('_').map_or("", |(_, change)| change) {
        "COMPLEX" => format!("The {by} and the {from} schema are too complex to be compared at path '{path}'"),
        "ADDED" => format!("The keyword at path '{path}' in the {by} schema is absent from the {from} schema"),
        "REMOVED" if rule.contains("_PROPERTIES_") || rule.contains("_ITEMS_") => {
            format!("The {by} schema forbids at path '{path}' what the {from} schema allows")
        }
        "REMOVED" => format!("The {by} schema lacks the keyword at path '{path}' of the {from} schema"),
        "INCREASED" => format!("The value at path '{path}' in the {by} schema is greater than in the {from} schema"),
        "DECREASED" => format!("The value at path '{path}' in the {by} schema is less than in the {from} schema"),
        "EXTENDED" | "EXPANDED" => {
            format!("There is more at path '{path}' in the {by} schema than in the {from} schema")
        }
        "NARROWED" | "REDUCED" => {
            format!("There is less at path '{path}' in the {by} schema than in the {from} schema")
        }
        _ => format!("The value at path '{path}' in the {by} schema is not that of the {from} schema"),
    }
}

fn content_model(rule: &str, path: &str, [by, from]: [&str; 2]) -> String {
    let what = if rule.starts_with("ITEM") { "item" } else { "property" };
    let model = match rule {
        _ if rule.contains("_UNOPEN_") => "does not have an open content model",
        _ if rule.contains("_IS_COVERED_") => "has a partially open content model that covers it",
        _ if rule.contains("_NOT_COVERED_") => "has a partially open content model that does not cover it",
        _ if rule.contains("_CLOSED_") => "has a closed content model",
        _ => "has an open content model",
    };
    if rule.contains("_ADDED") {
        return format!(
            "The {by} schema has a {what} at path '{path}' that is not in the {from} schema, which {model}"
        );
    }
    format!("The {by} schema, which {model}, lacks the {what} at path '{path}' of the {from} schema")
}
