//! Differences as Confluent's registry lists them in `messages`.

use crate::compatibility::Direction;
use crate::json::Quoted;

/// `{errorType:"…", description:"…"}`, where the reader's schema is the new one or the old one.
pub(super) fn message(rule: &str, path: &str, direction: Direction) -> String {
    let (reader, writer) = match direction {
        Direction::Backward => ("new", "old"),
        Direction::Forward => ("old", "new"),
    };
    let description = description(rule, path, reader, writer);
    format!("{{errorType:\"{rule}\", description:{}}}", Quoted(&description))
}

fn description(rule: &str, path: &str, reader: &str, writer: &str) -> String {
    if rule.contains("_CONTENT_MODEL") {
        return content_model(rule, path, reader, writer);
    }
    if rule == "TYPE_ADDED" || rule.starts_with("TYPE_") || rule.starts_with("COMBINED_TYPE") {
        return format!("The type at path '{path}' in the {reader} schema is not that of the {writer} schema");
    }
    if rule == "COMPARISON_TOO_COMPLEX" {
        return format!("The {reader} and the {writer} schema are too complex to be compared at path '{path}'");
    }
    let Some((_, change)) = rule.rsplit_once('_') else {
        return format!("The schemas differ at path '{path}'");
    };
    match change {
        "ADDED" => format!("The keyword at path '{path}' in the {reader} schema is absent from the {writer} schema"),
        "REMOVED" if rule.contains("_PROPERTIES_") || rule.contains("_ITEMS_") => {
            format!("What is allowed at path '{path}' in the {writer} schema is forbidden in the {reader} schema")
        }
        "REMOVED" => format!("The keyword at path '{path}' in the {writer} schema is absent from the {reader} schema"),
        "INCREASED" => {
            format!("The value at path '{path}' in the {reader} schema is greater than in the {writer} schema")
        }
        "DECREASED" => format!("The value at path '{path}' in the {reader} schema is less than in the {writer} schema"),
        "EXTENDED" | "EXPANDED" => {
            format!("There is more at path '{path}' in the {reader} schema than in the {writer} schema")
        }
        "NARROWED" | "REDUCED" => {
            format!("There is less at path '{path}' in the {reader} schema than in the {writer} schema")
        }
        _ => format!("The value at path '{path}' in the {reader} schema is not that of the {writer} schema"),
    }
}

fn content_model(rule: &str, path: &str, reader: &str, writer: &str) -> String {
    let what = if rule.starts_with("ITEM") { "item" } else { "property" };
    let is_added = rule.contains("_ADDED");
    let model = match rule {
        _ if rule.contains("_UNOPEN_") => "does not have an open content model",
        _ if rule.contains("_IS_COVERED_") => "has a partially open content model that covers it",
        _ if rule.contains("_NOT_COVERED_") => "has a partially open content model that does not cover it",
        _ if rule.contains("_CLOSED_") => "has a closed content model",
        _ => "has an open content model",
    };
    if is_added {
        return format!(
            "The {what} at path '{path}' in the {reader} schema is not in the {writer} schema, which {model}"
        );
    }
    format!("The {what} at path '{path}' in the {writer} schema is missing in the {reader} schema, which {model}")
}
