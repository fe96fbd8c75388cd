//! What Confluent does not compare. None of these is a verdict of its registry.

rules! {
    COMPARISON_TOO_COMPLEX Breaking [
        "The schemas are too complex to be compared.",
        "The comparison stopped at its limit, so it is not known whether the reader accepts what was written. What is not known to be compatible is treated as if it were not.",
        "Give large alternatives a name and use it once, nest less deeply, or split the schema.",
    ]
    REFERENCE_NOT_RESOLVED Risky [
        "A `$ref` leads nowhere, or round in a circle.",
        "What it stands for is not known and has not been compared.",
        "Register the schema that it names and add it to the references. Let a circle lead to a schema that says something.",
    ]
    SCHEMA_VERSION_CHANGED Risky [
        "The two texts are written in different versions of JSON Schema.",
        "The same keyword may ask for something else: what stands beside `$ref` counts from 2019-09 on, `items` and `exclusiveMaximum` have changed their meaning, and validators check `format` in some versions only.",
        "Change the version of JSON Schema in a version of its own, with nothing else, and validate recent data with it.",
    ]
    TYPE_ADDED Risky [
        "The reader names a `type` and the writer only implied it by its keywords.",
        "Keywords such as `properties` or `maxLength` concern values of their own type only: without `type`, the writer accepts values of every other type as well. Confluent does not see the difference.",
        "Add `type` in the first version. If all data is of this type, nothing breaks.",
        "Keep `type`: without it, the schema accepts values of every other type as well.",
    ]
    REQUIRED_UNDECLARED_PROPERTY_ADDED Risky [
        "A property is required that both or one of the two do not declare.",
        "Confluent looks at declared properties only. Data without the property is rejected.",
        "Take the name out of `required`.",
        "Keep the name in `required`.",
    ]
    PROPERTY_ADDED_BESIDE_PATTERNS Risky [
        "A property is added that no pattern of the writer matches, and the writer allows further properties.",
        "The writer's data may hold a property of this name with a value of any type. Confluent takes a schema with `patternProperties` for one that is not open.",
        "Declare `\"additionalProperties\": false` beside `patternProperties`, or give the property the schema `true`.",
        "Keep the property with its schema.",
    ]
    PATTERN_PROPERTY_ADDED Risky [
        "The reader checks properties whose names match a pattern, and the writer has no such pattern.",
        "Confluent does not compare `patternProperties`. The writer's properties with such names were never checked like this.",
        "Remove the pattern, or make it match new names only.",
        "Keep the pattern with its schema.",
    ]
    PATTERN_PROPERTY_CHANGED Risky [
        "The schema for properties whose names match a pattern does not accept all that was accepted.",
        "Confluent does not compare what is inside `patternProperties`. Properties with such names may be rejected.",
        "Accept under this pattern all that was accepted.",
        "Accept under this pattern no more than was accepted.",
    ]
    PATTERN_PROPERTY_REMOVED Risky [
        "A pattern is gone, and the reader does not accept what it allowed.",
        "Confluent does not compare `patternProperties`. Properties with such names are undeclared for the reader, which forbids or checks those.",
        "Keep the pattern, or let `additionalProperties` accept what it allowed.",
        "Leave the pattern out until every reader has the new schema.",
    ]
    PROPERTY_NAMES_NARROWED Risky [
        "`propertyNames` does not accept all names that were accepted.",
        "Confluent does not compare `propertyNames`. Objects with such names are rejected.",
        "Accept all names that were accepted.",
        "Keep `propertyNames`, or exclude more names than before.",
    ]
    UNEVALUATED_NOT_COMPARED Risky [
        "What counts as unevaluated depends on schemas that are combined here.",
        "`unevaluatedProperties` and `unevaluatedItems` look into `$ref`, `allOf`, `anyOf`, `oneOf` and `if`, which Confluent compares one by one. A property that none of them declares any more is rejected.",
        "Check by hand that every property and item that was allowed is still declared by some of the combined schemas.",
    ]
    FORMAT_ADDED Risky [
        "The reader has a `format` and the writer has none.",
        "Confluent does not compare `format`. Validators that check it reject strings that the writer could write.",
        "Remove `format`, or make sure that readers take it as a comment.",
        "Keep `format`, or make sure that readers take it as a comment.",
    ]
    FORMAT_CHANGED Risky [
        "The `format` is not the same.",
        "Confluent does not compare `format`. Validators that check it reject strings of the writer's format.",
        "Keep the old format.",
    ]
    FORMAT_REMOVED Safe [
        "The `format` is gone.",
        "Every string that was accepted still is.",
        "Nothing needs to be done for readers of old data.",
    ]
    CONTENT_CHANGED Risky [
        "`contentEncoding` or `contentMediaType` is not the same.",
        "Confluent does not compare them. Readers decode the string in another way, and some validators reject it.",
        "Keep them, or add a new property for the new encoding.",
    ]
    BOUND_BECAME_EXCLUSIVE Risky [
        "A flag makes a bound exclusive that was not.",
        "In draft 4, `exclusiveMaximum: true` rejects the `maximum` itself, which was allowed. Confluent compares the bounds and not the flags.",
        "Remove the flag, or make sure that the bound itself is not in the data.",
        "Keep the flag until every reader has the new schema.",
    ]
    CONDITION_CHANGED Risky [
        "`if`, `then` or `else` is not the same and may ask for more.",
        "Confluent does not compare conditions. Data that meets the writer's may not meet the reader's.",
        "Change conditions only so that `if` stays and `then` and `else` accept no less.",
        "Change conditions only so that `if` stays and `then` and `else` accept no more.",
    ]
    CONTAINS_CHANGED Risky [
        "`contains` may ask for more.",
        "Confluent does not compare `contains`. Arrays without a matching item are rejected, and with `maxContains` those with too many.",
        "Accept under `contains` all that was accepted.",
        "Keep `contains`, and accept under it no more than was accepted.",
    ]
    ITEMS_BECAME_TUPLE Risky [
        "The reader declares positions, and the writer has `additionalItems` without positions.",
        "`additionalItems` means nothing without a list of `items`: the writer allows any item. Confluent takes it for a limit.",
        "Give `items` a list in both versions, or remove `additionalItems`.",
        "Keep the list of `items`.",
    ]
    SUM_TYPE_MAY_OVERLAP Risky [
        "A value may match more than one schema of `oneOf`.",
        "`oneOf` accepts a value that matches exactly one of its schemas. The reader's alternatives are not of different types and have no property that tells them apart, so a value of one alternative may match another as well and be rejected. Confluent does not look at this.",
        "Use `anyOf`, or give each alternative a required property with a `const` of its own.",
        "Leave out values that more than one schema of the old `oneOf` accepts.",
    ]
    NOT_TYPE_UNCERTAIN Risky [
        "What `not` excludes could not be compared completely.",
        "Inside `not` there is a difference that Confluent does not compare. Values that the writer allows may be excluded.",
        "Keep what stands under `not`, or exclude no more than before.",
        "Keep what stands under `not`, or exclude no less than before.",
    ]
}
