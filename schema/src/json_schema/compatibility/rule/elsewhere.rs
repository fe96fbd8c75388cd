//! Names that a registry uses and that no comparison of two schemas comes to: of metadata, and of older versions.

rules! {
    PROPERTY_ADDED_TO_OPEN_CONTENT_MODEL Breaking [
        "A property is added to an open content model.",
        "The writer's schema has an open content model: it allows properties that it does not declare, which is the default of JSON Schema. Its data may therefore hold a property of this name with a value of any type, and the reader checks that value. Registries before Confluent 7.0 used this name for what three rules tell apart now.",
        "Declare `\"additionalProperties\": false` from the first version on: then optional properties can be added. For a schema that is open already, choose compatibility policy `lenient` if you know that nobody has sent undeclared properties; or give the property the empty schema `true` and check it in the application; or start a new subject.",
        "Keep the property with its schema.",
    ]
    RESERVED_PROPERTY_REMOVED Breaking [
        "A name is no longer reserved in the metadata of the schema.",
        "Reserved names protect properties that are to come; a name that is given up may be taken by something else.",
        "Keep the name in `confluent:reserved`.",
    ]
    RESERVED_PROPERTY_CONFLICTS_WITH_PROPERTY Breaking [
        "A property has a name that the metadata reserves.",
        "The name is reserved for another use.",
        "Choose another name, or take the name out of `confluent:reserved` in a version of its own.",
    ]
}
