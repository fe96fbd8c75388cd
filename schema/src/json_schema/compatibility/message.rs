//! Differences as Confluent's registry lists them in `messages`.

use crate::json::Quoted;

/// `{errorType:"…", description:"…"}`; the first `%s` stands for the reader's role and the second for the writer's.
pub(super) fn message(rule: &str, path: &str) -> String {
    let description = description(rule, &path.replace('%', "%%"));
    format!("{{errorType:\"{rule}\", description:{}}}", Quoted(&description))
}

fn description(rule: &str, path: &str) -> String {
    if rule.contains("_CONTENT_MODEL") {
        return content_model(rule, path);
    }
    if rule.starts_with("TYPE_") || rule.starts_with("COMBINED_TYPE") {
        return format!("The type at path '{path}' in the %s schema is not that of the %s schema");
    }
    match rule.rsplit_once('_').map_or("", |(_, change)| change) {
        "COMPLEX" => format!("The %s and the %s schema are too complex to be compared at path '{path}'"),
        "ADDED" => format!("The keyword at path '{path}' in the %s schema is absent from the %s schema"),
        "REMOVED" if rule.contains("_PROPERTIES_") || rule.contains("_ITEMS_") => {
            format!("The %s schema forbids at path '{path}' what the %s schema allows")
        }
        "REMOVED" => format!("The %s schema lacks the keyword at path '{path}' of the %s schema"),
        "INCREASED" => format!("The value at path '{path}' in the %s schema is greater than in the %s schema"),
        "DECREASED" => format!("The value at path '{path}' in the %s schema is less than in the %s schema"),
        "EXTENDED" | "EXPANDED" => format!("There is more at path '{path}' in the %s schema than in the %s schema"),
        "NARROWED" | "REDUCED" => format!("There is less at path '{path}' in the %s schema than in the %s schema"),
        _ => format!("The value at path '{path}' in the %s schema is not that of the %s schema"),
    }
}

fn content_model(rule: &str, path: &str) -> String {
    let what = if rule.starts_with("ITEM") { "item" } else { "property" };
    let model = match rule {
        _ if rule.contains("_UNOPEN_") => "does not have an open content model",
        _ if rule.contains("_IS_COVERED_") => "has a partially open content model that covers it",
        _ if rule.contains("_NOT_COVERED_") => "has a partially open content model that does not cover it",
        _ if rule.contains("_CLOSED_") => "has a closed content model",
        _ => "has an open content model",
    };
    if rule.contains("_ADDED") {
        return format!("The %s schema has a {what} at path '{path}' that is not in the %s schema, which {model}");
    }
    format!("The %s schema, which {model}, lacks the {what} at path '{path}' of the %s schema")
}
