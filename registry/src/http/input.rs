//! Query parameters and request bodies.

use std::collections::HashMap;
use std::convert::Infallible;

use axum::body::{Bytes, to_bytes};
use axum::extract::{FromRequest, FromRequestParts, Query, Request};
use axum::http::header::CONTENT_TYPE;
use axum::http::request::Parts;

use crate::refusal::Refusal;
use crate::state::Visibility;

/// The largest request that is read: brokers refuse records far below it unless they are told otherwise.
const BODY_LIMIT_MB: usize = 10;

/// The query parameters of a request. Unknown ones are ignored, as Confluent does, so that newer clients work.
#[derive(Debug)]
pub(crate) struct Options(HashMap<String, String>);

impl<S: Sync> FromRequestParts<S> for Options {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Query::try_from_uri(&parts.uri).map_or_else(|_| Self(HashMap::new()), |Query(options)| Self(options)))
    }
}

impl Options {
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    pub(crate) fn flag(&self, name: &str) -> bool {
        self.text(name).is_some_and(|value| value.eq_ignore_ascii_case("true"))
    }

    /// What `deleted` and `deletedOnly` ask for.
    pub(crate) fn visibility(&self) -> Visibility {
        match (self.flag("deletedOnly"), self.flag("deleted")) {
            (true, _) => Visibility::Deleted,
            (false, true) => Visibility::All,
            (false, false) => Visibility::Live,
        }
    }

    /// The part of a list that `offset` and `limit` ask for. A limit of -1 is none.
    pub(crate) fn page<T>(&self, items: impl Iterator<Item = T>) -> Vec<T> {
        let number = |name| self.text(name).and_then(|text| text.parse::<usize>().ok());
        items.skip(number("offset").unwrap_or(0)).take(number("limit").unwrap_or(usize::MAX)).collect()
    }
}

/// The bytes of a request that says it is JSON.
///
/// The check is also what keeps web pages out: a browser sends these content types to another origin only after
/// asking, and the registry does not allow it.
#[derive(Debug)]
pub(crate) struct JsonBytes(pub(crate) Bytes);

impl<S: Sync> FromRequest<S> for JsonBytes {
    type Rejection = Refusal;

    async fn from_request(request: Request, _: &S) -> Result<Self, Refusal> {
        let content_type =
            request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("(none)");
        let media_type = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        let is_json = media_type == "application/json"
            || media_type == "application/octet-stream"
            || (media_type.starts_with("application/vnd.schemaregistry") && media_type.ends_with("+json"));
        if !is_json {
            return Err(Refusal::UnsupportedMediaType(content_type.to_owned()));
        }
        let bytes = to_bytes(request.into_body(), BODY_LIMIT_MB * 1_000_000).await;
        bytes.map(Self).map_err(|_| Refusal::BodyTooLarge { limit_mb: BODY_LIMIT_MB })
    }
}
