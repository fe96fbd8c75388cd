//! Where Apicurio says something else than the engine about JSON Schema: by which rule, who is right, and why.
//!
//! Both began with the same rules. Apicurio compares more keywords, takes every other kind of schema for another type,
//! and does not follow Confluent's later changes.

/// Rules that find nothing breaking, and Apicurio refuses the pair.
pub(crate) const REFUSED: &[(&str, &str)] = &[
    ("SUM_TYPE_EXTENDED", "Confluent is right: what one alternative accepts, a schema with more of them accepts."),
    ("PRODUCT_TYPE_NARROWED", "Confluent is right: without one of the parts of `allOf`, more is accepted."),
    (
        "TYPE_EXTENDED",
        "Confluent is right: an integer is a number. Apicurio wants schemas below `additionalProperties` unchanged.",
    ),
    ("EXCLUSIVE_MINIMUM_REMOVED", "Confluent is right. Apicurio wants schemas below `additionalItems` unchanged."),
    (
        "PROPERTY_WITH_EMPTY_SCHEMA_ADDED_TO_OPEN_CONTENT_MODEL",
        "Confluent is right: the empty schema asks for nothing.",
    ),
    ("ITEM_WITH_EMPTY_SCHEMA_ADDED_TO_OPEN_CONTENT_MODEL", "Confluent is right: the empty schema asks for nothing."),
    (
        "PROPERTY_WITH_FALSE_REMOVED_FROM_CLOSED_CONTENT_MODEL",
        "Confluent is right: the property was not allowed before either.",
    ),
    (
        "ITEM_WITH_FALSE_REMOVED_FROM_CLOSED_CONTENT_MODEL",
        "Confluent is right: the item was not allowed before either.",
    ),
    ("ENUM_ARRAY_EXTENDED", "Confluent is right: 1 and 1.0 are one number."),
    ("CONDITION_CHANGED", "Apicurio is right: Confluent does not compare `if`, and the engine warns."),
    ("CONTAINS_CHANGED", "Apicurio is right: Confluent does not compare `contains`, and the engine warns."),
    ("PATTERN_PROPERTY_ADDED", "Apicurio is right: Confluent does not compare patterns, and the engine warns."),
    ("PATTERN_PROPERTY_CHANGED", "Apicurio is right: Confluent does not look below patterns, and the engine warns."),
    ("PROPERTY_NAMES_NARROWED", "Apicurio is right: Confluent does not compare `propertyNames`, and the engine warns."),
    (
        "BOUND_BECAME_EXCLUSIVE",
        "Apicurio is right: Confluent does not compare the flags of draft 4, and the engine warns.",
    ),
    ("FORMAT_ADDED", "Apicurio is right: Confluent does not compare formats, and the engine warns."),
    ("FORMAT_CHANGED", "Apicurio is right: Confluent does not compare formats, and the engine warns."),
    ("NOT_TYPE_UNCERTAIN", "Apicurio is right to doubt it: the engine warns."),
    ("SUM_TYPE_MAY_OVERLAP", "Apicurio is right to doubt it: the engine warns."),
    ("REFERENCE_NOT_RESOLVED", "Neither knows what the reference means: the engine warns."),
    ("PROPERTY_ADDED_BESIDE_PATTERNS", "Apicurio is right to doubt it: the engine warns."),
    (
        "REQUIRED_PROPERTY_WITH_DEFAULT_ADDED_TO_UNOPEN_CONTENT_MODEL",
        "Apicurio is right: nobody fills in the default. Confluent trusts it, and the engine warns.",
    ),
    (
        "REQUIRED_ATTRIBUTE_WITH_DEFAULT_ADDED",
        "Apicurio is right: nobody fills in the default. Confluent trusts it, and the engine warns.",
    ),
    (
        "REQUIRED_UNDECLARED_PROPERTY_ADDED",
        "Apicurio is right: Confluent ignores names in `required` that are no properties, and the engine warns.",
    ),
];

/// Rules that break by Confluent's verdict, and Apicurio accepts the pair.
pub(crate) const ACCEPTED: &[(&str, &str)] = &[
    (
        "COMBINED_TYPE_SUBSCHEMAS_CHANGED",
        "Apicurio is right where the old alternatives are one of the new: Confluent looks for a partner of each.",
    ),
    ("SUM_TYPE_NARROWED", "Apicurio is right where one of the new alternatives accepts all of the old ones."),
    (
        "PRODUCT_TYPE_EXTENDED",
        "Apicurio is right: a part that is written twice counts once for Confluent, which then finds a new one.",
    ),
    (
        "NOT_TYPE_EXTENDED",
        "Apicurio is right: `const` is narrower than an `enum` with it, which Confluent does not see.",
    ),
    ("TYPE_CHANGED", "Confluent is right: the schema `false` accepts nothing that was written."),
    ("MINIMUM_ADDED", "Apicurio is right: an exclusive bound implies the same inclusive one."),
    ("MAXIMUM_ADDED", "Apicurio is right: an exclusive bound implies the same inclusive one."),
    (
        "ITEM_REMOVED_FROM_CLOSED_CONTENT_MODEL",
        "Apicurio is right: without `items`, `additionalItems` says nothing. Confluent takes the array to be closed.",
    ),
];

/// Pairs that Apicurio does not judge: a piece of what it says, and why.
pub(crate) const FAILED: &[(&str, &str)] = &[
    ("Value out of sequence", "It cannot print a boolean schema within a list of alternatives."),
    ("could not determine version", "Its reader of the later drafts takes `http` for the scheme of the draft's name."),
];
