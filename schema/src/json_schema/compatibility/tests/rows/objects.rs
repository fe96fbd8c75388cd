//! What else is asked of objects.

use super::Row;

pub(super) const ROWS: &[Row] = &[
    (
        "what was undeclared is forbidden",
        [r#"{"type":"object"}"#, r#"{"type":"object","additionalProperties":false}"#],
        &["ADDITIONAL_PROPERTIES_REMOVED #/additionalProperties"],
        &["ADDITIONAL_PROPERTIES_ADDED #/additionalProperties"],
    ),
    (
        "what was unchecked is checked",
        [r#"{"type":"object"}"#, r#"{"type":"object","additionalProperties":{"type":"string"}}"#],
        &["ADDITIONAL_PROPERTIES_NARROWED #/additionalProperties"],
        &["ADDITIONAL_PROPERTIES_EXTENDED #/additionalProperties"],
    ),
    (
        "the same by `unevaluatedProperties`",
        [
            r#"{"$schema":"https://json-schema.org/draft/2020-12/schema","type":"object"}"#,
            r#"{"$schema":"https://json-schema.org/draft/2020-12/schema","type":"object","unevaluatedProperties":false}"#,
        ],
        &["UNEVALUATED_PROPERTIES_REMOVED #/unevaluatedProperties"],
        &["UNEVALUATED_PROPERTIES_ADDED #/unevaluatedProperties"],
    ),
    (
        "and by a schema for them",
        [
            r#"{"$schema":"https://json-schema.org/draft/2020-12/schema","type":"object"}"#,
            r#"{"$schema":"https://json-schema.org/draft/2020-12/schema","type":"object","unevaluatedProperties":{"type":"null"}}"#,
        ],
        &["UNEVALUATED_PROPERTIES_NARROWED #/unevaluatedProperties"],
        &["UNEVALUATED_PROPERTIES_EXTENDED #/unevaluatedProperties"],
    ),
    (
        "a property that moves out of an `allOf` is unevaluated: no keyword alone shows it",
        [
            r#"{"$schema":"https://json-schema.org/draft/2020-12/schema","allOf":[{"properties":{"a":true}}],"unevaluatedProperties":false}"#,
            r#"{"$schema":"https://json-schema.org/draft/2020-12/schema","allOf":[{"properties":{}}],"unevaluatedProperties":false}"#,
        ],
        &[
            "PROPERTY_REMOVED_FROM_OPEN_CONTENT_MODEL #/allOf/0/allOf/0/properties/a",
            "UNEVALUATED_NOT_COMPARED #/allOf/1/unevaluatedProperties",
        ],
        &[
            "PROPERTY_WITH_EMPTY_SCHEMA_ADDED_TO_OPEN_CONTENT_MODEL #/allOf/0/allOf/0/properties/a",
            "UNEVALUATED_NOT_COMPARED #/allOf/1/unevaluatedProperties",
        ],
    ),
    (
        "a property that may be absent is required",
        [r#"{"properties":{"a":{"type":"null"}}}"#, r#"{"properties":{"a":{"type":"null"}},"required":["a"]}"#],
        &["REQUIRED_ATTRIBUTE_ADDED #/required/a"],
        &["REQUIRED_ATTRIBUTE_REMOVED #/required/a"],
    ),
    (
        "a default does not make it valid",
        [
            r#"{"properties":{"a":{"type":"null","default":null}}}"#,
            r#"{"properties":{"a":{"type":"null","default":null}},"required":["a"]}"#,
        ],
        &["REQUIRED_ATTRIBUTE_WITH_DEFAULT_ADDED #/required/a"],
        &["REQUIRED_ATTRIBUTE_REMOVED #/required/a"],
    ),
    (
        "Confluent does not look at names that nobody declares",
        [r#"{"type":"object"}"#, r#"{"type":"object","required":["a"]}"#],
        &["REQUIRED_UNDECLARED_PROPERTY_ADDED #/required/a"],
        &[],
    ),
    (
        "names that were in use may be excluded",
        [r#"{"type":"object"}"#, r#"{"type":"object","propertyNames":{"maxLength":3}}"#],
        &["PROPERTY_NAMES_NARROWED #/propertyNames"],
        &[],
    ),
    (
        "the number of properties",
        [r#"{"type":"object","minProperties":1}"#, r#"{"type":"object","minProperties":2,"maxProperties":9}"#],
        &["MAX_PROPERTIES_ADDED #/maxProperties", "MIN_PROPERTIES_INCREASED #/minProperties"],
        &["MAX_PROPERTIES_REMOVED #/maxProperties", "MIN_PROPERTIES_DECREASED #/minProperties"],
    ),
    (
        "dependencies that come and go",
        [r#"{"dependencies":{"a":["b"]}}"#, r#"{"dependencies":{"b":["a"]}}"#],
        &["DEPENDENCY_ARRAY_REMOVED #/dependencies/a", "DEPENDENCY_ARRAY_ADDED #/dependencies/b"],
        &["DEPENDENCY_ARRAY_ADDED #/dependencies/a", "DEPENDENCY_ARRAY_REMOVED #/dependencies/b"],
    ),
    (
        "dependencies that grow, and change",
        [r#"{"dependencies":{"a":["b"],"x":["y"]}}"#, r#"{"dependencies":{"a":["b","c"],"x":["z"]}}"#],
        &["DEPENDENCY_ARRAY_EXTENDED #/dependencies/a", "DEPENDENCY_ARRAY_CHANGED #/dependencies/x"],
        &["DEPENDENCY_ARRAY_NARROWED #/dependencies/a", "DEPENDENCY_ARRAY_CHANGED #/dependencies/x"],
    ),
    (
        "dependencies on schemas, by their later name",
        [
            r#"{"$schema":"https://json-schema.org/draft/2019-09/schema","type":"object"}"#,
            r#"{"$schema":"https://json-schema.org/draft/2019-09/schema","type":"object","dependentSchemas":{"a":{"minProperties":2}}}"#,
        ],
        &["DEPENDENCY_SCHEMA_ADDED #/dependencies/a"],
        &["DEPENDENCY_SCHEMA_REMOVED #/dependencies/a"],
    ),
];
