//! Which names an expression uses.
//!
//! Generated code binds the fields that an expression uses and no others, so that it reads like code that a person
//! wrote. Names that the expression itself introduces (closure parameters, `let`) may be counted too: they shadow
//! the binding, which does no harm.

use std::collections::BTreeSet;

use proc_macro2::{TokenStream, TokenTree};
use syn::visit::{self, Visit};
use syn::{Expr, ExprPath, Macro};

/// The names that an expression uses as values.
#[derive(Debug, Default)]
pub(crate) struct Used(BTreeSet<String>);

impl Used {
    /// The names in an expression.
    pub(crate) fn of(expression: &Expr) -> Self {
        let mut used = Self::default();
        used.visit_expr(expression);
        used
    }

    /// Whether a name, with its `r#` if it has one, is used.
    pub(crate) fn contains(&self, name: &str) -> bool {
        self.0.contains(name)
    }

    /// Macros see tokens, not expressions; so every name counts that does not follow a dot.
    fn tokens(&mut self, tokens: TokenStream) {
        let mut follows_dot = false;
        for token in tokens {
            let is_dot = matches!(&token, TokenTree::Punct(punct) if punct.as_char() == '.' && !follows_dot);
            match token {
                TokenTree::Ident(ident) if !follows_dot => {
                    self.0.insert(ident.to_string());
                }
                TokenTree::Group(group) => self.tokens(group.stream()),
                TokenTree::Literal(literal) => self.format_string(&literal.to_string()),
                TokenTree::Ident(_) | TokenTree::Punct(_) => {}
            }
            follows_dot = is_dot;
        }
    }

    /// `{name}`, `{name:>width$}` and `{:.precision$}` in a string literal.
    fn format_string(&mut self, literal: &str) {
        for piece in literal.split('{').skip(1) {
            let Some((inside, _)) = piece.split_once('}') else { continue };
            let (argument, spec) = inside.split_once(':').unwrap_or((inside, ""));
            let counts = spec.split_inclusive('$').filter_map(|part| part.strip_suffix('$'));
            let last_word = |text: &str| {
                let start = text.rfind(|c: char| !(c.is_alphanumeric() || c == '_')).map_or(0, |at| at + 1);
                text.get(start..).unwrap_or_default().to_owned()
            };
            for name in counts.map(last_word).chain([argument.trim().to_owned()]) {
                self.0.insert(format!("r#{name}"));
                self.0.insert(name);
            }
        }
    }
}

impl<'ast> Visit<'ast> for Used {
    fn visit_expr_path(&mut self, path: &'ast ExprPath) {
        if let Some(name) = path.path.get_ident() {
            self.0.insert(name.to_string());
        }
        visit::visit_expr_path(self, path);
    }

    fn visit_macro(&mut self, called: &'ast Macro) {
        self.tokens(called.tokens.clone());
    }
}

#[cfg(test)]
mod tests {
    use super::Used;

    #[track_caller]
    fn uses(expression: &str, name: &str) -> bool {
        Used::of(&syn::parse_str(expression).unwrap()).contains(name)
    }

    #[test]
    fn sees_values_and_not_fields_methods_types_or_paths() {
        assert!(uses("amount > 0.0", "amount"));
        assert!(uses("Payment { amount, ..other }", "amount"));
        assert!(uses("lines.iter().any(|l| l.price > amount)", "amount"));
        assert!(uses("r#type == 1", "r#type"));
        assert!(!uses("event.amount > 0.0", "amount"));
        assert!(!uses("event.amount()", "amount"));
        assert!(!uses("Payment { amount: 1 }", "amount"));
        assert!(!uses("status == status::amount", "amount"));
    }

    #[test]
    fn sees_into_macros_and_their_format_strings() {
        assert!(uses("matches!(status, Status::Paid if amount > 1.0)", "amount"));
        assert!(uses("format!(\"{amount:.2}\") == x", "amount"));
        assert!(uses("format!(\"{:>amount$}\", 1) == x", "amount"));
        assert!(uses("format!(\"{type}\") == x", "r#type"));
        assert!(uses("[0..amount].len() > vec![0..amount].len()", "amount"));
        assert!(!uses("matches!(event.amount, 1)", "amount"));
    }
}
