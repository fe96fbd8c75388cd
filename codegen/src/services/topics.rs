//! The module of topic constants that every service has.

use std::collections::BTreeSet;

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use syn::parse_quote;
use topology::ir::{Payload, Side, SubjectNameStrategy, Topic, TopicId};
use topology::name::ServiceName;

use super::names::{Names, ident};
use crate::events::doc;
use crate::events::one_of::alternatives;

/// `topics.rs`: a constant for each of these topics, in the order of the manifest.
pub(super) fn module(names: &Names<'_>, service: &ServiceName, topics: &[TopicId]) -> syn::File {
    let topics: BTreeSet<TopicId> = topics.iter().copied().collect();
    let title = format!(" The topics of `{service}`, with the formats of their keys and values.");
    let needs_events = topics.iter().any(|id| {
        let topic = &names.topology[*id];
        [topic.key.value, topic.value.value]
            .iter()
            .any(|payload| matches!(payload, Payload::Schema(_) | Payload::OneOf(_)))
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
        let subjects = [Side::Key, Side::Value].map(|side| subjects(names, topic, side));
        quote!(#doc pub const #constant: Topic<#key, #value> = Topic::new(#text) #(#subjects)*;)
    });
    parse_quote! {
        #![doc = #title]

        #events
        use topology_runtime::{Topic, format};

        #(#constants)*
    }
}

/// Names the subjects of a side whose subjects are not named after the topic.
fn subjects(names: &Names<'_>, topic: &Topic, side: Side) -> Option<TokenStream> {
    let payload = topic.payload(side).value;
    if topic.strategy(side) == SubjectNameStrategy::Topic {
        return None;
    }
    let schemas = match payload {
        Payload::OneOf(choice) => alternatives(names.topology, &names.catalog, choice),
        _ => return single(names, topic, side),
    };
    let subjects = schemas.iter();
    let subjects =
        subjects.map(|alternative| names.topology.subject_name(topic, side, alternative.schema).unwrap_or_default());
    let method = method(side);
    Some(quote!(.#method(&[#(#subjects),*])))
}

fn single(names: &Names<'_>, topic: &Topic, side: Side) -> Option<TokenStream> {
    let Payload::Schema(schema) = topic.payload(side).value else { return None };
    let subject = names.topology.subject_name(topic, side, schema)?;
    let method = method(side);
    Some(quote!(.#method(&[#subject])))
}

fn method(side: Side) -> Ident {
    match side {
        Side::Key => ident("with_key_subjects"),
        Side::Value => ident("with_value_subjects"),
    }
}
