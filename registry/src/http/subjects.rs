//! `/subjects`: register, look up, read and delete versions.

use super::api::Api;
use super::asked::Asked;
use super::fault::Fault;
use super::reply::Reply;
use crate::core::answer::SchemaAnswer;
use crate::core::decide::register::{Registration, register as decide_registration};
use crate::core::decide::{Deletion, delete};
use crate::core::names::VersionSelector;
use crate::core::read::lookup::{Lookup, look_up as find_schema};
use crate::core::read::subjects::{self, Marking};
use crate::core::request::SchemaRequest;

type Answer = Result<Reply, Fault>;

/// `GET /subjects`
pub(super) fn list(api: &Api, asked: &Asked) -> Answer {
    let (prefix, page) = (asked.prefix(), asked.page(None)?);
    Ok(api.read(|state, _| Reply::json(&subjects::subjects(state, &prefix, asked.visibility(), page))))
}

/// `GET /subjects/{subject}/versions`
pub(super) fn versions(api: &Api, asked: &Asked) -> Answer {
    let (subject, page) = (asked.subject()?, asked.page(None)?);
    let marking = if asked.query.flag("deletedAsNegative") { Marking::Negative } else { Marking::Unmarked };
    let versions = api.read(|state, _| subjects::versions(state, &subject, asked.visibility(), marking, page));
    Ok(Reply::json(&versions?))
}

/// `POST /subjects/{subject}/versions`
pub(super) async fn register(api: &Api, asked: &Asked) -> Answer {
    let subject = asked.subject()?;
    let registration = Registration {
        subject: subject.clone(),
        request: SchemaRequest::parse(&asked.body)?,
        normalize: asked.query.flag("normalize"),
        force: asked.query.flag("force"),
    };
    let registered = api.write_checked(move |state, engine| decide_registration(state, engine, &registration));
    let mut registered = registered.await?;
    // What was just written has its time from the log.
    registered.ts = registered.ts.or_else(|| api.read(|state, _| subjects::written_at(state, &subject, &registered)));
    Ok(Reply::json(&registered))
}

/// `POST /subjects/{subject}`
pub(super) async fn look_up(api: &Api, asked: &Asked) -> Answer {
    let lookup = Lookup {
        subject: asked.subject()?,
        request: SchemaRequest::parse(&asked.body)?,
        normalize: asked.query.flag("normalize"),
        visibility: asked.visibility(),
        presentation: asked.presentation(),
    };
    let found = api.check(move |state, engine| find_schema(state, engine, &lookup));
    Ok(Reply::json(&found.await?))
}

/// `GET /subjects/{subject}/versions/{version}`
pub(super) async fn version(api: &Api, asked: &Asked) -> Answer {
    Ok(Reply::json(&found(api, asked).await?).lasting())
}

/// `GET /subjects/{subject}/versions/{version}/schema`
pub(super) async fn text(api: &Api, asked: &Asked) -> Answer {
    let found = found(api, asked).await?;
    Ok(Reply::text(found.schema.as_deref().unwrap_or_default()).lasting())
}

async fn found(api: &Api, asked: &Asked) -> Result<SchemaAnswer, Fault> {
    let ((subject, selector), visibility) = (asked.version()?, asked.visibility());
    let presentation = asked.presentation();
    let question =
        move |state: &_, engine: &_| subjects::version(state, engine, (&subject, selector), visibility, &presentation);
    if asked.reshapes() { api.check(question).await } else { Ok(api.read(question)?) }
}

/// `GET /subjects/{subject}/versions/{version}/referencedby`
pub(super) fn referenced_by(api: &Api, asked: &Asked) -> Answer {
    let ((subject, selector), page) = (asked.version()?, asked.page(None)?);
    let ids = api.read(|state, _| subjects::referenced_by(state, &subject, selector, asked.visibility(), page));
    Ok(Reply::json(&ids?))
}

/// `GET /subjects/{subject}/metadata`
pub(super) async fn latest_with_metadata(api: &Api, asked: &Asked) -> Answer {
    let subject = asked.subject()?;
    let keys = asked.query.texts("key").map(str::to_owned);
    let properties: Vec<_> = keys.zip(asked.query.texts("value").map(str::to_owned)).collect();
    let (visibility, presentation) = (asked.visibility(), asked.presentation());
    let question = move |state: &_, engine: &_| {
        subjects::with_metadata(state, engine, (&subject, &properties), visibility, &presentation)
    };
    let found = if asked.reshapes() { api.check(question).await? } else { api.read(question)? };
    Ok(Reply::json(&found))
}

/// `DELETE /subjects/{subject}`
pub(super) async fn delete(api: &Api, asked: &Asked) -> Answer {
    let (subject, deletion) = (asked.subject()?, deletion(asked));
    let versions = api.write(move |state| delete::delete_subject(state, &subject, deletion));
    Ok(Reply::json(&versions.await?))
}

/// `DELETE /subjects/{subject}/versions/{version}`
pub(super) async fn delete_version(api: &Api, asked: &Asked) -> Answer {
    let ((subject, selector), deletion): ((_, VersionSelector), _) = (asked.version()?, deletion(asked));
    let version = api.write(move |state| delete::delete_version(state, &subject, selector, deletion));
    Ok(Reply::json(&version.await?))
}

fn deletion(asked: &Asked) -> Deletion {
    if asked.query.flag("permanent") { Deletion::Permanent } else { Deletion::Soft }
}
