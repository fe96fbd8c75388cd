//! Rules that only the Rust compiler can judge.
//!
//! `codegen` reports them at their places in the manifest when a project is built. Nothing in this crate finds them, so
//! `lint` has nothing to say about their examples.

use super::Rule;
use crate::diagnostic::Severity;

/// A manifest whose one filter is this expression.
macro_rules! filter {
    ($expression:literal) => {
        concat!(
            "schemas: { order: schemas/order.avsc }\n",
            "topics: { orders: { key: string, value: order }, large: { key: string, value: order } }\n",
            "producers: { checkout: { topics: [orders] } }\n",
            "processors:\n",
            "  pick:\n",
            "    flow:\n",
            "      orders: { source: orders }\n",
            "      picked: { from: orders, filter: '",
            $expression,
            "' }\n",
            "      out: { from: picked, sink: large }\n",
            "consumers: { billing: { topics: [large] } }\n",
        )
    };
}

pub(super) const RULES: &[Rule] = &[Rule {
    code: "expression::rejected",
    severity: Severity::Error,
    summary: "An expression that the Rust compiler rejects.",
    why: "Expressions are compiled into the generated crate. `lint` checks names and simple types; what needs the whole \
          type system, such as the methods of a type and what they return, is decided when the project is built.",
    example: filter!("customer.size() > 20"),
    fix: filter!("customer.len() > 20"),
}];
