//! `/contexts`: the name spaces of subjects and ids.

use super::api::Api;
use super::asked::Asked;
use super::fault::Fault;
use super::reply::Reply;
use crate::core::decide::context::delete_context;
use crate::core::read::subjects::contexts;

/// `GET /contexts`
pub(super) fn list(api: &Api, asked: &Asked) -> Result<Reply, Fault> {
    let prefix = asked.query.text("contextPrefix").unwrap_or_default();
    let page = asked.page(None)?;
    Ok(Reply::json(&api.read(|state, _| contexts(state, prefix, page))))
}

/// `DELETE /contexts/{context}`
pub(super) async fn delete(api: &Api, asked: &Asked) -> Result<Reply, Fault> {
    let context = asked.named_context()?;
    api.write(move |state| delete_context(state, &context)).await?;
    Ok(Reply::no_content())
}
