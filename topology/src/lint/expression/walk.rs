//! The checks of everything inside of an expression.

use std::collections::BTreeSet;

use syn::spanned::Spanned as _;
use syn::visit::{self, Visit};
use syn::{Expr, Member, Pat};

use super::infer::{Infer, Made, agree, fits, is_arithmetic, is_comparison, is_logical};
use super::rules::{ASSIGNMENT, MISSING_FIELD, OPERAND_TYPE, UNKNOWN_FIELD, UNKNOWN_NAME, UNKNOWN_VARIANT};
use super::scope::{Defined, Scope};
use crate::diagnostic::Diagnostic;
use crate::expression::Expression;
use crate::lint::near::nearest;
use crate::rust::{RustField, RustType};
use crate::source::Location;
use crate::verbatim::Verbatim;

/// Checks an expression. What it makes, if that is plain.
pub(super) fn check(
    syntax: &Expr,
    expression: &Expression,
    scope: &Scope<'_>,
    findings: &mut Vec<Diagnostic>,
) -> Option<Made> {
    let mut locals = Locals::default();
    locals.visit_expr(syntax);
    let infer = Infer { scope, locals: locals.names };
    let first = findings.len();
    let mut walk = Walk { infer, expression, has_items: locals.has_items, findings };
    walk.visit_expr(syntax);
    let made = walk.infer.made(syntax);
    if !expression.verbatim.as_ref().is_some_and(Verbatim::is_unbroken) {
        // A fix would have to be folded and escaped as the scalar is.
        findings[first..].iter_mut().for_each(|finding| finding.fix = None);
    }
    made
}

/// The names that an expression itself introduces.
#[derive(Default)]
struct Locals {
    names: BTreeSet<String>,
    has_items: bool,
}

impl<'ast> Visit<'ast> for Locals {
    fn visit_pat_ident(&mut self, pattern: &'ast syn::PatIdent) {
        self.names.insert(pattern.ident.to_string());
        visit::visit_pat_ident(self, pattern);
    }

    fn visit_item(&mut self, _: &'ast syn::Item) {
        self.has_items = true;
    }
}

struct Walk<'w> {
    infer: Infer<'w>,
    expression: &'w Expression,
    /// Functions and constants of its own can have any name.
    has_items: bool,
    findings: &'w mut Vec<Diagnostic>,
}

impl<'ast> Visit<'ast> for Walk<'_> {
    fn visit_expr_path(&mut self, path: &'ast syn::ExprPath) {
        match path.path.get_ident() {
            Some(ident) => self.name(ident),
            None => self.variant(&path.path),
        }
    }

    fn visit_pat(&mut self, pattern: &'ast Pat) {
        if let Pat::Path(path) = pattern {
            self.variant(&path.path);
            return;
        }
        visit::visit_pat(self, pattern);
    }

    fn visit_expr_field(&mut self, field: &'ast syn::ExprField) {
        if let (Member::Named(name), Some(Made::Rust(RustType::Named(id)))) =
            (&field.member, self.infer.made(&field.base))
        {
            let types = self.infer.scope.types;
            let fields = types.rust.fields(id);
            if !fields.is_empty() {
                self.member(name, fields, &types.name(id));
            }
        }
        visit::visit_expr_field(self, field);
    }

    fn visit_expr_struct(&mut self, made: &'ast syn::ExprStruct) {
        if let Some(Defined::Record(id)) = self.infer.scope.types.find(made.path.segments.iter()) {
            let types = self.infer.scope.types;
            self.literal(made, types.rust.fields(id), &types.name(id));
        }
        visit::visit_expr_struct(self, made);
    }

    fn visit_expr_assign(&mut self, assign: &'ast syn::ExprAssign) {
        let is_local = match &*assign.left {
            Expr::Path(path) => path.path.get_ident().is_some_and(|name| self.infer.locals.contains(&name.to_string())),
            _ => self.has_items || !self.infer.locals.is_empty(),
        };
        if is_local {
            return visit::visit_expr_assign(self, assign);
        }
        let at = self.at(&assign.eq_token);
        let finding = ASSIGNMENT
            .finding("expression assigns and does not compare")
            .label(at, "`=` assigns")
            .note("Values cannot be changed in an expression.")
            .help("write `==`")
            .fix(at, "==");
        self.findings.push(finding);
    }

    fn visit_expr_binary(&mut self, binary: &'ast syn::ExprBinary) {
        if is_logical(&binary.op) {
            self.condition(&binary.left);
            self.condition(&binary.right);
        } else if is_comparison(&binary.op) || is_arithmetic(&binary.op) {
            self.operands(binary);
        }
        visit::visit_expr_binary(self, binary);
    }
}

impl Walk<'_> {
    fn at(&self, node: &impl syn::spanned::Spanned) -> Location {
        self.expression.locate(node.span().byte_range())
    }

    /// A name that stands alone.
    fn name(&mut self, ident: &syn::Ident) {
        let name = ident.to_string();
        let scope = self.infer.scope;
        let is_known = self.has_items || self.infer.locals.contains(&name) || scope.name(&name).is_some();
        if is_known || ["drop", "self", "crate", "super", "_"].contains(&name.as_str()) {
            return;
        }
        if name.starts_with(|c: char| !c.is_lowercase() && c != '_' && c != 'r') {
            self.bare_variant(ident, &name);
            return;
        }
        let finding = UNKNOWN_NAME
            .finding(format!("`{name}` is not known in this expression"))
            .label(self.at(ident), "no field has this name");
        let fields = scope.fields();
        let candidates = fields.iter().map(|field| field.ident.as_str()).chain(["event", "key"]);
        self.findings.push(match nearest(&name, candidates) {
            Some(near) => finding.help(format!("did you mean `{near}`?")).fix(self.at(ident), near),
            None if fields.is_empty() => finding.help("the value is `event`, and its key is `key`"),
            None => finding.help(format!("the fields of the value are {}", listed(fields))),
        });
    }

    /// A capital name alone, such as `Paid`; it may be a type or a constant, unless an enum has it.
    fn bare_variant(&mut self, ident: &syn::Ident, name: &str) {
        let types = self.infer.scope.types;
        let is_prelude = ["None", "Some", "Ok", "Err"].contains(&name);
        let Some(path) = types.enum_with(name).filter(|path| !is_prelude && *path != name) else { return };
        let finding = UNKNOWN_NAME
            .finding(format!("`{name}` is not known in this expression"))
            .label(self.at(ident), "a variant without its enum")
            .help(format!("write `{path}::{name}`"))
            .fix(self.at(ident), format!("{path}::{name}"));
        self.findings.push(finding);
    }

    /// `Status::Paid`: whether the enum has it.
    fn variant(&mut self, path: &syn::Path) {
        let types = self.infer.scope.types;
        let enclosing = path.segments.iter().take(path.segments.len().saturating_sub(1));
        let (Some(Defined::Enum(id)), Some(last)) = (types.find(enclosing), path.segments.last()) else { return };
        let name = last.ident.to_string();
        let symbols = types.rust.symbols(id);
        let is_associated = name == "ALL" || name.starts_with(|c: char| c.is_ascii_lowercase());
        if symbols.contains(&name) || is_associated {
            return;
        }
        let finding = UNKNOWN_VARIANT
            .finding(format!("enum `{}` has no variant `{name}`", types.name(id)))
            .label(self.at(&last.ident), "no such variant");
        let finding = if let Some(near) = nearest(&name, symbols.iter().map(String::as_str)) {
            finding.help(format!("did you mean `{near}`?")).fix(self.at(&last.ident), near)
        } else {
            let names: Vec<_> = symbols.iter().take(8).map(|symbol| format!("`{symbol}`")).collect();
            finding.help(format!("its variants are {}", names.join(", ")))
        };
        self.findings.push(finding);
    }

    fn member(&mut self, name: &syn::Ident, fields: &[RustField], record: &str) {
        if fields.iter().any(|field| name == &field.ident) {
            return;
        }
        let finding =
            UNKNOWN_FIELD.finding(format!("`{record}` has no field `{name}`")).label(self.at(name), "no such field");
        let near = nearest(&name.to_string(), fields.iter().map(|field| field.ident.as_str()));
        self.findings.push(match near {
            Some(near) => finding.help(format!("did you mean `{near}`?")).fix(self.at(name), near),
            None => finding.help(format!("its fields are {}", listed(fields))),
        });
    }

    fn literal(&mut self, made: &syn::ExprStruct, fields: &[RustField], record: &str) {
        let mut given = BTreeSet::new();
        for field in &made.fields {
            if let Member::Named(name) = &field.member {
                self.member(name, fields, record);
                given.insert(name.to_string());
            }
        }
        let missing: Vec<_> = fields.iter().filter(|field| !given.contains(&field.ident)).collect();
        if let (Some(first), None) = (missing.first(), &made.rest) {
            let others = missing.len() - 1;
            let more = if others == 0 { String::new() } else { format!(" and {others} more") };
            let finding = MISSING_FIELD
                .finding(format!("`{record} {{ ... }}` leaves out the field `{}`{more}", first.ident))
                .label(self.at(&made.path), "this value")
                .note("A record has a value for every field; a default in the schema is for readers of old records.")
                .help(format!("add `{}: ...`", first.ident));
            self.findings.push(finding);
        }
    }

    fn condition(&mut self, side: &Expr) {
        let Some(made) = self.infer.made(side) else { return };
        if fits(&made, &RustType::Bool) == Some(false) {
            let finding = OPERAND_TYPE
                .finding("`&&` and `||` join conditions")
                .label(self.at(side), format!("this is {}", made.describe(self.infer.scope.types)))
                .help("compare it with something");
            self.findings.push(finding);
        }
    }

    fn operands(&mut self, binary: &syn::ExprBinary) {
        let (Some(left), Some(right)) = (self.infer.made(&binary.left), self.infer.made(&binary.right)) else { return };
        let is_text = |made: &Made| matches!(made, Made::Rust(RustType::String));
        if agree(&left, &right) != Some(false) || (is_arithmetic(&binary.op) && (is_text(&left) || is_text(&right))) {
            return;
        }
        let types = self.infer.scope.types;
        let op = self.expression.text.get(binary.op.span().byte_range()).unwrap_or_default();
        let finding = OPERAND_TYPE
            .finding(format!("operator `{op}` does not take {} and {}", left.describe(types), right.describe(types)))
            .label(self.at(&binary.left), format!("this is {}", left.describe(types)))
            .label(self.at(&binary.right), format!("this is {}", right.describe(types)));
        let finding = match mend(&left, &right, &binary.right, types) {
            Some((replacement, is_certain)) => {
                let finding = finding.help(format!("write `{replacement}`"));
                if is_certain { finding.fix(self.at(&binary.right), replacement) } else { finding }
            }
            None => finding,
        };
        self.findings.push(finding);
    }
}

/// What to write on the right instead, and whether that is certain.
fn mend(left: &Made, right: &Made, written: &Expr, types: &super::Types<'_>) -> Option<(String, bool)> {
    let Expr::Lit(syn::ExprLit { lit, .. }) = written else { return None };
    match (left, right, lit) {
        (Made::Rust(RustType::F32 | RustType::F64), Made::Whole, syn::Lit::Int(number)) => {
            Some((format!("{}.0", number.base10_digits()), true))
        }
        (Made::Rust(RustType::Named(id)), Made::Rust(RustType::String), syn::Lit::Str(text)) => {
            let camel = crate::rust::ident::upper_camel_case(&text.value());
            let symbols = types.rust.symbols(*id);
            let variant = symbols.iter().find(|symbol| **symbol == camel).map(String::as_str);
            let variant = variant.or_else(|| nearest(&camel, symbols.iter().map(String::as_str)))?;
            Some((format!("{}::{variant}", types.name(*id)), variant == camel))
        }
        (Made::Rust(RustType::Option(inner, _)), other, _)
            if fits(other, inner) == Some(true) && **inner != RustType::String =>
        {
            Some(("Some(...)".to_owned(), false))
        }
        _ => None,
    }
}

fn listed(fields: &[RustField]) -> String {
    const SHOWN: usize = 8;
    let names: Vec<_> = fields.iter().take(SHOWN).map(|field| format!("`{}`", field.ident)).collect();
    let more = if fields.len() > SHOWN { ", ..." } else { "" };
    names.join(", ") + more
}
