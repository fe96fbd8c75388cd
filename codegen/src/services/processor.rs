//! The crate of a processor: its flow, and `run`. A person has nothing to add.

use std::collections::BTreeMap;

use proc_macro2::TokenStream;
use quote::quote;
use syn::parse_quote;
use topology::ir::{Operation, Processor, TopicId};

use super::Module;
use super::names::{Names, StageNames};
use super::{expressions, flow, head};

/// The modules of the crate.
pub(super) fn modules(names: &Names<'_>, processor: &Processor) -> Vec<Module> {
    let stages = StageNames::new(processor);
    let mut modules = vec![("src/flow.rs", flow::module(names, processor, &stages))];
    let expressions = expressions::module(names, processor, &stages);
    modules.push(("src/lib.rs", library(names, processor, &stages, expressions.is_some())));
    modules.extend(expressions.map(|file| (expressions::PATH, file)));
    modules
}

fn library(names: &Names<'_>, processor: &Processor, stages: &StageNames, has_expressions: bool) -> syn::File {
    let head = names.library_head(
        &processor.name,
        processor.doc.as_deref(),
        "What it does is the flow of the manifest; call [`run`].",
    );
    let events = names.events_export();
    let service = names.service_constant(&processor.name);
    let group = processor.group.as_str();
    let start = head::start(processor.start);
    let on_error = head::on_error(&processor.on_error);
    let error_doc = format!(" {}", head::on_error_text(&processor.on_error));
    let sources = sources(names, processor, stages);
    let sinks: BTreeMap<TopicId, _> =
        processor.sinks().map(|topic| (topic.value, names.constant(topic.value))).collect();
    let sinks = sinks.into_values();
    let expressions = has_expressions.then(|| {
        quote!(
            mod expressions;
        )
    });
    parse_quote! {
        #head

        pub mod topics;
        mod flow;
        #expressions

        use std::process::ExitCode;
        use std::time::Duration;

        use topology_runtime::{OnError, Processor, ServiceInfo, Start, Then};

        #events

        #service

        /// Runs the service until the process is asked to end, or until a record that fails stops it.
        ///
        /// A record is committed after everything that it led to was acknowledged; after a crash it may be processed again.
        ///
        #[doc = #error_doc]
        pub fn run() -> ExitCode {
            Processor::new(SERVICE, #group)
                .start(#start)
                .on_error(#on_error)
                #(#sources)*
                #(.sink(topics::#sinks))*
                .run()
        }
    }
}

/// One source for each topic, whatever number of stages reads it.
fn sources(names: &Names<'_>, processor: &Processor, stages: &StageNames) -> Vec<TokenStream> {
    let mut readers: BTreeMap<TopicId, Vec<_>> = BTreeMap::new();
    for (index, stage) in processor.flow.iter().enumerate() {
        if let Operation::Source { topic } = &stage.operation {
            readers.entry(topic.value).or_default().push(stages.stage(index));
        }
    }
    let source = |(topic, readers): (TopicId, Vec<proc_macro2::Ident>)| {
        let constant = names.constant(topic);
        match readers.as_slice() {
            [reader] => quote!(.source(topics::#constant, flow::#reader)),
            readers => quote! {
                .source(topics::#constant, |message, output| {
                    #(flow::#readers(message, output)?;)*
                    Ok(())
                })
            },
        }
    };
    readers.into_iter().map(source).collect()
}
