//! `/compatibility`: would a schema fit.
//!
//! Answers only what is true without comparing schemas; the rest is refused, because a wrong yes costs data.

use axum::extract::{Path, State};
use serde::Serialize;

use super::Registry;
use super::input::JsonBytes;
use super::shape::Reply;
use crate::decide;
use crate::names::{Subject, VersionSelector};
use crate::refusal::Refusal;
use crate::state::{Entry, Visibility};

/// The answer.
#[derive(Debug, Serialize)]
pub(super) struct Verdict {
    is_compatible: bool,
}

/// `POST /compatibility/subjects/{subject}/versions`
pub(super) async fn with_all(
    State(service): Registry,
    Path(subject): Path<String>,
    JsonBytes(body): JsonBytes,
) -> Result<Reply<Verdict>, Refusal> {
    let (subject, submission): (Subject, _) = (subject.parse()?, service.submission(body).await?);
    service.read(|state| {
        let versions: Vec<Entry> = state.versions(&subject, Visibility::Live).cloned().collect();
        verdict(decide::compatible_at_sight(state, &subject, &submission, &versions))
    })
}

/// `POST /compatibility/subjects/{subject}/versions/{version}`; the latest of an unknown subject fits anything.
pub(super) async fn with_one(
    State(service): Registry,
    Path((subject, version)): Path<(String, String)>,
    JsonBytes(body): JsonBytes,
) -> Result<Reply<Verdict>, Refusal> {
    let (subject, selector) = super::subjects::selected(&subject, &version)?;
    let submission = service.submission(body).await?;
    service.read(|state| {
        let version = match decide::version(state, &subject, selector, Visibility::Live) {
            Ok(entry) => vec![entry.clone()],
            Err(Refusal::SubjectNotFound(_)) if selector == VersionSelector::Latest => Vec::new(),
            Err(refusal) => return Err(refusal),
        };
        verdict(decide::compatible_at_sight(state, &subject, &submission, &version))
    })
}

fn verdict(compatible: Result<bool, Refusal>) -> Result<Reply<Verdict>, Refusal> {
    Ok(Reply(Verdict { is_compatible: compatible? }))
}
