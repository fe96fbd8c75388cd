//! The module of topic constants that every service has.

use std::collections::BTreeSet;

use quote::quote;
use syn::parse_quote;
use topology::ir::TopicId;
use topology::name::ServiceName;

use super::names::Names;
use crate::events::doc;

/// `topics.rs`: a constant for each of these topics, in the order of the manifest.
pub(super) fn module(names: &Names<'_>, service: &ServiceName, topics: &[TopicId]) -> syn::File {
    let topics: BTreeSet<TopicId> = topics.iter().copied().collect();
    let title = format!(" The topics of `{service}`, with the formats of their keys and values.");
    let needs_events = topics.iter().any(|id| {
        let topic = &names.topology[*id];
        [topic.key.value, topic.value.value].iter().any(|payload| matches!(payload, topology::ir::Payload::Schema(_)))
    });
    let events = needs_events.then(|| {
        quote!(
            use crate::events;
        )
    });
    let constants = topics.into_iter().map(|id| {
        let topic = &names.topology[id];
        let text = topic.name.as_str();
        let doc = doc::of(topic.doc.as_deref(), &format!("The topic `{text}`."));
        let constant = names.constant(id);
        let key = names.format(topic.key.value);
        let value = names.format(topic.value.value);
        let value = if topic.tombstones { quote!(format::Nullable<#value>) } else { value };
        quote!(#doc pub const #constant: Topic<#key, #value> = Topic::new(#text);)
    });
    parse_quote! {
        #![doc = #title]

        #events
        use topology_runtime::{Topic, format};

        #(#constants)*
    }
}
