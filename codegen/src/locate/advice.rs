//! What to do about an error of the compiler.
//!
//! rustc sees generated code, so some of its advice is about what the person did not write, and some of what would
//! help it cannot know: the fields that the expression does not use.

use std::ops::Range;

use super::Function;
use super::rustc::{Message, RustcSpan};
use crate::services::crates::{events_package, rust_name};
use crate::services::fields;
use crate::services::names::Names;

/// The longest expression that advice repeats.
const LONGEST: usize = 100;

/// The compiler's words without the paths of generated crates.
pub(super) struct Words {
    events: String,
}

impl Words {
    pub(super) fn new(names: &Names<'_>) -> Self {
        Self { events: format!("{}::", rust_name(&events_package(names.topology))) }
    }

    /// The text as it reads where the events crate is in scope.
    pub(super) fn plain(&self, text: &str) -> String {
        text.replace(&self.events, "")
    }

    /// The text as a sentence.
    pub(super) fn sentence(&self, text: &str) -> String {
        let text = self.plain(text);
        let mut letters = text.chars();
        let first = letters.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
        let stop = if text.ends_with(['.', '?', '!']) { "" } else { "." };
        format!("{first}{}{stop}", letters.as_str())
    }
}

/// The help for a message: ours where we know more, else rustc's.
pub(super) fn help(
    names: &Names<'_>,
    function: &Function<'_>,
    primary: &RustcSpan,
    message: &Message,
) -> Option<String> {
    let code = message.code.as_ref().map_or("", |code| code.code.as_str());
    let own = match code {
        "E0425" => unknown_name(names, function, primary),
        "E0599" => unknown_symbol(names, function, primary, message),
        "E0277" => not_a_string(function, message),
        _ => None,
    };
    own.or_else(|| {
        let words = Words::new(names);
        let helps = message.children.iter().filter(|child| child.level == "help");
        let helps: Vec<String> = helps.filter_map(|help| rustc_help(&words, function, help)).collect();
        (!helps.is_empty()).then(|| helps.join("\n"))
    })
}

/// What an unknown name can mean: rustc does not know the fields that the expression does not use.
fn unknown_name(names: &Names<'_>, function: &Function<'_>, primary: &RustcSpan) -> Option<String> {
    let fields = fields::seen(names, function.site.event);
    let fields: Vec<&str> = fields.iter().map(|field| field.ident.as_str()).collect();
    let unknown = function.text.get(primary.range())?;
    nearest(unknown, &fields).or_else(|| {
        let known = (!fields.is_empty()).then(|| format!("the event has the fields `{}`", fields.join("`, `")));
        Some(known.unwrap_or_else(|| "an expression sees `event` and `key`".to_owned()))
    })
}

/// The symbols of an enum that lacks the one that is named.
fn unknown_symbol(
    names: &Names<'_>,
    function: &Function<'_>,
    primary: &RustcSpan,
    message: &Message,
) -> Option<String> {
    let owner = message.text.strip_prefix("no variant")?.split("for enum `").nth(1)?.split('`').next()?;
    let owner = owner.rsplit("::").next()?;
    let (id, _) = names.topology.avro.iter().find(|(id, _)| names.types.path(*id).ident == owner)?;
    let symbols: Vec<&str> = names.types.symbols(id).iter().map(String::as_str).collect();
    let unknown = function.text.get(primary.range())?;
    nearest(unknown, &symbols)
        .or_else(|| (!symbols.is_empty()).then(|| format!("`{owner}` has the symbols `{}`", symbols.join("`, `"))))
}

/// A field of type `String` takes whatever becomes one, which rustc explains with a list of types.
fn not_a_string(function: &Function<'_>, message: &Message) -> Option<String> {
    let is_string = function.site.field()?.is_text() && message.text.starts_with("the trait bound `String: From<");
    is_string.then(|| "make it a `String` or a `&str`, such as with `.to_string()` or `format!`".to_owned())
}

fn nearest(unknown: &str, known: &[&str]) -> Option<String> {
    let distance = |known: &str| strsim::damerau_levenshtein(known, unknown);
    let nearest = known.iter().min_by_key(|known| distance(known))?;
    let is_near = distance(nearest) <= unknown.chars().count().div_ceil(3);
    is_near.then(|| format!("did you mean `{nearest}`?"))
}

/// One help of rustc, with its suggestion applied to the expression.
fn rustc_help(words: &Words, function: &Function<'_>, help: &Message) -> Option<String> {
    // A list of types that have nothing to do with the expression.
    if help.text.starts_with("the following other types implement") {
        return None;
    }
    let replacements = help.replacements();
    if replacements.is_empty() {
        return Some(words.plain(&help.text));
    }
    let suggested = apply(function, &replacements)?;
    Some(format!("{}: `{suggested}`", words.plain(&help.text)))
}

/// The expression with parts of it replaced; none if rustc would replace anything else.
fn apply(function: &Function<'_>, replacements: &[(Range<usize>, &str)]) -> Option<String> {
    let mut suggested = function.text.get(function.body.clone())?.to_owned();
    let mut replacements = replacements.to_vec();
    replacements.sort_by_key(|(range, _)| std::cmp::Reverse(range.start));
    for (range, text) in replacements {
        let start = range.start.checked_sub(function.body.start)?;
        let end = range.end.checked_sub(function.body.start)?;
        suggested.get(start..end)?;
        suggested.replace_range(start..end, text);
    }
    let line = suggested.split_whitespace().collect::<Vec<_>>().join(" ");
    (line.chars().count() <= LONGEST).then_some(line)
}
