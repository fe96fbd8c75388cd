//! A walk over tokens, and what is said where another one was expected.

use super::token::{self, Kind, Token};
use super::{Imported, literal};
use crate::json::{Json, JsonKind};
use crate::near::nearest;
use crate::{Finding, Place, Span};

/// The reason why reading stopped.
pub(super) type Stop = Box<Finding>;

pub(super) struct Cursor<'t> {
    file: usize,
    text: &'t str,
    /// The token that comes next.
    pub(super) next: Token<'t>,
    /// The end of the token before.
    end: u32,
    pub(super) depth: usize,
    pub(super) findings: Vec<Finding>,
    pub(super) imports: Vec<Imported>,
    unplaced: Vec<Span>,
}

impl<'t> Cursor<'t> {
    pub(super) fn new(file: usize, text: &'t str) -> Self {
        let mut unplaced = Vec::new();
        let next = token::next(text, 0, &mut unplaced);
        Self { file, text, next, end: 0, depth: 0, findings: Vec::new(), imports: Vec::new(), unplaced }
    }

    pub(super) fn place(&self, span: Span) -> Place {
        Place { file: self.file, span }
    }

    pub(super) fn bump(&mut self) -> Token<'t> {
        let token = self.next;
        self.end = token.span.end;
        self.next = token::next(self.text, token.span.end as usize, &mut self.unplaced);
        token
    }

    /// The bytes from an offset to the end of the last token.
    pub(super) fn span_from(&self, start: u32) -> Span {
        Span::new(start, self.end.max(start))
    }

    pub(super) fn is_symbol(&self, symbol: &str) -> bool {
        self.next.kind == Kind::Symbol && self.next.text == symbol
    }

    pub(super) fn is_word(&self, word: &str) -> bool {
        self.next.kind == Kind::Word && self.next.text == word
    }

    pub(super) fn eat(&mut self, symbol: &str) -> bool {
        let is_there = self.is_symbol(symbol);
        if is_there {
            self.bump();
        }
        is_there
    }

    pub(super) fn symbol(&mut self, symbol: &str, after: &str) -> Result<Token<'t>, Stop> {
        if self.is_symbol(symbol) { Ok(self.bump()) } else { Err(self.expected(&format!("`{symbol}` {after}"), &[])) }
    }

    /// A name, with backquotes taken off.
    pub(super) fn name(&mut self, what: &str) -> Result<(String, Span), Stop> {
        if self.next.kind != Kind::Word {
            return Err(self.expected(what, &[]));
        }
        let token = self.bump();
        Ok((token.text.replace('`', ""), token.span))
    }

    pub(super) fn string(&mut self, what: &str) -> Result<(String, Span), Stop> {
        if self.next.kind != Kind::String {
            return Err(self.expected(what, &[]));
        }
        let token = self.bump();
        match literal::string(token.text) {
            Ok(text) => Ok((text, token.span)),
            Err(problem) => Err(self.stop(token.span, format!("string with {problem}")).into()),
        }
    }

    pub(super) fn integer(&mut self, what: &str) -> Result<Json, Stop> {
        if self.next.kind != Kind::Integer {
            return Err(self.expected(what, &[]));
        }
        let token = self.bump();
        let number = literal::integer(token.text)
            .ok_or_else(|| self.stop(token.span, format!("`{}` is no whole number of 64 bits", token.text)))?;
        Ok(Json { span: token.span, kind: JsonKind::Number(number.to_string().into()) })
    }

    /// Reads something that may hold more of its kind.
    pub(super) fn nested<T>(&mut self, read: impl FnOnce(&mut Self) -> Result<T, Stop>) -> Result<T, Stop> {
        if self.depth == super::MAX_DEPTH {
            let message = format!("Avro IDL nested deeper than {} levels", super::MAX_DEPTH);
            return Err(self.stop(self.next.span, message).into());
        }
        self.depth += 1;
        let value = read(self);
        self.depth -= 1;
        value
    }

    /// The finding that something else than the next token belongs here, one of the words perhaps.
    pub(super) fn expected(&self, what: &str, words: &[&str]) -> Stop {
        let found = match self.next.kind {
            Kind::End => "the end of the text".to_owned(),
            Kind::Broken(why) => why.to_owned(),
            _ => format!("`{}`", shortened(self.next.text)),
        };
        let finding = self.stop(self.next.span, format!("not Avro IDL: expected {what}, found {found}"));
        let near = Some(self.next.text).filter(|_| self.next.kind == Kind::Word);
        let near = near.and_then(|word| nearest(word, words.iter().copied()));
        Box::new(match near {
            Some(near) => finding.help(format!("did you mean `{near}`?")),
            None => finding,
        })
    }

    pub(super) fn stop(&self, span: Span, message: String) -> Finding {
        Finding::error("schema::not-idl", self.place(span), message)
            .label("reading stopped here")
            .note("An `.avdl` file is Avro IDL: a namespace, imports and definitions of types, or one protocol.")
    }

    /// Tells of documentation that no definition follows.
    pub(super) fn report_unplaced(&mut self) {
        for span in std::mem::take(&mut self.unplaced) {
            let finding = super::advice(self.place(span), "documentation comment that documents nothing")
                .label("ignored: another one follows")
                .help("begin it with `/*` and a space, or join it with the one that follows");
            self.findings.push(finding);
        }
    }

    pub(super) fn slice(&self, span: Span) -> &'t str {
        &self.text[span.range()]
    }
}

fn shortened(text: &str) -> &str {
    text.char_indices().nth(40).map_or(text, |(end, _)| &text[..end])
}
