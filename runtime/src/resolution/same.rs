//! Whether two schemas write the same bytes.
//!
//! Names and documentation may differ; the shape may not. A reader may know more symbols and branches behind those of
//! the writer.

use std::collections::HashSet;

use super::MAX_DEPTH;
use super::schema::{Arena, Node, NodeId, Primitive};

/// Whether every record of `writer` is, byte by byte, the same record of `reader`.
pub(super) fn are_same(arena: &Arena, writer: NodeId, reader: NodeId) -> bool {
    Comparison { arena, assumed: HashSet::new() }.same(writer, reader, 0)
}

struct Comparison<'a> {
    arena: &'a Arena,
    /// Pairs that are being compared or were: a recursive type is the same unless a difference is found.
    assumed: HashSet<(NodeId, NodeId)>,
}

impl Comparison<'_> {
    fn same(&mut self, writer: NodeId, reader: NodeId, depth: usize) -> bool {
        if depth > MAX_DEPTH {
            return false;
        }
        if !self.assumed.insert((writer, reader)) {
            return true;
        }
        let depth = depth + 1;
        match (self.arena.node(writer), self.arena.node(reader)) {
            (Node::Primitive { primitive: a, logical: la }, Node::Primitive { primitive: b, logical: lb }) => {
                (a == b || (*a == Primitive::Int && *b == Primitive::Long)) && fit(la.as_ref(), lb.as_ref())
            }
            (Node::Fixed { name: a, size: sa, logical: la }, Node::Fixed { name: b, size: sb, logical: lb }) => {
                a.simple() == b.simple() && sa == sb && fit(la.as_ref(), lb.as_ref())
            }
            (Node::Enum { name: a, symbols: sa, .. }, Node::Enum { name: b, symbols: sb, .. }) => {
                a.simple() == b.simple() && sb.starts_with(sa)
            }
            (Node::Array(a), Node::Array(b)) | (Node::Map(a), Node::Map(b)) => self.same(*a, *b, depth),
            (Node::Union(a), Node::Union(b)) => {
                a.len() <= b.len() && a.iter().zip(b).all(|(a, b)| self.same(*a, *b, depth))
            }
            (Node::Record { fields: a, .. }, Node::Record { fields: b, .. }) => {
                a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.name == b.name && self.same(a.node, b.node, depth))
            }
            _ => false,
        }
    }
}

/// Whether the numbers mean the same. A side without a logical type does not say.
pub(super) fn fit(writer: Option<&String>, reader: Option<&String>) -> bool {
    match (writer, reader) {
        (Some(writer), Some(reader)) => writer == reader,
        _ => true,
    }
}
