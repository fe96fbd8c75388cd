//! Writes on a registry that does not lead: the request as the leader gets it, and its answer as the client gets it.

use http_body_util::Full;
use hyper::body::Bytes;
use hyper::{Request, Response, StatusCode};

use super::reply::Answer;
use crate::forward::{self, Forwarded};

/// A client's request with its body, which was read already.
pub(super) fn passed_on<B>(request: &Request<B>, body: &Bytes) -> Forwarded {
    Forwarded {
        method: request.method().clone(),
        path: request.uri().path_and_query().map_or("/", |path| path.as_str()).to_owned(),
        headers: request.headers().clone(),
        body: body.to_vec(),
    }
}

/// What the leader said.
pub(super) fn answered(answer: forward::Answer) -> Answer {
    let mut response = Response::new(Full::new(Bytes::from(answer.body)));
    *response.status_mut() = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    *response.headers_mut() = answer.headers;
    response
}
