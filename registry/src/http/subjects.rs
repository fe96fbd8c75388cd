//! `/subjects`: register, look up, read and delete versions.

use super::api::{Api, Asked};
use super::fault::Fault;
use super::reply::Reply;
use super::shape::SchemaBody;
use super::visibility;
use crate::decide::{self, Deletion};
use crate::refusal::Refusal;
use crate::service::Service;
use crate::state::State as Contents;

type Answer = Result<Reply, Fault>;

/// `GET /subjects`
pub(super) fn list(service: &Service, asked: &Asked) -> Answer {
    let (prefix, page) = (prefix(asked), asked.query.page(usize::MAX)?);
    Ok(service.read(|state| {
        let subjects = state.subjects(visibility(&asked.query));
        Reply::json(&page.of(subjects.filter(|subject| subject.as_str().starts_with(prefix))))
    }))
}

/// The prefix that subjects must have; contexts in it mean all, for there is one.
pub(super) fn prefix(asked: &Asked) -> &str {
    let prefix = asked.query.text("subjectPrefix").unwrap_or_default();
    prefix.strip_prefix(":*:").or_else(|| prefix.strip_prefix(":.:")).unwrap_or(prefix)
}

/// `GET /subjects/{subject}/versions`
pub(super) fn versions(service: &Service, asked: &Asked) -> Answer {
    let (subject, page, visibility) = (asked.subject()?, asked.query.page(usize::MAX)?, visibility(&asked.query));
    service.read(|state| {
        if state.versions(&subject, visibility).next().is_none() {
            return Err(Refusal::SubjectNotFound(subject.clone()).into());
        }
        Ok(Reply::json(&page.of(state.versions(&subject, visibility).map(|entry| entry.version))))
    })
}

/// `POST /subjects/{subject}/versions`
pub(super) async fn register(api: &Api, asked: &Asked) -> Answer {
    let subject = asked.subject()?;
    let submission = api.submission(asked).await?;
    let entry = api.service().write(move |state: &Contents| decide::register(state, &subject, &submission)).await?;
    Ok(Reply::json(&SchemaBody::registered(&entry)))
}

/// `POST /subjects/{subject}`
pub(super) async fn look_up(api: &Api, asked: &Asked) -> Answer {
    let subject = asked.subject()?;
    let submission = api.submission(asked).await?;
    let entry = api.service().read(|state| decide::look_up(state, &subject, &submission, visibility(&asked.query)))?;
    Ok(Reply::json(&SchemaBody::version(&subject, &entry)))
}

/// `GET /subjects/{subject}/versions/{version}`
pub(super) fn version(service: &Service, asked: &Asked) -> Answer {
    let (subject, selector) = asked.version()?;
    service.read(|state| {
        let entry = decide::version(state, &subject, selector, visibility(&asked.query))?;
        Ok(Reply::json(&SchemaBody::version(&subject, entry)).lasting())
    })
}

/// `GET /subjects/{subject}/versions/{version}/schema`
pub(super) fn text(service: &Service, asked: &Asked) -> Answer {
    let (subject, selector) = asked.version()?;
    service.read(|state| {
        let entry = decide::version(state, &subject, selector, visibility(&asked.query))?;
        Ok(Reply::text(&entry.content.text).lasting())
    })
}

/// `GET /subjects/{subject}/versions/{version}/referencedby`
pub(super) fn referrers(service: &Service, asked: &Asked) -> Answer {
    let (subject, selector) = asked.version()?;
    let page = asked.query.page(usize::MAX)?;
    service.read(|state| {
        let version = decide::version(state, &subject, selector, visibility(&asked.query))?.version;
        Ok(Reply::json(&page.of(state.referrers(&subject, version))))
    })
}

/// `DELETE /subjects/{subject}`
pub(super) async fn delete(service: &Service, asked: &Asked) -> Answer {
    let (subject, deletion) = (asked.subject()?, deletion(asked));
    let versions = service.write(move |state: &Contents| decide::delete_subject(state, &subject, deletion)).await?;
    Ok(Reply::json(&versions))
}

/// `DELETE /subjects/{subject}/versions/{version}`
pub(super) async fn delete_version(service: &Service, asked: &Asked) -> Answer {
    let ((subject, selector), deletion) = (asked.version()?, deletion(asked));
    let decide = move |state: &Contents| decide::delete_version(state, &subject, selector, deletion);
    Ok(Reply::json(&service.write(decide).await?))
}

fn deletion(asked: &Asked) -> Deletion {
    if asked.query.flag("permanent") { Deletion::Permanent } else { Deletion::Soft }
}
