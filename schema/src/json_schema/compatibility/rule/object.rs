//! Objects and the dependencies between their properties.

rules! {
    REQUIRED_ATTRIBUTE_ADDED Breaking [
        "A property that was optional is required.",
        "Data that was written without it is rejected.",
        "Leave it optional and let the application supply a value where it is absent.",
        "Keep the property in `required`: readers of the old schema reject data without it.",
    ]
    REQUIRED_ATTRIBUTE_WITH_DEFAULT_ADDED Risky [
        "A property that was optional is required and has a `default`.",
        "Confluent accepts this because a reader can fill in the default. A validator does not: it rejects data without the property before anything is filled in.",
        "Leave the property optional, or make sure that every reader fills in defaults before it validates.",
        "Keep the property in `required`, or make sure that every reader fills in defaults before it validates.",
    ]
    REQUIRED_ATTRIBUTE_REMOVED Safe [
        "A property that was required is optional.",
        "Data that has it is still accepted. Readers of new data must be prepared for its absence.",
        "Nothing needs to be done for readers of old data.",
    ]
    ADDITIONAL_PROPERTIES_ADDED Safe [
        "The reader allows properties that `additionalProperties` forbade the writer.",
        "Objects without such properties are accepted as before.",
        "Nothing needs to be done for readers of old data.",
    ]
    ADDITIONAL_PROPERTIES_REMOVED Breaking [
        "`additionalProperties` forbids the reader properties that the writer allowed.",
        "The writer may have sent any further property; an object that has one is rejected.",
        "Leave the content model open, or declare every property that is in the data before it is closed. Policy `lenient` allows this.",
        "Keep `additionalProperties` as it was until every reader has the new schema. Policy `lenient` allows this.",
    ]
    ADDITIONAL_PROPERTIES_EXTENDED Safe [
        "`additionalProperties` no longer checks further properties.",
        "Everything that was valid stays valid.",
        "Nothing needs to be done for readers of old data.",
    ]
    ADDITIONAL_PROPERTIES_NARROWED Breaking [
        "`additionalProperties` checks further properties that the writer left unchecked.",
        "The writer may have sent further properties with any value; those that do not fit are rejected.",
        "Leave `additionalProperties` out. Policy `lenient` allows this.",
        "Keep what `additionalProperties` asked of further properties. Policy `lenient` allows this.",
    ]
    UNEVALUATED_PROPERTIES_ADDED Safe [
        "The reader allows properties that `unevaluatedProperties` forbade the writer.",
        "Objects without such properties are accepted as before.",
        "Nothing needs to be done for readers of old data.",
    ]
    UNEVALUATED_PROPERTIES_REMOVED Breaking [
        "`unevaluatedProperties` forbids the reader properties that the writer allowed.",
        "The writer may have sent any further property; an object that has one is rejected.",
        "Leave the content model open, or declare every property that is in the data before it is closed. Policy `lenient` allows this.",
        "Keep `unevaluatedProperties` as it was until every reader has the new schema. Policy `lenient` allows this.",
    ]
    UNEVALUATED_PROPERTIES_EXTENDED Safe [
        "`unevaluatedProperties` no longer checks further properties.",
        "Everything that was valid stays valid.",
        "Nothing needs to be done for readers of old data.",
    ]
    UNEVALUATED_PROPERTIES_NARROWED Breaking [
        "`unevaluatedProperties` checks further properties that the writer left unchecked.",
        "The writer may have sent further properties with any value; those that do not fit are rejected.",
        "Leave `unevaluatedProperties` out. Policy `lenient` allows this.",
        "Keep what `unevaluatedProperties` asked of further properties. Policy `lenient` allows this.",
    ]
    DEPENDENCY_ARRAY_ADDED Breaking [
        "A property requires others that it did not require.",
        "Data may have the property without the others.",
        "Leave the others optional and check in the application.",
        "Keep the dependency.",
    ]
    DEPENDENCY_ARRAY_REMOVED Safe [
        "A property no longer requires others.",
        "Everything that was valid stays valid.",
        "Nothing needs to be done for readers of old data.",
    ]
    DEPENDENCY_ARRAY_EXTENDED Breaking [
        "A property requires more others than before.",
        "Data may have the property without the added ones.",
        "Leave the added ones optional.",
        "Keep all of the names that the property required.",
    ]
    DEPENDENCY_ARRAY_NARROWED Safe [
        "A property requires fewer others than before.",
        "Everything that was valid stays valid.",
        "Nothing needs to be done for readers of old data.",
    ]
    DEPENDENCY_ARRAY_CHANGED Breaking [
        "A property requires other properties than before.",
        "Data may have the property without those that only the reader requires.",
        "Require only what was required before.",
        "Keep the names that the property required, and require others beside them.",
    ]
    DEPENDENCY_SCHEMA_ADDED Breaking [
        "Objects with a property must match a further schema.",
        "Data with the property never had to match it.",
        "Leave the schema out, or make it depend on a property that is new.",
        "Keep the schema of the dependency.",
    ]
    DEPENDENCY_SCHEMA_REMOVED Safe [
        "Objects with a property need not match a further schema any more.",
        "Everything that was valid stays valid.",
        "Nothing needs to be done for readers of old data.",
    ]
}
