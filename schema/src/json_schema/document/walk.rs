//! Every schema of a document, once: those that keywords hold and those that only a reference leads to.

use std::collections::BTreeSet;

use super::{Document, Node};
use crate::span::Place;

/// The schemas of all texts, those of the document itself first.
pub(super) fn schemas(document: &Document) -> Vec<Node<'_>> {
    let mut seen: BTreeSet<Place> = BTreeSet::new();
    let mut found = Vec::new();
    for file in 0..document.index.texts.len() {
        let mut waiting = vec![document.text(file)];
        while let Some(node) = waiting.pop() {
            if node.is_built_in() || !seen.insert(node.own_place()) {
                continue;
            }
            found.push(node);
            waiting.extend(node.children());
            let targets = node.references().filter_map(|member| node.resolve(member.value.as_str()?));
            waiting.extend(targets.collect::<Vec<_>>());
        }
    }
    found
}
