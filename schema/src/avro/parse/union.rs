//! Unions: branches that a decoder can tell apart.

use std::collections::BTreeMap;

use super::{Parser, Refusal, Scope};
use crate::avro::model::{Logical, Type, TypeId};
use crate::avro::print::primitive_name;
use crate::json::{Json, JsonKind};
use crate::{Finding, Span};

/// What a decoder tells branches apart by: a logical type does not count.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Branch {
    Unnamed(&'static str),
    Named(TypeId),
}

impl Parser<'_> {
    pub(super) fn union(&mut self, json: &Json, items: &[Json], scope: Scope<'_>) -> Type {
        if items.is_empty() {
            let finding = Finding::error("schema::no-value", scope.place(json.span), "union without branches")
                .label("no branch here")
                .note("No value of it exists, so no record that holds it can be written.");
            self.report_if(Refusal::Never, finding);
        }
        let mut seen = BTreeMap::new();
        let mut branches = Vec::with_capacity(items.len());
        for item in items {
            if matches!(item.kind, JsonKind::Array(_)) {
                self.report_nested(item.span, json.span, scope);
            }
            let findings_before = self.findings.len();
            let branch = self.schema(item, scope);
            let is_known = self.findings.len() == findings_before;
            if let Some(first) = seen.insert(identity(&branch), item.span).filter(|_| is_known) {
                self.report_duplicate(item.span, first, &branch, scope);
            }
            branches.push(branch);
        }
        Type::Union(branches)
    }

    fn report_nested(&mut self, inner: Span, outer: Span, scope: Scope<'_>) {
        let outer = Span::new(outer.start, outer.start + 1);
        let finding = Finding::error("schema::nested-union", scope.place(inner), "union directly inside of a union")
            .label("the inner union")
            .also(scope.place(outer), "the outer union starts here")
            .note("Avro has no encoding for it.")
            .help("write the branches of both in one array");
        self.report(finding);
    }

    fn report_duplicate(&mut self, again: Span, first: Span, branch: &Type, scope: Scope<'_>) {
        let what = match identity(branch) {
            Branch::Unnamed(name) => name.to_owned(),
            Branch::Named(id) => self.types[id.0 as usize].name.to_string(),
        };
        let finding = Finding::error(
            "schema::duplicate-branch",
            scope.place(again),
            format!("union has the branch `{what}` twice"),
        )
        .label("given again here")
        .also(scope.place(first), "given first here")
        .note("A reader could not tell the two apart; logical types do not count.");
        self.report(finding);
    }
}

fn identity(branch: &Type) -> Branch {
    Branch::Unnamed(match branch {
        Type::Named(id) => return Branch::Named(*id),
        Type::Array(_) => "array",
        Type::Map(_) => "map",
        Type::Union(_) => "union",
        primitive => primitive_name(primitive),
    })
}

/// The primitive under a logical type.
pub(crate) fn base_name(logical: Logical) -> &'static str {
    match logical {
        Logical::Date | Logical::TimeMillis => "int",
        Logical::Uuid => "string",
        Logical::Decimal { .. } => "bytes",
        _ => "long",
    }
}
