//! Would a schema fit.

use crate::core::answer::Verdict;
use crate::core::config::Config;
use crate::core::engine::{Candidate, Engine};
use crate::core::names::{Scope, Subject, VersionSelector};
use crate::core::read::subjects;
use crate::core::refusal::Refusal;
use crate::core::request::SchemaRequest;
use crate::core::state::{State, Visibility};

/// `POST /compatibility/subjects/{subject}/versions` and `.../versions/{version}`
#[derive(Clone, Debug)]
pub(crate) struct Question {
    pub(crate) subject: Subject,
    /// `None`: those that the level is about.
    pub(crate) version: Option<VersionSelector>,
    pub(crate) request: SchemaRequest,
    pub(crate) normalize: bool,
    /// With the reasons.
    pub(crate) verbose: bool,
}

/// Whether the schema could be registered, as far as the level of the subject is concerned.
///
/// # Errors
///
/// 40402 without such a version, except for the latest of an unknown subject, which fits anything; 42201 for what is
/// not a schema.
pub(crate) fn check(state: &State, engine: &Engine, question: &Question) -> Result<Verdict, Refusal> {
    let Question { subject, version, request, normalize, verbose } = question;
    let target = state.target(subject);
    let config = Config::effective(state, &Scope::Subject(target.clone()));
    let normalize = *normalize || config.normalize == Some(true);
    let (target, against) = match version {
        None => (target.clone(), state.versions(&target, Visibility::Live).collect()),
        Some(selector) => match subjects::find(state, &target, *selector, Visibility::Live) {
            Ok((subject, entry)) => (subject, vec![entry]),
            Err(Refusal::SubjectNotFound(_)) if *selector == VersionSelector::Latest => (target, Vec::new()),
            Err(Refusal::SubjectNotFound(_)) => return Err(unknown(*selector)),
            Err(refusal) => return Err(refusal),
        },
    };
    let candidate = Candidate::new(state, engine, &target, &config, request, normalize)?;
    let found = engine.incompatibility(state, &target, &candidate, &against, &config)?;
    let is_compatible = found.is_none();
    let messages = found.filter(|_| *verbose).map(|found| found.messages).unwrap_or_default();
    Ok(Verdict { is_compatible, messages })
}

fn unknown(selector: VersionSelector) -> Refusal {
    match selector {
        VersionSelector::Exactly(version) => Refusal::VersionNotFound(version.to_string()),
        VersionSelector::Latest => Refusal::VersionNotFound("latest".to_owned()),
    }
}
