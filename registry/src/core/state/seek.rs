//! Where in a map the subjects begin that begin with a text.
//!
//! The map's own ranges find their start in a walk over almost everything before it.

use immutable_chunkmap::map::NodeRef;

use super::{NODE, Persistent};
use crate::core::names::Subject;

/// The entries from the first subject on that is not less than `start`, sorted.
pub(super) fn from<'a, V: Clone>(
    map: &'a Persistent<Subject, V>,
    start: &str,
) -> impl Iterator<Item = (&'a Subject, &'a V)> + use<'a, V> {
    // The nodes with something left, the first one on top.
    let mut ahead = Vec::new();
    let mut next = map.root();
    while let Some(node) = next {
        let is_before = node.pairs().last().is_none_or(|(last, _)| last.as_str() < start);
        next = if is_before { node.right() } else { node.left() };
        if !is_before {
            ahead.push(node);
        }
    }
    let start = start.to_owned();
    nodes(ahead).flat_map(|node| node.pairs()).skip_while(move |(subject, _)| subject.as_str() < start.as_str())
}

/// Each node of `ahead`, and those to the right of each.
fn nodes<V: Clone>(
    mut ahead: Vec<NodeRef<'_, Subject, V, NODE>>,
) -> impl Iterator<Item = NodeRef<'_, Subject, V, NODE>> {
    std::iter::from_fn(move || {
        let node = ahead.pop()?;
        let mut next = node.right();
        while let Some(one) = next {
            next = one.left();
            ahead.push(one);
        }
        Some(node)
    })
}
