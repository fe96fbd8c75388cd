//! Avro's names: dotted full names and the enclosing namespace (Avro 1.12 specification, "Names").

use super::model::FullName;

/// The names that can never be defined: `record Order { int int; }` would read as the primitive.
pub(super) const PRIMITIVES: [&str; 8] = ["null", "boolean", "int", "long", "float", "double", "bytes", "string"];

impl FullName {
    /// The full name that a written name means: a dotted one is full already, a simple one is in the namespace.
    /// An empty namespace is the null namespace.
    pub fn resolve(written: &str, namespace: Option<&str>) -> Self {
        let (namespace, name) = match written.rsplit_once('.') {
            Some((namespace, name)) => (Some(namespace), name),
            None => (namespace, written),
        };
        Self { namespace: namespace.filter(|namespace| !namespace.is_empty()).map(Into::into), name: name.into() }
    }
}

/// What a simple name breaks, as the end of "it ...": `[A-Za-z_][A-Za-z0-9_]*`.
pub(super) fn simple_name_problem(name: &str) -> Option<String> {
    let is_letter = |byte: u8| byte.is_ascii_alphabetic() || byte == b'_';
    let is_plain = |(position, byte): (usize, u8)| is_letter(byte) || (position > 0 && byte.is_ascii_digit());
    if !name.is_empty() && name.bytes().enumerate().all(is_plain) {
        return None;
    }
    let first = name.chars().next();
    match first {
        None => return Some("is empty".to_owned()),
        Some(first) if !(first.is_ascii_alphabetic() || first == '_') => {
            return Some(format!("starts with {first:?}; a name starts with a letter or `_`"));
        }
        Some(_) => {}
    }
    let other = name.chars().find(|c| !(c.is_ascii_alphanumeric() || *c == '_'))?;
    Some(format!("has the character {other:?}; letters, digits and `_` are allowed"))
}

/// What a dotted name breaks, as the end of "it ...".
pub(super) fn dotted_name_problem(name: &str) -> Option<String> {
    name.split('.').find_map(|part| match simple_name_problem(part) {
        Some(_) if part.is_empty() && !name.is_empty() => Some("has an empty part between its dots".to_owned()),
        problem => problem,
    })
}
