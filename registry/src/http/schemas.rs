//! `/schemas`: by id and by GUID, whatever the subject; and all of them.

use super::api::Api;
use super::asked::Asked;
use super::fault::Fault;
use super::reply::Reply;
use crate::core::answer::SchemaAnswer;
use crate::core::read::ids;
use crate::core::read::subjects::{Listing, schemas};

type Answer = Result<Reply, Fault>;

/// `GET /schemas`
pub(super) async fn list(api: &Api, asked: &Asked) -> Answer {
    let listing = Listing {
        prefix: asked.prefix(),
        visibility: asked.visibility(),
        latest_only: asked.query.flag("latestOnly"),
        aliases: asked.query.flag("aliases"),
        rule_type: asked.query.text("ruleType").filter(|rule_type| !rule_type.is_empty()).map(str::to_owned),
        page: asked.page(Some(Listing::LIMIT))?,
    };
    // A thousand schemas take their time, and everybody else's requests go on meanwhile.
    api.check(move |state, _| Ok(Reply::json(&schemas(state, &listing)))).await
}

/// `GET /schemas/ids/{id}`
pub(super) async fn by_id(api: &Api, asked: &Asked) -> Answer {
    Ok(Reply::json(&found(api, asked).await?).lasting())
}

/// `GET /schemas/ids/{id}/schema`
pub(super) async fn text(api: &Api, asked: &Asked) -> Answer {
    let found = found(api, asked).await?;
    Ok(Reply::text(found.schema.as_deref().unwrap_or_default()).lasting())
}

async fn found(api: &Api, asked: &Asked) -> Result<SchemaAnswer, Fault> {
    let (query, presentation) = (asked.id()?, asked.presentation());
    let with_max_id = asked.query.flag("fetchMaxId");
    let question = move |state: &_, engine: &_| {
        let mut answer = ids::by_id(state, engine, &query, &presentation)?;
        if with_max_id {
            answer.max_id = ids::max_id(state, &query);
        }
        Ok(answer)
    };
    if asked.reshapes() { api.check(question).await } else { Ok(api.read(question)?) }
}

/// `GET /schemas/ids/{id}/subjects`
pub(super) fn subjects(api: &Api, asked: &Asked) -> Answer {
    let (query, page) = (asked.id()?, asked.page(None)?);
    let subjects = api.read(|state, _| ids::subjects_of(state, &query, asked.visibility(), page));
    Ok(Reply::json(&subjects?))
}

/// `GET /schemas/ids/{id}/versions`
pub(super) fn versions(api: &Api, asked: &Asked) -> Answer {
    let (query, page) = (asked.id()?, asked.page(None)?);
    let versions = api.read(|state, _| ids::versions_of(state, &query, asked.visibility(), page));
    Ok(Reply::json(&versions?))
}

/// `GET /schemas/guids/{guid}`
pub(super) async fn by_guid(api: &Api, asked: &Asked) -> Answer {
    let (guid, presentation) = (asked.parameter(0).to_owned(), asked.presentation());
    let question = move |state: &_, engine: &_| ids::by_guid(state, engine, &guid, &presentation);
    let found = if asked.reshapes() { api.check(question).await? } else { api.read(question)? };
    Ok(Reply::json(&found).lasting())
}

/// `GET /schemas/guids/{guid}/ids`
pub(super) fn ids_of_guid(api: &Api, asked: &Asked) -> Answer {
    Ok(Reply::json(&api.read(|state, _| ids::ids_of_guid(state, asked.parameter(0)))?))
}
