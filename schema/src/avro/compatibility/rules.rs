//! Every rule of Avro, with what it means, why it matters and what to do.
//!
//! The first six are Java's, in its words. The hazards after them are ours: Java does not look at what they are about.

use crate::Format;
use crate::compatibility::{Effect, Rule};

/// Every rule, in the order of the explanation.
pub const RULES: &[Rule] = &[
    NAME_MISMATCH,
    FIXED_SIZE_MISMATCH,
    MISSING_ENUM_SYMBOLS,
    READER_FIELD_MISSING_DEFAULT_VALUE,
    TYPE_MISMATCH,
    MISSING_UNION_BRANCH,
    SEVERAL_WRITER_FIELDS,
    TOO_LARGE_TO_COMPARE,
    DECIMAL_CHANGED,
    LOGICAL_TYPE_CHANGED,
    ENUM_SYMBOL_WITHOUT_DEFAULT,
    ENUM_SYMBOLS_REORDERED,
    FIELD_RENAMED,
    DEFAULT_CHANGED,
    NAMESPACE_CHANGED,
    UNION_FIRST_BRANCH_CHANGED,
    LOSSY_PROMOTION,
    BYTES_READ_AS_STRING,
];

pub(super) const NAME_MISMATCH: Rule = Rule {
    name: "NAME_MISMATCH",
    format: Format::Avro,
    effect: Effect::Breaking,
    what: "The reader's record, enum or fixed has another name than the one in the data.",
    why: "Avro matches named types by name. A reader that expects another name refuses every record with such a value, and no other branch of a union is tried for it.",
    fix: "Keep the name, or list the old full name in the `aliases` of the new type.",
    forward_fix: Some(
        "Keep the name: readers of the old schema look for no other, and `aliases` of the new type do not reach them.",
    ),
};

pub(super) const FIXED_SIZE_MISMATCH: Rule = Rule {
    name: "FIXED_SIZE_MISMATCH",
    format: Format::Avro,
    effect: Effect::Breaking,
    what: "A fixed has another size than in the data.",
    why: "The size of a fixed is not part of the data, so the reader would take the wrong number of bytes; Avro refuses to resolve the two.",
    fix: "Keep the size, or add a new type with the new size in a new field that has a default.",
    forward_fix: None,
};

pub(super) const MISSING_ENUM_SYMBOLS: Rule = Rule {
    name: "MISSING_ENUM_SYMBOLS",
    format: Format::Avro,
    effect: Effect::Breaking,
    what: "The data may hold enum symbols that the reader does not know.",
    why: "A record with such a symbol cannot be read: the reader has no value for it and no default to take instead.",
    fix: "Keep the symbols, or give the enum of the reader a `default`. Readers must have the default before anybody writes a new symbol.",
    forward_fix: Some(
        "Leave the new symbols out until every reader has the new schema. Give the enum a `default`, so that the next symbol can be read.",
    ),
};

pub(super) const READER_FIELD_MISSING_DEFAULT_VALUE: Rule = Rule {
    name: "READER_FIELD_MISSING_DEFAULT_VALUE",
    format: Format::Avro,
    effect: Effect::Breaking,
    what: "The reader has a field that the data lacks, and no default for it.",
    why: "Not one record of the writer's schema can be read: the reader has nothing to put into the field.",
    fix: "Give the field a default, for example `null` with a type that starts with `\"null\"`. If it is an old field under a new name, list the old name in its `aliases`.",
    forward_fix: Some(
        "Keep the field, and its name: the old schema can be given neither a default nor an alias any more.",
    ),
};

pub(super) const TYPE_MISMATCH: Rule = Rule {
    name: "TYPE_MISMATCH",
    format: Format::Avro,
    effect: Effect::Breaking,
    what: "The type in the data cannot be read as the reader's type.",
    why: "Avro widens `int` to `long`, `float` and `double`, `long` to `float` and `double`, `float` to `double`, and takes `string` for `bytes` and back. Everything else is refused, also between a `string` and a `fixed` that both mean a UUID.",
    fix: "Keep the type. To change it, add a field of the new type with a default and leave the old one until nobody reads it.",
    forward_fix: None,
};

pub(super) const MISSING_UNION_BRANCH: Rule = Rule {
    name: "MISSING_UNION_BRANCH",
    format: Format::Avro,
    effect: Effect::Breaking,
    what: "The data may hold a type that no branch of the reader's union reads.",
    why: "Records with such a value cannot be read; those with other branches can, so the failure shows late.",
    fix: "Keep the branch. A union may grow once every reader has the new branch.",
    forward_fix: Some("Leave the new branch out until every reader has the new schema."),
};

pub(super) const SEVERAL_WRITER_FIELDS: Rule = Rule {
    name: "SEVERAL_WRITER_FIELDS",
    format: Format::Avro,
    effect: Effect::Breaking,
    what: "A field of the reader has the names of several fields of the data.",
    why: "Its name and its aliases match more than one field, and Avro refuses to choose.",
    fix: "Leave one of the matching names in the field and its `aliases`.",
    forward_fix: Some("Leave one field whose name is the name or an alias of the field in the old schema."),
};

pub(super) const TOO_LARGE_TO_COMPARE: Rule = Rule {
    name: "TOO_LARGE_TO_COMPARE",
    format: Format::Avro,
    effect: Effect::Breaking,
    what: "The two schemas need more comparisons, or more words for their differences, than the limits allow.",
    why: "Unions of many records that hold such unions themselves are compared pair by pair, and each difference names the way to it. What is not compared cannot be promised.",
    fix: "Split the schema into several, or give the branches names that differ in fewer places.",
    forward_fix: None,
};

pub(super) const DECIMAL_CHANGED: Rule = Rule {
    name: "DECIMAL_CHANGED",
    format: Format::Avro,
    effect: Effect::Risky,
    what: "A decimal has another precision or scale than in the data.",
    why: "Avro resolves the bytes and ignores the logical type: with another scale the reader takes 12.34 for 1234 or 0.1234, and no error is raised. Libraries that check refuse the data instead.",
    fix: "Keep precision and scale. Add a new field for the new precision, and fill both until every reader has moved.",
    forward_fix: None,
};

pub(super) const LOGICAL_TYPE_CHANGED: Rule = Rule {
    name: "LOGICAL_TYPE_CHANGED",
    format: Format::Avro,
    effect: Effect::Risky,
    what: "A value has another logical type than in the data.",
    why: "Avro resolves the values and ignores logical types: milliseconds are read as microseconds, or a date as a plain number, and no error is raised.",
    fix: "Keep the logical type, or add a new field for the new meaning.",
    forward_fix: None,
};

pub(super) const ENUM_SYMBOL_WITHOUT_DEFAULT: Rule = Rule {
    name: "ENUM_SYMBOL_WITHOUT_DEFAULT",
    format: Format::Avro,
    effect: Effect::Risky,
    what: "An enum gets symbols, and the schema before it has no default.",
    why: "Readers that still have the older schema fail on the first record with a new symbol.",
    fix: "Roll out the readers first, and give the enum a `default` so that the next symbol is no hazard.",
    forward_fix: None,
};

pub(super) const ENUM_SYMBOLS_REORDERED: Rule = Rule {
    name: "ENUM_SYMBOLS_REORDERED",
    format: Format::Avro,
    effect: Effect::Risky,
    what: "The symbols of an enum stand in another order.",
    why: "Avro resolves symbols by name, but the data holds positions: a program that reads without the writer's schema takes one symbol for another, and records sort in another order.",
    fix: "Add symbols at the end and leave the others where they are.",
    forward_fix: None,
};

pub(super) const FIELD_RENAMED: Rule = Rule {
    name: "FIELD_RENAMED",
    format: Format::Avro,
    effect: Effect::Risky,
    what: "A field seems to have a new name without an alias.",
    why: "The reader takes the default of its own field and drops the value of the other, without an error.",
    fix: "List the old name in the `aliases` of the field, if it is the same one.",
    forward_fix: Some("Keep the name, if it is the same field: the old schema looks for it by that."),
};

pub(super) const DEFAULT_CHANGED: Rule = Rule {
    name: "DEFAULT_CHANGED",
    format: Format::Avro,
    effect: Effect::Risky,
    what: "The default of a field is another than in the schema before.",
    why: "Readers of the two schemas see different values in the same record where it lacks the field.",
    fix: "Keep the default, or make sure that no stored record lacks the field.",
    forward_fix: None,
};

pub(super) const NAMESPACE_CHANGED: Rule = Rule {
    name: "NAMESPACE_CHANGED",
    format: Format::Avro,
    effect: Effect::Risky,
    what: "A type is accepted although its namespace differs.",
    why: "Java compares the last part of a name only. Implementations that compare full names, as the specification demands for union branches, refuse the data.",
    fix: "Keep the namespace, or list the old full name in the `aliases` of the type.",
    forward_fix: Some("Keep the namespace."),
};

pub(super) const UNION_FIRST_BRANCH_CHANGED: Rule = Rule {
    name: "UNION_FIRST_BRANCH_CHANGED",
    format: Format::Avro,
    effect: Effect::Risky,
    what: "A union that has a default starts with another type.",
    why: "Before Avro 1.12 a default belongs to the first branch: older readers refuse the schema or read the default as another type.",
    fix: "Keep the type of the default first in the union.",
    forward_fix: None,
};

pub(super) const LOSSY_PROMOTION: Rule = Rule {
    name: "LOSSY_PROMOTION",
    format: Format::Avro,
    effect: Effect::Risky,
    what: "Whole numbers of the data are read as floating-point numbers.",
    why: "A `float` holds 24 bits and a `double` 53: larger values are rounded, without an error.",
    fix: "Keep the whole number, or read it as a type that holds every value.",
    forward_fix: Some("Keep the floating-point type: readers of the old schema read the data as one."),
};

pub(super) const BYTES_READ_AS_STRING: Rule = Rule {
    name: "BYTES_READ_AS_STRING",
    format: Format::Avro,
    effect: Effect::Risky,
    what: "Bytes of the data are read as text.",
    why: "Bytes that are not UTF-8 cannot be a string: readers fail or replace them.",
    fix: "Keep `bytes`, or make sure that every stored value is UTF-8.",
    forward_fix: Some("Keep `string`, or make sure that every value is UTF-8."),
};
