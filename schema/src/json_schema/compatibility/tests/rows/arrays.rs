//! Arrays.

use super::Row;

pub(super) const ROWS: &[Row] = &[
    (
        "all items",
        [r#"{"type":"array"}"#, r#"{"type":"array","items":{"type":"string"}}"#],
        &["SCHEMA_ADDED #/items"],
        &["SCHEMA_REMOVED #/items"],
    ),
    (
        "items are compared where they are",
        [r#"{"type":"array","items":{"type":"integer"}}"#, r#"{"type":"array","items":{"type":"number"}}"#],
        &["TYPE_EXTENDED #/items"],
        &["TYPE_NARROWED #/items"],
    ),
    (
        "a position in an open tuple",
        [
            r#"{"type":"array","items":[{"type":"null"}]}"#,
            r#"{"type":"array","items":[{"type":"null"},{"type":"null"}]}"#,
        ],
        &["ITEM_ADDED_TO_OPEN_CONTENT_MODEL #/items/1"],
        &["ITEM_REMOVED_FROM_OPEN_CONTENT_MODEL #/items/1"],
    ),
    (
        "a position in an open tuple that takes everything",
        [r#"{"type":"array","items":[{"type":"null"}]}"#, r#"{"type":"array","items":[{"type":"null"},true]}"#],
        &["ITEM_WITH_EMPTY_SCHEMA_ADDED_TO_OPEN_CONTENT_MODEL #/items/1"],
        &["ITEM_REMOVED_FROM_OPEN_CONTENT_MODEL #/items/1"],
    ),
    (
        "a position in a closed tuple, by the keywords of 2020-12",
        [
            r#"{"$schema":"https://json-schema.org/draft/2020-12/schema","type":"array","prefixItems":[{}],"items":false}"#,
            r#"{"$schema":"https://json-schema.org/draft/2020-12/schema","type":"array","prefixItems":[{},{"type":"null"}],"items":false}"#,
        ],
        &["ITEM_ADDED_TO_CLOSED_CONTENT_MODEL #/items/1"],
        &["ITEM_REMOVED_FROM_CLOSED_CONTENT_MODEL #/items/1"],
    ),
    (
        "a position that had to be empty",
        [
            r#"{"type":"array","items":[{},false],"additionalItems":false}"#,
            r#"{"type":"array","items":[{}],"additionalItems":false}"#,
        ],
        &["ITEM_WITH_FALSE_REMOVED_FROM_CLOSED_CONTENT_MODEL #/items/1"],
        &["ITEM_ADDED_TO_CLOSED_CONTENT_MODEL #/items/1"],
    ),
    (
        "a position that further items cover",
        [
            r#"{"type":"array","items":[{}],"additionalItems":{"type":"null"}}"#,
            r#"{"type":"array","items":[{},{"type":"null"}],"additionalItems":{"type":"null"}}"#,
        ],
        &["ITEM_ADDED_IS_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL #/items/1"],
        &["ITEM_REMOVED_IS_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL #/items/1"],
    ),
    (
        "a position that further items do not cover",
        [
            r#"{"type":"array","items":[{}],"additionalItems":{"type":"null"}}"#,
            r#"{"type":"array","items":[{},{"type":"string"}],"additionalItems":{"type":"null"}}"#,
        ],
        &["TYPE_CHANGED #/items/1", "ITEM_ADDED_NOT_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL #/items/1"],
        &["TYPE_CHANGED #/items/1", "ITEM_REMOVED_NOT_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL #/items/1"],
    ),
    (
        "further items are forbidden",
        [r#"{"type":"array","items":[{}]}"#, r#"{"type":"array","items":[{}],"additionalItems":false}"#],
        &["ADDITIONAL_ITEMS_REMOVED #/additionalItems"],
        &["ADDITIONAL_ITEMS_ADDED #/additionalItems"],
    ),
    (
        "further items are checked",
        [r#"{"type":"array","items":[{}]}"#, r#"{"type":"array","items":[{}],"additionalItems":{"type":"null"}}"#],
        &["ADDITIONAL_ITEMS_NARROWED #/additionalItems"],
        &["ADDITIONAL_ITEMS_EXTENDED #/additionalItems"],
    ),
    (
        "unevaluated items are forbidden",
        [
            r#"{"$schema":"https://json-schema.org/draft/2019-09/schema","type":"array"}"#,
            r#"{"$schema":"https://json-schema.org/draft/2019-09/schema","type":"array","unevaluatedItems":false}"#,
        ],
        &["UNEVALUATED_ITEMS_REMOVED #/unevaluatedItems"],
        &["UNEVALUATED_ITEMS_ADDED #/unevaluatedItems"],
    ),
    (
        "unevaluated items are checked",
        [
            r#"{"$schema":"https://json-schema.org/draft/2019-09/schema","type":"array"}"#,
            r#"{"$schema":"https://json-schema.org/draft/2019-09/schema","type":"array","unevaluatedItems":{"type":"null"}}"#,
        ],
        &["UNEVALUATED_ITEMS_NARROWED #/unevaluatedItems"],
        &["UNEVALUATED_ITEMS_EXTENDED #/unevaluatedItems"],
    ),
    (
        "without positions, `additionalItems` means nothing",
        [
            r#"{"type":"array","additionalItems":false}"#,
            r#"{"type":"array","items":[{"type":"null"}],"additionalItems":false}"#,
        ],
        &["ITEM_ADDED_TO_CLOSED_CONTENT_MODEL #/items/0", "ITEMS_BECAME_TUPLE #/items"],
        &["ITEM_REMOVED_FROM_CLOSED_CONTENT_MODEL #/items/0"],
    ),
    (
        "the number of items, and whether they are unique",
        [r#"{"type":"array","maxItems":2}"#, r#"{"type":"array","minItems":1,"maxItems":1,"uniqueItems":true}"#],
        &["MAX_ITEMS_DECREASED #/maxItems", "MIN_ITEMS_ADDED #/minItems", "UNIQUE_ITEMS_ADDED #/uniqueItems"],
        &["MAX_ITEMS_INCREASED #/maxItems", "MIN_ITEMS_REMOVED #/minItems", "UNIQUE_ITEMS_REMOVED #/uniqueItems"],
    ),
    (
        "Confluent does not compare `contains`",
        [r#"{"type":"array"}"#, r#"{"type":"array","contains":{"type":"null"}}"#],
        &["CONTAINS_CHANGED #/contains"],
        &[],
    ),
    (
        "`minContains: 0` makes `contains` mean nothing; without it, one item must match",
        [
            r#"{"$schema":"https://json-schema.org/draft/2020-12/schema","contains":{"type":"null"},"minContains":0,"maxContains":3}"#,
            r#"{"$schema":"https://json-schema.org/draft/2020-12/schema","contains":{"type":"null"},"maxContains":2}"#,
        ],
        &["MAX_CONTAINS_DECREASED #/maxContains", "MIN_CONTAINS_REMOVED #/minContains", "CONTAINS_CHANGED #/contains"],
        &["MAX_CONTAINS_INCREASED #/maxContains", "MIN_CONTAINS_ADDED #/minContains"],
    ),
];
