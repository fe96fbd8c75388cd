//! A processor's stages as functions, each of which calls those that read it.
//!
//! A record is passed down the tree of stages by plain calls, so that the compiler sees through all of it. The
//! functions stay flat whatever the depth of the tree.
//!
//! Keys pass every stage unchanged. A tombstone (a null value, on compacted topics) passes every stage too, without
//! any expression seeing it, and ends in those sinks whose topics are compacted: what was deleted upstream must be
//! deleted downstream.

use std::collections::BTreeSet;

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use syn::parse_quote;
use topology::ir::{ChoiceId, FieldMapping, Mapping, Operation, Payload, Processor, SchemaId, Stage, StageId, TopicId};

use super::fields;
use super::names::{Names, StageNames, ident};
use crate::events::one_of::alternatives;

/// A flow, and what follows from its shape.
struct Flow<'a> {
    names: &'a Names<'a>,
    processor: &'a Processor,
    stages: &'a StageNames,
    facts: Vec<Facts>,
}

/// What follows for a stage from the stages around it.
#[derive(Clone, Default)]
struct Facts {
    /// Whether values may be null.
    tombstones: bool,
    /// The stages that read this one and lead to a sink.
    readers: Vec<usize>,
}

/// `flow.rs`.
pub(super) fn module(names: &Names<'_>, processor: &Processor, stages: &StageNames) -> syn::File {
    let flow = Flow { names, processor, stages, facts: facts(names, processor) };
    let title =
        format!(" The flow of `{}`: a function for each stage, which calls those that read it.", processor.name);
    let functions: Vec<TokenStream> = (0..processor.flow.len()).filter_map(|stage| flow.function(stage)).collect();
    let uses = |word: &str| functions.iter().any(|function| mentions(function, word));
    let expressions = uses("expressions").then(|| quote!(expressions,));
    let events = uses("events").then(|| quote!(events,));
    let topics = uses("topics").then(|| quote!(topics));
    let own = (uses("expressions") || uses("events") || uses("topics"))
        .then(|| quote!(use crate::{#events #expressions #topics};));
    let deprecated = flow.makes_deprecated().then(
        || quote!(#![allow(deprecated, reason = "the manifest makes fields that their schema marks as deprecated")]),
    );
    let topic = uses("Topic").then(|| quote!(Topic,));
    let format = uses("format").then(|| quote!(format));
    parse_quote! {
        #![doc = #title]
        #deprecated

        #own
        use topology_runtime::{HandlerError, Message, Output, #topic #format};

        #(#functions)*
    }
}

fn facts(names: &Names<'_>, processor: &Processor) -> Vec<Facts> {
    let mut facts = vec![Facts::default(); processor.flow.len()];
    for (index, stage) in processor.flow.iter().enumerate() {
        facts[index].tombstones = match (&stage.operation, input(&stage.operation)) {
            (Operation::Source { topic }, _) => names.topology[topic.value].tombstones,
            (_, Some(from)) => facts[from.0].tombstones,
            (_, None) => false,
        };
    }
    for (index, stage) in processor.flow.iter().enumerate().rev() {
        let leads_to_sink = matches!(stage.operation, Operation::Sink { .. }) || !facts[index].readers.is_empty();
        if let (true, Some(from)) = (leads_to_sink, input(&stage.operation)) {
            facts[from.0].readers.insert(0, index);
        }
    }
    facts
}

fn input(operation: &Operation) -> Option<StageId> {
    match operation {
        Operation::Source { .. } => None,
        Operation::Filter { from, .. } | Operation::Map { from, .. } | Operation::Sink { from, .. } => Some(from.value),
    }
}

fn mentions(tokens: &TokenStream, word: &str) -> bool {
    tokens.clone().into_iter().any(|token| match token {
        proc_macro2::TokenTree::Ident(ident) => ident == word,
        proc_macro2::TokenTree::Group(group) => mentions(&group.stream(), word),
        _ => false,
    })
}

impl Flow<'_> {
    /// The function of a stage; none for a stage that leads nowhere.
    fn function(&self, index: usize) -> Option<TokenStream> {
        let stage = &self.processor.flow[index];
        match &stage.operation {
            Operation::Source { topic } => Some(self.source(index, topic.value)),
            Operation::Sink { from, topic } => Some(self.sink(index, from.value, topic.value)),
            _ if self.facts[index].readers.is_empty() => None,
            Operation::Filter { from, predicate } => {
                let doc = format!(" Stage `{}`: passes on what `{}` holds for.", stage.name, one_line(&predicate.text));
                let event = self.given(from.value);
                let call = self.call_expression(index, from.value);
                let refused = if self.facts[index].tombstones {
                    quote!(event.is_some_and(|event| !#call))
                } else {
                    quote!(!#call)
                };
                let onward = self.onward(index, &quote!(key), &quote!(event));
                Some(self.stage_function(
                    index,
                    &doc,
                    &event,
                    &quote! {
                        if #refused {
                            return Ok(());
                        }
                        #onward
                    },
                ))
            }
            Operation::Map { from, mapping, into } => Some(self.map(index, from.value, mapping, into.value)),
        }
    }

    fn source(&self, index: usize, topic: TopicId) -> TokenStream {
        let name = self.stages.stage(index);
        let node = &self.names.topology[topic];
        let key = self.names.owned(node.key.value);
        let value = self.names.topic_value(topic);
        let doc = format!(" Stage `{}`: reads the topic `{}`.", self.processor.flow[index].name, node.name);
        if self.facts[index].readers.is_empty() {
            return quote! {
                #[doc = #doc]
                pub(crate) fn #name(_: &Message<#key, #value>, _: &mut Output) -> Result<(), HandlerError> {
                    Ok(())
                }
            };
        }
        let event = match node.value.value {
            Payload::String | Payload::Bytes if node.tombstones => quote!(message.value.as_deref()),
            _ if node.tombstones => quote!(message.value.as_ref()),
            _ => quote!(&message.value),
        };
        let onward = self.onward(index, &quote!(&message.key), &event);
        quote! {
            #[doc = #doc]
            pub(crate) fn #name(message: &Message<#key, #value>, output: &mut Output) -> Result<(), HandlerError> {
                #onward
            }
        }
    }

    fn map(&self, index: usize, from: StageId, mapping: &Mapping, into: SchemaId) -> TokenStream {
        let stage = &self.processor.flow[index];
        let schema = &self.names.topology[into];
        let doc = format!(" Stage `{}`: makes a `{}` of each value.", stage.name, schema.name);
        let made = match mapping {
            Mapping::Expression(_) => self.call_expression(index, from),
            Mapping::Fields(fields) => self.record(index, from, fields, into),
        };
        let tombstones = self.facts[index].tombstones;
        let (made, passed) = if tombstones {
            (quote!(event.map(|event| #made)), quote!(event.as_ref()))
        } else {
            (made, quote!(&event))
        };
        let onward = self.onward(index, &quote!(key), &passed);
        let event = self.given(from);
        self.stage_function(
            index,
            &doc,
            &event,
            &quote! {
                let event = #made;
                #onward
            },
        )
    }

    fn record(&self, index: usize, from: StageId, fields: &[FieldMapping], into: SchemaId) -> TokenStream {
        let record = self.names.schema(into);
        let mut made = BTreeSet::new();
        let fields: Vec<TokenStream> = fields
            .iter()
            .enumerate()
            .filter_map(|(position, mapping)| {
                let target = fields::target(self.names, into, &mapping.field.value)?;
                let function = self.stages.field(index, position);
                let arguments = self.arguments(from);
                let value = target.initializer(&quote!(expressions::#function(#arguments)));
                made.insert(target.ident);
                Some(value)
            })
            .collect();
        let others = fields::has_others(self.names, into, &made).then(|| quote!(..::core::default::Default::default()));
        quote!(#record { #(#fields,)* #others })
    }

    fn makes_deprecated(&self) -> bool {
        let maps = self.processor.flow.iter().filter_map(|stage| match &stage.operation {
            Operation::Map { mapping: Mapping::Fields(fields), into, .. } => Some((fields, into.value)),
            _ => None,
        });
        maps.flat_map(|(fields, into)| fields.iter().map(move |mapping| (mapping, into))).any(|(mapping, into)| {
            fields::target(self.names, into, &mapping.field.value).is_some_and(|field| field.is_deprecated)
        })
    }

    fn sink(&self, index: usize, from: StageId, topic: TopicId) -> TokenStream {
        let node = &self.names.topology[topic];
        let doc = format!(" Stage `{}`: writes the topic `{}`.", self.processor.flow[index].name, node.name);
        let send = Send::new(self.names, topic, self.processor.stage(from));
        let body = match (self.facts[index].tombstones, node.tombstones) {
            (false, false) => send.plain(),
            (false, true) => send.value(),
            (true, false) => {
                let plain = send.plain();
                quote! {
                    match event {
                        Some(event) => #plain,
                        None => Ok(()),
                    }
                }
            }
            (true, true) => send.value_or_tombstone(),
        };
        let event = self.given(from);
        self.stage_function(index, &doc, &event, &body)
    }

    /// A function that gets a key and an event, and writes to an output.
    fn stage_function(&self, index: usize, doc: &str, event: &TokenStream, body: &TokenStream) -> TokenStream {
        let name = self.stages.stage(index);
        let key = self.names.borrowed(self.processor.flow[index].key);
        let parameter = |name: &str| if mentions(body, name) { ident(name) } else { ident(&format!("_{name}")) };
        let (key_name, event_name) = (parameter("key"), parameter("event"));
        quote! {
            #[doc = #doc]
            fn #name(#key_name: #key, #event_name: #event, output: &mut Output) -> Result<(), HandlerError> {
                #body
            }
        }
    }

    /// The type of the events that a stage gives.
    fn given(&self, stage: StageId) -> TokenStream {
        let borrowed = self.names.borrowed(self.processor.stage(stage).value);
        if self.facts[stage.0].tombstones { quote!(Option<#borrowed>) } else { borrowed }
    }

    /// The calls of the stages that read this one.
    fn onward(&self, index: usize, key: &TokenStream, event: &TokenStream) -> TokenStream {
        let readers: Vec<_> = self.facts[index].readers.iter().map(|reader| self.stages.stage(*reader)).collect();
        let Some((last, others)) = readers.split_last() else {
            return quote!(Ok(()));
        };
        quote! {
            #(#others(#key, #event, output)?;)*
            #last(#key, #event, output)
        }
    }

    fn call_expression(&self, index: usize, from: StageId) -> TokenStream {
        let function = self.stages.stage(index);
        let arguments = self.arguments(from);
        quote!(expressions::#function(#arguments))
    }

    /// The key and the event as expressions get them: numbers by value.
    fn arguments(&self, from: StageId) -> TokenStream {
        let stage = self.processor.stage(from);
        let argument = |name: &str, payload: Payload| {
            let name = ident(name);
            if matches!(payload, Payload::Int | Payload::Long) { quote!(*#name) } else { quote!(#name) }
        };
        let key = argument("key", stage.key);
        let event = argument("event", stage.value);
        quote!(#key, #event)
    }
}

/// The ways to send to a topic.
struct Send {
    constant: Ident,
    key_format: TokenStream,
    value_format: TokenStream,
    key: TokenStream,
    event: TokenStream,
}

impl Send {
    fn new(names: &Names<'_>, topic: TopicId, from: &Stage) -> Self {
        let node = &names.topology[topic];
        let argument = |name: &str, given: Payload, payload: Payload| {
            let name = ident(name);
            match payload {
                Payload::Nothing => quote!(&()),
                Payload::OneOf(choice) if given != payload => one_of(names, &name, given, choice),
                _ => quote!(#name),
            }
        };
        Self {
            constant: names.constant(topic),
            key_format: names.format(node.key.value),
            value_format: names.format(node.value.value),
            key: argument("key", from.key, node.key.value),
            event: argument("event", from.value, node.value.value),
        }
    }

    fn plain(&self) -> TokenStream {
        let Self { constant, key, event, .. } = self;
        quote!(output.send(&topics::#constant, #key, #event))
    }

    fn value(&self) -> TokenStream {
        let Self { key, event, .. } = self;
        let values = self.values();
        quote! {
            #values
            output.send(&VALUES, #key, #event)
        }
    }

    fn value_or_tombstone(&self) -> TokenStream {
        let Self { constant, key_format, key, event, .. } = self;
        let values = self.values();
        quote! {
            #values
            const TOMBSTONES: Topic<#key_format, format::Nothing> = Topic::new(topics::#constant.name());
            match event {
                Some(event) => output.send(&VALUES, #key, #event),
                None => output.send(&TOMBSTONES, #key, &()),
            }
        }
    }

    fn values(&self) -> TokenStream {
        let Self { constant, key_format, value_format, .. } = self;
        quote!(const VALUES: Topic<#key_format, #value_format> = Topic::new(topics::#constant.name());)
    }
}

/// A record of one schema, or of some, as one of the schemas of a topic.
fn one_of(names: &Names<'_>, name: &Ident, given: Payload, choice: ChoiceId) -> TokenStream {
    let target = names.owned(Payload::OneOf(choice));
    let Payload::OneOf(source) = given else { return quote!(&#target::from(::core::clone::Clone::clone(#name))) };
    let source_type = names.owned(given);
    let variants = alternatives(names.topology, &names.catalog, source);
    let variants = variants.iter().map(|alternative| ident(&alternative.variant));
    quote!(&match #name { #(#source_type::#variants(value) => #target::from(::core::clone::Clone::clone(value)),)* })
}

/// An expression in a sentence of documentation.
fn one_line(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ").replace('`', "'");
    if line.chars().count() <= 80 { line } else { line.chars().take(77).chain("...".chars()).collect() }
}
