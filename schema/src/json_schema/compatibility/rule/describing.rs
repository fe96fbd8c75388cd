//! What describes a schema and asks for nothing, and of what kind it is.

rules! {
    ID_CHANGED Safe [
        "The `$id` of a schema is not the same.",
        "An identifier is not a part of the data. References by the old identifier have to follow.",
        "Nothing needs to be done.",
    ]
    DESCRIPTION_CHANGED Safe [
        "The `description` of a schema is not the same.",
        "It describes the schema and asks nothing of the data.",
        "Nothing needs to be done.",
    ]
    TITLE_CHANGED Safe [
        "The `title` of a schema is not the same.",
        "It describes the schema and asks nothing of the data.",
        "Nothing needs to be done.",
    ]
    DEFAULT_CHANGED Safe [
        "The `default` of a schema is not the same.",
        "Validators do not look at defaults. An application that fills them in sees another value in old data.",
        "Nothing needs to be done, unless readers fill in defaults.",
    ]
    SCHEMA_ADDED Breaking [
        "The reader checks what the writer left unchecked.",
        "The writer has no schema here, so its data may hold any value. What the reader's schema does not accept cannot be read.",
        "Leave the values unchecked, or add a new property with the stricter schema beside the old one.",
        "Keep the schema that the values had.",
    ]
    SCHEMA_REMOVED Safe [
        "The reader no longer checks what the writer checked.",
        "Everything that was valid stays valid.",
        "Nothing needs to be done for readers of old data.",
    ]
    TYPE_EXTENDED Safe [
        "An integer became a number.",
        "Every integer is a number.",
        "Nothing needs to be done; readers that keep the value in an integer must be prepared for fractions.",
    ]
    TYPE_NARROWED Breaking [
        "A number became an integer.",
        "Data may hold fractions, which the reader rejects.",
        "Keep `number`, or add a new property of type `integer` and fill both.",
        "Keep `integer`, or add a new property of type `number` and fill both.",
    ]
    TYPE_CHANGED Breaking [
        "The writer and the reader have schemas of different kinds here.",
        "Values of the writer are of a type that the reader does not accept, or the comparison cannot show that they are accepted: each rejected record stops its consumer or is skipped.",
        "Accept both for a while: `\"anyOf\"` with the old schema and the new one. Or add a property under a new name.",
        "Keep the type, or add a property under a new name.",
    ]
}
