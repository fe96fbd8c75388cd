//! The fixed words of the manifest and what they mean.

use schema::Format;
use schema::compatibility::{Level, Policy};

use crate::ir::{
    Coordination, Mode, RuleKind, RuleMode, SaslMechanism, SecurityProtocol, Start, SubjectNameStrategy, Then,
};

/// A set of words of which one is chosen.
pub(super) trait Word: Clone + 'static {
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

impl Word for Level {
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

impl Word for Policy {
    const NOUN: &'static str = "a compatibility policy";
    const WORDS: &'static [(&'static str, Self)] = &[("strict", Self::Strict), ("lenient", Self::Lenient)];
    const LATER: &'static [&'static str] = &["logical"];
}

impl Word for Mode {
    const NOUN: &'static str = "a mode of a subject";
    const WORDS: &'static [(&'static str, Self)] =
        &[("readwrite", Self::ReadWrite), ("readonly", Self::ReadOnly), ("import", Self::Import)];
}

impl Word for Format {
    const NOUN: &'static str = "a schema format";
    const WORDS: &'static [(&'static str, Self)] =
        &[("avro", Self::Avro), ("protobuf", Self::Protobuf), ("json", Self::Json)];
}

impl Word for RuleKind {
    const NOUN: &'static str = "a kind of rule";
    const WORDS: &'static [(&'static str, Self)] = &[("condition", Self::Condition), ("transform", Self::Transform)];
}

impl Word for RuleMode {
    const NOUN: &'static str = "a mode of a rule";
    const WORDS: &'static [(&'static str, Self)] = &[
        ("write", Self::Write),
        ("read", Self::Read),
        ("writeread", Self::WriteRead),
        ("upgrade", Self::Upgrade),
        ("downgrade", Self::Downgrade),
        ("updown", Self::UpDown),
    ];
}

impl Word for SubjectNameStrategy {
    const NOUN: &'static str = "a subject name strategy";
    const WORDS: &'static [(&'static str, Self)] =
        &[("topic", Self::Topic), ("record", Self::Record), ("topic_record", Self::TopicRecord)];
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
