//! `/mode`: what may be written to a subject, to a context or to all.

use hyper::Method;

use super::api::Api;
use super::asked::Asked;
use super::config::fallback;
use super::fault::Fault;
use super::reply::Reply;
use crate::core::decide::settings::{self as decide, Insistence, Reach};
use crate::core::read::settings;
use crate::core::request;

/// `GET`, `PUT` and `DELETE`, for all subjects and for one
pub(super) async fn answer(api: &Api, asked: &Asked) -> Result<Reply, Fault> {
    let scope = asked.scope()?;
    match asked.method {
        Method::PUT => {
            let mode = request::mode(&asked.body)?;
            let insistence = if asked.query.flag("force") { Insistence::Force } else { Insistence::Ask };
            let set = api.write(move |state| decide::set_mode(state, &scope, mode, insistence));
            Ok(Reply::json(&set.await?))
        }
        Method::DELETE => {
            let reach = if asked.query.flag("recursive") { Reach::Recursive } else { Reach::Own };
            let deleted = api.write(move |state| decide::delete_mode(state, &scope, reach));
            Ok(Reply::json(&deleted.await?))
        }
        _ => Ok(Reply::json(&api.read(|state, _| settings::mode(state, &scope, fallback(asked)))?)),
    }
}
