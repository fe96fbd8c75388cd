//! The metaschemas, which every schema may refer to without bringing them along.

use std::sync::LazyLock;

use referencing::meta;
use serde_json::Value;

use super::index::{Index, Text};
use crate::json;

static METASCHEMAS: LazyLock<Index> = LazyLock::new(|| Index::new(texts()));

/// The metaschemas of all versions with their vocabularies.
pub(super) fn metaschemas() -> &'static Index {
    &METASCHEMAS
}

fn texts() -> Vec<Text> {
    all().into_iter().map(text).collect()
}

fn text(value: &Value) -> Text {
    let json = json::read(&value.to_string()).expect("what serde_json writes is JSON");
    Text { names: other_scheme(&json).into_iter().collect(), json }
}

/// The URI by `https` for those that say `http`, and the other way round: people write both.
fn other_scheme(json: &json::Json) -> Option<String> {
    let id = json.get("$id").or_else(|| json.get("id"))?.as_str()?;
    let (scheme, rest) = id.trim_end_matches('#').split_once("://")?;
    let other = if scheme == "http" { "https" } else { "http" };
    Some(format!("{other}://{rest}"))
}

fn all() -> [&'static Value; 18] {
    [
        &meta::DRAFT4,
        &meta::DRAFT6,
        &meta::DRAFT7,
        &meta::DRAFT201909,
        &meta::DRAFT201909_APPLICATOR,
        &meta::DRAFT201909_CONTENT,
        &meta::DRAFT201909_CORE,
        &meta::DRAFT201909_FORMAT,
        &meta::DRAFT201909_META_DATA,
        &meta::DRAFT201909_VALIDATION,
        &meta::DRAFT202012,
        &meta::DRAFT202012_CORE,
        &meta::DRAFT202012_APPLICATOR,
        &meta::DRAFT202012_UNEVALUATED,
        &meta::DRAFT202012_VALIDATION,
        &meta::DRAFT202012_META_DATA,
        &meta::DRAFT202012_FORMAT_ANNOTATION,
        &meta::DRAFT202012_CONTENT,
    ]
}
