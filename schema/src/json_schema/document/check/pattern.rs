//! Regular expressions that some or all validators cannot read.
//!
//! JSON Schema asks for the expressions of ECMA-262; registries in Java read Java's. What neither grammar knows is an
//! error, what only one of them knows is a warning. Nothing is compiled or matched: that could take any time.

use jsonschema_regex::{is_valid_ecma_regex, to_rust_regex};

use super::super::Node;
use crate::json::JsonKind;
use crate::span::Place;
use crate::{Finding, Severity};

/// The longest expression that is checked, in bytes.
const LONGEST: usize = 10_000;

/// Escapes of letters that Java and Perl know and ECMA-262 does not.
const OTHER_ESCAPES: [&str; 15] =
    ["\\A", "\\Z", "\\z", "\\h", "\\H", "\\R", "\\X", "\\e", "\\Q", "\\E", "\\G", "\\a", "\\C", "\\V", "\\K"];

/// The `pattern` and the keys of `patternProperties`.
pub(super) fn check(node: Node<'_>, findings: &mut Vec<Finding>) {
    if node.ref_overrides_siblings() {
        return;
    }
    let pattern = node.get("pattern").and_then(|json| Some((node.place_of(json), json.as_str()?)));
    findings.extend(pattern.and_then(|(place, text)| expression(place, text)));
    if let Some(JsonKind::Object(members)) = node.get("patternProperties").map(|json| &json.kind) {
        for member in members {
            let place = Place { span: member.key_span, ..node.place_of(&member.value) };
            findings.extend(expression(place, &member.key));
        }
    }
}

fn expression(place: Place, text: &str) -> Option<Finding> {
    let new = |severity, code, message: &str| Finding::new(severity, code, place, message);
    if text.len() > LONGEST {
        let message = format!("a regular expression of {} bytes is not checked; the limit is {LONGEST}", text.len());
        let finding = new(Severity::Warning, "schema::unread-pattern", &message).label("this expression");
        return Some(finding.note("Validators may refuse it, too.").help("list the values in an `enum`"));
    }
    let is_ecma = is_valid_ecma_regex(text);
    match (is_ecma, is_rust(text)) {
        (true, true) => None,
        (true, false) => Some(
            new(Severity::Warning, "schema::unread-pattern", "this regular expression cannot be read by our validator")
                .label("valid, but beyond our validator")
                .note("Topics that are validated by this schema refuse every record.")
                .help("use simpler means, such as a character class instead of a name"),
        ),
        (false, true) => Some(dialect(place)),
        (false, false) if is_rust(&without_other_escapes(text)) => Some(dialect(place)),
        (false, false) => Some(
            new(Severity::Error, "schema::invalid-pattern", "this is not a regular expression")
                .label("not an expression of ECMA-262")
                .note("Validators refuse the whole schema, and Confluent's registry does not take it.")
                .help("escape the characters `\\ ^ $ . * + ? ( ) [ ] { } |` with a `\\` to mean them literally"),
        ),
    }
}

fn dialect(place: Place) -> Finding {
    Finding::warning("schema::foreign-pattern", place, "this regular expression is not one of ECMA-262")
        .label("some validators refuse this")
        .note("JSON Schema uses the expressions of JavaScript; what others add means something else or nothing there.")
        .help("keep to what JavaScript reads with the flag `u`")
}

/// The translation reads the text again for each `\c`, so more than a few are not tried.
fn is_rust(text: &str) -> bool {
    text.matches("\\c").count() > 16 || to_rust_regex(text).is_ok()
}

fn without_other_escapes(text: &str) -> String {
    OTHER_ESCAPES.iter().fold(text.to_owned(), |text, escape| text.replace(escape, "x"))
}
