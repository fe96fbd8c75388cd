//! Which version of a subject has this schema.

use crate::core::answer::SchemaAnswer;
use crate::core::config::Config;
use crate::core::engine::{Candidate, Engine, Presentation};
use crate::core::names::{Scope, Subject};
use crate::core::read::candidates;
use crate::core::refusal::Refusal;
use crate::core::request::SchemaRequest;
use crate::core::state::{State, Visibility};

/// `POST /subjects/{subject}`
#[derive(Clone, Debug)]
pub(crate) struct Lookup {
    pub(crate) subject: Subject,
    pub(crate) request: SchemaRequest,
    /// `normalize=true`; the subject's configuration may say so too.
    pub(crate) normalize: bool,
    pub(crate) visibility: Visibility,
    pub(crate) presentation: Presentation,
}

/// The version of the subject that has this schema.
///
/// # Errors
///
/// 40401 without such a subject, 40403 without such a version, 42201 for what is not a schema.
pub(crate) fn look_up(state: &State, engine: &Engine, lookup: &Lookup) -> Result<SchemaAnswer, Refusal> {
    let Lookup { subject, request, normalize, visibility, presentation } = lookup;
    let mut refusal = Refusal::SubjectNotFound(subject.clone());
    for one in candidates(state, subject) {
        if state.versions(&one, *visibility).next().is_none() {
            continue;
        }
        let config = Config::effective(state, &Scope::Subject(one.clone()));
        let normalize = *normalize || config.normalize == Some(true);
        let candidate = Candidate::as_it_is(state, engine, &one, request, normalize)?;
        if let Some(entry) = engine.find(state, &one, &candidate, *visibility) {
            let answer = SchemaAnswer::version(&one, entry);
            return Ok(engine.present(state, &one.context(), &entry.content, presentation, answer));
        }
        refusal = Refusal::SchemaNotFound(None);
    }
    Err(refusal)
}
