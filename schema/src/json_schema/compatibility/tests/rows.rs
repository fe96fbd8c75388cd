//! Pairs of schemas with what each direction finds, and why. A peer judges the same pairs in the crate of all tests.

/// One pair: why the cells are as they are; the two schemas; what the second finds in data of the first, and the first
/// in data of the second. A path stands for the rule before it.
pub(crate) type Row = (&'static str, [&'static str; 2], &'static [&'static str], &'static [&'static str]);

pub(crate) const ROWS: &[Row] = &[
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
