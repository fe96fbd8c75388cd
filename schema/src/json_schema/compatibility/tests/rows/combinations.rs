//! Enumerations, combinations, and what is outside of the schemas.

use super::Row;

pub(super) const ROWS: &[Row] = &[
    (
        "an enumeration grows",
        [r#"{"enum":[1,"a"]}"#, r#"{"enum":["a",1.0,null]}"#],
        &["ENUM_ARRAY_EXTENDED #/enum"],
        &["ENUM_ARRAY_NARROWED #/enum"],
    ),
    (
        "an enumeration changes",
        [r#"{"enum":[1,2]}"#, r#"{"enum":[1,3]}"#],
        &["ENUM_ARRAY_CHANGED #/enum"],
        &["ENUM_ARRAY_CHANGED #/enum"],
    ),
    (
        "a constant changes",
        [r#"{"const":1}"#, r#"{"const":2}"#],
        &["ENUM_ARRAY_CHANGED #/const"],
        &["ENUM_ARRAY_CHANGED #/const"],
    ),
    (
        "a type beside an enumeration is a second condition",
        [r#"{"type":"string","enum":["a"]}"#, r#"{"type":"string"}"#],
        &["PRODUCT_TYPE_NARROWED #/"],
        &["TYPE_CHANGED #/"],
    ),
    (
        "an alternative more, told apart by its type",
        [r#"{"type":"string"}"#, r#"{"oneOf":[{"type":"null"},{"type":"string"}]}"#],
        &["SUM_TYPE_EXTENDED #/"],
        &["TYPE_CHANGED #/"],
    ),
    (
        "alternatives that a value may match both",
        [r#"{"oneOf":[{"type":"integer"}]}"#, r#"{"oneOf":[{"type":"integer"},{"type":"number"}]}"#],
        &["SUM_TYPE_EXTENDED #/", "SUM_TYPE_MAY_OVERLAP #/"],
        &["SUM_TYPE_NARROWED #/"],
    ),
    (
        "alternatives that a constant tells apart",
        [
            r#"{"oneOf":[{"type":"object","properties":{"k":{"const":"a"}},"required":["k"]}]}"#,
            r#"{"oneOf":[{"type":"object","properties":{"k":{"const":"a"}},"required":["k"]},
                {"type":"object","properties":{"k":{"const":"b"}},"required":["k"]}]}"#,
        ],
        &["SUM_TYPE_EXTENDED #/"],
        &["SUM_TYPE_NARROWED #/"],
    ),
    (
        "types in a list are alternatives, in whichever order",
        [r#"{"type":["null","string"]}"#, r#"{"type":["string","null","integer"]}"#],
        &["SUM_TYPE_EXTENDED #/"],
        &["SUM_TYPE_NARROWED #/"],
    ),
    (
        "one condition more",
        [r#"{"allOf":[{"type":"string"}]}"#, r#"{"allOf":[{"enum":["a"]},{"type":"string"}]}"#],
        &["PRODUCT_TYPE_EXTENDED #/"],
        &["PRODUCT_TYPE_NARROWED #/"],
    ),
    (
        "`anyOf` takes what `oneOf` takes",
        [r#"{"oneOf":[{"type":"string"},{"type":"null"}]}"#, r#"{"anyOf":[{"type":"string"},{"type":"null"}]}"#],
        &["COMBINED_TYPE_EXTENDED #/"],
        &["COMBINED_TYPE_CHANGED #/"],
    ),
    (
        "an alternative has changed",
        [r#"{"anyOf":[{"type":"string"},{"type":"null"}]}"#, r#"{"anyOf":[{"type":"number"},{"type":"null"}]}"#],
        &["COMBINED_TYPE_SUBSCHEMAS_CHANGED #/"],
        &["COMBINED_TYPE_SUBSCHEMAS_CHANGED #/"],
    ),
    (
        "less is excluded",
        [r#"{"not":{"type":"number"}}"#, r#"{"not":{"type":"integer"}}"#],
        &["NOT_TYPE_NARROWED #/not"],
        &["NOT_TYPE_EXTENDED #/not"],
    ),
    (
        "what is excluded is known only in part",
        [r#"{"not":{"type":"string","format":"date"}}"#, r#"{"not":{"type":"string"}}"#],
        &["NOT_TYPE_UNCERTAIN #/not"],
        &["NOT_TYPE_NARROWED #/not"],
    ),
    (
        "Confluent does not compare conditions",
        [r#"{"if":{"type":"string"},"then":{"maxLength":5}}"#, r#"{"if":{"type":"string"},"then":{"maxLength":3}}"#],
        &["CONDITION_CHANGED #/then"],
        &[],
    ),
    (
        "another version of JSON Schema is another language",
        [
            r#"{"$schema":"http://json-schema.org/draft-07/schema#","type":"string"}"#,
            r#"{"$schema":"https://json-schema.org/draft/2020-12/schema","type":"string"}"#,
        ],
        &["SCHEMA_VERSION_CHANGED #/$schema"],
        &["SCHEMA_VERSION_CHANGED #/$schema"],
    ),
    (
        "a schema that moves behind a reference is the same schema",
        [r##"{"$ref":"#/definitions/s","definitions":{"s":{"type":"string"}}}"##, r#"{"type":"string"}"#],
        &[],
        &[],
    ),
];
