//! When two registrations are the same schema: Confluent's MD5, and the GUID that it is printed as.
//!
//! The hash covers the text, the references, the metadata and the rules, and not the format.

use std::fmt::{self, Write as _};
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use md5::{Digest as _, Md5};

use crate::contract::{Metadata, Rule, RuleSet};

/// A reference as the identity sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReferenceKey<'a> {
    /// How the text refers to it.
    pub name: &'a str,
    /// The subject that it is registered under.
    pub subject: &'a str,
    /// Its version; -1 for the latest.
    pub version: i32,
}

/// An identity: 16 bytes that are equal for equal schemas in every registry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Identity(pub [u8; 16]);

impl Identity {
    /// The identity of a schema.
    pub fn of<'a>(
        text: &str,
        references: impl IntoIterator<Item = ReferenceKey<'a>>,
        metadata: Option<&Metadata>,
        rule_set: Option<&RuleSet>,
    ) -> Self {
        let mut hash = Md5::new();
        hash.update(text);
        for reference in references {
            hash.update(reference.name);
            hash.update(reference.subject);
            hash.update(reference.version.to_be_bytes());
        }
        if let Some(metadata) = metadata {
            hash.update([1]);
            add_metadata(&mut hash, metadata);
        }
        if let Some(rule_set) = rule_set {
            hash.update([1]);
            for rule in rule_set.rules() {
                add_rule(&mut hash, rule);
            }
            add(&mut hash, rule_set.enable_at.as_deref());
        }
        Self(hash.finalize().into())
    }

    /// As the log writes it.
    pub fn to_base64(self) -> String {
        STANDARD.encode(self.0)
    }

    /// As the log writes it, read again.
    pub fn from_base64(text: &str) -> Option<Self> {
        STANDARD.decode(text).ok()?.try_into().ok().map(Self)
    }
}

impl fmt::Display for Identity {
    /// The GUID: `00112233-4455-6677-8899-aabbccddeeff`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, byte) in self.0.iter().enumerate() {
            if matches!(position, 4 | 6 | 8 | 10) {
                f.write_char('-')?;
            }
            write!(f, "{byte:02x}")?;
        }
        Ok(())
    }
}

/// The text is not a GUID.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a GUID is written as 00112233-4455-6677-8899-aabbccddeeff")]
pub struct NotAGuid;

impl FromStr for Identity {
    type Err = NotAGuid;

    fn from_str(text: &str) -> Result<Self, NotAGuid> {
        let hyphens = [8, 13, 18, 23];
        let is_shaped = text.len() == 36
            && text.bytes().enumerate().all(|(position, byte)| {
                if hyphens.contains(&position) { byte == b'-' } else { byte.is_ascii_hexdigit() }
            });
        if !is_shaped {
            return Err(NotAGuid);
        }
        let digits: String = text.chars().filter(|&digit| digit != '-').collect();
        u128::from_str_radix(&digits, 16).map(|number| Self(number.to_be_bytes())).map_err(|_| NotAGuid)
    }
}

fn add(hash: &mut Md5, text: Option<&str>) {
    if let Some(text) = text {
        hash.update(text);
    }
}

fn add_metadata(hash: &mut Md5, metadata: &Metadata) {
    for (path, tags) in &metadata.tags {
        hash.update(path);
        for tag in tags {
            hash.update(tag);
        }
    }
    for (name, value) in &metadata.properties {
        hash.update(name);
        hash.update(value);
    }
    for name in &metadata.sensitive {
        hash.update(name);
    }
}

fn add_rule(hash: &mut Md5, rule: &Rule) {
    add(hash, rule.name.as_deref());
    add(hash, rule.doc.as_deref());
    add(hash, rule.kind.as_ref().map(crate::contract::RuleKind::as_str));
    add(hash, rule.mode.as_ref().map(crate::contract::RuleMode::as_str));
    add(hash, rule.rule_type.as_deref());
    for tag in &rule.tags {
        hash.update(tag);
    }
    for (name, value) in &rule.params {
        hash.update(name);
        hash.update(value);
    }
    add(hash, rule.expr.as_deref());
    add(hash, rule.on_success.as_deref());
    add(hash, rule.on_failure.as_deref());
    if rule.disabled {
        hash.update([1]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(text: &str) -> Identity {
        Identity::of(text, [], None, None)
    }

    #[test]
    fn hashes_as_confluent_does() {
        assert_eq!(plain(r#""string""#).to_string(), "095d71cf-1255-6b9d-5e33-0ad575b3df5d");
        assert_eq!(plain("\"string\"").to_base64(), "CV1xzxJVa51eMwrVdbPfXQ==");
    }

    #[test]
    fn references_metadata_and_rules_count() {
        let reference = ReferenceKey { name: "a.B", subject: "b", version: 1 };
        let metadata = Metadata::default();
        let rules = RuleSet::default();
        let all = [
            plain("x"),
            Identity::of("x", [reference], None, None),
            Identity::of("x", [ReferenceKey { version: 2, ..reference }], None, None),
            Identity::of("x", [], Some(&metadata), None),
            Identity::of("x", [], Some(&metadata), Some(&rules)),
            Identity::of("x", [], Some(&Metadata::default().with_version(1)), None),
        ];
        for (position, one) in all.iter().enumerate() {
            assert!(!all[..position].contains(one), "{position}");
        }
    }

    #[test]
    fn reads_what_it_prints() {
        let identity = plain("x");
        assert_eq!(identity.to_string().parse(), Ok(identity));
        assert_eq!(Identity::from_base64(&identity.to_base64()), Some(identity));
        for wrong in ["", "x", "095d71cf-1255-6b9d-5e33-0ad575b3df5", "+95d71cf-1255-6b9d-5e33-0ad575b3df5d"] {
            assert_eq!(wrong.parse::<Identity>(), Err(NotAGuid), "{wrong}");
        }
    }
}
