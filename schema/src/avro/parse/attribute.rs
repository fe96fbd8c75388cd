//! Attributes of schema objects, each with what is to be said when it is missing or of another type.

use std::collections::BTreeSet;

use super::{Parser, Refusal, Scope};
use crate::Finding;
use crate::avro::name::{dotted_name_problem, simple_name_problem};
use crate::json::{Json, JsonKind, Text};

impl Parser<'_> {
    /// An attribute that must be there.
    pub(super) fn required<'j>(
        &mut self,
        owner: &'j Json,
        what: &str,
        key: &str,
        scope: Scope<'_>,
    ) -> Option<&'j Json> {
        let value = owner.get(key);
        if value.is_none() {
            let anchor = owner.get("name").or_else(|| owner.get("type")).filter(|json| json.as_str().is_some());
            let place = scope.place(anchor.unwrap_or(owner).span);
            let finding = Finding::error("schema::missing-attribute", place, format!("{what} has no `{key}`"))
                .label(format!("`{key}` is missing here"))
                .help(format!("add `\"{key}\": ...` to this object"));
            self.report(finding);
        }
        value
    }

    /// The items of a value that must be an array.
    pub(super) fn list<'j>(&mut self, value: &'j Json, what: &str, scope: Scope<'_>) -> &'j [Json] {
        let items = value.as_array();
        if items.is_none() {
            self.wrong_kind(value, what, "an array", scope);
        }
        items.unwrap_or_default()
    }

    /// A number from 0 to 2^31 - 1.
    pub(super) fn size(&mut self, value: &Json, what: &str, scope: Scope<'_>) -> Option<u32> {
        let size = whole_number(value).filter(|size| i32::try_from(*size).is_ok());
        if size.is_none() {
            self.wrong_kind(value, what, "a whole number from 0 to 2147483647", scope);
        }
        size
    }

    /// The `doc` of anything.
    pub(super) fn doc(&mut self, owner: &Json, scope: Scope<'_>) -> Option<Text> {
        let doc = owner.get("doc")?;
        if doc.as_str().is_none() {
            self.report_if(Refusal::Never, wrong_kind(doc, "the `doc`", "a string", scope));
        }
        doc.as_text().cloned()
    }

    /// The `aliases` of anything, each a name.
    pub(super) fn aliases<'j>(&mut self, owner: &'j Json, scope: Scope<'_>) -> Vec<&'j str> {
        self.alias_list(owner, Refusal::IfChecked, scope)
    }

    /// The `aliases` of a field, whose grammar Java does not look at.
    pub(super) fn field_aliases<'j>(&mut self, owner: &'j Json, scope: Scope<'_>) -> Vec<&'j str> {
        self.alias_list(owner, Refusal::Never, scope)
    }

    fn alias_list<'j>(&mut self, owner: &'j Json, refusal: Refusal, scope: Scope<'_>) -> Vec<&'j str> {
        let Some(aliases) = owner.get("aliases") else { return Vec::new() };
        let items = self.list(aliases, "the list of `aliases`", scope);
        let grammar = Grammar { problem: dotted_name_problem, refusal };
        let mut seen = BTreeSet::new();
        let names = items.iter().filter_map(|alias| self.name(alias, "alias", grammar, scope).map(|name| &**name));
        names.filter(|name| seen.insert(*name)).collect()
    }

    /// A simple name, checked against the grammar of names.
    pub(super) fn simple_name<'j>(&mut self, json: &'j Json, what: &str, scope: Scope<'_>) -> Option<&'j Text> {
        self.name(json, what, Grammar { problem: simple_name_problem, refusal: Refusal::IfChecked }, scope)
    }

    /// A name that may have dots, checked against the grammar of names.
    pub(super) fn dotted_name<'j>(&mut self, json: &'j Json, what: &str, scope: Scope<'_>) -> Option<&'j Text> {
        self.name(json, what, Grammar { problem: dotted_name_problem, refusal: Refusal::IfChecked }, scope)
    }

    fn name<'j>(&mut self, json: &'j Json, what: &str, grammar: Grammar, scope: Scope<'_>) -> Option<&'j Text> {
        let Some(name) = json.as_text() else {
            self.wrong_kind(json, &format!("the name of this {what}"), "a string", scope);
            return None;
        };
        if let Some(problem) = (grammar.problem)(name) {
            let finding = Finding::error(
                "schema::name",
                scope.place(json.span),
                format!("{what} `{name}` is not an Avro name: it {problem}"),
            )
            .label("not a name")
            .note("Avro allows names of the form `[A-Za-z_][A-Za-z0-9_]*`, so that every language can use them.");
            // Of an alias Java looks at the part after the last dot.
            let is_unseen = what == "alias" && name.rsplit('.').next().and_then(simple_name_problem).is_none();
            self.report_if(if is_unseen { Refusal::Never } else { grammar.refusal }, finding);
        }
        Some(name)
    }

    pub(super) fn wrong_kind(&mut self, value: &Json, what: &str, expected: &str, scope: Scope<'_>) {
        self.report(wrong_kind(value, what, expected, scope));
    }
}

/// What names must look like, and when it matters.
#[derive(Clone, Copy)]
struct Grammar {
    problem: fn(&str) -> Option<String>,
    refusal: Refusal,
}

/// The finding about a value of another type than it must have.
pub(super) fn wrong_kind(value: &Json, what: &str, expected: &str, scope: Scope<'_>) -> Finding {
    let found = match &value.kind {
        JsonKind::Number(text) => format!("`{text}`"),
        _ => value.describe().to_owned(),
    };
    Finding::error("schema::attribute-type", scope.place(value.span), format!("{what} must be {expected}, not {found}"))
        .label(format!("{found} here"))
}

/// The value, if it is a whole number that fits.
pub(super) fn whole_number(value: &Json) -> Option<u32> {
    match &value.kind {
        JsonKind::Number(text) => text.parse().ok(),
        _ => None,
    }
}
