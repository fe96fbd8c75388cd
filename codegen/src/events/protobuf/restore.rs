//! Names of schemas where `prost` wrote those that were made for Rust.

use proc_macro2::{Group, Literal, TokenStream, TokenTree};
use quote::ToTokens;
use syn::{Item, ItemImpl, ItemMod, parse_quote};

use super::names::Names;

impl Names {
    /// Gives messages and values of enums the names back that records and registries know them by.
    pub(super) fn restore(&self, items: &mut [Item], modules: &[String]) {
        for item in items {
            match item {
                Item::Impl(implementation) => self.restore_impl(implementation, modules),
                Item::Mod(ItemMod { ident, content: Some((_, items)), .. }) => {
                    let inner: Vec<String> = modules.iter().cloned().chain([ident.to_string()]).collect();
                    self.restore(items, &inner);
                }
                _ => {}
            }
        }
    }

    fn restore_impl(&self, implementation: &mut ItemImpl, modules: &[String]) {
        let rust_type = implementation.self_ty.to_token_stream().to_string();
        if implementation.trait_.is_none() {
            if let Some(texts) = self.texts.get(&(modules.to_vec(), rust_type)).filter(|texts| !texts.is_empty()) {
                let tokens = replaced(implementation.to_token_stream(), texts);
                *implementation = parse_quote!(#tokens);
            }
            return;
        }
        let Some(new) = super::full_name(implementation) else { return };
        let Some(old) = self.messages.get(&new).filter(|old| **old != new) else { return };
        // `NAME` is what is behind the package and the messages around; a package may have been renamed, too.
        let name = |full: &str| full.rsplit('.').next().unwrap_or(full).to_owned();
        let package = |full: &str| self.packages.get(full).cloned().unwrap_or_default();
        let (old_package, new_package) = package(old);
        let texts = [
            (new.clone(), old.clone()),
            (format!("/{new}"), format!("/{old}")),
            (name(&new), name(old)),
            (new_package, old_package),
        ];
        let tokens = replaced(implementation.to_token_stream(), &texts);
        *implementation = parse_quote!(#tokens);
    }
}

/// The same tokens with other texts.
fn replaced(tokens: TokenStream, texts: &[(String, String)]) -> TokenStream {
    let token = |token: TokenTree| match token {
        TokenTree::Group(group) => TokenTree::Group(Group::new(group.delimiter(), replaced(group.stream(), texts))),
        TokenTree::Literal(literal) => {
            let text = literal.to_string();
            let known = texts
                .iter()
                .find(|(new, _)| text.strip_prefix('"').and_then(|text| text.strip_suffix('"')) == Some(new));
            known.map_or(TokenTree::Literal(literal), |(_, old)| TokenTree::Literal(Literal::string(old)))
        }
        other => other,
    };
    tokens.into_iter().map(token).collect()
}
