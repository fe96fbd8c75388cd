//! Schemas of any kind, strings and numbers.

use super::Row;

pub(super) const ROWS: &[Row] = &[
    (
        "annotations ask for nothing",
        [r#"{"$id":"a","title":"a","description":"a","default":1}"#, r#"{"$id":"b","title":"b","description":"b"}"#],
        &["ID_CHANGED #/", "TITLE_CHANGED #/", "DESCRIPTION_CHANGED #/", "DEFAULT_CHANGED #/"],
        &["ID_CHANGED #/", "TITLE_CHANGED #/", "DESCRIPTION_CHANGED #/", "DEFAULT_CHANGED #/"],
    ),
    ("everything is accepted by the empty schema", [r#"{"type":"object"}"#, "{}"], &[], &["TYPE_CHANGED #/"]),
    ("nothing is written by the false schema", ["false", r#"{"type":"object"}"#], &[], &["TYPE_CHANGED #/"]),
    (
        "a string is no number",
        [r#"{"type":"string"}"#, r#"{"type":"number"}"#],
        &["TYPE_CHANGED #/"],
        &["TYPE_CHANGED #/"],
    ),
    (
        "an integer is a number",
        [r#"{"type":"integer"}"#, r#"{"type":"number"}"#],
        &["TYPE_EXTENDED #/"],
        &["TYPE_NARROWED #/"],
    ),
    (
        "without `type`, `maxLength` speaks of strings only",
        [r#"{"maxLength":5}"#, r#"{"type":"string","maxLength":5}"#],
        &["TYPE_ADDED #/type"],
        &[],
    ),
    (
        "a lower maximal length rejects long strings",
        [r#"{"type":"string","maxLength":5}"#, r#"{"type":"string","maxLength":8}"#],
        &["MAX_LENGTH_INCREASED #/maxLength"],
        &["MAX_LENGTH_DECREASED #/maxLength"],
    ),
    (
        "a bound that was not there rejects what is beyond it",
        [r#"{"type":"string","minLength":2}"#, r#"{"type":"string"}"#],
        &["MIN_LENGTH_REMOVED #/minLength"],
        &["MIN_LENGTH_ADDED #/minLength"],
    ),
    (
        "whether one expression includes another is not decided",
        [r#"{"type":"string","pattern":"a"}"#, r#"{"type":"string","pattern":"b"}"#],
        &["PATTERN_CHANGED #/pattern"],
        &["PATTERN_CHANGED #/pattern"],
    ),
    (
        "a pattern that was not there rejects strings",
        [r#"{"type":"string","pattern":"a"}"#, r#"{"type":"string"}"#],
        &["PATTERN_REMOVED #/pattern"],
        &["PATTERN_ADDED #/pattern"],
    ),
    (
        "Confluent does not compare formats",
        [r#"{"type":"string","format":"date"}"#, r#"{"type":"string"}"#],
        &["FORMAT_REMOVED #/format"],
        &["FORMAT_ADDED #/format"],
    ),
    (
        "nor formats that change, nor encodings",
        [
            r#"{"type":"string","format":"date","contentEncoding":"base64"}"#,
            r#"{"type":"string","format":"time","contentEncoding":"base32"}"#,
        ],
        &["FORMAT_CHANGED #/format", "CONTENT_CHANGED #/contentEncoding"],
        &["FORMAT_CHANGED #/format", "CONTENT_CHANGED #/contentEncoding"],
    ),
    (
        "numbers are compared as decimals: 1e1 is 10",
        [r#"{"type":"number","maximum":1e1,"minimum":0}"#, r#"{"type":"number","maximum":10,"minimum":-0.5}"#],
        &["MINIMUM_DECREASED #/minimum"],
        &["MINIMUM_INCREASED #/minimum"],
    ),
    (
        "Confluent's registry answers 500 where only `exclusiveMaximum` is set and decreases",
        [r#"{"type":"number","exclusiveMaximum":5}"#, r#"{"type":"number","exclusiveMaximum":9}"#],
        &["EXCLUSIVE_MAXIMUM_INCREASED #/exclusiveMaximum"],
        &["EXCLUSIVE_MAXIMUM_DECREASED #/exclusiveMaximum"],
    ),
    (
        "an exclusive bound is another keyword",
        [r#"{"type":"number","exclusiveMinimum":5}"#, r#"{"type":"number","minimum":5}"#],
        &["MINIMUM_ADDED #/minimum", "EXCLUSIVE_MINIMUM_REMOVED #/exclusiveMinimum"],
        &["MINIMUM_REMOVED #/minimum", "EXCLUSIVE_MINIMUM_ADDED #/exclusiveMinimum"],
    ),
    (
        "and so is the upper one",
        [r#"{"type":"number","exclusiveMaximum":5}"#, r#"{"type":"number","maximum":5}"#],
        &["MAXIMUM_ADDED #/maximum", "EXCLUSIVE_MAXIMUM_REMOVED #/exclusiveMaximum"],
        &["MAXIMUM_REMOVED #/maximum", "EXCLUSIVE_MAXIMUM_ADDED #/exclusiveMaximum"],
    ),
    (
        "in draft 4, `exclusiveMaximum` is a flag, which Confluent does not compare",
        [
            r#"{"$schema":"http://json-schema.org/draft-04/schema#","type":"number","maximum":5,"exclusiveMaximum":true}"#,
            r#"{"$schema":"http://json-schema.org/draft-04/schema#","type":"number","maximum":5}"#,
        ],
        &[],
        &["BOUND_BECAME_EXCLUSIVE #/exclusiveMaximum"],
    ),
    (
        "a flag says nothing where the bound moves away",
        [
            r#"{"$schema":"http://json-schema.org/draft-04/schema#","type":"number","minimum":5,"exclusiveMinimum":true}"#,
            r#"{"$schema":"http://json-schema.org/draft-04/schema#","type":"number","minimum":6}"#,
        ],
        &["MINIMUM_INCREASED #/minimum"],
        &["MINIMUM_DECREASED #/minimum"],
    ),
    (
        "multiples of ten are multiples of five",
        [r#"{"type":"number","multipleOf":10}"#, r#"{"type":"number","multipleOf":5}"#],
        &["MULTIPLE_OF_REDUCED #/multipleOf"],
        &["MULTIPLE_OF_EXPANDED #/multipleOf"],
    ),
    (
        "0.3 is a multiple of 0.1, and of nothing that is near it",
        [r#"{"type":"number","multipleOf":0.3}"#, r#"{"type":"number","multipleOf":0.2}"#],
        &["MULTIPLE_OF_CHANGED #/multipleOf"],
        &["MULTIPLE_OF_CHANGED #/multipleOf"],
    ),
    (
        "any number was allowed before there were steps",
        [r#"{"type":"number","multipleOf":10}"#, r#"{"type":"number"}"#],
        &["MULTIPLE_OF_REMOVED #/multipleOf"],
        &["MULTIPLE_OF_ADDED #/multipleOf"],
    ),
];
