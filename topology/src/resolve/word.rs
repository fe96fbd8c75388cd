//! The fixed words of the manifest and what they mean.

use crate::ir::{Compatibility, Coordination, SaslMechanism, SecurityProtocol, Start, Then};

/// A set of words of which one is chosen.
pub(super) trait Word: Copy + 'static {
    /// What one of them is, with its article.
    const NOUN: &'static str;
    /// The words.
    const WORDS: &'static [(&'static str, Self)];
    /// Words of a later version.
    const LATER: &'static [&'static str] = &[];
}

/// Who runs a cluster.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Provider {
    Embedded,
    Kafka,
    External,
}

/// Kafka's `cleanup.policy`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cleanup {
    Delete,
    Compact,
}

/// The version of the manifest's grammar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Grammar;

impl Word for Provider {
    const NOUN: &'static str = "a provider of clusters";
    const WORDS: &'static [(&'static str, Self)] =
        &[("embedded", Self::Embedded), ("kafka", Self::Kafka), ("external", Self::External)];
    const LATER: &'static [&'static str] = &["docker"];
}

impl Word for Cleanup {
    const NOUN: &'static str = "a cleanup policy";
    const WORDS: &'static [(&'static str, Self)] = &[("delete", Self::Delete), ("compact", Self::Compact)];
}

impl Word for Grammar {
    const NOUN: &'static str = "a version of the manifest's grammar";
    const WORDS: &'static [(&'static str, Self)] = &[("1", Self)];
}

impl Word for Coordination {
    const NOUN: &'static str = "a kind of coordination";
    const WORDS: &'static [(&'static str, Self)] = &[("kraft", Self::Kraft), ("zookeeper", Self::Zookeeper)];
}

impl Word for Compatibility {
    const NOUN: &'static str = "a compatibility level";
    const WORDS: &'static [(&'static str, Self)] = &[
        ("backward", Self::Backward),
        ("backward_transitive", Self::BackwardTransitive),
        ("forward", Self::Forward),
        ("forward_transitive", Self::ForwardTransitive),
        ("full", Self::Full),
        ("full_transitive", Self::FullTransitive),
        ("none", Self::None),
    ];
}

impl Word for SecurityProtocol {
    const NOUN: &'static str = "a security protocol";
    const WORDS: &'static [(&'static str, Self)] = &[
        ("plaintext", Self::Plaintext),
        ("ssl", Self::Ssl),
        ("sasl_plaintext", Self::SaslPlaintext),
        ("sasl_ssl", Self::SaslSsl),
    ];
}

impl Word for SaslMechanism {
    const NOUN: &'static str = "a SASL mechanism";
    const WORDS: &'static [(&'static str, Self)] =
        &[("plain", Self::Plain), ("scram-sha-256", Self::ScramSha256), ("scram-sha-512", Self::ScramSha512)];
    const LATER: &'static [&'static str] = &["oauthbearer", "gssapi", "aws-msk-iam"];
}

impl Word for Start {
    const NOUN: &'static str = "a place to start";
    const WORDS: &'static [(&'static str, Self)] = &[("earliest", Self::Earliest), ("latest", Self::Latest)];
}

impl Word for Then {
    const NOUN: &'static str = "an action on a failed record";
    const WORDS: &'static [(&'static str, Self)] = &[("stop", Self::Stop), ("skip", Self::Skip)];
    const LATER: &'static [&'static str] = &["dead_letter"];
}
