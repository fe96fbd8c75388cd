//! The compiler's errors as findings: what, where, why and what to do.

use miette::{Diagnostic, LabeledSpan};

use super::places::Places;
use crate::Finding;
use crate::span::{Place, Span};

/// How many errors of one text are told: half a million openings of a comment are half a million errors.
const MOST: usize = 100;

/// The errors of a text that could not be parsed; spans are bytes of that text.
pub(super) fn parse_errors(error: &dyn Diagnostic, file: usize, text: &str) -> Vec<Finding> {
    each(error)
        .take(MOST)
        .map(|error| {
            let mut labels = labels(error).map(|(span, label)| (Place { file, span }, label));
            let end = || (Place { file, span: Span::from(text.len()..text.len()) }, "the text ends here".to_owned());
            let (place, label) = labels.next().unwrap_or_else(end);
            let mut finding = Finding::error("schema::not-protobuf", place, quoted(&error.to_string())).label(label);
            finding.secondary.extend(labels);
            explain(finding, error)
        })
        .collect()
}

/// Every error of a file that could not be linked. Spans of its labels are positions in `places`, because the
/// compiler was told that element `n` is written at byte `n`.
pub(super) fn link_errors(error: &dyn Diagnostic, file: usize, places: &Places) -> Vec<Finding> {
    each(error)
        .filter(|error| !repeats_another(&error.to_string()))
        .map(|error| {
            let mut labels: Vec<_> = labels(error)
                .filter_map(|(span, label)| Some((Place { file, span: places.nth(span.start as usize)? }, label)))
                .collect();
            // Of two places, the one that is wrong is `found here` or comes last; the other is what it conflicts with.
            let wrong = labels.iter().position(|(_, label)| label == "found here").or(labels.len().checked_sub(1));
            let nowhere = || (Place { file, span: Span::default() }, String::new());
            let (place, label) = wrong.map_or_else(nowhere, |wrong| labels.remove(wrong));
            let mut finding = Finding::error("schema::protobuf", place, quoted(&error.to_string())).label(label);
            finding.secondary = labels;
            explain(finding, error)
        })
        .collect()
}

/// Two fields with one name also have one name in camel case, which is not worth a second error.
fn repeats_another(message: &str) -> bool {
    let names: Vec<_> = message.split('\'').collect();
    message.starts_with("camel-case name") && names.get(1) == names.get(3)
}

fn each(error: &dyn Diagnostic) -> impl Iterator<Item = &dyn Diagnostic> {
    std::iter::once(error).chain(error.related().into_iter().flatten())
}

fn labels(error: &dyn Diagnostic) -> impl Iterator<Item = (Span, String)> {
    error.labels().into_iter().flatten().map(|label: LabeledSpan| {
        let text = label.label().unwrap_or_default().trim_matches('…').to_owned();
        (Span::from(label.offset()..label.offset() + label.len()), text)
    })
}

/// Our messages quote with backticks, the compiler's with apostrophes.
fn quoted(message: &str) -> String {
    message.replace('\'', "`")
}

/// Adds why it matters, and what to do, to the errors that people make most.
fn explain(mut finding: Finding, error: &dyn Diagnostic) -> Finding {
    finding.help = error.help().map(|help| quoted(&help.to_string()));
    let Some(known) = EXPLANATIONS.iter().find(|known| finding.message.contains(known.pattern)) else {
        return finding;
    };
    finding.code = known.code.unwrap_or(finding.code);
    finding.note = Some(known.note.to_owned());
    finding.help.get_or_insert_with(|| known.help.to_owned());
    finding
}

struct Explanation {
    pattern: &'static str,
    code: Option<&'static str>,
    note: &'static str,
    help: &'static str,
}

const EXPLANATIONS: &[Explanation] = &[
    Explanation {
        pattern: "is not defined",
        code: Some("schema::unknown-type"),
        note: "Types are looked up from the innermost message outwards, in this file and in the files that it imports.",
        help: "define it, import the file that does, or correct the name",
    },
    Explanation {
        pattern: "is defined twice",
        code: Some("schema::duplicate-type"),
        note: "Messages, fields, enums, enum values and oneofs of one scope share their names; enum values belong to \
               the scope around the enum.",
        help: "rename one of the two",
    },
    Explanation {
        pattern: "is already defined in file",
        code: Some("schema::duplicate-type"),
        note: "A full name means one definition in a file and everything that it imports.",
        help: "rename it, give this file a package of its own, or import the definition that exists",
    },
    Explanation {
        pattern: "is already used",
        code: Some("schema::duplicate-number"),
        note: "The number is all that data says about a field: two fields with one number cannot be told apart.",
        help: "give one of the two a number that has never been used",
    },
    Explanation {
        pattern: "with JSON name",
        code: None,
        note: "In JSON both fields would be one property.",
        help: "rename one of the two, or set another `json_name`",
    },
    Explanation {
        pattern: "camel-case name",
        code: None,
        note: "proto3 maps fields to JSON by their names in camel case: both fields would be one property.",
        help: "rename one of the two",
    },
    Explanation {
        pattern: "conflicts with reserved range",
        code: None,
        note: "The number was used before: old data may still hold it with another meaning.",
        help: "choose a number that is not reserved",
    },
    Explanation {
        pattern: "first value for proto3 enums",
        code: None,
        note: "An absent enum field reads as 0, so 0 must have a name.",
        help: "begin the enum with a value such as `UNSPECIFIED = 0`",
    },
    Explanation {
        pattern: "must have a label with proto2",
        code: None,
        note: "A file without a `syntax` line is proto2, where every field says whether it may be absent.",
        help: "add `syntax = \"proto3\";` as the first line, or a label to the field",
    },
    Explanation {
        pattern: "must have at least one value",
        code: None,
        note: "A field of an enum without values could hold nothing.",
        help: "add a value such as `UNSPECIFIED = 0`",
    },
];
