//! Which names the regular expressions of `patternProperties` match.

use std::collections::BTreeMap;

use serde_json::json;

/// Regular expressions that have been compiled.
#[derive(Debug, Default)]
pub(super) struct Patterns {
    compiled: BTreeMap<String, Option<jsonschema::Validator>>,
}

impl Patterns {
    /// Whether the expression matches somewhere in the name; `None` for one that cannot be compiled.
    ///
    /// The validator library translates the dialect of JSON Schema, which is that of JavaScript, and bounds the time.
    pub(super) fn matches(&mut self, pattern: &str, name: &str) -> Option<bool> {
        let validator = self.compiled.entry(pattern.to_owned()).or_insert_with(|| {
            let schema = json!({ "type": "string", "pattern": pattern });
            jsonschema::options().with_draft(jsonschema::Draft::Draft7).build(&schema).ok()
        });
        validator.as_ref().map(|validator| validator.is_valid(&json!(name)))
    }
}
