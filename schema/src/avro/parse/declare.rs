//! The first pass: every definition gets its id and its full name.
//!
//! It is silent about everything except a name with two meanings; `define` walks the same tree and says the rest.

use super::{Parser, Scope};
use crate::Finding;
use crate::avro::model::{FullName, NamedKind, NamedType, TypeId};
use crate::json::{Json, JsonKind};

impl<'a> Parser<'a> {
    pub(super) fn declare(&mut self, json: &'a Json, scope: Scope<'_>) {
        match &json.kind {
            JsonKind::Array(branches) => branches.iter().for_each(|branch| self.declare(branch, scope)),
            JsonKind::Object(_) => self.declare_object(json, scope),
            _ => {}
        }
    }

    fn declare_object(&mut self, json: &'a Json, scope: Scope<'_>) {
        let Some(kind) = json.get("type") else { return };
        let inner = match kind.as_str() {
            Some("record" | "error" | "enum" | "fixed") => return self.declare_named(json, scope),
            Some("array") => json.get("items"),
            Some("map") => json.get("values"),
            Some(_) => None,
            None => Some(kind),
        };
        if let Some(inner) = inner {
            self.declare(inner, scope);
        }
    }

    fn declare_named(&mut self, json: &'a Json, scope: Scope<'_>) {
        let name = full_name(json, scope);
        if let Some(name) = &name {
            self.declare_name(json, name, scope);
        }
        let namespace = match &name {
            Some(name) => name.namespace.as_deref(),
            None => scope.namespace,
        };
        for field in json.get("fields").and_then(Json::as_array).unwrap_or_default() {
            if let Some(schema) = field.get("type") {
                self.declare(schema, Scope { namespace, ..scope });
            }
        }
    }

    fn declare_name(&mut self, json: &'a Json, name: &FullName, scope: Scope<'_>) {
        if let Some(first) = self.names.get(name).copied() {
            self.defined_at.insert((scope.file, json.span), first);
            self.check_second_definition(json, first, scope);
            return;
        }
        let Ok(index) = u32::try_from(self.types.len()) else { return };
        let id = TypeId(index);
        self.names.insert(name.clone(), id);
        self.defined_at.insert((scope.file, json.span), id);
        self.definitions.push(json);
        self.types.push(NamedType {
            name: name.clone(),
            place: scope.place(name_json(json).map_or(json.span, |written| written.span)),
            doc: None,
            aliases: Vec::new(),
            kind: NamedKind::Record(Vec::new()),
        });
    }

    fn check_second_definition(&mut self, json: &Json, first: TypeId, scope: Scope<'_>) {
        let known = &self.types[first.0 as usize];
        let may_repeat = known.place.file != scope.file || self.demand.is_registry();
        if may_repeat && self.definitions[first.0 as usize].same(json) {
            return;
        }
        let place = scope.place(name_json(json).map_or(json.span, |written| written.span));
        let finding =
            Finding::error("schema::duplicate-type", place, format!("type `{}` is defined twice", known.name))
                .label("defined again here")
                .also(known.place, "defined first here")
                .note(if self.demand.is_registry() {
                    "A full name means one type in a schema and all its references."
                } else {
                    "A full name means one type in all schema files of a topology."
                })
                .help("rename one of the two, or define it once and refer to it by its name");
        self.report(finding);
    }
}

fn name_json(json: &Json) -> Option<&Json> {
    json.get("name").filter(|name| name.as_str().is_some())
}

/// The full name that a definition gives, if it gives one.
pub(super) fn full_name(json: &Json, scope: Scope<'_>) -> Option<FullName> {
    let name = json.get("name")?.as_str()?;
    let namespace = json.get("namespace").and_then(Json::as_str).or(scope.namespace);
    Some(FullName::resolve(name, namespace))
}
