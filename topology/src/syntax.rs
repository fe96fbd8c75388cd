//! The manifest as a tree whose every key and value knows where it is written.
//!
//! Parsing never fails: what breaks a rule of YAML is a finding, and what could be read is in the tree, so that the
//! mistakes before a broken line are reported together with it. Nodes live in one arena and aliases refer to the
//! node of their anchor, which keeps an alias bomb as small in memory as it is on disk.
//! This module is the only one that knows the YAML parser. It knows nothing of what a manifest may say; see
//! [`resolve`](crate::resolve) for that.
//!
//! * [`build`]: the parser's events to the tree.
//! * [`limit`]: how much a manifest may ask for.
//! * [`mishap`]: the parser's errors as findings.

mod build;
pub(crate) mod limit;
mod mishap;
#[cfg(test)]
mod tests;

use std::borrow::Cow;

use schema::Span;

use crate::source::{FileId, Location};
use crate::verbatim::Verbatim;

pub(crate) use build::parse;

/// A parsed text.
#[derive(Debug)]
pub(crate) struct Tree<'t> {
    file: FileId,
    nodes: Vec<Node<'t>>,
    root: Option<Link>,
}

/// One node, which aliases may share.
#[derive(Debug)]
struct Node<'t> {
    span: Span,
    content: Content<'t>,
}

#[derive(Debug)]
enum Content<'t> {
    Scalar(Scalar<'t>),
    Mapping(Vec<Entry>),
    Sequence(Vec<Link>),
    /// A node that a finding is about already.
    Unusable,
}

/// The way from a parent to a node: direct, or by an alias at a place.
#[derive(Clone, Copy, Debug)]
struct Link {
    node: u32,
    alias: Option<Span>,
}

#[derive(Clone, Copy, Debug)]
struct Entry {
    key: Link,
    value: Link,
}

/// A scalar with its escapes and folds resolved.
#[derive(Debug)]
pub(crate) struct Scalar<'t> {
    /// The text.
    pub(crate) text: Cow<'t, str>,
    /// Whether it is written without quotes, so that `null`, `true` and `12` are not text.
    pub(crate) is_plain: bool,
    /// Where the letters of `text` are in the file, as far as they stand there.
    pub(crate) verbatim: Option<Verbatim>,
}

/// A node as its reader sees it: with the alias that led to it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Value<'t> {
    tree: &'t Tree<'t>,
    link: Link,
}

/// What a [`Value`] is.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Kind<'t> {
    /// Nothing after a key, `null` or `~`.
    Null,
    /// Any other scalar.
    Scalar(&'t Scalar<'t>),
    /// Keys and values.
    Mapping(Entries<'t>),
    /// A list.
    Sequence(Items<'t>),
    /// A node that a finding is about already.
    Unusable,
}

/// The keys and values of a mapping, in order, without duplicates, merge keys (`<<`) resolved.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Entries<'t> {
    tree: &'t Tree<'t>,
    alias: Option<Span>,
    list: &'t [Entry],
}

/// The items of a sequence, in order.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Items<'t> {
    tree: &'t Tree<'t>,
    alias: Option<Span>,
    links: &'t [Link],
}

impl<'t> Tree<'t> {
    /// The root of the document, unless there is none.
    pub(crate) fn root(&'t self) -> Option<Value<'t>> {
        self.root.map(|link| Value { tree: self, link })
    }
}

impl<'t> Value<'t> {
    /// Where the value itself is written; for an aliased value, at its anchor.
    pub(crate) fn location(self) -> Location {
        Location { file: self.tree.file, span: self.node().span }
    }

    /// The alias that led here, if one did.
    pub(crate) fn alias(self) -> Option<Location> {
        self.link.alias.map(|span| Location { file: self.tree.file, span })
    }

    /// What it is.
    pub(crate) fn kind(self) -> Kind<'t> {
        let Self { tree, link: Link { alias, .. } } = self;
        match &self.node().content {
            Content::Scalar(scalar) if scalar.is_null() => Kind::Null,
            Content::Scalar(scalar) => Kind::Scalar(scalar),
            Content::Mapping(list) => Kind::Mapping(Entries { tree, alias, list }),
            Content::Sequence(links) => Kind::Sequence(Items { tree, alias, links }),
            Content::Unusable => Kind::Unusable,
        }
    }

    /// The text of a scalar as written, even one that is `null`; empty for other values.
    pub(crate) fn text(self) -> &'t str {
        match &self.node().content {
            Content::Scalar(scalar) => &scalar.text,
            _ => "",
        }
    }

    fn node(self) -> &'t Node<'t> {
        &self.tree.nodes[self.link.node as usize]
    }
}

impl Scalar<'_> {
    fn is_null(&self) -> bool {
        self.is_plain && matches!(&*self.text, "" | "~" | "null" | "Null" | "NULL")
    }
}

impl<'t> Entries<'t> {
    /// Each key with its value.
    pub(crate) fn iter(self) -> impl Iterator<Item = (Value<'t>, Value<'t>)> {
        self.list.iter().map(move |entry| (self.follow(entry.key), self.follow(entry.value)))
    }

    fn follow(self, link: Link) -> Value<'t> {
        Value { tree: self.tree, link: Link { alias: link.alias.or(self.alias), ..link } }
    }
}

impl<'t> Items<'t> {
    /// Whether there are none.
    pub(crate) fn is_empty(self) -> bool {
        self.links.is_empty()
    }

    /// Each item.
    pub(crate) fn iter(self) -> impl Iterator<Item = Value<'t>> {
        let Self { tree, alias, links } = self;
        links.iter().map(move |link| Value { tree, link: Link { alias: link.alias.or(alias), ..*link } })
    }
}
