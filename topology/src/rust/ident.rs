//! One name from one case to another, and names that are taken.

use std::collections::{BTreeMap, BTreeSet};

/// Words that are not identifiers unless they are written raw (Rust 2024: strict and reserved keywords).
const KEYWORDS: [&str; 48] = [
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "do", "dyn", "else", "enum",
    "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop", "macro", "match", "mod", "move",
    "mut", "override", "priv", "pub", "ref", "return", "static", "struct", "trait", "true", "try", "type", "typeof",
    "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
];

/// Words that cannot even be written raw.
const NEVER_RAW: [&str; 4] = ["self", "Self", "super", "crate"];

/// The name in `snake_case`, raw if it is a keyword: `orderId` is `order_id`, `type` is `r#type`.
pub fn snake_case(name: &str) -> String {
    let lower: Vec<String> = words(name).map(str::to_lowercase).collect();
    escape(&lower.join("_"), "underscore")
}

/// The name in `UpperCamelCase`: `PAID` is `Paid`, `in_transit` is `InTransit`.
pub fn upper_camel_case(name: &str) -> String {
    let mut camel = String::new();
    for word in words(name) {
        // `V1_2` is not `V12`.
        if camel.ends_with(|c: char| c.is_ascii_digit()) && word.starts_with(|c: char| c.is_ascii_digit()) {
            camel.push('_');
        }
        let (first, rest) = word.split_at(1);
        camel += &first.to_uppercase();
        camel += &rest.to_lowercase();
    }
    escape(&camel, "Underscore")
}

/// The name of a type: as it is written where that is a Rust type's name already, so that `HTTPEvent` keeps its
/// capitals, else in `UpperCamelCase`.
pub fn type_name(name: &str) -> String {
    let is_camel = name.starts_with(|c: char| c.is_ascii_uppercase()) && !name.contains('_');
    if is_camel { escape(name, "") } else { upper_camel_case(name) }
}

/// Makes an identifier of a name in the right case. `blank` stands for a name of underscores only.
fn escape(name: &str, blank: &str) -> String {
    if name.is_empty() {
        return blank.to_owned();
    }
    if NEVER_RAW.contains(&name) {
        return format!("{name}_");
    }
    if name.starts_with(|c: char| c.is_ascii_digit()) {
        return format!("_{name}");
    }
    if KEYWORDS.contains(&name) { format!("r#{name}") } else { name.to_owned() }
}

/// The words of a name: split at underscores, before a capital that follows a small letter or a digit, and before the
/// last capital of a run that a small letter follows (`HTTPServer` is `HTTP` and `Server`).
///
/// A name is ASCII here: Avro allows letters, digits and underscores.
fn words(name: &str) -> impl Iterator<Item = &str> {
    name.split(|c: char| !c.is_ascii_alphanumeric()).flat_map(words_of_part).filter(|word| !word.is_empty())
}

fn words_of_part(part: &str) -> Vec<&str> {
    let bytes = part.as_bytes();
    let starts_word = |at: usize| {
        let follows_capital = bytes[at - 1].is_ascii_uppercase();
        let precedes_small = bytes.get(at + 1).is_some_and(u8::is_ascii_lowercase);
        bytes[at].is_ascii_uppercase() && (!follows_capital || precedes_small)
    };
    let mut words = Vec::new();
    let mut start = 0;
    for at in 1..part.len() {
        if starts_word(at) {
            words.push(&part[start..at]);
            start = at;
        }
    }
    words.push(&part[start..]);
    words
}

/// Gives each of these names an identifier of its own: `wanted`, or where two want the same, with a number at the end.
///
/// Who is written as its identifier keeps it, whatever joins later; then the first in the order of the names.
/// The result is in the order of the input.
pub fn allocate(names: &[&str], wanted: impl Fn(&str) -> String, taken: &BTreeSet<String>) -> Vec<String> {
    let mut taken = taken.clone();
    let mut order: Vec<(bool, &str, usize, String)> = Vec::with_capacity(names.len());
    for (index, name) in names.iter().enumerate() {
        let ident = wanted(name);
        order.push((ident.trim_start_matches("r#") != *name, name, index, ident));
    }
    order.sort();
    let mut idents: BTreeMap<usize, String> = BTreeMap::new();
    for (_, _, index, ident) in order {
        let ident = free(&ident, &taken);
        taken.insert(ident.clone());
        idents.insert(index, ident);
    }
    idents.into_values().collect()
}

/// The identifier, or the first numbered one that is not taken.
fn free(ident: &str, taken: &BTreeSet<String>) -> String {
    if !taken.contains(ident) {
        return ident.to_owned();
    }
    // The underscore that made an identifier of a keyword is not needed with a number.
    let base = ident.trim_start_matches("r#").trim_end_matches('_');
    let is_type = base.starts_with(|c: char| c.is_ascii_uppercase());
    let separator = if is_type && !base.ends_with(|c: char| c.is_ascii_digit()) { "" } else { "_" };
    let mut number = 2_u64;
    loop {
        let numbered = format!("{base}{separator}{number}");
        if !taken.contains(&numbered) {
            return numbered;
        }
        number += 1;
    }
}
