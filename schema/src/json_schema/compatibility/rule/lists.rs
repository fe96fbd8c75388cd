//! The texts of the rules, by what they are about.

use super::Bound;
use crate::Format;
use crate::compatibility::Effect::{Breaking, Risky, Safe};
use crate::compatibility::Rule;

/// Declares modules of rules and the table of all of them.
macro_rules! rules {
    ($($(#[$doc:meta])* $module:ident { $($name:ident $effect:ident [$($text:expr),* $(,)?])* })*) => {
        $($(#[$doc])* pub(in super::super) mod $module {
            use super::*;
            $(pub(in super::super::super) const $name: &Rule = &Rule::new(stringify!($name), Format::Json, $effect, &[$($text),*]);)*
        })*

        /// Every rule, in the order of the explanation.
        pub const RULES: &[Rule] = &[$($(Rule::new(stringify!($name), Format::Json, $effect, &[$($text),*]),)*)*];
    };
}

rules! {
    /// What describes a schema and asks for nothing.
    annotation {
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
    }
    /// What kind of schema it is.
    general {
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
    /// Upper and lower bounds.
    bounds {
        MAX_LENGTH_ADDED Breaking [
            "The reader has a upper bound `maxLength` and the writer has none.",
            "The writer does not have to keep to it: a length of a string above the bound may be in the data.",
            "Remove `maxLength` again, or check the bound in the application for new data only.",
            "Keep the reader's `maxLength` or a lower one until every reader has the new schema.",
        ]
        MAX_LENGTH_REMOVED Safe [
            "The upper bound `maxLength` is gone.",
            "Everything that was within it is still accepted.",
            "Nothing needs to be done for readers of old data.",
        ]
        MAX_LENGTH_INCREASED Safe [
            "The upper bound `maxLength` is higher than the writer's.",
            "Everything that was within the old bound is within the new one.",
            "Nothing needs to be done for readers of old data.",
        ]
        MAX_LENGTH_DECREASED Breaking [
            "The upper bound `maxLength` is lower than the writer's.",
            "Data between the two bounds is valid for the writer, and the reader rejects it.",
            "Keep the writer's `maxLength` or a higher one, and check the stricter bound in the application for new data only.",
            "Keep the reader's `maxLength` or a lower one until every reader has the new schema.",
        ]
        MIN_LENGTH_ADDED Breaking [
            "The reader has a lower bound `minLength` and the writer has none.",
            "The writer does not have to keep to it: a length of a string below the bound may be in the data.",
            "Remove `minLength` again, or check the bound in the application for new data only.",
            "Keep the reader's `minLength` or a higher one until every reader has the new schema.",
        ]
        MIN_LENGTH_REMOVED Safe [
            "The lower bound `minLength` is gone.",
            "Everything that was within it is still accepted.",
            "Nothing needs to be done for readers of old data.",
        ]
        MIN_LENGTH_INCREASED Breaking [
            "The lower bound `minLength` is higher than the writer's.",
            "Data between the two bounds is valid for the writer, and the reader rejects it.",
            "Keep the writer's `minLength` or a lower one, and check the stricter bound in the application for new data only.",
            "Keep the reader's `minLength` or a higher one until every reader has the new schema.",
        ]
        MIN_LENGTH_DECREASED Safe [
            "The lower bound `minLength` is lower than the writer's.",
            "Everything that was within the old bound is within the new one.",
            "Nothing needs to be done for readers of old data.",
        ]
        MAXIMUM_ADDED Breaking [
            "The reader has a upper bound `maximum` and the writer has none.",
            "The writer does not have to keep to it: a number above the bound may be in the data.",
            "Remove `maximum` again, or check the bound in the application for new data only.",
            "Keep the reader's `maximum` or a lower one until every reader has the new schema.",
        ]
        MAXIMUM_REMOVED Safe [
            "The upper bound `maximum` is gone.",
            "Everything that was within it is still accepted.",
            "Nothing needs to be done for readers of old data.",
        ]
        MAXIMUM_INCREASED Safe [
            "The upper bound `maximum` is higher than the writer's.",
            "Everything that was within the old bound is within the new one.",
            "Nothing needs to be done for readers of old data.",
        ]
        MAXIMUM_DECREASED Breaking [
            "The upper bound `maximum` is lower than the writer's.",
            "Data between the two bounds is valid for the writer, and the reader rejects it.",
            "Keep the writer's `maximum` or a higher one, and check the stricter bound in the application for new data only.",
            "Keep the reader's `maximum` or a lower one until every reader has the new schema.",
        ]
        MINIMUM_ADDED Breaking [
            "The reader has a lower bound `minimum` and the writer has none.",
            "The writer does not have to keep to it: a number below the bound may be in the data.",
            "Remove `minimum` again, or check the bound in the application for new data only.",
            "Keep the reader's `minimum` or a higher one until every reader has the new schema.",
        ]
        MINIMUM_REMOVED Safe [
            "The lower bound `minimum` is gone.",
            "Everything that was within it is still accepted.",
            "Nothing needs to be done for readers of old data.",
        ]
        MINIMUM_INCREASED Breaking [
            "The lower bound `minimum` is higher than the writer's.",
            "Data between the two bounds is valid for the writer, and the reader rejects it.",
            "Keep the writer's `minimum` or a lower one, and check the stricter bound in the application for new data only.",
            "Keep the reader's `minimum` or a higher one until every reader has the new schema.",
        ]
        MINIMUM_DECREASED Safe [
            "The lower bound `minimum` is lower than the writer's.",
            "Everything that was within the old bound is within the new one.",
            "Nothing needs to be done for readers of old data.",
        ]
        EXCLUSIVE_MAXIMUM_ADDED Breaking [
            "The reader has a upper bound `exclusiveMaximum` and the writer has none.",
            "The writer does not have to keep to it: a number above the bound may be in the data.",
            "Remove `exclusiveMaximum` again, or check the bound in the application for new data only.",
            "Keep the reader's `exclusiveMaximum` or a lower one until every reader has the new schema.",
        ]
        EXCLUSIVE_MAXIMUM_REMOVED Safe [
            "The upper bound `exclusiveMaximum` is gone.",
            "Everything that was within it is still accepted.",
            "Nothing needs to be done for readers of old data.",
        ]
        EXCLUSIVE_MAXIMUM_INCREASED Safe [
            "The upper bound `exclusiveMaximum` is higher than the writer's.",
            "Everything that was within the old bound is within the new one.",
            "Nothing needs to be done for readers of old data.",
        ]
        EXCLUSIVE_MAXIMUM_DECREASED Breaking [
            "The upper bound `exclusiveMaximum` is lower than the writer's.",
            "Data between the two bounds is valid for the writer, and the reader rejects it.",
            "Keep the writer's `exclusiveMaximum` or a higher one, and check the stricter bound in the application for new data only.",
            "Keep the reader's `exclusiveMaximum` or a lower one until every reader has the new schema.",
        ]
        EXCLUSIVE_MINIMUM_ADDED Breaking [
            "The reader has a lower bound `exclusiveMinimum` and the writer has none.",
            "The writer does not have to keep to it: a number below the bound may be in the data.",
            "Remove `exclusiveMinimum` again, or check the bound in the application for new data only.",
            "Keep the reader's `exclusiveMinimum` or a higher one until every reader has the new schema.",
        ]
        EXCLUSIVE_MINIMUM_REMOVED Safe [
            "The lower bound `exclusiveMinimum` is gone.",
            "Everything that was within it is still accepted.",
            "Nothing needs to be done for readers of old data.",
        ]
        EXCLUSIVE_MINIMUM_INCREASED Breaking [
            "The lower bound `exclusiveMinimum` is higher than the writer's.",
            "Data between the two bounds is valid for the writer, and the reader rejects it.",
            "Keep the writer's `exclusiveMinimum` or a lower one, and check the stricter bound in the application for new data only.",
            "Keep the reader's `exclusiveMinimum` or a higher one until every reader has the new schema.",
        ]
        EXCLUSIVE_MINIMUM_DECREASED Safe [
            "The lower bound `exclusiveMinimum` is lower than the writer's.",
            "Everything that was within the old bound is within the new one.",
            "Nothing needs to be done for readers of old data.",
        ]
        MAX_PROPERTIES_ADDED Breaking [
            "The reader has a upper bound `maxProperties` and the writer has none.",
            "The writer does not have to keep to it: a number of properties above the bound may be in the data.",
            "Remove `maxProperties` again, or check the bound in the application for new data only.",
            "Keep the reader's `maxProperties` or a lower one until every reader has the new schema.",
        ]
        MAX_PROPERTIES_REMOVED Safe [
            "The upper bound `maxProperties` is gone.",
            "Everything that was within it is still accepted.",
            "Nothing needs to be done for readers of old data.",
        ]
        MAX_PROPERTIES_INCREASED Safe [
            "The upper bound `maxProperties` is higher than the writer's.",
            "Everything that was within the old bound is within the new one.",
            "Nothing needs to be done for readers of old data.",
        ]
        MAX_PROPERTIES_DECREASED Breaking [
            "The upper bound `maxProperties` is lower than the writer's.",
            "Data between the two bounds is valid for the writer, and the reader rejects it.",
            "Keep the writer's `maxProperties` or a higher one, and check the stricter bound in the application for new data only.",
            "Keep the reader's `maxProperties` or a lower one until every reader has the new schema.",
        ]
        MIN_PROPERTIES_ADDED Breaking [
            "The reader has a lower bound `minProperties` and the writer has none.",
            "The writer does not have to keep to it: a number of properties below the bound may be in the data.",
            "Remove `minProperties` again, or check the bound in the application for new data only.",
            "Keep the reader's `minProperties` or a higher one until every reader has the new schema.",
        ]
        MIN_PROPERTIES_REMOVED Safe [
            "The lower bound `minProperties` is gone.",
            "Everything that was within it is still accepted.",
            "Nothing needs to be done for readers of old data.",
        ]
        MIN_PROPERTIES_INCREASED Breaking [
            "The lower bound `minProperties` is higher than the writer's.",
            "Data between the two bounds is valid for the writer, and the reader rejects it.",
            "Keep the writer's `minProperties` or a lower one, and check the stricter bound in the application for new data only.",
            "Keep the reader's `minProperties` or a higher one until every reader has the new schema.",
        ]
        MIN_PROPERTIES_DECREASED Safe [
            "The lower bound `minProperties` is lower than the writer's.",
            "Everything that was within the old bound is within the new one.",
            "Nothing needs to be done for readers of old data.",
        ]
        MAX_ITEMS_ADDED Breaking [
            "The reader has a upper bound `maxItems` and the writer has none.",
            "The writer does not have to keep to it: a number of items above the bound may be in the data.",
            "Remove `maxItems` again, or check the bound in the application for new data only.",
            "Keep the reader's `maxItems` or a lower one until every reader has the new schema.",
        ]
        MAX_ITEMS_REMOVED Safe [
            "The upper bound `maxItems` is gone.",
            "Everything that was within it is still accepted.",
            "Nothing needs to be done for readers of old data.",
        ]
        MAX_ITEMS_INCREASED Safe [
            "The upper bound `maxItems` is higher than the writer's.",
            "Everything that was within the old bound is within the new one.",
            "Nothing needs to be done for readers of old data.",
        ]
        MAX_ITEMS_DECREASED Breaking [
            "The upper bound `maxItems` is lower than the writer's.",
            "Data between the two bounds is valid for the writer, and the reader rejects it.",
            "Keep the writer's `maxItems` or a higher one, and check the stricter bound in the application for new data only.",
            "Keep the reader's `maxItems` or a lower one until every reader has the new schema.",
        ]
        MIN_ITEMS_ADDED Breaking [
            "The reader has a lower bound `minItems` and the writer has none.",
            "The writer does not have to keep to it: a number of items below the bound may be in the data.",
            "Remove `minItems` again, or check the bound in the application for new data only.",
            "Keep the reader's `minItems` or a higher one until every reader has the new schema.",
        ]
        MIN_ITEMS_REMOVED Safe [
            "The lower bound `minItems` is gone.",
            "Everything that was within it is still accepted.",
            "Nothing needs to be done for readers of old data.",
        ]
        MIN_ITEMS_INCREASED Breaking [
            "The lower bound `minItems` is higher than the writer's.",
            "Data between the two bounds is valid for the writer, and the reader rejects it.",
            "Keep the writer's `minItems` or a lower one, and check the stricter bound in the application for new data only.",
            "Keep the reader's `minItems` or a higher one until every reader has the new schema.",
        ]
        MIN_ITEMS_DECREASED Safe [
            "The lower bound `minItems` is lower than the writer's.",
            "Everything that was within the old bound is within the new one.",
            "Nothing needs to be done for readers of old data.",
        ]
        MAX_CONTAINS_ADDED Breaking [
            "The reader has a upper bound `maxContains` and the writer has none.",
            "The writer does not have to keep to it: a number of items that match `contains` above the bound may be in the data.",
            "Remove `maxContains` again, or check the bound in the application for new data only.",
            "Keep the reader's `maxContains` or a lower one until every reader has the new schema.",
        ]
        MAX_CONTAINS_REMOVED Safe [
            "The upper bound `maxContains` is gone.",
            "Everything that was within it is still accepted.",
            "Nothing needs to be done for readers of old data.",
        ]
        MAX_CONTAINS_INCREASED Safe [
            "The upper bound `maxContains` is higher than the writer's.",
            "Everything that was within the old bound is within the new one.",
            "Nothing needs to be done for readers of old data.",
        ]
        MAX_CONTAINS_DECREASED Breaking [
            "The upper bound `maxContains` is lower than the writer's.",
            "Data between the two bounds is valid for the writer, and the reader rejects it.",
            "Keep the writer's `maxContains` or a higher one, and check the stricter bound in the application for new data only.",
            "Keep the reader's `maxContains` or a lower one until every reader has the new schema.",
        ]
        MIN_CONTAINS_ADDED Breaking [
            "The reader has a lower bound `minContains` and the writer has none.",
            "The writer does not have to keep to it: a number of items that match `contains` below the bound may be in the data.",
            "Remove `minContains` again, or check the bound in the application for new data only.",
            "Keep the reader's `minContains` or a higher one until every reader has the new schema.",
        ]
        MIN_CONTAINS_REMOVED Safe [
            "The lower bound `minContains` is gone.",
            "Everything that was within it is still accepted.",
            "Nothing needs to be done for readers of old data.",
        ]
        MIN_CONTAINS_INCREASED Breaking [
            "The lower bound `minContains` is higher than the writer's.",
            "Data between the two bounds is valid for the writer, and the reader rejects it.",
            "Keep the writer's `minContains` or a lower one, and check the stricter bound in the application for new data only.",
            "Keep the reader's `minContains` or a higher one until every reader has the new schema.",
        ]
        MIN_CONTAINS_DECREASED Safe [
            "The lower bound `minContains` is lower than the writer's.",
            "Everything that was within the old bound is within the new one.",
            "Nothing needs to be done for readers of old data.",
        ]
    }
    /// Strings.
    string {
        PATTERN_ADDED Breaking [
            "The reader has a `pattern` and the writer has none.",
            "The writer never had to match it, so its strings may be anything.",
            "Remove the pattern, or check it in the application for new data only.",
            "Keep the pattern: readers of the old schema reject what does not match it.",
        ]
        PATTERN_REMOVED Safe [
            "The `pattern` is gone.",
            "Every string that matched is still accepted.",
            "Nothing needs to be done for readers of old data.",
        ]
        PATTERN_CHANGED Breaking [
            "The `pattern` is not the same.",
            "Whether one regular expression accepts everything that another accepts is not decided: strings that match the writer's pattern may not match the reader's.",
            "Keep the old pattern as an alternative, `(old)|(new)` under `anyOf`, or remove it.",
            "Keep the pattern, or ask for a second one beside it with `allOf`.",
        ]
    }
    /// Numbers.
    number {
        MULTIPLE_OF_ADDED Breaking [
            "The reader has `multipleOf` and the writer has none.",
            "The writer may have written any number.",
            "Remove `multipleOf`, or check it in the application for new data only.",
            "Keep `multipleOf`: readers of the old schema reject other numbers.",
        ]
        MULTIPLE_OF_REMOVED Safe [
            "`multipleOf` is gone.",
            "Every number that was accepted still is.",
            "Nothing needs to be done for readers of old data.",
        ]
        MULTIPLE_OF_EXPANDED Breaking [
            "`multipleOf` is a multiple of the writer's.",
            "The steps became wider: some numbers that the writer could write lie between them.",
            "Keep the writer's `multipleOf`, or one that divides it.",
            "Keep `multipleOf`, or use a multiple of it.",
        ]
        MULTIPLE_OF_REDUCED Safe [
            "`multipleOf` divides the writer's.",
            "Every multiple of the old number is a multiple of the new one.",
            "Nothing needs to be done for readers of old data.",
        ]
        MULTIPLE_OF_CHANGED Breaking [
            "`multipleOf` neither divides the writer's nor is it the same.",
            "Most multiples of the writer's number are not multiples of the reader's.",
            "Use a number that divides the old one, such as their greatest common divisor.",
            "Keep `multipleOf`, or use a multiple of it.",
        ]
    }
    /// Objects.
    object {
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
    }
    /// Dependencies between properties.
    dependency {
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
    /// Properties that one of the two does not declare.
    property {
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
    /// Arrays.
    array {
        UNIQUE_ITEMS_ADDED Breaking [
            "Items must be unique and did not have to be.",
            "Data may repeat an item.",
            "Remove `uniqueItems`, or drop repetitions in the application.",
            "Keep `uniqueItems`: readers of the old schema reject repeated items.",
        ]
        UNIQUE_ITEMS_REMOVED Safe [
            "Items need not be unique any more.",
            "Everything that was valid stays valid.",
            "Nothing needs to be done for readers of old data.",
        ]
        ADDITIONAL_ITEMS_ADDED Safe [
            "The reader allows items that `additionalItems` forbade the writer.",
            "Shorter arrays are accepted as before.",
            "Nothing needs to be done for readers of old data.",
        ]
        ADDITIONAL_ITEMS_REMOVED Breaking [
            "`additionalItems` forbids the reader items that the writer allowed.",
            "The writer may have sent longer arrays; they are rejected.",
            "Leave further items allowed.",
            "Keep further items forbidden until every reader has the new schema.",
        ]
        ADDITIONAL_ITEMS_EXTENDED Safe [
            "`additionalItems` no longer checks further items.",
            "Everything that was valid stays valid.",
            "Nothing needs to be done for readers of old data.",
        ]
        ADDITIONAL_ITEMS_NARROWED Breaking [
            "`additionalItems` checks further items that the writer left unchecked.",
            "Further items may be anything; those that do not fit are rejected.",
            "Leave further items unchecked.",
            "Keep the schema of further items.",
        ]
        UNEVALUATED_ITEMS_ADDED Safe [
            "The reader allows items that `unevaluatedItems` forbade the writer.",
            "Shorter arrays are accepted as before.",
            "Nothing needs to be done for readers of old data.",
        ]
        UNEVALUATED_ITEMS_REMOVED Breaking [
            "`unevaluatedItems` forbids the reader items that the writer allowed.",
            "The writer may have sent longer arrays; they are rejected.",
            "Leave further items allowed.",
            "Keep further items forbidden until every reader has the new schema.",
        ]
        UNEVALUATED_ITEMS_EXTENDED Safe [
            "`unevaluatedItems` no longer checks further items.",
            "Everything that was valid stays valid.",
            "Nothing needs to be done for readers of old data.",
        ]
        UNEVALUATED_ITEMS_NARROWED Breaking [
            "`unevaluatedItems` checks further items that the writer left unchecked.",
            "Further items may be anything; those that do not fit are rejected.",
            "Leave further items unchecked.",
            "Keep the schema of further items.",
        ]
    }
    /// Positions of tuples that one of the two does not declare.
    item {
        ITEM_ADDED_TO_OPEN_CONTENT_MODEL Breaking [
            "A position is declared where the writer allowed any item.",
            "Longer arrays may hold anything at this position.",
            "Forbid further items from the first version on, or leave the position unchecked.",
            "Keep the position with its schema.",
        ]
        ITEM_WITH_EMPTY_SCHEMA_ADDED_TO_OPEN_CONTENT_MODEL Safe [
            "A position that accepts everything is declared.",
            "Whatever old data holds there is accepted.",
            "Nothing needs to be done for readers of old data.",
        ]
        ITEM_ADDED_TO_CLOSED_CONTENT_MODEL Safe [
            "A position is declared where the writer allowed no item.",
            "Old arrays are shorter.",
            "Nothing needs to be done for readers of old data.",
        ]
        ITEM_REMOVED_FROM_OPEN_CONTENT_MODEL Safe [
            "A position is no longer declared, and the reader allows further items.",
            "The item is accepted unchecked.",
            "Nothing needs to be done for readers of old data.",
        ]
        ITEM_WITH_FALSE_REMOVED_FROM_CLOSED_CONTENT_MODEL Safe [
            "A position that had to be empty is no longer declared.",
            "It was forbidden by its own schema and is forbidden now as a further item.",
            "Nothing needs to be done.",
        ]
        ITEM_REMOVED_FROM_CLOSED_CONTENT_MODEL Breaking [
            "A position is no longer declared, and the reader forbids further items.",
            "Arrays that have an item there are rejected.",
            "Keep the position, or allow further items.",
            "Leave the position out until every reader has the new schema.",
        ]
        ITEM_REMOVED_IS_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL Safe [
            "A position is no longer declared, and what the reader asks of further items accepts it.",
            "The item is accepted.",
            "Nothing needs to be done for readers of old data.",
        ]
        ITEM_REMOVED_NOT_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL Breaking [
            "A position is no longer declared, and what the reader asks of further items does not accept it.",
            "Arrays that have an item there may be rejected.",
            "Keep the position, or accept its values as further items.",
            "Leave the position out until every reader has the new schema, or give it a schema that further items had.",
        ]
        ITEM_ADDED_IS_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL Safe [
            "A position is declared that accepts what the writer allowed further items to be.",
            "The item is accepted.",
            "Nothing needs to be done for readers of old data.",
        ]
        ITEM_ADDED_NOT_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL Breaking [
            "A position is declared that does not accept what the writer allowed further items to be.",
            "Longer arrays may hold such an item at this position.",
            "Accept at this position all that was allowed.",
            "Keep the position with its schema.",
        ]
    }
    /// Enumerations, combinations and negations.
    combination {
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
    /// Names that a registry uses and that no comparison of two schemas comes to: of metadata, and of older versions.
    #[expect(dead_code, reason = "they are explained and not found")]
    elsewhere {
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
    /// What Confluent does not compare. None of these is a verdict of its registry.
    own {
        COMPARISON_TOO_COMPLEX Breaking [
            "The schemas are too complex to be compared.",
            "The comparison stopped at its limit, so it is not known whether the reader accepts what was written. What is not known to be compatible is treated as if it were not.",
            "Give large alternatives a name and use it once, nest less deeply, or split the schema.",
        ]
        REFERENCE_NOT_RESOLVED Risky [
            "A `$ref` leads nowhere.",
            "What it stands for is not known and has not been compared.",
            "Register the schema that it names and add it to the references.",
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
}

/// The bounds that concern values of one type.
#[derive(Debug)]
pub(in super::super) struct Family;

impl Family {
    pub(in super::super) const STRING: &'static [Bound] = &[MAX_LENGTH, MIN_LENGTH];
    pub(in super::super) const NUMBER: &'static [Bound] = &[MAXIMUM, MINIMUM, EXCLUSIVE_MAXIMUM, EXCLUSIVE_MINIMUM];
    pub(in super::super) const OBJECT: &'static [Bound] = &[MAX_PROPERTIES, MIN_PROPERTIES];
    pub(in super::super) const ARRAY: &'static [Bound] = &[MAX_ITEMS, MIN_ITEMS];
    pub(in super::super) const CONTAINS: &'static [Bound] = &[MAX_CONTAINS, MIN_CONTAINS];
}

const MAX_LENGTH: Bound = Bound {
    keyword: "maxLength",
    is_upper: true,
    added: bounds::MAX_LENGTH_ADDED,
    removed: bounds::MAX_LENGTH_REMOVED,
    increased: bounds::MAX_LENGTH_INCREASED,
    decreased: bounds::MAX_LENGTH_DECREASED,
};

const MIN_LENGTH: Bound = Bound {
    keyword: "minLength",
    is_upper: false,
    added: bounds::MIN_LENGTH_ADDED,
    removed: bounds::MIN_LENGTH_REMOVED,
    increased: bounds::MIN_LENGTH_INCREASED,
    decreased: bounds::MIN_LENGTH_DECREASED,
};

const MAXIMUM: Bound = Bound {
    keyword: "maximum",
    is_upper: true,
    added: bounds::MAXIMUM_ADDED,
    removed: bounds::MAXIMUM_REMOVED,
    increased: bounds::MAXIMUM_INCREASED,
    decreased: bounds::MAXIMUM_DECREASED,
};

const MINIMUM: Bound = Bound {
    keyword: "minimum",
    is_upper: false,
    added: bounds::MINIMUM_ADDED,
    removed: bounds::MINIMUM_REMOVED,
    increased: bounds::MINIMUM_INCREASED,
    decreased: bounds::MINIMUM_DECREASED,
};

const EXCLUSIVE_MAXIMUM: Bound = Bound {
    keyword: "exclusiveMaximum",
    is_upper: true,
    added: bounds::EXCLUSIVE_MAXIMUM_ADDED,
    removed: bounds::EXCLUSIVE_MAXIMUM_REMOVED,
    increased: bounds::EXCLUSIVE_MAXIMUM_INCREASED,
    decreased: bounds::EXCLUSIVE_MAXIMUM_DECREASED,
};

const EXCLUSIVE_MINIMUM: Bound = Bound {
    keyword: "exclusiveMinimum",
    is_upper: false,
    added: bounds::EXCLUSIVE_MINIMUM_ADDED,
    removed: bounds::EXCLUSIVE_MINIMUM_REMOVED,
    increased: bounds::EXCLUSIVE_MINIMUM_INCREASED,
    decreased: bounds::EXCLUSIVE_MINIMUM_DECREASED,
};

const MAX_PROPERTIES: Bound = Bound {
    keyword: "maxProperties",
    is_upper: true,
    added: bounds::MAX_PROPERTIES_ADDED,
    removed: bounds::MAX_PROPERTIES_REMOVED,
    increased: bounds::MAX_PROPERTIES_INCREASED,
    decreased: bounds::MAX_PROPERTIES_DECREASED,
};

const MIN_PROPERTIES: Bound = Bound {
    keyword: "minProperties",
    is_upper: false,
    added: bounds::MIN_PROPERTIES_ADDED,
    removed: bounds::MIN_PROPERTIES_REMOVED,
    increased: bounds::MIN_PROPERTIES_INCREASED,
    decreased: bounds::MIN_PROPERTIES_DECREASED,
};

const MAX_ITEMS: Bound = Bound {
    keyword: "maxItems",
    is_upper: true,
    added: bounds::MAX_ITEMS_ADDED,
    removed: bounds::MAX_ITEMS_REMOVED,
    increased: bounds::MAX_ITEMS_INCREASED,
    decreased: bounds::MAX_ITEMS_DECREASED,
};

const MIN_ITEMS: Bound = Bound {
    keyword: "minItems",
    is_upper: false,
    added: bounds::MIN_ITEMS_ADDED,
    removed: bounds::MIN_ITEMS_REMOVED,
    increased: bounds::MIN_ITEMS_INCREASED,
    decreased: bounds::MIN_ITEMS_DECREASED,
};

const MAX_CONTAINS: Bound = Bound {
    keyword: "maxContains",
    is_upper: true,
    added: bounds::MAX_CONTAINS_ADDED,
    removed: bounds::MAX_CONTAINS_REMOVED,
    increased: bounds::MAX_CONTAINS_INCREASED,
    decreased: bounds::MAX_CONTAINS_DECREASED,
};

const MIN_CONTAINS: Bound = Bound {
    keyword: "minContains",
    is_upper: false,
    added: bounds::MIN_CONTAINS_ADDED,
    removed: bounds::MIN_CONTAINS_REMOVED,
    increased: bounds::MIN_CONTAINS_INCREASED,
    decreased: bounds::MIN_CONTAINS_DECREASED,
};
