//! Media types: what bodies are read as, and as what they are answered.

use hyper::HeaderMap;
use hyper::header::{ACCEPT, CONTENT_ENCODING, CONTENT_TYPE, HeaderValue, ORIGIN};

use super::fault::Fault;

/// Confluent's own media types and their plain relative, the preferred first.
const ANSWERS: [&str; 3] =
    ["application/vnd.schemaregistry.v1+json", "application/vnd.schemaregistry+json", "application/json"];

/// The media type of an answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct MediaType(usize);

impl MediaType {
    /// The best of ours that the client accepts; the first where it likes several alike.
    pub(crate) fn accepted(headers: &HeaderMap) -> Result<Self, Fault> {
        let mut values = headers.get_all(ACCEPT).iter().peekable();
        if values.peek().is_none() {
            return Ok(Self::default());
        }
        let text: Vec<&str> = values.filter_map(|value| value.to_str().ok()).collect();
        let best = (0..ANSWERS.len()).map(|index| (quality(&text, ANSWERS[index]), index));
        // Of equals `max_by` takes the last, hence the reversal.
        let (quality, index) = best.rev().max_by_key(|(quality, _)| *quality).unwrap_or_default();
        if quality == 0 { Err(Fault::NotAcceptable) } else { Ok(Self(index)) }
    }

    /// Tells it from the others.
    pub(crate) fn number(self) -> u8 {
        u8::try_from(self.0).unwrap_or(u8::MAX)
    }

    /// As a header.
    pub(crate) fn header(self) -> HeaderValue {
        HeaderValue::from_static(ANSWERS[self.0])
    }
}

/// Refuses bodies that do not say they are JSON.
///
/// A body without a type is taken as bytes, as Jersey does, but not from a web page: what a browser sends to another
/// origin without asking first is either typed otherwise or without a type.
pub(crate) fn check_body(headers: &HeaderMap) -> Result<(), Fault> {
    if let Some(encoding) = headers.get(CONTENT_ENCODING).filter(|encoding| *encoding != "identity") {
        return Err(Fault::UnsupportedEncoding(lossy(encoding)));
    }
    let Some(value) = headers.get(CONTENT_TYPE) else {
        let from_a_page = headers.contains_key(ORIGIN);
        return if from_a_page { Err(Fault::UnsupportedMediaType("(none)".to_owned())) } else { Ok(()) };
    };
    let text = lossy(value);
    let name = text.split(';').next().unwrap_or_default().trim();
    let read = ANSWERS.iter().chain(&["application/octet-stream"]).any(|known| known.eq_ignore_ascii_case(name));
    if read { Ok(()) } else { Err(Fault::UnsupportedMediaType(text)) }
}

fn lossy(value: &HeaderValue) -> String {
    String::from_utf8_lossy(value.as_bytes()).into_owned()
}

/// How much a client wants a media type, in thousandths: what its most specific range for it says.
fn quality(accept: &[&str], media_type: &str) -> u32 {
    let ranges = accept.iter().flat_map(|value| value.split(','));
    let matching = ranges.filter_map(|range| {
        let mut parts = range.split(';').map(str::trim);
        let specificity = specificity(parts.next()?, media_type)?;
        let quality = parts.find_map(|part| part.strip_prefix("q=").or_else(|| part.strip_prefix("Q=")));
        Some((specificity, quality.map_or(1000, thousandths)))
    });
    matching.max().map_or(0, |(_, quality)| quality)
}

fn specificity(range: &str, media_type: &str) -> Option<u8> {
    if range.eq_ignore_ascii_case(media_type) {
        return Some(2);
    }
    match range {
        "application/*" => Some(1),
        // Java's own HTTP client sends a lone star as well.
        "*/*" | "*" => Some(0),
        _ => None,
    }
}

fn thousandths(text: &str) -> u32 {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    // Java's own HTTP client writes `.2`.
    if !whole.is_empty() && whole != "0" {
        return if whole == "1" { 1000 } else { 0 };
    }
    let digits = fraction.bytes().take(3).filter(u8::is_ascii_digit);
    digits.zip([100, 10, 1]).map(|(digit, weight)| u32::from(digit - b'0') * weight).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn accepted(text: &str) -> Option<&'static str> {
        let headers = HeaderMap::from_iter([(ACCEPT, text.parse().unwrap())]);
        MediaType::accepted(&headers).ok().map(|media_type| ANSWERS[media_type.0])
    }

    #[test]
    fn answers_in_the_type_that_the_client_likes_best() {
        let [v1, unversioned, plain] = ANSWERS;
        assert_eq!(accepted("*/*"), Some(v1));
        assert_eq!(accepted("application/json"), Some(plain));
        assert_eq!(accepted("application/vnd.schemaregistry+json, application/json; q=0.5"), Some(unversioned));
        assert_eq!(accepted(&format!("{v1}, {unversioned};q=0.9, {plain}")), Some(v1));
        assert_eq!(accepted("text/html, application/*;q=0.3"), Some(v1));
        assert_eq!(accepted("text/html, image/gif, *; q=.2, */*; q=.2"), Some(v1));
        assert_eq!(accepted("application/json;q=0, */*;q=0.1"), Some(v1));
        assert_eq!(accepted("text/html"), None);
        assert_eq!(MediaType::accepted(&HeaderMap::new()).unwrap(), MediaType(0));
    }

    #[test]
    fn reads_json_and_bytes() {
        let check = |text: &str| check_body(&HeaderMap::from_iter([(CONTENT_TYPE, text.parse().unwrap())])).is_ok();
        assert!(check("application/vnd.schemaregistry.v1+json") && check("Application/JSON; charset=utf-8"));
        assert!(check("application/octet-stream"));
        assert!(!check("text/plain") && !check("application/xml") && !check("application/x-www-form-urlencoded"));
    }

    #[test]
    fn takes_an_untyped_body_from_everything_but_a_web_page() {
        assert!(check_body(&HeaderMap::new()).is_ok());
        let from_a_page = HeaderMap::from_iter([(ORIGIN, HeaderValue::from_static("http://example.org"))]);
        assert!(check_body(&from_a_page).is_err());
    }
}
