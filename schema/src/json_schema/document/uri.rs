//! URIs of schemas: relative to a base, compared after normalisation, without their fragment.

use fluent_uri::{Iri, IriRef};

/// What the texts without a URI of their own are relative to, so that file names can be compared like URIs.
const NOWHERE: &str = "nowhere:///";

/// The URI without fragment that `reference` means where `base` is in force; `None` if it is not a URI reference.
pub(super) fn join(base: Option<&str>, reference: &str) -> Option<String> {
    let base = Iri::parse(base.unwrap_or(NOWHERE)).ok()?;
    let (reference, _) = split_fragment(reference);
    let joined = IriRef::parse(reference).ok()?.resolve_against(&base).ok()?;
    Some(joined.normalize().into_string())
}

/// A reference as its URI and its fragment, each empty if there is none.
pub(super) fn split_fragment(reference: &str) -> (&str, &str) {
    reference.split_once('#').unwrap_or((reference, ""))
}

/// The URI as people wrote it: `None` if it is only a name within these texts.
#[cfg(test)]
pub(super) fn shown(uri: &str) -> Option<&str> {
    if uri.starts_with(NOWHERE) { None } else { Some(uri) }
}

/// The URI, or the name within these texts.
pub(super) fn shown_name(uri: &str) -> &str {
    uri.strip_prefix(NOWHERE).unwrap_or(uri)
}

/// A fragment without its `%` escapes; `None` if they are not UTF-8. A `%` without two digits stays.
pub(super) fn decode(fragment: &str) -> Option<String> {
    let bytes = fragment.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let digit = |offset: usize| bytes.get(at + offset).and_then(|byte| char::from(*byte).to_digit(16));
        if let (b'%', Some(high), Some(low)) = (byte, digit(1), digit(2)) {
            decoded.push(u8::try_from(high * 16 + low).expect("two hexadecimal digits are at most 255"));
            at += 3;
        } else {
            decoded.push(byte);
            at += 1;
        }
    }
    String::from_utf8(decoded).ok()
}
