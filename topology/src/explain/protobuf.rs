//! Rules of Protobuf files, and of limits that all formats share.

use super::Rule;
use crate::diagnostic::Severity;

/// A rule of texts that the examples of a manifest cannot hold.
const fn rule(code: &'static str, severity: Severity, summary: &'static str, why: &'static str) -> Rule {
    Rule { code, severity, summary, why, example: "", fix: "" }
}

pub(super) const RULES: &[Rule] = &[
    rule(
        "schema::not-protobuf",
        Severity::Error,
        "A schema file that is not Protobuf.",
        "The text breaks the grammar of `.proto` files, so no compiler reads it.",
    ),
    rule(
        "schema::protobuf",
        Severity::Error,
        "A Protobuf file that is well-formed and means nothing.",
        "A name that is not defined, or a field, option or range that the language forbids: every compiler refuses it.",
    ),
    rule(
        "schema::duplicate-number",
        Severity::Error,
        "Two fields of a message with one number.",
        "The number is all that data says about a field: two fields with one number cannot be told apart.",
    ),
    rule(
        "schema::duplicate-import",
        Severity::Warning,
        "An import that a Protobuf file has twice.",
        "Compilers refuse it; a stored schema is read as if it were there once.",
    ),
    rule(
        "schema::edition",
        Severity::Error,
        "A Protobuf file of an edition that is not supported.",
        "What a field means depends on its edition, so a file of an unknown one cannot be judged.",
    ),
    rule(
        "schema::missing-reference",
        Severity::Error,
        "A schema that refers to a text that was not given with it.",
        "A schema is understood together with everything that it refers to, directly or through others.",
    ),
    rule(
        "schema::too-deep",
        Severity::Error,
        "A schema that nests deeper than is read.",
        "Texts that nest without end would exhaust the stack of whoever reads them. Real schemas stay far below the limit.",
    ),
];
