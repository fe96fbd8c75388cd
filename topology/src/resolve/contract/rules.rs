//! Rule sets: what serializers and deserializers do to records.
//!
//! They are stored with the schema and come back from the registry as they are; nothing here runs them.

use super::super::fields::{Field, Fields, Shape, Shortened};
use super::settings::{entries, words};
use crate::diagnostic::Diagnostic;
use crate::findings::Findings;
use crate::ir::{DataRule, RuleSet};
use crate::source::Spanned;
use crate::syntax::Kind;

const RULES: Shape = Shape { noun: "`rules`", keys: &["migration", "domain", "encoding"], later: &[] };
const RULE: Shape = Shape {
    noun: "rule",
    keys: &["name", "doc", "kind", "mode", "type", "tags", "params", "expr", "on_success", "on_failure", "disabled"],
    later: &[],
};

/// Reads `rules`.
pub(super) fn read(field: &Field<'_>, findings: &mut Findings) -> Option<Spanned<RuleSet>> {
    let fields = Fields::read(&RULES, None, field.key, field.value, findings)?;
    let mut names = Vec::new();
    let mut list = |key: &str, findings: &mut Findings| {
        let Some(field) = fields.get(key) else { return Vec::new() };
        let Some(items) = field.items("a list of rules", findings) else { return Vec::new() };
        let items = items.iter().map(|value| Field { value, ..field });
        items.filter_map(|item| rule(&item, &mut names, findings)).collect()
    };
    let rules = RuleSet {
        migration_rules: list("migration", findings),
        domain_rules: list("domain", findings),
        encoding_rules: list("encoding", findings),
        ..RuleSet::default()
    };
    Some(Spanned::new(rules, field.key.location()))
}

fn rule(item: &Field<'_>, names: &mut Vec<String>, findings: &mut Findings) -> Option<DataRule> {
    let Kind::Mapping(entries) = item.value.kind() else {
        return item.mismatch("a mapping", findings);
    };
    let key = entries.iter().next().map_or(item.key, |(key, _)| key);
    let named = entries.iter().find(|(key, _)| key.text() == "name").map(|(_, value)| value.text());
    let fields = Fields::read(&RULE, named, key, item.value, findings)?;
    let name = fields.require("name", "NAME", findings);
    let name = name.and_then(|field| field.text("the name of a rule", findings));
    if let Some(name) = &name {
        if names.iter().any(|known| known == name.value) {
            findings.push(
                Diagnostic::error(
                    "schema::duplicate-rule",
                    format!("rule `{}` is declared twice", Shortened(name.value)),
                )
                .label(name.location, "the second of this name")
                .note("A rule is known by its name, in all lists of a schema.")
                .help("choose another name"),
            );
            return None;
        }
        names.push(name.value.to_owned());
    }
    let kind = fields.require("kind", "condition", findings).and_then(|field| field.word(findings));
    let mode = fields.require("mode", "write", findings).and_then(|field| field.word(findings));
    let executor = fields.require("type", "CEL", findings);
    let executor = executor.and_then(|field| field.text("the type of a rule, such as `CEL`", findings));
    let text = |key: &str, findings: &mut Findings| {
        fields.get(key).and_then(|field| Some(field.verbatim("a text", findings)?.value.trim_end().to_owned()))
    };
    Some(DataRule {
        doc: text("doc", findings),
        expr: text("expr", findings),
        on_success: text("on_success", findings),
        on_failure: text("on_failure", findings),
        tags: fields
            .get("tags")
            .map(|field| words(&field, "a list of tags", findings))
            .unwrap_or_default()
            .into_iter()
            .collect(),
        params: parameters(&fields, findings),
        disabled: fields.get("disabled").and_then(|field| field.flag(findings)).unwrap_or(false),
        name: Some(name?.value.to_owned()),
        kind: Some(kind?.value),
        mode: Some(mode?.value),
        rule_type: Some(executor?.value.to_owned()),
        ..DataRule::default()
    })
}

fn parameters(fields: &Fields<'_>, findings: &mut Findings) -> std::collections::BTreeMap<String, String> {
    let entries = entries(fields.get("params"), findings);
    let pairs = entries.iter().filter_map(|entry| {
        let value = entry.verbatim("a text", findings)?;
        Some((entry.key.text().to_owned(), value.value.to_owned()))
    });
    pairs.collect()
}
