//! What breaks the rules of YAML, as findings.

use granit_parser::{ErrorKind, ScanError};
use schema::Span;

use super::limit;
use crate::diagnostic::Diagnostic;
use crate::source::{FileId, Location};

/// The finding of a parser's error. `opened` is the innermost collection that was open.
pub(super) fn of(error: &ScanError, file: FileId, text: &str, opened: Option<Location>) -> Diagnostic {
    if *error.kind() == ErrorKind::RecursionLimitExceeded {
        return too_deep(at(error, file, text));
    }
    let (what, help) = explain(error.kind());
    let finding = Diagnostic::error("yaml::syntax", format!("the YAML breaks off: {what}"))
        .label(at(error, file, text), "here")
        .note("Nothing after this place can be read; what stands before it has been checked.")
        .help(help);
    match opened.filter(|_| needs_opening(error.kind())) {
        Some(opened) => {
            let span = first_character(text, opened.span.start as usize);
            finding.label(Location { span, ..opened }, "it is inside what begins here")
        }
        None => finding,
    }
}

/// The character at an error, or the last one of the text.
fn at(error: &ScanError, file: FileId, text: &str) -> Location {
    let mut start = error.marker().byte_offset().unwrap_or(text.len()).min(text.len());
    if start == text.len() {
        start = text.trim_end().char_indices().last().map_or(0, |(start, _)| start);
    }
    Location { file, span: first_character(text, start) }
}

/// The character at a byte; nothing at the end of the text.
pub(super) fn first_character(text: &str, start: usize) -> Span {
    let width = text.get(start..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
    Span::from(start..start + width)
}

fn needs_opening(kind: &ErrorKind) -> bool {
    matches!(
        kind,
        ErrorKind::ExpectedBlockMappingKey
            | ErrorKind::ExpectedFlowMappingSeparator
            | ErrorKind::ExpectedFlowSequenceSeparator
            | ErrorKind::ExpectedBlockSequenceEntry
    )
}

/// What the parser's error means to somebody who writes a manifest, and what to do.
fn explain(kind: &ErrorKind) -> (String, &'static str) {
    const INDENT: &str = "indent the line like its neighbours, with spaces";
    const BRACKETS: &str = "close every `{` with `}` and every `[` with `]`, and separate entries with `,`";
    const COLON: &str = "write `key: value`, with a space after the colon; quote a value that holds `: `";
    const QUOTES: &str = "close the quote; inside `\"...\"` write `\\\"`, inside `'...'` write `''`";
    let (what, help): (&str, _) = match kind {
        ErrorKind::UnclosedFlowCollection { open } => return (format!("this `{open}` is never closed"), BRACKETS),
        ErrorKind::MismatchedFlowCollectionEnd { open, close } => {
            return (format!("`{open}` is closed with `{close}`"), BRACKETS);
        }
        ErrorKind::UnexpectedCharacter { character } => {
            let what = format!("the character `{character}` cannot begin a value");
            return (what, "put the value in quotes");
        }
        ErrorKind::MisplacedFlowCollectionEnd => ("a bracket is closed that was not opened", BRACKETS),
        ErrorKind::ExpectedFlowMappingSeparator => ("a `,` or `}` is missing", BRACKETS),
        ErrorKind::ExpectedFlowSequenceSeparator => ("a `,` or `]` is missing", BRACKETS),
        ErrorKind::UnexpectedEofFlowMapping | ErrorKind::UnexpectedEofImplicitFlowMapping => {
            ("the file ends inside `{`", BRACKETS)
        }
        ErrorKind::UnexpectedEofFlowSequence => ("the file ends inside `[`", BRACKETS),
        ErrorKind::UnclosedQuotedScalar => ("this quote is never closed", QUOTES),
        ErrorKind::UnknownQuotedScalarEscape => ("this escape does not exist", "write `\\\\` for a backslash"),
        ErrorKind::InvalidTrailingSingleQuotedScalar | ErrorKind::InvalidTrailingDoubleQuotedScalar => {
            ("there is more text after the closing quote", QUOTES)
        }
        ErrorKind::TabNotAllowed
        | ErrorKind::TabInBlockIndentation
        | ErrorKind::TabInIndentation
        | ErrorKind::TabAtBlockScalarStart
        | ErrorKind::TabInPlainScalar => {
            ("a tab stands where only spaces may", "indent with spaces; YAML does not allow tabs there")
        }
        ErrorKind::SimpleKeyExpected | ErrorKind::InvalidSimpleKey => ("a key has no `:`", COLON),
        ErrorKind::MappingValueNotAllowed | ErrorKind::MappingKeyNotAllowed => {
            ("a `key: value` stands where none may", COLON)
        }
        ErrorKind::ExpectedBlockMappingKey => ("a key was expected", INDENT),
        ErrorKind::ExpectedBlockSequenceEntry => ("an item with `- ` was expected", INDENT),
        ErrorKind::InvalidIndentation
        | ErrorKind::InvalidFlowScalarIndent
        | ErrorKind::InvalidQuotedScalarIndent
        | ErrorKind::InvalidBlockScalarIndent => ("this line is not indented like its neighbours", INDENT),
        ErrorKind::CommentNotSeparated => {
            ("a comment follows without a space", "write a space before `#`, or quote the value that holds it")
        }
        ErrorKind::BomInsideDocument => ("a byte-order mark stands inside the text", "delete it"),
        other => return (other.to_string(), "correct the YAML at this place"),
    };
    (what.to_owned(), help)
}

pub(super) fn too_deep(location: Location) -> Diagnostic {
    Diagnostic::error("yaml::depth-limit", format!("collections nest deeper than {} levels", limit::DEPTH))
        .label(location, format!("level {} begins here", limit::DEPTH + 1))
        .note("The limit keeps a hostile file from exhausting the stack; no key of a manifest is that deep.")
        .help("remove the nesting")
}

pub(super) fn too_many_aliased(location: Location) -> Diagnostic {
    let limit = limit::ALIASED_NODES;
    Diagnostic::error("yaml::alias-limit", format!("the aliases of this file stand for more than {limit} nodes"))
        .label(location, "this alias passes the limit")
        .note("Aliases of aliases multiply: a small file can stand for more than any memory holds.")
        .help("write fewer aliases, or aliases of smaller values")
}

pub(super) fn unknown_alias(name: &str, location: Location) -> Diagnostic {
    let name = name.trim_start_matches('*');
    Diagnostic::error("yaml::unknown-alias", format!("alias `*{name}` has no anchor"))
        .label(location, "used here")
        .note("An alias stands for the value of an anchor that comes before it in the file.")
        .help(format!("write `&{name}` before the value that is meant, above this line"))
}

pub(super) fn recursive_alias(location: Location, anchored: Location) -> Diagnostic {
    Diagnostic::error("yaml::recursive-alias", "an alias stands for a value that contains it")
        .label(location, "this alias")
        .label(anchored, "the value with its anchor begins here")
        .help("move the anchored value out of itself")
}

pub(super) fn duplicate_key(key: &str, first: Location, second: Location) -> Diagnostic {
    Diagnostic::error("yaml::duplicate-key", format!("key `{key}` comes twice"))
        .label(second, "again here")
        .label(first, "first here")
        .note("YAML allows each key once in a mapping; the second value has been left out of all checks.")
        .help("remove or rename one of them")
}

pub(super) fn key_without_text(location: Location) -> Diagnostic {
    Diagnostic::error("yaml::key-type", "a key is not a text")
        .label(location, "this key")
        .note("YAML allows any value as a key; a manifest has names and words only.")
        .help("write a name; quote it if it holds brackets")
}

pub(super) fn merge_of_no_mapping(location: Location) -> Diagnostic {
    Diagnostic::error("yaml::merge", "`<<` names something that is not a mapping")
        .label(location, "this value")
        .help("give `<<` an alias of a mapping, or a list of such aliases")
}

pub(super) fn unknown_tag(tag: &str, location: Location) -> Diagnostic {
    Diagnostic::error("yaml::unknown-tag", format!("tag `{tag}` means nothing here"))
        .label(location, "the tagged value")
        .note("A manifest uses the plain types of YAML only.")
        .help("remove the tag, or quote a text that begins with `!`")
}

pub(super) fn second_document(location: Location, first: Option<Location>) -> Diagnostic {
    let finding = Diagnostic::error("yaml::second-document", "the file holds more than one document")
        .label(location, "the second document begins here")
        .note("A manifest is one document; what follows this line has not been read.");
    let finding = match first {
        Some(first) => finding.label(first, "the first document begins here"),
        None => finding,
    };
    finding.help("remove `---` to make one document of them, or move the second one to a file of its own")
}

pub(super) fn empty(location: Location) -> Diagnostic {
    Diagnostic::error("yaml::empty", "the manifest is empty")
        .label(location, "nothing is declared")
        .help("begin with `topology: NAME` and `version: 1`")
}
