//! A request that passed the gate, in the registry's terms: subjects in their contexts, versions, ids, parameters.

use hyper::Method;
use hyper::body::Bytes;

use super::fault::Fault;
use super::query::Query;
use super::route::Endpoint;
use crate::core::answer::Page;
use crate::core::engine::Presentation;
use crate::core::names::{Context, SchemaId, Scope, Subject, SubjectPrefix, VersionSelector};
use crate::core::read::ids::IdQuery;
use crate::core::refusal::{Refusal, quoted};
use crate::core::state::Visibility;

/// A request.
#[derive(Debug)]
pub(crate) struct Asked {
    pub(crate) endpoint: Endpoint,
    pub(crate) method: Method,
    /// What stands behind `/contexts/` in front of the path; without that, the default one.
    pub(crate) context: Context,
    /// Whether that was written.
    pub(crate) in_context: bool,
    /// What the path says where its pattern varies.
    pub(crate) parameters: Vec<String>,
    pub(crate) query: Query,
    pub(crate) body: Bytes,
}

impl Asked {
    /// The subject that the path names.
    pub(super) fn subject(&self) -> Result<Subject, Refusal> {
        Subject::within(&self.context, self.parameter(0))
    }

    /// The subject and the version that the path names.
    pub(super) fn version(&self) -> Result<(Subject, VersionSelector), Refusal> {
        Ok((self.subject()?, self.parameter(1).parse()?))
    }

    /// What a configuration or a mode is for: a subject, or without one the context.
    pub(super) fn scope(&self) -> Result<Scope, Refusal> {
        Scope::within(&self.context, self.parameters.first().map(String::as_str))
    }

    /// The context that the path names at its end.
    pub(super) fn named_context(&self) -> Result<Context, Refusal> {
        self.parameter(0).parse()
    }

    /// The id that the path names, and where to look for it.
    pub(super) fn id(&self) -> Result<IdQuery, Fault> {
        let text = self.parameter(0);
        let number = text.parse::<i32>().map_err(|_| Fault::NotAValue { what: "schema id", text: quoted(text) })?;
        let not_found = |_| Refusal::SchemaNotFound(Some(number.to_string()));
        let id = SchemaId::try_from(i64::from(number)).map_err(not_found)?;
        let subject = self.query.text("subject").filter(|subject| !subject.is_empty());
        let subject = subject.map(|subject| Subject::within(&self.context, subject)).transpose()?;
        Ok(IdQuery { id, context: self.context.clone(), subject })
    }

    /// What `subjectPrefix` narrows a list to; without it, everything in the context of the path or in all.
    pub(super) fn prefix(&self) -> SubjectPrefix {
        match (self.query.text("subjectPrefix"), self.in_context) {
            (None, false) => SubjectPrefix::all(),
            (None, true) => SubjectPrefix::of_context(self.context.clone()),
            (Some(prefix), true) if !prefix.starts_with(':') => {
                SubjectPrefix { context: Some(self.context.clone()), name: prefix.to_owned() }
            }
            (Some(prefix), _) => SubjectPrefix::parse(prefix),
        }
    }

    /// What `deleted` and `deletedOnly` ask for.
    pub(super) fn visibility(&self) -> Visibility {
        match (self.query.flag("deletedOnly"), self.query.flag("deleted")) {
            (true, _) => Visibility::Deleted,
            (false, true) => Visibility::All,
            (false, false) => Visibility::Live,
        }
    }

    /// What `format` and `referenceFormat` ask for.
    pub(super) fn presentation(&self) -> Presentation {
        let qualified = self.query.text("referenceFormat");
        let qualified = qualified.is_some_and(|format| format.eq_ignore_ascii_case("qualified"));
        Presentation::new(self.query.text("format"), qualified)
    }

    /// Whether the answer shows a schema in another form than the log has it, which takes a parser.
    pub(super) fn reshapes(&self) -> bool {
        self.presentation().reshapes()
    }

    /// What `offset` and `limit` ask for.
    pub(super) fn page(&self, highest: Option<usize>) -> Result<Page, Fault> {
        Ok(Page::new(self.query.number("offset")?, self.query.number("limit")?, highest))
    }

    /// What the path says at its nth varying place.
    pub(super) fn parameter(&self, index: usize) -> &str {
        self.parameters.get(index).map_or("", String::as_str)
    }
}
