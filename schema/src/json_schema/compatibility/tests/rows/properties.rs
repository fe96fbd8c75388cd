//! Properties that one of the two does not declare, and patterns.

use super::Row;

pub(super) const ROWS: &[Row] = &[
    (
        "open: old data may hold the property with any type",
        [
            r#"{"properties":{"a":{"type":"string"}}}"#,
            r#"{"properties":{"a":{"type":"string"},"b":{"type":"number"}}}"#,
        ],
        &["OPTIONAL_PROPERTY_ADDED_TO_OPEN_CONTENT_MODEL #/properties/b"],
        &["PROPERTY_REMOVED_FROM_OPEN_CONTENT_MODEL #/properties/b"],
    ),
    (
        "open and required: old data does not have it",
        [r#"{"properties":{}}"#, r#"{"properties":{"b":{"type":"number"}},"required":["b"]}"#],
        &["REQUIRED_PROPERTY_ADDED_TO_OPEN_CONTENT_MODEL #/properties/b"],
        &["PROPERTY_REMOVED_FROM_OPEN_CONTENT_MODEL #/properties/b"],
    ),
    (
        "open, required and with a default",
        [r#"{"properties":{}}"#, r#"{"properties":{"b":{"type":"number","default":1}},"required":["b"]}"#],
        &["REQUIRED_PROPERTY_WITH_DEFAULT_ADDED_TO_OPEN_CONTENT_MODEL #/properties/b"],
        &["PROPERTY_REMOVED_FROM_OPEN_CONTENT_MODEL #/properties/b"],
    ),
    (
        "open, and whatever is there is taken",
        [r#"{"properties":{}}"#, r#"{"properties":{"b":true}}"#],
        &["PROPERTY_WITH_EMPTY_SCHEMA_ADDED_TO_OPEN_CONTENT_MODEL #/properties/b"],
        &["PROPERTY_REMOVED_FROM_OPEN_CONTENT_MODEL #/properties/b"],
    ),
    (
        "open, whatever is there is taken, but something must be there",
        [r#"{"properties":{}}"#, r#"{"properties":{"b":true},"required":["b"]}"#],
        &[
            "PROPERTY_WITH_EMPTY_SCHEMA_ADDED_TO_OPEN_CONTENT_MODEL #/properties/b",
            "REQUIRED_UNDECLARED_PROPERTY_ADDED #/required/b",
        ],
        &["PROPERTY_REMOVED_FROM_OPEN_CONTENT_MODEL #/properties/b"],
    ),
    (
        "closed: old data cannot hold the property, and an old reader rejects it",
        [
            r#"{"properties":{},"additionalProperties":false}"#,
            r#"{"properties":{"b":{"type":"number"}},"additionalProperties":false}"#,
        ],
        &["OPTIONAL_PROPERTY_ADDED_TO_UNOPEN_CONTENT_MODEL #/properties/b"],
        &["PROPERTY_REMOVED_FROM_CLOSED_CONTENT_MODEL #/properties/b"],
    ),
    (
        "closed and required: old data does not have it",
        [
            r#"{"properties":{},"additionalProperties":false}"#,
            r#"{"properties":{"b":{"type":"number"}},"required":["b"],"additionalProperties":false}"#,
        ],
        &["REQUIRED_PROPERTY_ADDED_TO_UNOPEN_CONTENT_MODEL #/properties/b"],
        &["PROPERTY_REMOVED_FROM_CLOSED_CONTENT_MODEL #/properties/b"],
    ),
    (
        "closed, required and with a default, which validators do not fill in",
        [
            r#"{"properties":{},"additionalProperties":false}"#,
            r#"{"properties":{"b":{"type":"number","default":1}},"required":["b"],"additionalProperties":false}"#,
        ],
        &["REQUIRED_PROPERTY_WITH_DEFAULT_ADDED_TO_UNOPEN_CONTENT_MODEL #/properties/b"],
        &["PROPERTY_REMOVED_FROM_CLOSED_CONTENT_MODEL #/properties/b"],
    ),
    (
        "what was forbidden by name is forbidden as undeclared",
        [r#"{"properties":{"b":false},"additionalProperties":false}"#, r#"{"additionalProperties":false}"#],
        &["PROPERTY_WITH_FALSE_REMOVED_FROM_CLOSED_CONTENT_MODEL #/properties/b"],
        &["OPTIONAL_PROPERTY_ADDED_TO_UNOPEN_CONTENT_MODEL #/properties/b"],
    ),
    (
        "partially open: undeclared properties are strings, and so is the new one",
        [
            r#"{"additionalProperties":{"type":"string"}}"#,
            r#"{"properties":{"b":{"type":"string"}},"additionalProperties":{"type":"string"}}"#,
        ],
        &[
            "PROPERTY_ADDED_IS_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL #/properties/b",
            "OPTIONAL_PROPERTY_ADDED_TO_UNOPEN_CONTENT_MODEL #/properties/b",
        ],
        &["PROPERTY_REMOVED_IS_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL #/properties/b"],
    ),
    (
        "partially open: undeclared properties are strings, and the new one is not",
        [
            r#"{"additionalProperties":{"type":"string"}}"#,
            r#"{"properties":{"b":{"type":"number"}},"additionalProperties":{"type":"string"}}"#,
        ],
        &[
            "TYPE_CHANGED #/properties/b",
            "PROPERTY_ADDED_NOT_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL #/properties/b",
            "OPTIONAL_PROPERTY_ADDED_TO_UNOPEN_CONTENT_MODEL #/properties/b",
        ],
        &["TYPE_CHANGED #/properties/b", "PROPERTY_REMOVED_NOT_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL #/properties/b"],
    ),
    (
        "an open model with patterns is open for names that no pattern matches",
        [
            r#"{"patternProperties":{"^x":{"type":"string"}}}"#,
            r#"{"properties":{"b":{"type":"number"}},"patternProperties":{"^x":{"type":"string"}}}"#,
        ],
        &[
            "PROPERTY_ADDED_BESIDE_PATTERNS #/properties/b",
            "OPTIONAL_PROPERTY_ADDED_TO_UNOPEN_CONTENT_MODEL #/properties/b",
        ],
        &["PROPERTY_REMOVED_FROM_OPEN_CONTENT_MODEL #/properties/b"],
    ),
    (
        "Confluent does not look inside of `patternProperties`",
        [r#"{"patternProperties":{"^x":{"type":"string"}}}"#, r#"{"patternProperties":{"^x":{"type":"number"}}}"#],
        &["PATTERN_PROPERTY_CHANGED #/patternProperties/^x"],
        &["PATTERN_PROPERTY_CHANGED #/patternProperties/^x"],
    ),
    (
        "a new pattern checks what was open; a pattern that is gone leaves its names to the closed rest",
        [
            r#"{"patternProperties":{"^x":{"type":"string"}},"additionalProperties":false}"#,
            r#"{"patternProperties":{"^y":{"type":"number"}},"additionalProperties":false}"#,
        ],
        &["PATTERN_PROPERTY_ADDED #/patternProperties/^y", "PATTERN_PROPERTY_REMOVED #/patternProperties/^x"],
        &["PATTERN_PROPERTY_ADDED #/patternProperties/^x", "PATTERN_PROPERTY_REMOVED #/patternProperties/^y"],
    ),
    (
        "a second pattern that matches counts as well",
        [
            r#"{"properties":{"xy":{"type":"string"}},"additionalProperties":false}"#,
            r#"{"patternProperties":{"^x":{"type":"string"},"y$":{"type":"string","maxLength":3}},"additionalProperties":false}"#,
        ],
        &[
            "PROPERTY_REMOVED_IS_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL #/properties/xy",
            "PATTERN_PROPERTY_ADDED #/patternProperties/y$",
        ],
        &[
            "PROPERTY_ADDED_IS_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL #/properties/xy",
            "OPTIONAL_PROPERTY_ADDED_TO_UNOPEN_CONTENT_MODEL #/properties/xy",
            "PATTERN_PROPERTY_REMOVED #/patternProperties/^x",
            "PATTERN_PROPERTY_REMOVED #/patternProperties/y$",
        ],
    ),
];
