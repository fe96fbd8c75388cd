//! Answers on their way out: a status, a body, and the headers that go with them.

use std::hash::{DefaultHasher, Hasher as _};

use http_body_util::Full;
use hyper::body::Bytes;
use hyper::header::{
    ALLOW, CACHE_CONTROL, CONTENT_TYPE, ETAG, HeaderValue, IF_NONE_MATCH, RETRY_AFTER, WWW_AUTHENTICATE,
};
use hyper::{HeaderMap, Response, StatusCode};
use serde::Serialize;

use super::fault::Fault;
use super::media::MediaType;
use super::settings::ApiLevel;

/// An answer as the server sends it.
pub(crate) type Answer = Response<Full<Bytes>>;

/// What an endpoint answers.
#[derive(Debug)]
pub(crate) struct Reply {
    status: StatusCode,
    body: Bytes,
    kind: Kind,
    lasting: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// The registry's JSON, or the text of a schema, in the media type that the client prefers.
    Registry,
    /// Something of its own.
    Other(&'static str),
    /// No body.
    Nothing,
}

impl Reply {
    /// A value as JSON.
    pub(crate) fn json(value: &impl Serialize) -> Self {
        let body = serde_json::to_vec(value).expect("answers have string keys and no failing parts");
        Self::registry(body.into())
    }

    /// The text of a schema. It leaves as the registry's media type even where it is not JSON: clients ask for that.
    pub(crate) fn text(text: &str) -> Self {
        Self::registry(Bytes::copy_from_slice(text.as_bytes()))
    }

    fn registry(body: Bytes) -> Self {
        Self { status: StatusCode::OK, body, kind: Kind::Registry, lasting: false }
    }

    /// A body of another media type.
    pub(crate) fn other(media_type: &'static str, body: impl Into<Bytes>) -> Self {
        Self { status: StatusCode::OK, body: body.into(), kind: Kind::Other(media_type), lasting: false }
    }

    /// Done, and nothing to say.
    pub(crate) fn no_content() -> Self {
        Self { status: StatusCode::NO_CONTENT, body: Bytes::new(), kind: Kind::Nothing, lasting: false }
    }

    /// The same answer under another status.
    pub(crate) fn with_status(self, status: StatusCode) -> Self {
        Self { status, ..self }
    }

    /// Says that the answer seldom changes, so that clients may ask whether it has.
    pub(crate) fn lasting(self) -> Self {
        Self { lasting: true, ..self }
    }

    /// The answer to a client that asked with these headers.
    pub(crate) fn into_answer(self, headers: &HeaderMap, media_type: MediaType) -> Answer {
        let tag = self.lasting.then(|| tag(&self.body, media_type));
        if let Some(tag) = tag.as_ref().filter(|tag| has(headers, tag)) {
            let mut answer = Answer::default();
            *answer.status_mut() = StatusCode::NOT_MODIFIED;
            answer.headers_mut().insert(ETAG, tag.clone());
            return answer;
        }
        let mut answer = Response::new(Full::new(self.body));
        *answer.status_mut() = self.status;
        let content_type = match self.kind {
            Kind::Registry => Some(media_type.header()),
            Kind::Other(media_type) => Some(HeaderValue::from_static(media_type)),
            Kind::Nothing => None,
        };
        content_type.map(|content_type| answer.headers_mut().insert(CONTENT_TYPE, content_type));
        if let Some(tag) = tag {
            answer.headers_mut().insert(ETAG, tag);
            answer.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
        }
        answer
    }
}

impl Fault {
    /// The answer in Confluent's shape.
    pub(crate) fn into_answer(self, level: ApiLevel, media_type: MediaType) -> Answer {
        #[derive(Serialize)]
        struct Body {
            error_code: u32,
            message: String,
        }
        let error_code = match (level, self.code()) {
            (ApiLevel::Seven, 40901) => 409,
            (_, code) => code,
        };
        let status = StatusCode::from_u16(self.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let body = Reply::json(&Body { error_code, message: self.to_string() }).with_status(status);
        let mut answer = body.into_answer(&HeaderMap::new(), media_type);
        let header = match &self {
            Self::Unauthorized => Some((WWW_AUTHENTICATE, "Basic realm=\"schema registry\"".to_owned())),
            Self::MethodNotAllowed { allowed } => Some((ALLOW, allowed.clone())),
            Self::TooManyRequests { retry_after } => Some((RETRY_AFTER, retry_after.as_secs().to_string())),
            Self::Busy { .. } | Self::TooManyLogins { .. } => Some((RETRY_AFTER, "1".to_owned())),
            _ => None,
        };
        if let Some((name, Ok(value))) = header.map(|(name, text)| (name, HeaderValue::try_from(text))) {
            answer.headers_mut().insert(name, value);
        }
        answer
    }
}

/// What tells one body from another. Equal bodies have equal tags on every instance of the same build.
fn tag(body: &[u8], media_type: MediaType) -> HeaderValue {
    let mut hasher = DefaultHasher::new();
    hasher.write(body);
    hasher.write_u8(media_type.number());
    HeaderValue::try_from(format!("\"{:016x}\"", hasher.finish())).expect("hexadecimal digits can stand in a header")
}

fn has(headers: &HeaderMap, tag: &HeaderValue) -> bool {
    let tags = headers.get_all(IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    let mut tags = tags.flat_map(|value| value.split(',')).map(|tag| tag.trim().trim_start_matches("W/"));
    tags.any(|candidate| candidate == "*" || candidate.as_bytes() == tag.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_that_has_the_answer_is_not_sent_it_again() {
        let reply = || Reply::text("\"int\"").lasting();
        let first = reply().into_answer(&HeaderMap::new(), MediaType::default());
        let tag = first.headers()[ETAG].clone();
        let again = HeaderMap::from_iter([(IF_NONE_MATCH, tag.clone())]);
        assert_eq!(reply().into_answer(&again, MediaType::default()).status(), StatusCode::NOT_MODIFIED);
        let weak = format!("\"x\", W/{}", tag.to_str().unwrap());
        let again = HeaderMap::from_iter([(IF_NONE_MATCH, HeaderValue::try_from(weak).unwrap())]);
        assert_eq!(reply().into_answer(&again, MediaType::default()).status(), StatusCode::NOT_MODIFIED);
        let changed = Reply::text("\"long\"").lasting().into_answer(&again, MediaType::default());
        assert_eq!(changed.status(), StatusCode::OK);
    }

    #[test]
    fn refusals_carry_the_headers_that_clients_act_on() {
        let answer = |fault: Fault| fault.into_answer(ApiLevel::Eight, MediaType::default());
        assert!(answer(Fault::Unauthorized).headers().contains_key(WWW_AUTHENTICATE));
        let busy = answer(Fault::TooManyRequests { retry_after: std::time::Duration::from_secs(3) });
        assert_eq!((busy.status().as_u16(), &busy.headers()[RETRY_AFTER]), (429, &HeaderValue::from_static("3")));
    }
}
