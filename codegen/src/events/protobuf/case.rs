//! How `prost` writes Protobuf names in Rust.
//!
//! What it does is not public, and whoever asks whether two names become one has to know it. Tests compare this with
//! what `prost` generates: they look up every type and every field by the names found here.

use heck::{ToSnakeCase, ToUpperCamelCase};

/// Keywords that are written raw, and those that cannot be.
const RAW: [&str; 47] = [
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "do", "dyn", "else", "enum",
    "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop", "macro", "match", "mod", "move", "mut",
    "override", "priv", "pub", "ref", "return", "static", "struct", "trait", "true", "try", "type", "typeof", "unsafe",
    "unsized", "use", "virtual", "where", "while", "yield",
];
const NEVER_RAW: [&str; 6] = ["_", "super", "self", "Self", "extern", "crate"];

/// A field or a module.
pub(super) fn snake(name: &str) -> String {
    sanitize(&name.to_snake_case())
}

/// A type or a variant.
pub(super) fn camel(name: &str) -> String {
    sanitize(&name.to_upper_camel_case())
}

/// The variant of an enum's value: without the name of the enum, if it begins with that.
pub(super) fn variant(enum_type: &str, value: &str) -> String {
    let whole = camel(value);
    match whole.strip_prefix(enum_type) {
        Some(stripped) if stripped.starts_with(char::is_uppercase) => sanitize(stripped),
        _ => sanitize(&whole),
    }
}

fn sanitize(ident: &str) -> String {
    if RAW.contains(&ident) {
        format!("r#{ident}")
    } else if NEVER_RAW.contains(&ident) {
        format!("{ident}_")
    } else if ident.starts_with(char::is_numeric) {
        format!("_{ident}")
    } else {
        ident.to_owned()
    }
}
