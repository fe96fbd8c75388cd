//! `/compatibility`: would a schema fit.

use super::api::Api;
use super::asked::Asked;
use super::fault::Fault;
use super::reply::Reply;
use super::route::Endpoint;
use crate::core::read::compatibility::{self, Question};
use crate::core::request::SchemaRequest;

/// `POST /compatibility/subjects/{subject}/versions` and `.../versions/{version}`
pub(super) async fn check(api: &Api, asked: &Asked) -> Result<Reply, Fault> {
    let one = asked.endpoint == Endpoint::CompatibilityWithVersion;
    let question = Question {
        subject: asked.subject()?,
        version: if one { Some(asked.version()?.1) } else { None },
        request: SchemaRequest::parse(&asked.body)?,
        normalize: asked.query.flag("normalize"),
        verbose: asked.query.flag("verbose"),
    };
    let verdict = api.check(move |state, engine| compatibility::check(state, engine, &question));
    Ok(Reply::json(&verdict.await?))
}
