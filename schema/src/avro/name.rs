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

/// Which bytes a simple name may have after its first.
const IN_NAMES: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < table.len() {
        #[expect(clippy::cast_possible_truncation, reason = "there are 256 bytes")]
        let is_in = (byte as u8).is_ascii_alphanumeric() || byte as u8 == b'_';
        table[byte] = is_in;
        byte += 1;
    }
    table
};

/// What a simple name breaks, as the end of "it ...": `[A-Za-z_][A-Za-z0-9_]*`.
pub(super) fn simple_name_problem(name: &str) -> Option<String> {
    let [starts, ..] = name.as_bytes() else { return Some("is empty".to_owned()) };
    if !starts.is_ascii_digit() && name.bytes().all(|byte| IN_NAMES[usize::from(byte)]) {
        return None;
    }
    if let Some(first) = name.chars().next().filter(|first| !(first.is_ascii_alphabetic() || *first == '_')) {
        return Some(format!("starts with {first:?}; a name starts with a letter or `_`"));
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

/// A hash that is quick for names. Names of one hash have to be compared.
pub(super) fn hash(bytes: &[u8]) -> u64 {
    const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;
    let (words, rest) = bytes.as_chunks::<8>();
    let rest = rest.iter().fold(1, |word, byte| word << 8 | u64::from(*byte));
    let mix = |hash: u64, word: u64| (hash.rotate_left(23) ^ word).wrapping_mul(FACTOR);
    mix(words.iter().fold(0, |hash, word| mix(hash, u64::from_le_bytes(*word))), rest)
}
