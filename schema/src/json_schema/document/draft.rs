//! The versions of JSON Schema and how a text says which one it is written in.

use std::fmt;

/// A version of JSON Schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Draft {
    /// Draft 4.
    Draft4,
    /// Draft 6.
    Draft6,
    /// Draft 7; what a text without `$schema` is.
    Draft7,
    /// 2019-09.
    Draft2019,
    /// 2020-12.
    Draft2020,
}

impl Draft {
    /// Every version, the oldest first.
    pub const ALL: [Self; 5] = [Self::Draft4, Self::Draft6, Self::Draft7, Self::Draft2019, Self::Draft2020];

    /// The version of this metaschema, by `http` or `https`, with or without `#` at the end.
    pub fn of_metaschema(uri: &str) -> Option<Self> {
        let uri = uri.strip_suffix('#').unwrap_or(uri);
        let path = uri.strip_prefix("http://").or_else(|| uri.strip_prefix("https://"))?;
        Self::ALL.into_iter().find(|draft| draft.metaschema().split_once("://").is_some_and(|(_, known)| known == path))
    }

    /// The URI of its metaschema, as `$schema` names it but without a `#` at the end.
    pub fn metaschema(self) -> &'static str {
        match self {
            Self::Draft4 => "http://json-schema.org/draft-04/schema",
            Self::Draft6 => "http://json-schema.org/draft-06/schema",
            Self::Draft7 => "http://json-schema.org/draft-07/schema",
            Self::Draft2019 => "https://json-schema.org/draft/2019-09/schema",
            Self::Draft2020 => "https://json-schema.org/draft/2020-12/schema",
        }
    }

    /// The keyword that gives a schema its URI.
    pub(crate) fn id_keyword(self) -> &'static str {
        if self == Self::Draft4 { "id" } else { "$id" }
    }

    /// Whether the keywords beside a `$ref` mean nothing: until draft 7.
    pub(crate) fn ref_overrides_siblings(self) -> bool {
        self <= Self::Draft7
    }
}

impl fmt::Display for Draft {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Draft4 => "draft 4",
            Self::Draft6 => "draft 6",
            Self::Draft7 => "draft 7",
            Self::Draft2019 => "2019-09",
            Self::Draft2020 => "2020-12",
        })
    }
}
