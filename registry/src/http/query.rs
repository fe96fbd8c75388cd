//! The query of a request: parameters by name, with Jersey's idea of what a flag and a number are.
//!
//! Parameters that nobody asks for are ignored, as Confluent does, so that newer clients work.

use std::borrow::Cow;

use super::fault::Fault;

/// The parameters of a request.
#[derive(Debug, Default)]
pub(crate) struct Query(Vec<(String, String)>);

/// The part of a list that is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Page {
    offset: usize,
    limit: usize,
}

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
        self.choice(name).unwrap_or(false)
    }

    /// A flag that may be absent.
    pub(crate) fn choice(&self, name: &str) -> Option<bool> {
        self.text(name).map(|value| value.eq_ignore_ascii_case("true"))
    }

    /// What `offset` and `limit` ask for. A limit that is absent, negative or above `most` is `most`.
    pub(crate) fn page(&self, most: usize) -> Result<Page, Fault> {
        let offset = self.number("offset")?.and_then(|offset| usize::try_from(offset).ok()).unwrap_or(0);
        let limit = self.number("limit")?.and_then(|limit| usize::try_from(limit).ok());
        Ok(Page { offset, limit: limit.filter(|limit| *limit <= most).unwrap_or(most) })
    }

    fn number(&self, name: &'static str) -> Result<Option<i32>, Fault> {
        let text = self.text(name).filter(|text| !text.is_empty());
        text.map(|text| text.parse().map_err(|_| Fault::NotANumber { name, text: text.to_owned() })).transpose()
    }
}

impl Page {
    /// The items on it.
    pub(crate) fn of<T>(self, items: impl Iterator<Item = T>) -> Vec<T> {
        items.skip(self.offset).take(self.limit).collect()
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
        assert_eq!(query.choice("none"), None);
    }

    #[test]
    fn pages_as_confluent_does() {
        let page = |text: &str| query(text).page(5).unwrap().of(0..20);
        assert_eq!(page("offset=2&limit=2"), [2, 3]);
        assert_eq!(page("limit=-1").len(), 5);
        assert_eq!(page("limit=6").len(), 5);
        assert_eq!(page("limit=0").len(), 0);
        assert_eq!(page("offset=-1&limit="), [0, 1, 2, 3, 4]);
        assert!(query("limit=x").page(5).is_err());
    }

    #[test]
    fn refuses_what_is_not_text() {
        assert!(Query::parse(Some("a=%FF")).is_err());
    }
}
