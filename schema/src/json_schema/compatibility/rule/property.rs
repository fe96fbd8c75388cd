//! Properties that one of the two does not declare.

rules! {
    REQUIRED_PROPERTY_ADDED_TO_OPEN_CONTENT_MODEL Breaking [
        "A required property is added to an open content model.",
        "The writer's data does not have the property, and the reader asks for it. The writer's schema has an open content model: it allows properties that it does not declare, which is the default of JSON Schema. Its data may therefore hold a property of this name with a value of any type, and the reader checks that value.",
        "Make the property optional. Declare `\"additionalProperties\": false` from the first version on: then optional properties can be added. For a schema that is open already, choose compatibility policy `lenient` if you know that nobody has sent undeclared properties; or give the property the empty schema `true` and check it in the application; or start a new subject.",
        "Keep the property with its schema, and keep it in `required`.",
    ]
    REQUIRED_PROPERTY_WITH_DEFAULT_ADDED_TO_OPEN_CONTENT_MODEL Breaking [
        "A required property with a default is added to an open content model.",
        "The writer's schema has an open content model: it allows properties that it does not declare, which is the default of JSON Schema. Its data may therefore hold a property of this name with a value of any type, and the reader checks that value.",
        "Declare `\"additionalProperties\": false` from the first version on: then optional properties can be added. For a schema that is open already, choose compatibility policy `lenient` if you know that nobody has sent undeclared properties; or give the property the empty schema `true` and check it in the application; or start a new subject.",
        "Keep the property with its schema, and keep it in `required`.",
    ]
    OPTIONAL_PROPERTY_ADDED_TO_OPEN_CONTENT_MODEL Breaking [
        "An optional property is added to an open content model.",
        "The writer's schema has an open content model: it allows properties that it does not declare, which is the default of JSON Schema. Its data may therefore hold a property of this name with a value of any type, and the reader checks that value.",
        "Declare `\"additionalProperties\": false` from the first version on: then optional properties can be added. For a schema that is open already, choose compatibility policy `lenient` if you know that nobody has sent undeclared properties; or give the property the empty schema `true` and check it in the application; or start a new subject.",
        "Keep the property with its schema: without it, data may hold anything under its name. Policy `lenient` allows its removal.",
    ]
    PROPERTY_WITH_EMPTY_SCHEMA_ADDED_TO_OPEN_CONTENT_MODEL Safe [
        "A property that accepts everything is added to an open content model.",
        "Whatever old data holds under this name is accepted.",
        "Nothing needs to be done for readers of old data.",
    ]
    REQUIRED_PROPERTY_ADDED_TO_UNOPEN_CONTENT_MODEL Breaking [
        "A required property is added.",
        "The writer's data does not have the property, and the reader asks for it.",
        "Make the property optional and let the application supply a value where it is absent.",
        "Keep the property, and keep it in `required`.",
    ]
    REQUIRED_PROPERTY_WITH_DEFAULT_ADDED_TO_UNOPEN_CONTENT_MODEL Risky [
        "A required property with a default is added.",
        "Confluent accepts this because a reader can fill in the default. A validator does not: it rejects the writer's data, which has no such property, before anything is filled in.",
        "Make the property optional, or make sure that every reader fills in defaults before it validates.",
        "Keep the property, and keep it in `required`.",
    ]
    OPTIONAL_PROPERTY_ADDED_TO_UNOPEN_CONTENT_MODEL Safe [
        "An optional property is added.",
        "Old data could not hold an undeclared property with this name.",
        "Nothing needs to be done for readers of old data.",
    ]
    PROPERTY_REMOVED_FROM_OPEN_CONTENT_MODEL Safe [
        "A property is no longer declared, and the reader allows undeclared properties.",
        "Data with the property is accepted; its value is not checked any more.",
        "Nothing needs to be done for readers of old data. Keep the declaration if other versions may use the name for something else.",
    ]
    PROPERTY_WITH_FALSE_REMOVED_FROM_CLOSED_CONTENT_MODEL Safe [
        "A property that was forbidden is no longer declared.",
        "It was forbidden by its own schema and is forbidden now as an undeclared one.",
        "Nothing needs to be done.",
    ]
    PROPERTY_REMOVED_FROM_CLOSED_CONTENT_MODEL Breaking [
        "A property is no longer declared, and the reader forbids undeclared properties.",
        "Every record that has the property is rejected.",
        "Keep the property in the schema, optional and with a description that says that it is not used any more. Policy `lenient` allows its removal.",
        "Leave the property out until every reader has the new schema. Policy `lenient` allows this.",
    ]
    PROPERTY_REMOVED_IS_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL Safe [
        "A property is no longer declared, and what the reader asks of undeclared properties accepts it.",
        "Data with the property is accepted.",
        "Nothing needs to be done for readers of old data.",
    ]
    PROPERTY_REMOVED_NOT_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL Breaking [
        "A property is no longer declared, and what the reader asks of undeclared properties does not accept it.",
        "Records that have the property may be rejected.",
        "Keep the property in the schema, or let `additionalProperties` accept its values as well.",
        "Leave the property out until every reader has the new schema, or give it a schema that undeclared properties had.",
    ]
    PROPERTY_ADDED_IS_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL Safe [
        "A property is added that accepts what the writer allowed undeclared properties to hold.",
        "If old data holds a property of this name, its value is accepted.",
        "Nothing needs to be done for readers of old data.",
    ]
    PROPERTY_ADDED_NOT_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL Breaking [
        "A property is added that does not accept what the writer allowed undeclared properties to hold.",
        "The writer's data may hold a property of this name, checked against the writer's `additionalProperties` or `patternProperties` alone.",
        "Choose a name that no pattern matches, or a schema that accepts all that was allowed.",
        "Keep the property with its schema.",
    ]
}
