//! The words of `schema`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::{Format, LintFormat};

#[derive(Debug, Args)]
pub(crate) struct SchemaArgs {
    #[command(subcommand)]
    pub(crate) command: SchemaCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum SchemaCommand {
    /// Check whether a new schema may follow an old one
    Check(SchemaCheckArgs),
    /// Show every difference between two schemas, and what it does to readers on both sides
    Diff(SchemaDiffArgs),
    /// Lay schema files out; only white space changes
    Fmt(SchemaFmtArgs),
    /// Print the text that registries store
    Canonical(SchemaCanonicalArgs),
    /// Print what a schema is known by: MD5, GUID, and Avro's fingerprints
    Fingerprint(SchemaFingerprintArgs),
    /// Explain a compatibility rule
    Explain(SchemaExplainArgs),
}

/// How a schema is read that no manifest describes.
#[derive(Clone, Debug, Args)]
pub(crate) struct SchemaTextArgs {
    /// The format; without it, the file's extension says: .avsc, .avdl, .avpr, .proto or .json.
    #[arg(long = "type", value_enum, value_name = "TYPE")]
    pub(crate) schema_type: Option<SchemaType>,
    /// A text that the schema refers to by this name; may come several times. What Protobuf files import and JSON Schemas
    /// refer to is found by itself beside the file or above it.
    #[arg(long, value_name = "NAME=FILE", value_parser = reference)]
    pub(crate) reference: Vec<(String, PathBuf)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum SchemaType {
    /// Avro.
    Avro,
    /// Protocol Buffers.
    Protobuf,
    /// JSON Schema.
    Json,
}

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  topology schema check old.avsc new.avsc --level full
  topology schema check git:main:schemas/order.avsc schemas/order.avsc
  topology schema check --against git:main                     every schema of the manifest
  topology schema check --against registry --registry-url URL  the same, against what is registered
  topology schema check order.avsc --against registry --subject orders-value --registry-url URL")]
pub(crate) struct SchemaCheckArgs {
    /// The schema in use and the one to follow it, or with `--against` the latter alone: files, `git:REVISION:FILE`, or -
    /// for standard input. Without any, `--against` checks every schema of the manifest.
    #[arg(value_name = "SCHEMA", num_args = 0..=2)]
    pub(crate) schemas: Vec<String>,
    /// What the schema is compared with: `git:REVISION` or `registry`.
    #[arg(long, value_name = "WHAT", value_parser = against)]
    pub(crate) against: Option<CheckAgainst>,
    /// The subject whose versions a file is compared with, for `--against registry`.
    #[arg(long, value_name = "SUBJECT")]
    pub(crate) subject: Option<String>,
    /// The registry, unless it is that of the manifest's environment.
    #[arg(long, value_name = "URL", env = "TOPOLOGY_SCHEMA_REGISTRY_URL")]
    pub(crate) registry_url: Option<String>,
    /// A PEM file of certificate authorities that are trusted besides the system's, for `--registry-url`.
    #[arg(long, value_name = "FILE", requires = "registry_url")]
    pub(crate) ca_file: Option<PathBuf>,
    /// What must be kept. Default: what the manifest or the registry asks for, or backward.
    #[arg(long, value_enum, ignore_case = true)]
    pub(crate) level: Option<LevelName>,
    /// How JSON Schemas are judged: `lenient` lets optional properties come and go in open content models.
    #[arg(long, value_enum)]
    pub(crate) policy: Option<PolicyName>,
    /// `human` goes to stderr, the others to stdout.
    #[arg(long, value_enum, default_value_t = LintFormat::Human)]
    pub(crate) format: LintFormat,
    #[command(flatten)]
    pub(crate) text: SchemaTextArgs,
}

/// What a schema is compared with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum CheckAgainst {
    /// A git revision.
    Git(String),
    /// A registry.
    Registry,
}

fn against(text: &str) -> Result<CheckAgainst, String> {
    match text.strip_prefix("git:") {
        Some(revision) if !revision.is_empty() => Ok(CheckAgainst::Git(revision.to_owned())),
        None if text == "registry" => Ok(CheckAgainst::Registry),
        _ => Err("write `git:REVISION` or `registry`".to_owned()),
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
#[value(rename_all = "snake_case")]
pub(crate) enum LevelName {
    /// Nothing.
    None,
    /// The new schema reads old data.
    Backward,
    /// The new schema reads data of all versions.
    BackwardTransitive,
    /// Old schemas read new data.
    Forward,
    /// Schemas of all versions read new data.
    ForwardTransitive,
    /// Both.
    Full,
    /// Both, for all versions.
    FullTransitive,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum PolicyName {
    /// Every document that was valid must stay valid.
    Strict,
    /// Optional properties may come and go.
    Lenient,
}

#[derive(Debug, Args)]
pub(crate) struct SchemaDiffArgs {
    /// The old schema: a file, `git:REVISION:FILE`, or - for standard input.
    pub(crate) old: String,
    /// The new schema.
    pub(crate) new: String,
    /// How JSON Schemas are judged.
    #[arg(long, value_enum, default_value_t = PolicyName::Strict)]
    pub(crate) policy: PolicyName,
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub(crate) format: Format,
    #[command(flatten)]
    pub(crate) text: SchemaTextArgs,
}

#[derive(Debug, Args)]
pub(crate) struct SchemaFmtArgs {
    /// The files: .avsc, .avdl, .avpr, .proto or .json.
    #[arg(required = true)]
    pub(crate) files: Vec<PathBuf>,
    /// Write nothing; name the files that are laid out otherwise, and exit with 1 if there are any.
    #[arg(long)]
    pub(crate) check: bool,
}

#[derive(Debug, Args)]
pub(crate) struct SchemaCanonicalArgs {
    /// The schema: a file, `git:REVISION:FILE`, or - for standard input.
    pub(crate) file: String,
    /// Which form.
    #[arg(long, value_enum, default_value_t = CanonicalForm::Stored)]
    pub(crate) form: CanonicalForm,
    #[command(flatten)]
    pub(crate) text: SchemaTextArgs,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum CanonicalForm {
    /// What a registry stores.
    Stored,
    /// What a registry stores under `normalize=true`.
    Normalized,
    /// Avro, with every reference inlined.
    Resolved,
    /// Avro's Parsing Canonical Form, which fingerprints are made of.
    Parsing,
    /// Protobuf, as a `FileDescriptorProto` in base64.
    Serialized,
    /// Protobuf without extensions.
    IgnoreExtensions,
}

impl CanonicalForm {
    /// The registry's word, of those that are its output formats.
    pub(crate) fn registry_name(self) -> &'static str {
        match self {
            Self::Stored => "default",
            Self::Normalized => "normalized",
            Self::Resolved => "resolved",
            Self::Parsing => "parsing",
            Self::Serialized => "serialized",
            Self::IgnoreExtensions => "ignore_extensions",
        }
    }
}

#[derive(Debug, Args)]
pub(crate) struct SchemaFingerprintArgs {
    /// The schema: a file, `git:REVISION:FILE`, or - for standard input.
    pub(crate) file: String,
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub(crate) format: Format,
    #[command(flatten)]
    pub(crate) text: SchemaTextArgs,
}

#[derive(Debug, Args)]
pub(crate) struct SchemaExplainArgs {
    /// The rule, such as `READER_FIELD_MISSING_DEFAULT_VALUE`. Without it, all rules are listed.
    pub(crate) rule: Option<String>,
}

impl From<SchemaType> for schema::Format {
    fn from(name: SchemaType) -> Self {
        match name {
            SchemaType::Avro => Self::Avro,
            SchemaType::Protobuf => Self::Protobuf,
            SchemaType::Json => Self::Json,
        }
    }
}

impl From<LevelName> for schema::compatibility::Level {
    fn from(name: LevelName) -> Self {
        match name {
            LevelName::None => Self::None,
            LevelName::Backward => Self::Backward,
            LevelName::BackwardTransitive => Self::BackwardTransitive,
            LevelName::Forward => Self::Forward,
            LevelName::ForwardTransitive => Self::ForwardTransitive,
            LevelName::Full => Self::Full,
            LevelName::FullTransitive => Self::FullTransitive,
        }
    }
}

impl From<PolicyName> for schema::compatibility::Policy {
    fn from(name: PolicyName) -> Self {
        match name {
            PolicyName::Strict => Self::Strict,
            PolicyName::Lenient => Self::Lenient,
        }
    }
}

fn reference(text: &str) -> Result<(String, PathBuf), String> {
    let (name, file) = text.split_once('=').ok_or("a reference is written NAME=FILE")?;
    if name.is_empty() || file.is_empty() {
        return Err("a reference is written NAME=FILE".to_owned());
    }
    Ok((name.to_owned(), PathBuf::from(file)))
}
