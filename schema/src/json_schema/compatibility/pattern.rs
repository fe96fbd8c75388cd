//! Which names the regular expressions of `patternProperties` match.

use std::collections::BTreeMap;

use serde_json::json;

use super::comparison::Comparison;
use super::finding::Places;

/// How many regular expressions are compiled in one comparison.
const MAX_COMPILED: usize = 1_000;

/// How many names are held against regular expressions in one comparison.
const MAX_MATCHES: usize = 1_000_000;

/// How large one may become when it is compiled, in bytes, and what it may keep to be faster.
const MAX_SIZE: usize = 1 << 17;

/// Regular expressions that have been compiled.
#[derive(Debug, Default)]
pub(super) struct Patterns {
    compiled: BTreeMap<String, Option<jsonschema::Validator>>,
    matches: usize,
}

impl Comparison<'_> {
    /// Whether the expression matches somewhere in the name; `None` for one that cannot be compiled, and at the limit.
    pub(super) fn matches(&mut self, pattern: &str, name: &str) -> Option<bool> {
        if self.is_exceeded() {
            return None;
        }
        self.patterns.matches += 1;
        if self.patterns.matches > MAX_MATCHES {
            self.exceed(Places::default(), || {
                format!("more than {MAX_MATCHES} names would be held against regular expressions")
            });
            return None;
        }
        if self.patterns.compiled.len() == MAX_COMPILED && !self.patterns.compiled.contains_key(pattern) {
            self.exceed(Places::default(), || {
                format!("more than {MAX_COMPILED} regular expressions would be compiled")
            });
            return None;
        }
        self.patterns.matches(pattern, name)
    }
}

impl Patterns {
    /// The validator library translates the dialect of JSON Schema, which is that of JavaScript, and bounds the time.
    fn matches(&mut self, pattern: &str, name: &str) -> Option<bool> {
        if !self.compiled.contains_key(pattern) {
            let schema = json!({ "type": "string", "pattern": pattern });
            let size = jsonschema::PatternOptions::fancy_regex().size_limit(MAX_SIZE).dfa_size_limit(MAX_SIZE);
            let options = jsonschema::options().with_draft(jsonschema::Draft::Draft7).with_pattern_options(size);
            self.compiled.insert(pattern.to_owned(), options.build(&schema).ok());
        }
        let validator = self.compiled.get(pattern)?.as_ref();
        validator.map(|validator| validator.is_valid(&json!(name)))
    }
}
