//! The keywords of arrays.

use super::{Part, Rest};
use crate::json::Json;
use crate::json_schema::{Draft, Node};

/// What is asked of an array.
#[derive(Debug)]
pub(crate) struct Array<'a> {
    pub(crate) items: Items<'a>,
    /// What is asked of the items after those of a tuple.
    pub(crate) additional: Rest<'a>,
    pub(crate) unevaluated: Rest<'a>,
    pub(crate) contains: Option<Part<'a>>,
}

/// What is asked of the items by their position.
#[derive(Debug)]
pub(crate) enum Items<'a> {
    /// Nothing.
    Any,
    /// The same of each.
    All(Part<'a>),
    /// Of each its own.
    Tuple(Vec<Part<'a>>),
}

impl<'a> Array<'a> {
    pub(super) fn load(node: Node<'a>) -> Self {
        let list = |keyword| {
            let items = node.get(keyword).and_then(Json::as_array)?;
            Some(Items::Tuple(items.iter().map(|json| Part::whole(node.child(json))).collect()))
        };
        let all = || Part::under(node, "items").map_or(Items::Any, Items::All);
        let prefix = if node.draft() >= Draft::Draft2020 { list("prefixItems") } else { None };
        // From 2020-12 on, `items` is what `additionalItems` was.
        let additional_keyword = if prefix.is_some() { "items" } else { "additionalItems" };
        let is_additional_known = prefix.is_some() || node.draft() < Draft::Draft2020;
        let has_unevaluated = node.draft() >= Draft::Draft2019
            && node.get("items").is_none_or(|json| json.as_array().is_some())
            && (node.get(additional_keyword).is_none() || !is_additional_known);
        Self {
            items: prefix.or_else(|| list("items")).unwrap_or_else(all),
            additional: if is_additional_known { Rest::load(node, additional_keyword) } else { Rest::Allowed },
            unevaluated: if has_unevaluated { Rest::load(node, "unevaluatedItems") } else { Rest::Allowed },
            contains: Part::under(node, "contains").filter(|_| node.draft() >= Draft::Draft6),
        }
    }

    pub(crate) fn tuple(&self) -> &[Part<'a>] {
        match &self.items {
            Items::Tuple(parts) => parts,
            _ => &[],
        }
    }

    pub(crate) fn all(&self) -> Option<Part<'a>> {
        match self.items {
            Items::All(part) => Some(part),
            _ => None,
        }
    }

    /// What is asked of the items after those of a tuple, by whichever keyword.
    pub(crate) fn rest(&self) -> Rest<'a> {
        if matches!(self.additional, Rest::Allowed) { self.unevaluated } else { self.additional }
    }
}
