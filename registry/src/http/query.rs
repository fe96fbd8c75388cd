//! The query of a request: parameters by name, with Jersey's idea of what a flag and a number are.
//!
//! Parameters that nobody asks for are ignored, as Confluent does, so that newer clients work.

use std::borrow::Cow;

use super::fault::Fault;
use crate::core::refusal::quoted;

/// The parameters of a request.
#[derive(Clone, Debug, Default)]
pub(crate) struct Query(Vec<(String, String)>);

impl Query {
    /// Reads what follows the `?`.
    pub(crate) fn parse(query: Option<&str>) -> Result<Self, Fault> {
        let pairs = query.unwrap_or_default().split('&').filter(|pair| !pair.is_empty());
        pairs.map(pair).collect::<Option<_>>().map(Self).ok_or(Fault::UnreadableQuery)
    }

    /// The first value of a parameter.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.texts(name).next()
    }

    /// All values of a parameter that may be repeated.
    pub(crate) fn texts(&self, name: &str) -> impl Iterator<Item = &str> {
        self.0.iter().filter(move |(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// Whether a parameter is `true`, in any case; everything else is false.
    pub(crate) fn flag(&self, name: &str) -> bool {
        self.text(name).is_some_and(|value| value.eq_ignore_ascii_case("true"))
    }

    /// A whole number that may be absent.
    pub(crate) fn number(&self, name: &'static str) -> Result<Option<i64>, Fault> {
        let text = self.text(name).filter(|text| !text.is_empty());
        text.map(|text| text.parse::<i32>().map(i64::from).map_err(|_| Fault::NotANumber { name, text: quoted(text) }))
            .transpose()
    }
}

fn pair(text: &str) -> Option<(String, String)> {
    let (name, value) = text.split_once('=').unwrap_or((text, ""));
    Some((decoded(name)?, decoded(value)?))
}

/// In a query, unlike in a path, a plus is a space.
fn decoded(text: &str) -> Option<String> {
    let text = if text.contains('+') { Cow::Owned(text.replace('+', " ")) } else { Cow::Borrowed(text) };
    percent_encoding::percent_decode_str(&text).decode_utf8().ok().map(Cow::into_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn query(text: &str) -> Query {
        Query::parse(Some(text)).unwrap()
    }

    #[test]
    fn reads_flags_texts_and_repeated_texts() {
        let query = query("deleted=TRUE&verbose=yes&key=a&key=b%26c+d&&flag");
        assert!(query.flag("deleted") && !query.flag("verbose") && !query.flag("flag") && !query.flag("none"));
        assert_eq!(query.texts("key").collect::<Vec<_>>(), ["a", "b&c d"]);
    }

    #[test]
    fn reads_whole_numbers_of_java() {
        assert_eq!(query("limit=-1").number("limit").unwrap(), Some(-1));
        assert_eq!(query("limit=").number("limit").unwrap(), None);
        for wrong in ["limit=x", "limit=2147483648", "limit=1.5"] {
            assert!(query(wrong).number("limit").is_err(), "{wrong}");
        }
    }

    #[test]
    fn refuses_what_is_not_text() {
        assert!(Query::parse(Some("a=%FF")).is_err());
    }
}
