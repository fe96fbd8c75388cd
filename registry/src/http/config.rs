//! `/config`: how the schemas of a subject, of a context or of all are treated.

use hyper::Method;

use super::api::Api;
use super::asked::Asked;
use super::fault::Fault;
use super::reply::Reply;
use crate::core::decide::settings as decide;
use crate::core::read::settings::{self, Fallback};
use crate::core::request;

/// `GET`, `PUT` and `DELETE`, for all subjects and for one
pub(super) async fn answer(api: &Api, asked: &Asked) -> Result<Reply, Fault> {
    let scope = asked.scope()?;
    match asked.method {
        Method::PUT => {
            let update = request::config_update(&asked.body)?;
            let set = api.write(move |state| decide::set_config(state, &scope, &update));
            Ok(Reply::json(&set.await?))
        }
        Method::DELETE => {
            let deleted = api.write(move |state| decide::delete_config(state, &scope));
            Ok(Reply::json(&deleted.await?))
        }
        _ => Ok(Reply::json(&api.read(|state, _| settings::config(state, &scope, fallback(asked)))?)),
    }
}

/// What `defaultToGlobal` asks for.
pub(super) fn fallback(asked: &Asked) -> Fallback {
    if asked.query.flag("defaultToGlobal") { Fallback::Effective } else { Fallback::None }
}
