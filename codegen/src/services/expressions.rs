//! The expressions of the manifest as functions, one each.
//!
//! They have a module of their own, which imports every event type by a glob: a record called `Output` or `Message`
//! is what the expression means by that name, and the flow beside it is not disturbed. A function binds the fields
//! that its expression uses and ends with the expression itself, token for token, which is how
//! [`locate`](crate::locate) finds the way back.

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use syn::visit::{self, Visit};
use syn::{Expr, ItemFn, Stmt, parse_quote};
use topology::Topology;
use topology::expression::Expression;
use topology::ir::{Mapping, Operation, Payload, Processor, SchemaId};

use super::fields::{self, Bound, Field};
use super::names::{Names, StageNames, ident};
use super::used::Used;

/// The path of the module in the service's crate.
pub(crate) const PATH: &str = "src/expressions.rs";

/// An expression of a flow: the function that it becomes, what it sees and what it makes.
pub(crate) struct Site<'a> {
    /// The function.
    pub(crate) function: Ident,
    /// The expression.
    pub(crate) expression: &'a Expression,
    /// Keys of the stage that it reads.
    key: Payload,
    /// Values of the stage that it reads.
    pub(crate) event: Payload,
    makes: Makes,
    /// What it is, such as "the field `amount` of stage `payment`".
    pub(crate) title: String,
}

impl Site<'_> {
    /// The field that it makes; none for a filter and for a whole record.
    pub(crate) fn field(&self) -> Option<&Field> {
        match &self.makes {
            Makes::Field(field) => Some(field),
            Makes::Condition | Makes::Record(_) => None,
        }
    }
}

/// What an expression makes.
enum Makes {
    Condition,
    Record(SchemaId),
    Field(Field),
}

/// The expressions of a processor, in the order of its flow.
pub(crate) fn sites<'a>(names: &Names<'_>, processor: &'a Processor, stages: &StageNames) -> Vec<Site<'a>> {
    let mut sites = Vec::new();
    for (index, stage) in processor.flow.iter().enumerate() {
        let (from, mapping, into) = match &stage.operation {
            Operation::Source { .. } | Operation::Sink { .. } => continue,
            Operation::Filter { from, predicate } => {
                let from = processor.stage(from.value);
                sites.push(Site {
                    function: stages.stage(index),
                    expression: predicate,
                    key: from.key,
                    event: from.value,
                    makes: Makes::Condition,
                    title: format!("the filter of stage `{}`", stage.name),
                });
                continue;
            }
            Operation::Map { from, mapping, into } => (processor.stage(from.value), mapping, into.value),
        };
        match mapping {
            Mapping::Expression(expression) => sites.push(Site {
                function: stages.stage(index),
                expression,
                key: from.key,
                event: from.value,
                makes: Makes::Record(into),
                title: format!("the map of stage `{}`", stage.name),
            }),
            Mapping::Fields(fields) => sites.extend(fields.iter().enumerate().filter_map(|(position, field)| {
                let target = fields::target(names, into, &field.field.value)?;
                Some(Site {
                    function: stages.field(index, position),
                    expression: &field.expression,
                    key: from.key,
                    event: from.value,
                    makes: Makes::Field(target),
                    title: format!("the field `{}` of stage `{}`", field.field.value, stage.name),
                })
            })),
        }
    }
    sites
}

/// `expressions.rs`; none for a flow without expressions.
pub(crate) fn module(names: &Names<'_>, processor: &Processor, stages: &StageNames) -> Option<syn::File> {
    let sites = sites(names, processor, stages);
    if sites.is_empty() {
        return None;
    }
    let title = format!(" The expressions of `{}`, as the manifest has them.", processor.name);
    let mut file: syn::File = parse_quote! {
        #![doc = #title]
        #![allow(
            dead_code, deprecated, unused_braces, unused_imports, unused_parens, unused_variables, clippy::all,
            reason = "the expressions are the manifest's; what is wrong with them is reported there"
        )]

        use crate::events::*;
    };
    file.items.extend(sites.iter().map(|site| syn::Item::Fn(function(names, site))));
    Some(file)
}

fn function(names: &Names<'_>, site: &Site<'_>) -> ItemFn {
    let name = &site.function;
    let key = passed(names, site.key);
    let event = passed(names, site.event);
    let returns = match &site.makes {
        Makes::Condition => quote!(bool),
        Makes::Record(schema) => names.in_glob(Payload::Schema(*schema)).unwrap_or_default(),
        Makes::Field(field) => field.made.clone(),
    };
    let doc = format!(" {}{}.", site.title[..1].to_uppercase(), &site.title[1..]);
    let expression = syntax(site.expression);
    let bindings = bindings(names, site.event, &Used::of(&expression));
    let mut function: ItemFn = parse_quote! {
        #[doc = #doc]
        pub(crate) fn #name(key: #key, event: #event) -> #returns {
            #bindings
        }
    };
    // As a tree, not as tokens: `match a { .. } == b` would be something else at the end of a block.
    function.block.stmts.push(Stmt::Expr(yielding(names, site, expression), None));
    function
}

fn passed(names: &Names<'_>, payload: Payload) -> TokenStream {
    names.in_glob(payload).map_or_else(|| names.passed(payload), |record| quote!(&#record))
}

/// The expression as syntax. One that does not parse is a finding of lint; whoever generates all the same gets an
/// error of the compiler.
fn syntax(expression: &Expression) -> Expr {
    let parsed = expression.parse().ok().filter(|parsed| {
        let mut printable = Printable(true);
        printable.visit_expr(parsed);
        printable.0
    });
    parsed.unwrap_or_else(|| parse_quote!(::core::compile_error!("this is not an expression of stable Rust")))
}

/// The expression where a bare field name stands for a copy of the field.
fn yielding(names: &Names<'_>, site: &Site<'_>, expression: Expr) -> Expr {
    let Makes::Field(target) = &site.makes else { return expression };
    let is_copied =
        !target.is_text() && bare_field(names, site, &expression).is_some_and(|field| field.bound != Bound::Copy);
    if is_copied { parse_quote!(#expression.clone()) } else { expression }
}

fn bare_field(names: &Names<'_>, site: &Site<'_>, expression: &Expr) -> Option<Field> {
    let Expr::Path(path) = expression else { return None };
    let name = path.path.get_ident()?.to_string();
    fields::seen(names, site.event).into_iter().find(|field| field.ident == name)
}

/// A variable for each field that is used. A field called `event` comes last: the others are taken from the event.
fn bindings(names: &Names<'_>, event: Payload, used: &Used) -> TokenStream {
    let mut bound = fields::seen(names, event);
    bound.retain(|field| used.contains(&field.ident));
    bound.sort_by_key(|field| field.ident == "event");
    let bindings = bound.into_iter().map(|field| {
        let name = ident(&field.ident);
        match field.bound {
            Bound::Text => quote!(let #name = event.#name.as_str();),
            Bound::Copy => quote!(let #name = event.#name;),
            Bound::Reference => quote!(let #name = &event.#name;),
        }
    });
    quote!(#(#bindings)*)
}

/// Whether `prettyplease` can write it: it has no tree for syntax that is not stable.
struct Printable(bool);

impl<'ast> Visit<'ast> for Printable {
    fn visit_expr(&mut self, node: &'ast Expr) {
        self.0 &= !matches!(node, Expr::Verbatim(_));
        visit::visit_expr(self, node);
    }

    fn visit_type(&mut self, node: &'ast syn::Type) {
        self.0 &= !matches!(node, syn::Type::Verbatim(_));
        visit::visit_type(self, node);
    }

    fn visit_pat(&mut self, node: &'ast syn::Pat) {
        self.0 &= !matches!(node, syn::Pat::Verbatim(_));
        visit::visit_pat(self, node);
    }

    fn visit_type_param_bound(&mut self, node: &'ast syn::TypeParamBound) {
        self.0 &= !matches!(node, syn::TypeParamBound::Verbatim(_));
        visit::visit_type_param_bound(self, node);
    }

    fn visit_item(&mut self, node: &'ast syn::Item) {
        use syn::Item;
        self.0 &= !matches!(node, Item::Verbatim(_) | Item::Impl(_) | Item::Trait(_) | Item::ForeignMod(_));
        visit::visit_item(self, node);
    }
}

/// Whether the manifest has an expression at this path of the generated files, and whose.
pub(crate) fn processor_at<'a>(topology: &'a Topology, path: &str) -> Option<&'a Processor> {
    let crates = super::crates::service_crates(topology);
    let folder = path.strip_suffix(PATH)?.strip_suffix('/')?;
    let owner = crates.iter().find(|crates| crates.library_folder == folder)?;
    topology.processors.iter().find(|processor| processor.name == owner.service)
}
