//! The crate of a producer: a handle with a method for each of its topics, and `run`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::parse_quote;
use topology::ir::{Payload, Producer, TopicId};

use super::Module;
use super::head::service_type;
use super::names::{Names, ident};
use crate::events::doc;

/// The modules of the crate.
pub(super) fn modules(names: &Names<'_>, producer: &Producer) -> Vec<Module> {
    vec![("src/lib.rs", library(names, producer))]
}

fn library(names: &Names<'_>, producer: &Producer) -> syn::File {
    let handle = service_type(&producer.name);
    let head = names.library_head(
        &producer.name,
        producer.doc.as_deref(),
        &format!("Pass an async function to [`run`]; it gets a [`{handle}`], whose methods send records."),
    );
    let events = names.events_export();
    let service = names.service_constant(&producer.name);
    let topics: Vec<TopicId> = producer.topics.iter().map(|topic| topic.value).collect();
    let formats = topics.iter().any(|topic| names.topology[*topic].tombstones);
    let formats = formats.then(|| quote!(Topic, format));
    let methods = topics.iter().map(|topic| methods(names, *topic));
    let registered = topics.iter().map(|topic| names.constant(*topic));
    let handle_doc = format!(" Sends the records of `{}`; cheap to clone, usable from any task.", producer.name);
    let run_doc = format!(" Runs `{}` until `service` returns or the process is asked to end.", producer.name);
    parse_quote! {
        #head

        pub mod topics;

        use std::process::ExitCode;

        use topology_runtime::{Producer, ProducerService, ServiceInfo, #formats};

        #events
        pub use topology_runtime::{Context, Delivery, HandlerError, SendError};

        #service

        #[doc = #handle_doc]
        #[derive(Clone, Debug)]
        pub struct #handle {
            producer: Producer,
        }

        impl #handle {
            #(#methods)*
        }

        #[doc = #run_doc]
        #[doc = ""]
        #[doc = " `service` is called once the cluster has the topics and the registry their schemas; it ends soon after its"]
        #[doc = " context says that the service is stopping. What it sent is flushed before the process ends."]
        pub fn run<F, Fut>(service: F) -> ExitCode
        where
            F: FnOnce(#handle, Context) -> Fut + Send,
            Fut: Future<Output = Result<(), HandlerError>> + Send,
        {
            ProducerService::new(SERVICE)
                #(.topic(topics::#registered))*
                .run(|producer, context| service(#handle { producer }, context))
        }
    }
}

/// What can be done to a topic: sending a value, and deleting a key where the topic knows tombstones.
fn methods(names: &Names<'_>, topic: TopicId) -> TokenStream {
    let node = &names.topology[topic];
    let constant = names.constant(topic);
    let send = names.method("send", topic);
    let (key_parameter, key) = parameter("key", names, node.key.value);
    let (value_parameter, value) = parameter("value", names, node.value.value);
    let about = node.doc.as_deref().map(|text| {
        let lines = doc::of(Some(text), "");
        quote!(#[doc = ""] #lines)
    });
    let title = format!(" Sends a record to `{}`, and resolves when the brokers have it.", node.name);
    let docs = quote! {
        #[doc = #title]
        #about
    };
    if !node.tombstones {
        return quote! {
            #docs
            pub async fn #send(&self, #key_parameter #value_parameter) -> Result<Delivery, SendError> {
                self.producer.send(&topics::#constant, #key, #value).await
            }
        };
    }
    let delete = names.method("delete", topic);
    let delete_title =
        format!(" Sends a tombstone to `{}`: the key is gone for whoever reads it as a table.", node.name);
    let key_format = names.format(node.key.value);
    let value_format = names.format(node.value.value);
    quote! {
        #docs
        pub async fn #send(&self, #key_parameter #value_parameter) -> Result<Delivery, SendError> {
            const VALUES: Topic<#key_format, #value_format> = Topic::new(topics::#constant.name());
            self.producer.send(&VALUES, #key, #value).await
        }

        #[doc = #delete_title]
        pub async fn #delete(&self, #key_parameter) -> Result<Delivery, SendError> {
            const TOMBSTONES: Topic<#key_format, format::Nothing> = Topic::new(topics::#constant.name());
            self.producer.send(&TOMBSTONES, #key, &()).await
        }
    }
}

/// A parameter, and how it is passed on. What is always null needs none.
fn parameter(name: &str, names: &Names<'_>, payload: Payload) -> (TokenStream, TokenStream) {
    let name = ident(name);
    let passed = names.passed(payload);
    match payload {
        Payload::Nothing => (TokenStream::new(), quote!(&())),
        Payload::Int | Payload::Long => (quote!(#name: #passed,), quote!(&#name)),
        Payload::Bytes | Payload::String | Payload::Schema(_) => (quote!(#name: #passed,), quote!(#name)),
        Payload::OneOf(_) => {
            let owned = names.owned(payload);
            (quote!(#name: impl Into<#owned>,), quote!(&#name.into()))
        }
    }
}
