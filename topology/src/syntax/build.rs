//! Builds the tree from the parser's events.

use std::borrow::Cow;
use std::collections::BTreeMap;

use granit_parser::{Event, Parser, ScalarStyle, Tag};
use indexmap::map::Entry as Slot;
use indexmap::{IndexMap, IndexSet};
use schema::Span;

use super::{Content, Entry, Link, Node, Scalar, Tree, limit, mishap};
use crate::diagnostic::Diagnostic;
use crate::findings::Findings;
use crate::source::{FileId, Location};
use crate::verbatim::{Quotes, Verbatim};

/// Parses the text of a file to the tree of its one document, and reports what breaks the rules of YAML.
pub(crate) fn parse<'t>(file: FileId, text: &'t str, findings: &mut Findings) -> Tree<'t> {
    let mut builder = Builder::new(file, text, findings);
    let mut options = granit_parser::options! {
        emit_unresolved_aliases: true,
        block_scalar_eof_without_line_feed: true,
        flow_nesting_limit: limit::DEPTH,
        block_nesting_limit: limit::DEPTH,
    };
    options.set_emit_comments(false);
    for event in Parser::new_from_str_with_options(text, options) {
        let next = match event {
            Ok((event, span)) => builder.take(event, builder.span(span)),
            Err(error) => {
                let opened = builder.open.last().map(|open| builder.location(open.span));
                Err(Stop::BreaksOff(Box::new(mishap::of(&error, file, text, opened))))
            }
        };
        match next {
            Ok(()) => {}
            Err(Stop::Finished(finding)) => {
                builder.findings.push(*finding);
                break;
            }
            Err(Stop::BreaksOff(finding)) => {
                builder.findings.push(*finding);
                builder.break_off();
                break;
            }
        }
    }
    builder.finish()
}

/// Why no further event is taken.
enum Stop {
    /// The document is complete.
    Finished(Box<Diagnostic>),
    /// The rest of the document is unreadable.
    BreaksOff(Box<Diagnostic>),
}

struct Builder<'t, 'f> {
    text: &'t str,
    tree: Tree<'t>,
    open: Vec<Open>,
    anchors: BTreeMap<usize, Anchor>,
    aliased_nodes: u64,
    has_document: bool,
    findings: &'f mut Findings,
}

/// A collection whose end has not come yet.
struct Open {
    node: u32,
    span: Span,
    shape: Shape,
    children: Vec<Link>,
    /// The number of nodes below, aliases followed.
    size: u64,
    anchor: usize,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Shape {
    Mapping,
    Sequence,
}

/// An anchored node.
struct Anchor {
    node: u32,
    /// The number of nodes that an alias of it stands for; `None` while the node is open.
    size: Option<u64>,
}

impl<'t, 'f> Builder<'t, 'f> {
    fn new(file: FileId, text: &'t str, findings: &'f mut Findings) -> Self {
        Self {
            text,
            tree: Tree { file, nodes: Vec::new(), root: None },
            open: Vec::new(),
            anchors: BTreeMap::new(),
            aliased_nodes: 0,
            has_document: false,
            findings,
        }
    }

    fn take(&mut self, event: Event<'t>, span: Span) -> Result<(), Stop> {
        match event {
            Event::DocumentStart(..) if self.has_document => {
                return Err(Stop::Finished(Box::new(self.second_document(span))));
            }
            Event::DocumentStart(..) => self.has_document = true,
            Event::Scalar(text, style, anchor, tag) => self.scalar(text, style, anchor, tag.as_deref(), span),
            Event::SequenceStart(_, anchor, tag) => self.start(Shape::Sequence, span, anchor, tag.as_deref())?,
            Event::MappingStart(_, anchor, tag) => self.start(Shape::Mapping, span, anchor, tag.as_deref())?,
            Event::SequenceEnd | Event::MappingEnd => self.end(span),
            Event::Alias(anchor) => self.alias(anchor, span),
            Event::UnresolvedAlias(name) => {
                let finding = mishap::unknown_alias(&name, self.location(span));
                self.unusable(span, Some(finding));
            }
            _ => {}
        }
        Ok(())
    }

    fn scalar(&mut self, text: Cow<'t, str>, style: ScalarStyle, anchor: usize, tag: Option<&Tag>, span: Span) {
        self.check_tag(tag, span);
        // The parser writes an absent scalar as `~` over no bytes.
        let text = if span.start == span.end { Cow::Borrowed("") } else { text };
        let is_text = tag.is_some_and(|tag| tag.is_yaml_core_schema_tag("str"));
        let scalar = Scalar {
            verbatim: verbatim(self.text, &text, style, span),
            is_plain: style == ScalarStyle::Plain && !is_text,
            text,
        };
        let node = self.add(span, Content::Scalar(scalar));
        if anchor != 0 {
            self.anchors.insert(anchor, Anchor { node, size: Some(1) });
        }
        self.attach(Link { node, alias: None }, 1, span);
    }

    fn start(&mut self, shape: Shape, span: Span, anchor: usize, tag: Option<&Tag>) -> Result<(), Stop> {
        self.check_tag(tag, span);
        if self.open.len() == limit::DEPTH {
            return Err(Stop::BreaksOff(Box::new(mishap::too_deep(self.location(span)))));
        }
        let node = self.add(span, Content::Unusable);
        if anchor != 0 {
            self.anchors.insert(anchor, Anchor { node, size: None });
        }
        self.open.push(Open { node, span, shape, children: Vec::new(), size: 1, anchor });
        Ok(())
    }

    fn end(&mut self, span: Span) {
        let Some(mut open) = self.open.pop() else { return };
        // The end of a block collection is an empty place after the comments that follow it.
        if span.start < span.end {
            open.span = open.span.to(span);
        }
        self.close(open);
    }

    fn close(&mut self, open: Open) {
        let Open { node, span, shape, children, size, anchor } = open;
        let content = match shape {
            Shape::Sequence => Content::Sequence(children),
            Shape::Mapping => Content::Mapping(self.entries(&children)),
        };
        self.tree.nodes[node as usize] = Node { span, content };
        if let Some(anchor) = self.anchors.get_mut(&anchor) {
            anchor.size = Some(size);
        }
        self.attach(Link { node, alias: None }, size, span);
    }

    fn alias(&mut self, anchor: usize, span: Span) {
        let location = self.location(span);
        let Some(Anchor { node, size }) = self.anchors.get(&anchor) else {
            return self.unusable(span, Some(mishap::unknown_alias(self.slice(span), location)));
        };
        let Some(size) = *size else {
            let anchored = self.tree.nodes[*node as usize].span;
            let start = mishap::first_character(self.text, anchored.start as usize);
            let finding = mishap::recursive_alias(location, self.location(start));
            return self.unusable(span, Some(finding));
        };
        let link = Link { node: *node, alias: Some(span) };
        let was_within = self.aliased_nodes <= limit::ALIASED_NODES;
        self.aliased_nodes = self.aliased_nodes.saturating_add(size);
        if self.aliased_nodes > limit::ALIASED_NODES {
            return self.unusable(span, was_within.then(|| mishap::too_many_aliased(location)));
        }
        self.attach(link, size, span);
    }

    fn unusable(&mut self, span: Span, finding: Option<Diagnostic>) {
        if let Some(finding) = finding {
            self.findings.push(finding);
        }
        let node = self.add(span, Content::Unusable);
        self.attach(Link { node, alias: None }, 1, span);
    }

    fn attach(&mut self, link: Link, size: u64, span: Span) {
        match self.open.last_mut() {
            Some(parent) => {
                parent.children.push(link);
                parent.size = parent.size.saturating_add(size);
                parent.span = parent.span.to(span);
            }
            None => self.tree.root = Some(link),
        }
    }

    /// Pairs keys with values, resolves merge keys, and reports keys that are no text or come twice.
    fn entries(&mut self, children: &[Link]) -> Vec<Entry> {
        let mut entries = Vec::with_capacity(children.len() / 2);
        let mut merged = Vec::new();
        for pair in children.chunks_exact(2) {
            let entry = Entry { key: pair[0], value: pair[1] };
            match &self.tree.nodes[entry.key.node as usize].content {
                Content::Scalar(key) if key.is_plain && key.text == "<<" => merged.push(entry.value),
                Content::Scalar(key) if !key.is_null() => entries.push(entry),
                Content::Unusable => {}
                _ => self.findings.push(mishap::key_without_text(self.link_location(entry.key))),
            }
        }
        self.remove_duplicates(&mut entries);
        if !merged.is_empty() {
            self.merge(&merged, &mut entries);
        }
        entries
    }

    fn remove_duplicates(&mut self, entries: &mut Vec<Entry>) {
        // Most mappings are small, and there are many of them.
        const SMALL: usize = 12;
        let nodes = &self.tree.nodes;
        if entries.len() <= SMALL {
            let text = |entry: &Entry| scalar_text(nodes, entry.key);
            let is_new = |(position, entry)| !entries[..position].iter().any(|other| text(other) == text(entry));
            if entries.iter().enumerate().all(is_new) {
                return;
            }
        }
        let mut duplicates = Vec::new();
        let mut seen: IndexMap<&str, Link> = IndexMap::with_capacity(entries.len());
        entries.retain(|entry| match seen.entry(scalar_text(nodes, entry.key)) {
            Slot::Occupied(first) => {
                duplicates.push((*first.get(), entry.key));
                false
            }
            Slot::Vacant(slot) => {
                slot.insert(entry.key);
                true
            }
        });
        for (first, second) in duplicates {
            let text = scalar_text(&self.tree.nodes, second);
            let finding = mishap::duplicate_key(text, self.link_location(first), self.link_location(second));
            self.findings.push(finding);
        }
    }

    /// Adds the entries of what `<<` names, a mapping or a list of mappings, whose keys are not there yet.
    fn merge(&mut self, merged: &[Link], entries: &mut Vec<Entry>) {
        let nodes = &self.tree.nodes;
        let mut sources = Vec::new();
        for link in merged {
            match &nodes[link.node as usize].content {
                Content::Sequence(links) => sources.extend_from_slice(links),
                _ => sources.push(*link),
            }
        }
        let mut present: IndexSet<&str> = entries.iter().map(|entry| scalar_text(nodes, entry.key)).collect();
        for source in sources {
            let through = |link: Link| Link { alias: source.alias.or(link.alias), ..link };
            match &nodes[source.node as usize].content {
                Content::Mapping(more) => entries.extend(
                    more.iter()
                        .filter(|entry| present.insert(scalar_text(nodes, entry.key)))
                        .map(|entry| Entry { key: through(entry.key), value: through(entry.value) }),
                ),
                Content::Unusable => {}
                _ => self.findings.push(mishap::merge_of_no_mapping(self.link_location(source))),
            }
        }
    }

    fn check_tag(&mut self, tag: Option<&Tag>, span: Span) {
        if let Some(tag) = tag.filter(|tag| tag.is_custom()) {
            self.findings.push(mishap::unknown_tag(&tag.original(), self.location(span)));
        }
    }

    fn second_document(&self, span: Span) -> Diagnostic {
        let first = self.tree.root.map(|root| self.tree.nodes[root.node as usize].span);
        let first = first.map(|span| self.location(mishap::first_character(self.text, span.start as usize)));
        mishap::second_document(self.location(span), first)
    }

    /// Keeps what was complete when the text broke off: whole sections and, of the open section, whole entries.
    /// What is deeper is likely cut or misread, and so is a scalar right before the break.
    fn break_off(&mut self) {
        const KEPT: usize = 2;
        self.findings.break_off();
        if self.open.len() > KEPT {
            self.open.truncate(KEPT);
        } else if let Some(open) = self.open.last_mut() {
            let nodes = &self.tree.nodes;
            let is_scalar = |link: &Link| matches!(nodes[link.node as usize].content, Content::Scalar(_));
            open.children.pop_if(|last| is_scalar(last));
        }
        while let Some(open) = self.open.pop() {
            self.close(open);
        }
    }

    fn finish(mut self) -> Tree<'t> {
        let is_empty = match self.tree.root.map(|root| &self.tree.nodes[root.node as usize].content) {
            None => true,
            Some(Content::Scalar(scalar)) => scalar.is_null(),
            Some(_) => false,
        };
        if is_empty && self.findings.is_empty() {
            self.findings.push(mishap::empty(self.location(Span::new(0, 0))));
        }
        if is_empty {
            self.tree.root = None;
        }
        self.tree
    }

    fn add(&mut self, span: Span, content: Content<'t>) -> u32 {
        let node = u32::try_from(self.tree.nodes.len()).expect("a file of limited size has fewer than 2^32 nodes");
        self.tree.nodes.push(Node { span, content });
        node
    }

    fn span(&self, span: granit_parser::Span) -> Span {
        let end = self.text.len();
        let start = span.start.byte_offset().unwrap_or(end).min(end);
        Span::from(start..span.end.byte_offset().unwrap_or(end).clamp(start, end))
    }

    fn slice(&self, span: Span) -> &'t str {
        self.text.get(span.range()).unwrap_or_default()
    }

    fn location(&self, span: Span) -> Location {
        Location { file: self.tree.file, span }
    }

    fn link_location(&self, link: Link) -> Location {
        self.location(link.alias.unwrap_or(self.tree.nodes[link.node as usize].span))
    }
}

fn scalar_text<'n>(nodes: &'n [Node<'_>], link: Link) -> &'n str {
    match &nodes[link.node as usize].content {
        Content::Scalar(scalar) => &scalar.text,
        _ => "",
    }
}

/// Where the letters of a scalar's text are in the file.
fn verbatim(file: &str, text: &str, style: ScalarStyle, span: Span) -> Option<Verbatim> {
    let written = file.get(span.range())?;
    let (inside, quotes) = match style {
        ScalarStyle::SingleQuoted => (written.get(1..written.len().checked_sub(1)?)?, Quotes::Single),
        ScalarStyle::DoubleQuoted => (written.get(1..written.len().checked_sub(1)?)?, Quotes::Double),
        ScalarStyle::Plain | ScalarStyle::Literal | ScalarStyle::Folded => (written, Quotes::None),
    };
    let skipped = u32::from(quotes != Quotes::None);
    Verbatim::find(text, inside, span.start.checked_add(skipped)?, quotes)
}
