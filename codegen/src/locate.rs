//! From the compiler's errors back to the manifest.
//!
//! An expression of the manifest is compiled as the end of a function of its own. When rustc rejects it, the place
//! that rustc names is somewhere in that function; here it becomes the place in the YAML, so that a person never
//! reads generated code to mend their own.
//!
//! * `rustc`: the compiler's messages as data.
//! * `advice`: what to do about them.
//! * `align`: which token of the manifest a token of the generated code came from.

mod align;
mod rustc;
mod advice;

use std::ops::Range;

use serde::Deserialize;
use serde_json::Value;
use syn::spanned::Spanned as _;
use topology::Topology;
use topology::diagnostic::{Diagnostic, Severity};
use topology::source::Location;

use crate::services::expressions::{self, Site};
use crate::services::names::{Names, StageNames};
use rustc::{Envelope, Message, RustcSpan};

/// The code of findings that are rustc's.
pub const CODE: &str = "expression::rejected";

/// The compiler's messages, told apart.
#[derive(Clone, Debug, Default)]
pub struct Located {
    /// What concerns expressions of the manifest, at their places in it.
    pub diagnostics: Vec<Diagnostic>,
    /// Everything else, as rustc rendered it.
    pub others: Vec<String>,
}

/// Tells apart the messages of `cargo build --message-format=json`. `read` gives the text of a file of the project.
pub fn compiler_diagnostics(topology: &Topology, messages: &[Value], read: &dyn Fn(&str) -> Option<String>) -> Located {
    let names = Names::new(topology);
    let mut located = Located::default();
    for message in messages.iter().filter_map(|value| Envelope::deserialize(value).ok()) {
        let message = message.message;
        if message.is_summary() {
            continue;
        }
        match Found::of(&names, &message, read) {
            Some(found) => {
                let diagnostic = found.diagnostic(&names, &message);
                if !located.diagnostics.contains(&diagnostic) {
                    located.diagnostics.push(diagnostic);
                }
            }
            None => located.others.extend(message.rendered),
        }
    }
    located
}

/// The place in the manifest that a range of bytes of a generated file came from: the very tokens where they can be
/// found, else the whole expression whose function it is in. `None` outside of such functions.
pub fn locate(topology: &Topology, path: &str, generated: &str, range: Range<usize>) -> Option<Location> {
    let names = Names::new(topology);
    let text = generated.to_owned();
    let function = Function::at(&names, path, text, range.start)?;
    Some(function.tokens(range).unwrap_or(function.site.expression.location))
}

/// The function of an expression in a generated file.
struct Function<'a> {
    site: Site<'a>,
    /// The whole file.
    text: String,
    /// The bytes of the expression.
    body: Range<usize>,
}

impl<'a> Function<'a> {
    fn at(names: &Names<'a>, path: &str, text: String, offset: usize) -> Option<Self> {
        let processor = expressions::processor_at(names.topology, path)?;
        let file = syn::parse_file(&text).ok()?;
        let function = file.items.iter().find_map(|item| match item {
            syn::Item::Fn(function) if function.span().byte_range().contains(&offset) => Some(function),
            _ => None,
        })?;
        let syn::Stmt::Expr(body, None) = function.block.stmts.last()? else { return None };
        let sites = expressions::sites(names, processor, &StageNames::new(processor));
        let site = sites.into_iter().find(|site| site.function == function.sig.ident)?;
        let body = body.span().byte_range();
        Some(Self { site, text, body })
    }

    /// The place of the tokens of the manifest that these bytes came from.
    fn tokens(&self, range: Range<usize>) -> Option<Location> {
        if range.start < self.body.start || range.end > self.body.end {
            return None;
        }
        let body = self.text.get(self.body.clone())?;
        let relative = range.start - self.body.start..range.end - self.body.start;
        let range = align::align(&self.site.expression.text, body, relative)?;
        Some(self.site.expression.locate(range))
    }
}

/// A message about an expression.
struct Found<'a, 'm> {
    function: Function<'a>,
    primary: &'m RustcSpan,
}

impl<'a, 'm> Found<'a, 'm> {
    fn of(names: &Names<'a>, message: &'m Message, read: &dyn Fn(&str) -> Option<String>) -> Option<Self> {
        let primary = message.spans.iter().find(|span| span.is_primary)?.written();
        let path = primary.path();
        expressions::processor_at(names.topology, &path)?;
        let function = Function::at(names, &path, read(&path)?, primary.range().start)?;
        Some(Self { function, primary })
    }

    fn diagnostic(&self, names: &Names<'_>, message: &Message) -> Diagnostic {
        let (location, label) = self.place(message);
        let severity = if message.level == "error" { Severity::Error } else { Severity::Warning };
        let words = advice::Words::new(names);
        Diagnostic {
            code: CODE,
            severity,
            message: words.plain(&message.text),
            labels: Vec::new(),
            note: Some(self.note(&words, message)),
            help: advice::help(names, &self.function, self.primary, message),
            fix: None,
        }
        .label(location, words.plain(&label))
    }

    /// The exact place and what is to be seen there. Where rustc's first place is the function's signature, which the
    /// person did not write, one of its other places in the expression is better.
    fn place(&self, message: &Message) -> (Location, String) {
        let labelled = |span: &RustcSpan| span.label.clone().filter(|label| !label.is_empty());
        let first = message.spans.iter().find(|span| span.is_primary).and_then(labelled);
        let first = first.unwrap_or_else(|| "the compiler rejects this".to_owned());
        if let Some(location) = self.function.tokens(self.primary.range()) {
            return (location, first);
        }
        let mut others = message.spans.iter().filter(|span| !span.is_primary && span.path() == self.primary.path());
        let better = others.find_map(|span| Some((self.function.tokens(span.range())?, labelled(span)?)));
        better.unwrap_or((self.function.site.expression.location, first))
    }

    fn note(&self, words: &advice::Words, message: &Message) -> String {
        let mut notes = vec![format!("This is {}.", self.function.site.title)];
        let children = message.children.iter().filter(|child| child.level == "note" && child.spans.is_empty());
        notes.extend(children.map(|child| words.sentence(&child.text)));
        if let Some(code) = &message.code {
            notes.push(format!("`rustc --explain {}` tells more.", code.code));
        }
        notes.join("\n")
    }
}
