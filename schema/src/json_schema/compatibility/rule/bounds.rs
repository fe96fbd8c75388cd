//! Upper and lower bounds: four rules for each keyword.

use super::Bound;
use crate::Format;
use crate::compatibility::Effect::{Breaking, Safe};
use crate::compatibility::Rule;

/// The words that depend on the side that a bound is on.
macro_rules! word {
    (upper with_article) => {
        "an upper"
    };
    (lower with_article) => {
        "a lower"
    };
    (upper beyond) => {
        "above"
    };
    (lower beyond) => {
        "below"
    };
    (upper looser) => {
        "higher"
    };
    (lower looser) => {
        "lower"
    };
    (upper tighter) => {
        "lower"
    };
    (lower tighter) => {
        "higher"
    };
}

/// One rule of a bound.
macro_rules! rule {
    (added $name:ident $keyword:literal $side:ident $measured:literal) => {
        Rule::new(concat!(stringify!($name), "_ADDED"), Format::Json, Breaking, &[
            concat!("The reader has ", word!($side with_article), " bound `", $keyword, "` and the writer has none."),
            concat!("The writer does not have to keep to it: ", $measured, " ", word!($side beyond), " the bound may be in the data."),
            concat!("Remove `", $keyword, "` again, or check the bound in the application for new data only."),
            concat!("Keep the reader's `", $keyword, "` or a ", word!($side tighter), " one until every reader has the new schema."),
        ])
    };
    (removed $name:ident $keyword:literal $side:ident) => {
        Rule::new(concat!(stringify!($name), "_REMOVED"), Format::Json, Safe, &[
            concat!("The ", stringify!($side), " bound `", $keyword, "` is gone."),
            "Everything that was within it is still accepted.",
            "Nothing needs to be done for readers of old data.",
        ])
    };
    (increased $name:ident $keyword:literal upper) => { rule!(looser "_INCREASED" $name $keyword upper) };
    (increased $name:ident $keyword:literal lower) => { rule!(tighter "_INCREASED" $name $keyword lower) };
    (decreased $name:ident $keyword:literal upper) => { rule!(tighter "_DECREASED" $name $keyword upper) };
    (decreased $name:ident $keyword:literal lower) => { rule!(looser "_DECREASED" $name $keyword lower) };
    (looser $change:literal $name:ident $keyword:literal $side:ident) => {
        Rule::new(concat!(stringify!($name), $change), Format::Json, Safe, &[
            concat!("The ", stringify!($side), " bound `", $keyword, "` is ", word!($side looser), " than the writer's."),
            "Everything that was within the old bound is within the new one.",
            "Nothing needs to be done for readers of old data.",
        ])
    };
    (tighter $change:literal $name:ident $keyword:literal $side:ident) => {
        Rule::new(concat!(stringify!($name), $change), Format::Json, Breaking, &[
            concat!("The ", stringify!($side), " bound `", $keyword, "` is ", word!($side tighter), " than the writer's."),
            "Data between the two bounds is valid for the writer, and the reader rejects it.",
            concat!("Keep the writer's `", $keyword, "` or a ", word!($side looser), " one, and check the stricter bound in the application for new data only."),
            concat!("Keep the reader's `", $keyword, "` or a ", word!($side tighter), " one until every reader has the new schema."),
        ])
    };
}

/// Declares bounds by their keywords, with what each of them measures, and the table of all of their rules.
macro_rules! bounds {
    ($($name:ident $keyword:literal $side:ident $measured:literal;)*) => {
        $(const $name: Bound = Bound {
            keyword: $keyword,
            is_upper: matches!(stringify!($side).as_bytes(), b"upper"),
            added: &rule!(added $name $keyword $side $measured),
            removed: &rule!(removed $name $keyword $side),
            increased: &rule!(increased $name $keyword $side),
            decreased: &rule!(decreased $name $keyword $side),
        };)*

        pub(super) const LIST: &[Rule] = &[$(
            rule!(added $name $keyword $side $measured),
            rule!(removed $name $keyword $side),
            rule!(increased $name $keyword $side),
            rule!(decreased $name $keyword $side),
        )*];
    };
}

bounds! {
    MAX_LENGTH "maxLength" upper "a length of a string";
    MIN_LENGTH "minLength" lower "a length of a string";
    MAXIMUM "maximum" upper "a number";
    MINIMUM "minimum" lower "a number";
    EXCLUSIVE_MAXIMUM "exclusiveMaximum" upper "a number";
    EXCLUSIVE_MINIMUM "exclusiveMinimum" lower "a number";
    MAX_PROPERTIES "maxProperties" upper "a number of properties";
    MIN_PROPERTIES "minProperties" lower "a number of properties";
    MAX_ITEMS "maxItems" upper "a number of items";
    MIN_ITEMS "minItems" lower "a number of items";
    MAX_CONTAINS "maxContains" upper "a number of items that match `contains`";
    MIN_CONTAINS "minContains" lower "a number of items that match `contains`";
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
