//! Protocols, of which the types count: a registry has no place for messages.

use super::cursor::{Cursor, Stop};
use super::token::Kind;
use super::{Contents, advice};
use crate::Span;
use crate::json::{Json, Member};

impl Cursor<'_> {
    pub(super) fn protocol(&mut self, annotations: &[Member], contents: &mut Contents) -> Result<(), Stop> {
        self.bump();
        let (name, span) = self.name("the name of the protocol")?;
        self.check_namespace(annotations);
        let given = annotations.iter().find(|annotation| annotation.key == "namespace");
        let namespace = match name.rsplit_once('.') {
            Some((namespace, _)) => Some((namespace.to_owned(), span)),
            None => given.and_then(|given| Some((given.value.as_str()?.to_owned(), given.value.span))),
        };
        let namespace = namespace.map(|(namespace, span)| self.checked_namespace(namespace, span));
        contents.namespace = namespace;
        self.symbol("{", "after the name of the protocol")?;
        let mut messages: Option<Span> = None;
        while !self.is_symbol("}") {
            if self.is_word("import") {
                self.import()?;
                continue;
            }
            let start = self.next;
            let annotations = self.annotations()?;
            if self.is_definition() {
                let doc = self.doc(&start);
                let item: Json = self.definition(start.span.start, doc, annotations)?;
                contents.items.push(item);
            } else {
                let name = self.message()?;
                messages.get_or_insert(name);
            }
        }
        self.bump();
        if let Some(span) = messages {
            let finding = advice(self.place(span), "messages of a protocol are ignored")
                .label("the first message")
                .note("A schema describes data; only the types of the protocol are used.");
            self.findings.push(finding);
        }
        Ok(())
    }

    /// A message, of which the place of the name is kept.
    fn message(&mut self) -> Result<Span, Stop> {
        if self.next.kind != Kind::Word {
            return Err(self.expected("a type, a message, an import or `}`", &[]));
        }
        if self.is_word("void") {
            self.bump();
        } else {
            self.plain_type(Vec::new())?;
        }
        let (_, span) = self.name("the name of the message")?;
        self.symbol("(", "and the parameters of the message")?;
        let mut is_first = true;
        while !self.eat(")") {
            if !is_first {
                self.symbol(",", "or `)` after a parameter")?;
            }
            is_first = false;
            self.full_type()?;
            self.annotations()?;
            self.name("the name of the parameter")?;
            if self.eat("=") {
                self.value()?;
            }
        }
        if self.is_word("oneway") {
            self.bump();
        } else if self.is_word("throws") {
            self.bump();
            self.name("the name of an error")?;
            while self.eat(",") {
                self.name("the name of an error")?;
            }
        }
        self.symbol(";", "after the message")?;
        Ok(span)
    }
}
