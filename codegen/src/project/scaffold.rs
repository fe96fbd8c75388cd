//! The binaries that a person fills in, and the workspace.
//!
//! They compile and run as they are: a producer sends an example a second, a consumer logs what it gets, a processor
//! has nothing to fill in. Once written they belong to the person.

use proc_macro2::TokenStream;
use quote::quote;
use syn::parse_quote;
use topology::Topology;
use topology::ir::{Consumer, Payload, Producer, TopicId};

use super::example::Examples;
use super::package::{Dependency, Package};
use crate::file::File;
use crate::render;
use crate::services::crates::{ServiceCrates, rust_name, service_crates};
use crate::services::head::service_type;
use crate::services::names::{Names, ident};

/// The workspace finds its packages by itself, so that a new service needs no change here.
const WORKSPACE: &str = r#"[workspace]
resolver = "3"
members = ["generated/*", "services/*"]

[profile.dev]
# Line tables are enough for backtraces; full debug information makes linking slow.
debug = "line-tables-only"
"#;

pub(super) const GITIGNORE: &str = "/target/\n/.topology/\n";

/// The files that are written once.
pub fn files(topology: &Topology) -> Vec<File> {
    let names = Names::new(topology);
    let crates = service_crates(topology);
    let mut rest = crates.iter();
    let mut files = vec![File::scaffold("Cargo.toml", WORKSPACE), File::scaffold(".gitignore", GITIGNORE)];
    for (node, crates) in topology.producers.iter().zip(rest.by_ref()) {
        let tokio = Dependency::version("tokio", "1", &["time"]);
        files.extend(binary(crates, node.doc.as_deref(), vec![tokio], producer(&names, crates, node)));
    }
    for (node, crates) in topology.processors.iter().zip(rest.by_ref()) {
        files.extend(binary(crates, node.doc.as_deref(), Vec::new(), processor(crates)));
    }
    for (node, crates) in topology.consumers.iter().zip(rest) {
        let tracing = Dependency::version("tracing", "0.1", &[]);
        files.extend(binary(crates, node.doc.as_deref(), vec![tracing], consumer(&names, crates, node)));
    }
    files
}

fn binary(crates: &ServiceCrates, doc: Option<&str>, others: Vec<Dependency>, main: syn::File) -> [File; 2] {
    let library = Dependency::path(&crates.library, format!("../../{}", crates.library_folder));
    let package = Package {
        name: crates.binary.clone(),
        description: doc.unwrap_or("A service of the topology."),
        dependencies: [library].into_iter().chain(others).collect(),
    };
    let folder = &crates.binary_folder;
    [
        File::scaffold(format!("{folder}/Cargo.toml"), package.scaffold()),
        File::scaffold(format!("{folder}/src/main.rs"), render::plain(main)),
    ]
}

fn processor(crates: &ServiceCrates) -> syn::File {
    let library = ident(&rust_name(&crates.library));
    let title = format!(" The service `{}`. What it does is its flow in the manifest.", crates.service);
    parse_quote! {
        #![doc = #title]

        use std::process::ExitCode;

        fn main() -> ExitCode {
            #library::run()
        }
    }
}

fn consumer(names: &Names<'_>, crates: &ServiceCrates, consumer: &Consumer) -> syn::File {
    let library = ident(&rust_name(&crates.library));
    let title = format!(" The service `{}`.", consumer.name);
    let handler = service_type(&consumer.name);
    let topics: Vec<TopicId> = consumer.topics.iter().map(|topic| topic.value).collect();
    let methods = topics.iter().map(|topic| {
        let method = names.handler(*topic);
        let key = names.owned(names.topology[*topic].key.value);
        let value = names.topic_value(*topic);
        quote! {
            async fn #method(&self, message: Message<#key, #value>, _: &Context) -> Result<(), HandlerError> {
                tracing::info!(offset = message.offset, "{:?}", message.value);
                Ok(())
            }
        }
    });
    let has_records = topics.iter().any(|topic| {
        let topic = &names.topology[*topic];
        [topic.key.value, topic.value.value]
            .iter()
            .any(|payload| matches!(payload, Payload::Schema(_) | Payload::OneOf(_)))
    });
    let events = has_records.then(|| quote!(events,));
    parse_quote! {
        #![doc = #title]

        use std::process::ExitCode;

        use #library::{#handler, Context, HandlerError, Message, #events};

        fn main() -> ExitCode {
            #library::run(Handlers)
        }

        /// Logs every record; put here what the service shall do.
        struct Handlers;

        impl #handler for Handlers {
            #(#methods)*
        }
    }
}

fn producer(names: &Names<'_>, crates: &ServiceCrates, producer: &Producer) -> syn::File {
    let library = ident(&rust_name(&crates.library));
    let title = format!(" The service `{}`.", producer.name);
    let handle = service_type(&producer.name);
    let sends: Vec<TokenStream> = producer.topics.iter().filter_map(|topic| send(names, topic.value)).collect();
    let events = sends.iter().any(|send| send.to_string().contains("events ::")).then(|| quote!(events,));
    let mentions_number = sends.iter().any(|send| send.to_string().contains("number"));
    let number = mentions_number.then(|| quote!(let mut number: u32 = 0;));
    let count = mentions_number.then(|| quote!(number += 1;));
    parse_quote! {
        #![doc = #title]

        use std::process::ExitCode;
        use std::time::Duration;

        use #library::{#handle, Context, HandlerError, #events};

        fn main() -> ExitCode {
            #library::run(produce)
        }

        /// Sends an example each second until the service is asked to end; put here where records come from.
        async fn produce(service: #handle, context: Context) -> Result<(), HandlerError> {
            #number
            while !context.is_stopping() {
                #count
                #(#sends)*
                // A pause that ends early when the service is asked to end.
                let _ = tokio::time::timeout(Duration::from_secs(1), context.stopping()).await;
            }
            Ok(())
        }
    }
}

/// Sends an example to a topic; none where the schema has no finite value.
fn send(names: &Names<'_>, topic: TopicId) -> Option<TokenStream> {
    let node = &names.topology[topic];
    let method = names.method("send", topic);
    let examples = Examples::new(names);
    let key = match node.key.value {
        Payload::Nothing => TokenStream::new(),
        payload => {
            let key = examples.argument(payload, "key")?;
            quote!(#key,)
        }
    };
    let value = match node.value.value {
        Payload::Nothing => TokenStream::new(),
        payload => examples.argument(payload, "value")?,
    };
    Some(quote!(service.#method(#key #value).await?;))
}
