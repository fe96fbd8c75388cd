//! Enumerations, combinations and negations.

rules! {
    ENUM_ARRAY_EXTENDED Safe [
        "The reader knows more values.",
        "Every value of the writer is among them.",
        "Roll out the consumers before the producers: an old reader rejects the new values.",
    ]
    ENUM_ARRAY_NARROWED Breaking [
        "The reader knows fewer values.",
        "Data may hold the values that the reader lacks; each such record is rejected.",
        "Keep the old values in the list and stop writing them.",
        "Leave the new values out until every reader has the new schema.",
    ]
    ENUM_ARRAY_CHANGED Breaking [
        "The reader lacks values of the writer and knows others.",
        "Data may hold the values that the reader lacks; each such record is rejected.",
        "Add the new values and keep the old ones.",
        "Leave the new values out until every reader has the new schema.",
    ]
    COMBINED_TYPE_EXTENDED Safe [
        "The schemas are combined in another way that accepts no less.",
        "Every value that was accepted still is.",
        "Nothing needs to be done for readers of old data.",
    ]
    COMBINED_TYPE_CHANGED Breaking [
        "The schemas are combined in another way (`allOf`, `anyOf`, `oneOf`).",
        "A value that matches some of the schemas may have to match all of them, or exactly one.",
        "Keep the combination. From `oneOf` or `allOf` to `anyOf` is allowed.",
        "Keep the combination. From `anyOf` to `oneOf` or `allOf` is allowed.",
    ]
    PRODUCT_TYPE_EXTENDED Breaking [
        "Values must match more schemas at once.",
        "The writer does not have to match all of them.",
        "Remove the added schema, or make it optional through `anyOf`.",
        "Keep all of the schemas that values had to match.",
    ]
    PRODUCT_TYPE_NARROWED Safe [
        "Values must match fewer schemas at once.",
        "Every value that was accepted still is.",
        "Nothing needs to be done for readers of old data.",
    ]
    SUM_TYPE_EXTENDED Safe [
        "There are more alternatives.",
        "The alternatives of the writer are among them.",
        "Roll out the consumers before the producers: an old reader rejects the new alternatives.",
    ]
    SUM_TYPE_NARROWED Breaking [
        "There are fewer alternatives.",
        "Data may be of the alternatives that the reader lacks.",
        "Keep the old alternatives and stop writing them.",
        "Leave the new alternatives out until every reader has the new schema.",
    ]
    COMBINED_TYPE_SUBSCHEMAS_CHANGED Breaking [
        "A schema of the combination has no counterpart that accepts the same.",
        "Each schema on one side needs one of its own on the other that accepts all that it accepts. Values of one that has none are rejected.",
        "Change the schemas of the combination one by one and only in compatible ways; add a new alternative instead of changing one.",
        "Change the schemas of the combination one by one, and only so that they accept no more than before.",
    ]
    NOT_TYPE_EXTENDED Breaking [
        "More is excluded by `not`.",
        "Values that the writer allows are excluded.",
        "Exclude no more than before.",
        "Exclude no less than before.",
    ]
    NOT_TYPE_NARROWED Safe [
        "Less is excluded by `not`.",
        "Every value that was accepted still is.",
        "Nothing needs to be done for readers of old data.",
    ]
}
