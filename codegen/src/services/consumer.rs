//! The crate of a consumer: the trait of its handlers, with a method for each topic, and `run`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::parse_quote;
use topology::ir::{Consumer, TopicId};

use super::Module;
use super::head;
use super::names::Names;
use crate::events::doc;

/// The modules of the crate.
pub(super) fn modules(names: &Names<'_>, consumer: &Consumer) -> Vec<Module> {
    vec![("src/lib.rs", library(names, consumer))]
}

fn library(names: &Names<'_>, consumer: &Consumer) -> syn::File {
    let handler = head::service_type(&consumer.name);
    let head = names.library_head(
        &consumer.name,
        consumer.doc.as_deref(),
        &format!("Implement [`{handler}`] and pass it to [`run`]."),
    );
    let events = names.events_export();
    let service = names.service_constant(&consumer.name);
    let topics: Vec<TopicId> = consumer.topics.iter().map(|topic| topic.value).collect();
    let methods = topics.iter().map(|topic| method(names, *topic));
    let routes = topics.iter().map(|topic| route(names, *topic));
    let group = consumer.group.as_str();
    let start = head::start(consumer.start);
    let on_error = head::on_error(&consumer.on_error);
    let trait_doc = format!(" What `{}` does with the records of each topic.", consumer.name);
    let error_doc = format!(" {}", head::on_error_text(&consumer.on_error));
    parse_quote! {
        #head

        pub mod topics;

        use std::process::ExitCode;
        use std::sync::Arc;
        use std::time::Duration;

        use topology_runtime::{Consumer, OnError, ServiceInfo, Start, Then};

        #events
        pub use topology_runtime::{Context, HandlerError, Message};

        #service

        #[doc = #trait_doc]
        #[doc = ""]
        #[doc = " The records of a partition come one after the other, partitions in parallel. A record is committed after its"]
        #[doc = " method returned `Ok`; after a crash it may come again."]
        #[doc = ""]
        #[doc = #error_doc]
        pub trait #handler: Send + Sync + 'static {
            #(#methods)*
        }

        /// Runs the service until the process is asked to end, or until a record that fails stops it.
        pub fn run(handler: impl #handler) -> ExitCode {
            let handler = Arc::new(handler);
            Consumer::new(SERVICE, #group)
                .start(#start)
                .on_error(#on_error)
                #(#routes)*
                .run()
        }
    }
}

fn method(names: &Names<'_>, topic: TopicId) -> TokenStream {
    let node = &names.topology[topic];
    let method = names.handler(topic);
    let key = names.owned(node.key.value);
    let value = names.topic_value(topic);
    let title = format!(" Handles a record of `{}`.", node.name);
    let about = node.doc.as_deref().map(|text| {
        let lines = doc::of(Some(text), "");
        quote!(#[doc = ""] #lines)
    });
    let tombstone =
        node.tombstones.then(|| quote!(#[doc = ""] #[doc = " A value of `None` is a tombstone: the key is gone."]));
    quote! {
        #[doc = #title]
        #about
        #tombstone
        fn #method(
            &self,
            message: Message<#key, #value>,
            context: &Context,
        ) -> impl Future<Output = Result<(), HandlerError>> + Send;
    }
}

fn route(names: &Names<'_>, topic: TopicId) -> TokenStream {
    let method = names.handler(topic);
    let constant = names.constant(topic);
    quote! {
        .topic(topics::#constant, {
            let handler = Arc::clone(&handler);
            move |message, context| {
                let handler = Arc::clone(&handler);
                async move { handler.#method(message, &context).await }
            }
        })
    }
}
