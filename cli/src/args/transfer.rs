//! The words of `registry export` and `registry import`.

use std::path::PathBuf;

use clap::Args;

use super::Format;

/// How a registry is reached.
#[derive(Clone, Debug, Args)]
pub(crate) struct RegistryAddress {
    /// The registry: ours, Confluent's, Karapace, Apicurio (…/apis/ccompat/v7) or Redpanda. A user name and a password
    /// come from `TOPOLOGY_SCHEMA_REGISTRY_USERNAME` and `TOPOLOGY_SCHEMA_REGISTRY_PASSWORD`.
    #[arg(long, value_name = "URL", env = "TOPOLOGY_SCHEMA_REGISTRY_URL")]
    pub(crate) registry_url: String,
    /// A PEM file of certificate authorities that are trusted besides the system's.
    #[arg(long, value_name = "FILE")]
    pub(crate) ca_file: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct ExportArgs {
    #[command(flatten)]
    pub(crate) registry: RegistryAddress,
    /// The folder to write: a new one, an empty one, or an earlier export, which is replaced as a whole.
    pub(crate) folder: PathBuf,
    /// Only subjects that begin with this; `:.staging:` is a context. Default: all of every context.
    #[arg(long, value_name = "PREFIX", default_value = ":*:", hide_default_value = true)]
    pub(crate) subject_prefix: String,
}

#[derive(Debug, Args)]
pub(crate) struct ImportArgs {
    #[command(flatten)]
    pub(crate) registry: RegistryAddress,
    /// A folder that `registry export` wrote.
    pub(crate) folder: PathBuf,
    /// Say what would be written, and write nothing.
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Leave configurations and modes as they are.
    #[arg(long)]
    pub(crate) no_settings: bool,
    /// Do not ask.
    #[arg(short, long)]
    pub(crate) yes: bool,
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub(crate) format: Format,
}
