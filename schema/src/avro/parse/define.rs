//! The second pass: what each definition says.

use std::collections::{BTreeMap, BTreeSet};

use super::declare::full_name;
use super::{Parser, Refusal, Scope};
use crate::avro::model::{Field, FullName, NamedKind, Symbol, Type};
use crate::avro::name::{PRIMITIVES, hash};
use crate::json::{Json, JsonKind};
use crate::{Finding, Span};

impl Parser<'_> {
    /// The type that a piece of schema means. What cannot be read is reported and becomes `null`.
    pub(super) fn schema(&mut self, json: &Json, scope: Scope<'_>) -> Type {
        match &json.kind {
            JsonKind::String(name) => self.reference(name, json, scope),
            JsonKind::Array(branches) => self.union(json, branches, scope),
            JsonKind::Object(_) => self.object(json, scope),
            _ => {
                self.wrong_kind(json, "a type", "a name, an object or an array of types", scope);
                Type::Null
            }
        }
    }

    fn object(&mut self, json: &Json, scope: Scope<'_>) -> Type {
        let Some(kind) = self.required(json, "a type written as an object", "type", scope) else { return Type::Null };
        match kind.as_str() {
            Some("record" | "error") => self.named(json, "record", scope, Self::record),
            Some("enum") => self.named(json, "enum", scope, Self::enumeration),
            Some("fixed") => self.named(json, "fixed", scope, Self::fixed),
            Some("array") => Type::Array(Box::new(self.inner(json, "an array", "items", scope))),
            Some("map") => Type::Map(Box::new(self.inner(json, "a map", "values", scope))),
            Some(name) if PRIMITIVES.contains(&name) => {
                let primitive = self.reference(name, kind, scope);
                self.logical(json, primitive, scope)
            }
            None if self.demand.is_registry() => {
                self.wrong_kind(kind, "the `type` of a type", "a string", scope);
                Type::Null
            }
            _ => self.schema(kind, scope),
        }
    }

    fn inner(&mut self, json: &Json, what: &str, key: &str, scope: Scope<'_>) -> Type {
        match self.required(json, what, key, scope) {
            Some(inner) => self.schema(inner, scope),
            None => Type::Null,
        }
    }

    fn named(
        &mut self,
        json: &Json,
        what: &str,
        scope: Scope<'_>,
        read: fn(&mut Self, &Json, Scope<'_>) -> NamedKind,
    ) -> Type {
        if let Some(name) = self.required(json, &format!("{} {what}", article(what)), "name", scope) {
            self.dotted_name(name, what, scope);
            self.check_not_primitive(json, name, scope);
        }
        if let Some(namespace) = json.get("namespace").filter(|namespace| namespace.as_str() != Some("")) {
            self.namespace(namespace, scope);
        }
        let name = full_name(json, scope);
        let inner = match &name {
            Some(name) => Scope { namespace: name.namespace.as_deref(), ..scope },
            None => scope,
        };
        let kind = read(self, json, inner);
        let doc = self.doc(json, scope);
        let mut seen = BTreeSet::new();
        let resolved = self.aliases(json, scope).into_iter().map(|alias| FullName::resolve(alias, inner.namespace));
        let aliases: Vec<FullName> = resolved.filter(|alias| seen.insert(alias.clone())).collect();
        let Some(id) = self.defined_at.get(&(scope.file, json.span)).copied() else { return Type::Null };
        let is_first = std::ptr::eq(self.definitions[id.0 as usize], json);
        if is_first {
            let node = &mut self.types[id.0 as usize];
            (node.kind, node.doc, node.aliases) = (kind, doc, aliases);
        }
        Type::Named(id)
    }

    fn namespace(&mut self, json: &Json, scope: Scope<'_>) {
        if json.as_str().is_some() {
            self.dotted_name(json, "namespace", scope);
        } else {
            let what = "the name of this namespace";
            self.report_if(Refusal::Never, super::attribute::wrong_kind(json, what, "a string", scope));
        }
    }

    fn check_not_primitive(&mut self, json: &Json, name: &Json, scope: Scope<'_>) {
        let Some(text) = name.as_str().filter(|text| PRIMITIVES.contains(text)) else { return };
        let finding = Finding::error(
            "schema::name",
            scope.place(name.span),
            format!("type `{text}` has the name of a primitive type"),
        )
        .label("this name is taken")
        .note("A reference to it would mean the primitive, also from a namespace.")
        .help("rename the type");
        let is_full_name = full_name(json, scope).is_none_or(|name| name.namespace.is_none());
        if is_full_name {
            self.report(finding);
        } else {
            self.report_if(Refusal::Never, finding);
        }
    }

    fn record(&mut self, json: &Json, scope: Scope<'_>) -> NamedKind {
        let Some(fields) = self.required(json, "a record", "fields", scope) else {
            return NamedKind::Record(Vec::new());
        };
        let items = self.list(fields, "the `fields` of a record", scope);
        let mut fields: Vec<Field> = Vec::with_capacity(items.len());
        fields.extend(items.iter().filter_map(|field| self.field(field, scope)));
        let names = fields.iter().map(|field| (&*field.name, field.place.span));
        self.check_distinct(names.collect(), "schema::duplicate-field", "field", scope);
        NamedKind::Record(fields)
    }

    fn field(&mut self, json: &Json, scope: Scope<'_>) -> Option<Field> {
        if !matches!(json.kind, JsonKind::Object(_)) {
            self.wrong_kind(json, "a field", "an object", scope);
            return None;
        }
        let written = self.required(json, "a field", "name", scope);
        let name = written.and_then(|written| Some((self.simple_name(written, "field", scope)?, written.span)));
        let schema = match self.required(json, "a field", "type", scope) {
            Some(schema) => self.field_type(json, schema, scope),
            None => Type::Null,
        };
        self.check_order(json, scope);
        let doc = self.doc(json, scope);
        let aliases = self.field_aliases(json, scope).into_iter().map(Into::into).collect();
        let (name, span) = name?;
        let default = json.get("default").cloned();
        Some(Field { name: name.clone(), place: scope.place(span), doc, aliases, schema, default })
    }

    /// A field's type, with help for the two classic slips: the parts of a type written beside it.
    fn field_type(&mut self, field: &Json, schema: &Json, scope: Scope<'_>) -> Type {
        match schema.as_str() {
            Some(kind @ ("array" | "map" | "enum" | "fixed" | "record")) => {
                let finding = Finding::error(
                    "schema::unknown-type",
                    scope.place(schema.span),
                    format!("`{kind}` needs an object of its own"),
                )
                .label("not a type without its attributes")
                .help(format!("put the type into braces: `\"type\": {{\"type\": \"{kind}\", ...}}`"));
                self.report(finding);
                Type::Null
            }
            Some(primitive) => {
                if let Some(logical) = field.member("logicalType") {
                    let text = logical.value.as_str().unwrap_or("...");
                    let finding = Finding::warning(
                        "schema::misplaced-logical-type",
                        scope.place(logical.key_span.to(logical.value.span)),
                        format!("`logicalType` beside the type `{primitive}` has no effect"),
                    )
                    .label("belongs into the type")
                    .also(scope.place(schema.span), "the type is here")
                    .note("Avro reads `logicalType` only inside of the type's own object.")
                    .help(format!("write `\"type\": {{\"type\": \"{primitive}\", \"logicalType\": \"{text}\"}}`"));
                    self.report(finding);
                }
                self.schema(schema, scope)
            }
            None => self.schema(schema, scope),
        }
    }

    fn check_order(&mut self, field: &Json, scope: Scope<'_>) {
        let Some(order) = field.get("order").filter(|_| self.demand.is_registry()) else { return };
        let orders = ["ascending", "descending", "ignore"];
        if !order.as_str().is_some_and(|text| orders.iter().any(|order| order.eq_ignore_ascii_case(text))) {
            self.wrong_kind(order, "the `order` of a field", "`ascending`, `descending` or `ignore`", scope);
        }
    }

    fn enumeration(&mut self, json: &Json, scope: Scope<'_>) -> NamedKind {
        let symbols = match self.required(json, "an enum", "symbols", scope) {
            Some(symbols) => self.symbols(symbols, scope),
            None => Vec::new(),
        };
        let default = json.get("default").and_then(|default| {
            let Some(text) = default.as_str() else {
                let finding = super::attribute::wrong_kind(default, "the default of an enum", "a string", scope);
                self.report_if(Refusal::Never, finding);
                return None;
            };
            self.check_enum_default(default, text, &symbols, scope);
            Some(text.into())
        });
        NamedKind::Enum { symbols, default }
    }

    fn symbols(&mut self, json: &Json, scope: Scope<'_>) -> Vec<Symbol> {
        let items = self.list(json, "the `symbols` of an enum", scope);
        let names: Vec<_> =
            items.iter().filter_map(|item| Some((self.simple_name(item, "symbol", scope)?, item.span))).collect();
        if json.as_array().is_some_and(<[Json]>::is_empty) {
            let finding = Finding::error("schema::no-value", scope.place(json.span), "enum without symbols")
                .label("no symbol here")
                .note("No value of it exists, so no record that holds it can be written.");
            self.report_if(Refusal::Never, finding);
        }
        let written = names.iter().map(|(name, span)| (&***name, *span)).collect();
        self.check_distinct(written, "schema::duplicate-symbol", "symbol", scope);
        names.into_iter().map(|(name, span)| Symbol { name: name.clone(), place: scope.place(span) }).collect()
    }

    fn check_enum_default(&mut self, json: &Json, text: &str, symbols: &[Symbol], scope: Scope<'_>) {
        if (symbols.is_empty() && !self.demand.is_registry()) || symbols.iter().any(|symbol| &*symbol.name == text) {
            return;
        }
        let finding = Finding::error(
            "schema::default",
            scope.place(json.span),
            format!("enum default `{text}` is none of its symbols"),
        )
        .label("not a symbol")
        .note("A reader that meets a symbol it does not know takes the default in its place.");
        let near = crate::near::nearest(text, symbols.iter().map(|symbol| &*symbol.name));
        self.report(match near {
            Some(near) => finding.help(format!("did you mean `{near}`?")),
            None => finding,
        });
    }

    fn fixed(&mut self, json: &Json, scope: Scope<'_>) -> NamedKind {
        let size = self.required(json, "a fixed", "size", scope);
        let size = size.and_then(|size| self.size(size, "the `size` of a fixed", scope)).unwrap_or_default();
        NamedKind::Fixed { size, logical: self.fixed_logical(json, size, scope) }
    }

    fn check_distinct(&mut self, names: Vec<(&str, Span)>, code: &'static str, what: &str, scope: Scope<'_>) {
        if are_distinct(&names) {
            return;
        }
        let mut seen = BTreeMap::new();
        for (name, span) in names {
            let first = *seen.entry(name).or_insert(span);
            if first != span {
                let finding = Finding::error(code, scope.place(span), format!("{what} `{name}` is given twice"))
                    .label("given again here")
                    .also(scope.place(first), "given first here")
                    .help(format!("rename or remove one of the two {what}s"));
                self.report(finding);
            }
        }
    }
}

/// Whether no two names have one hash, which almost all lists of names that have no name twice have.
fn are_distinct(names: &[(&str, Span)]) -> bool {
    let mut hashes: Vec<u64> = names.iter().map(|(name, _)| hash(name.as_bytes())).collect();
    hashes.sort_unstable();
    hashes.windows(2).all(|pair| pair[0] != pair[1])
}

fn article(what: &str) -> &'static str {
    if what.starts_with('e') { "an" } else { "a" }
}
