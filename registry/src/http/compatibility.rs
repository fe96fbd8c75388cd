//! `/compatibility`: would a schema fit.
//!
//! Answers only what is true without comparing schemas; the rest is refused, because a wrong yes costs data.

use serde_json::json;

use super::api::{Api, Asked};
use super::fault::Fault;
use super::reply::Reply;
use crate::decide;
use crate::names::VersionSelector;
use crate::refusal::Refusal;
use crate::state::{Entry, Visibility};

/// `POST /compatibility/subjects/{subject}/versions`
pub(super) async fn with_all(api: &Api, asked: &Asked) -> Result<Reply, Fault> {
    let (subject, submission) = (asked.subject()?, api.submission(asked).await?);
    api.service().read(|state| {
        let versions: Vec<Entry> = state.versions(&subject, Visibility::Live).cloned().collect();
        verdict(decide::compatible_at_sight(state, &subject, &submission, &versions))
    })
}

/// `POST /compatibility/subjects/{subject}/versions/{version}`; the latest of an unknown subject fits anything.
pub(super) async fn with_one(api: &Api, asked: &Asked) -> Result<Reply, Fault> {
    let (subject, selector) = asked.version()?;
    let submission = api.submission(asked).await?;
    api.service().read(|state| {
        let version = match decide::version(state, &subject, selector, Visibility::Live) {
            Ok(entry) => vec![entry.clone()],
            Err(Refusal::SubjectNotFound(_)) if selector == VersionSelector::Latest => Vec::new(),
            Err(refusal) => return Err(refusal.into()),
        };
        verdict(decide::compatible_at_sight(state, &subject, &submission, &version))
    })
}

fn verdict(compatible: Result<bool, Refusal>) -> Result<Reply, Fault> {
    Ok(Reply::json(&json!({ "is_compatible": compatible? })))
}
