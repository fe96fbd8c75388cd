//! What the libraries of all kinds of services begin with.

use std::time::Duration;

use proc_macro2::{Ident, Literal, TokenStream};
use quote::quote;
use topology::ir::{OnError, Start, Then};
use topology::name::ServiceName;
use topology::rust::ident::upper_camel_case;

use super::crates::{events_package, rust_name};
use super::names::{Names, ident};
use crate::events::doc;

/// Names that mean something else in the libraries.
const TAKEN: [&str; 34] = [
    "Arc",
    "Box",
    "Clone",
    "Consumer",
    "Context",
    "Copy",
    "Debug",
    "Default",
    "Delivery",
    "Drop",
    "Duration",
    "ExitCode",
    "F",
    "Fn",
    "FnOnce",
    "Fut",
    "Future",
    "HandlerError",
    "Message",
    "OnError",
    "Option",
    "Processor",
    "Producer",
    "ProducerService",
    "Result",
    "Send",
    "SendError",
    "ServiceInfo",
    "Start",
    "String",
    "Sync",
    "Then",
    "Topic",
    "Vec",
];

impl Names<'_> {
    /// The documentation of the crate, and what it says of its lints.
    pub(super) fn library_head(&self, service: &ServiceName, about: Option<&str>, usage: &str) -> TokenStream {
        let title = format!(" The service `{service}` of `{}`.", self.topology.name.value);
        let about = about.map(|text| {
            let lines = doc::plain_text(text.trim());
            let lines = lines.lines().map(|line| format!(" {line}"));
            quote!(#![doc = ""] #(#![doc = #lines])*)
        });
        let usage = format!(" {usage}");
        quote! {
            #![doc = #title]
            #about
            #![doc = ""]
            #![doc = #usage]
            #![forbid(unsafe_code)]
            #![allow(rustdoc::bare_urls, reason = "texts are the manifest's")]
        }
    }

    /// The event types, under the one name that all services have for them.
    pub(super) fn events_export(&self) -> TokenStream {
        let events = ident(&rust_name(&events_package(self.topology)));
        quote!(pub use #events as events;)
    }

    /// What the runtime is told about the service.
    pub(super) fn service_constant(&self, service: &ServiceName) -> TokenStream {
        let topology = self.topology.name.value.as_str();
        let name = service.as_str();
        quote!(const SERVICE: ServiceInfo = ServiceInfo { topology: #topology, name: #name };)
    }
}

/// The type or trait of a service: `Billing`.
pub(crate) fn service_type(service: &ServiceName) -> Ident {
    let name = upper_camel_case(service.as_str());
    if TAKEN.contains(&name.as_str()) { ident(&format!("{name}Service")) } else { ident(&name) }
}

/// The runtime's `Start`.
pub(super) fn start(start: Start) -> TokenStream {
    match start {
        Start::Earliest => quote!(Start::Earliest),
        Start::Latest => quote!(Start::Latest),
    }
}

/// The runtime's `OnError`.
pub(super) fn on_error(on_error: &OnError) -> TokenStream {
    let retries = Literal::u32_unsuffixed(on_error.retries);
    let backoff_min = duration(on_error.backoff_min);
    let backoff_max = duration(on_error.backoff_max);
    let then = match on_error.then {
        Then::Stop => quote!(Then::Stop),
        Then::Skip => quote!(Then::Skip),
    };
    quote!(OnError { retries: #retries, backoff_min: #backoff_min, backoff_max: #backoff_max, then: #then })
}

/// What becomes of a record that fails, in a sentence.
pub(super) fn on_error_text(on_error: &OnError) -> String {
    let then = match on_error.then {
        Then::Stop => "the service stops, and the record comes again when it starts",
        Then::Skip => "it is logged and skipped",
    };
    let OnError { retries, backoff_min, backoff_max, .. } = on_error;
    match retries {
        0 => format!("A record that fails is not tried again: {then}."),
        1 => format!("A record that fails is tried once more, after {backoff_min:?}; then {then}."),
        _ => format!(
            "A record that fails is tried up to {retries} times more, after pauses from {backoff_min:?} to \
             {backoff_max:?}; then {then}."
        ),
    }
}

fn duration(duration: Duration) -> TokenStream {
    let whole_seconds = duration.subsec_nanos() == 0;
    if whole_seconds {
        let seconds = Literal::u64_unsuffixed(duration.as_secs());
        return quote!(Duration::from_secs(#seconds));
    }
    let millis = Literal::u64_unsuffixed(u64::try_from(duration.as_millis()).unwrap_or(u64::MAX));
    quote!(Duration::from_millis(#millis))
}
