//! The words of `registry`; those of copying one are in `transfer`.

use std::num::NonZeroU32;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Subcommand, ValueEnum};

use super::{ExportArgs, ImportArgs, duration};

#[derive(Debug, Args)]
pub(crate) struct RegistryArgs {
    #[command(subcommand)]
    pub(crate) command: RegistryCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum RegistryCommand {
    /// Serve Confluent's REST API over a cluster; the schemas live in its compacted topic _schemas
    ///
    /// The settings, the endpoints, and how to run several instances are in docs/registry.md.
    Serve(ServeArgs),
    /// Print a line for the file of users (`serve --auth`); the password is read from standard input
    User(UserArgs),
    /// Write everything that a registry holds to a folder: texts, ids, references, settings
    Export(ExportArgs),
    /// Put an export into a registry with the same ids and versions; what is there already is left alone
    Import(ImportArgs),
}

#[derive(Debug, Args)]
pub(crate) struct ServeArgs {
    /// The cluster.
    #[arg(long, value_name = "HOST:PORT,...")]
    pub(crate) bootstrap_servers: String,
    /// The address to listen on. Any but 127.0.0.1 lets other machines in: give it users and a certificate.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8081")]
    pub(crate) listen: std::net::SocketAddr,
    /// The topic of the log.
    #[arg(long, default_value = "_schemas")]
    pub(crate) topic: String,
    /// Settings of the Kafka client, as for Kafka's tools: security.protocol, sasl.mechanism, sasl.jaas.config, PEM
    /// files; librdkafka's names work too.
    #[arg(long, value_name = "FILE")]
    pub(crate) command_config: Option<PathBuf>,
    /// The URL under which other registries on the same topic reach this one. Default: made of --listen.
    #[arg(long, value_name = "URL")]
    pub(crate) advertise: Option<String>,
    /// Trust other registries on the same topic whose certificates are of this authority, beside those that the system
    /// trusts: PEM.
    #[arg(long, value_name = "FILE")]
    pub(crate) tls_ca: Option<PathBuf>,
    /// Never lead: forward every write to a registry that does.
    #[arg(long)]
    pub(crate) follow: bool,
    #[command(flatten)]
    pub(crate) http: HttpArgs,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "HTTP")]
pub(crate) struct HttpArgs {
    /// Ask for a user name and a password; the file has lines `NAME:BCRYPT-HASH:ROLE`, with read, write or admin as role.
    #[arg(long, value_name = "FILE", env = "TOPOLOGY_REGISTRY_AUTH")]
    pub(crate) auth: Option<PathBuf>,
    /// Encrypt with this certificate, and the ones that lead to its authority: PEM. Read again when it changes.
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    pub(crate) tls_cert: Option<PathBuf>,
    /// The certificate's private key: PEM.
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    pub(crate) tls_key: Option<PathBuf>,
    /// Refuse everything that changes something, with 42205.
    #[arg(long)]
    pub(crate) read_only: bool,
    /// Confluent's release whose error codes are answered: an incompatible schema is 409 up to 7, 40901 from 8.
    #[arg(long, value_name = "RELEASE", default_value_t = 8, value_parser = clap::value_parser!(u8).range(7..=8))]
    pub(crate) api_level: u8,
    /// The largest body of a request: 500kB, 4MiB, or a number of bytes.
    #[arg(long, value_name = "SIZE", default_value = "4MiB", value_parser = size)]
    pub(crate) max_body: usize,
    /// How many connections are served at once; one more takes the place of one that waits for a request.
    #[arg(long, value_name = "NUMBER", default_value = "4096")]
    pub(crate) max_connections: NonZeroU32,
    /// How many requests one address may send in a second, before 429. Without it, as many as it likes.
    #[arg(long, value_name = "NUMBER")]
    pub(crate) rate_limit: Option<NonZeroU32>,
    /// How many checks of schemas may wait for a processor, before 503.
    #[arg(long, value_name = "NUMBER", default_value_t = 256)]
    pub(crate) max_waiting_checks: u16,
    /// How long a connection may be silent.
    #[arg(long, value_name = "DURATION", default_value = "60s", value_parser = duration)]
    pub(crate) idle_timeout: Duration,
}

#[derive(Debug, Args)]
pub(crate) struct UserArgs {
    /// The user's name.
    pub(crate) name: String,
    /// What the user may do.
    #[arg(long, value_enum, default_value_t = UserRole::Read)]
    pub(crate) role: UserRole,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum UserRole {
    /// Read, and compare without storing.
    Read,
    /// Register as well, and delete so that it can be had back.
    Write,
    /// Everything: configurations, modes, and deletion for good.
    Admin,
}

/// A number of bytes.
fn size(text: &str) -> Result<usize, String> {
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let factor = match text[digits.len()..].to_ascii_lowercase().as_str() {
        "" | "b" => 1,
        "k" | "kib" => 1 << 10,
        "kb" => 1_000,
        "m" | "mib" => 1 << 20,
        "mb" => 1_000_000,
        "g" | "gib" => 1 << 30,
        "gb" => 1_000_000_000,
        unit => return Err(format!("`{unit}` is not a unit of size: B, kB, KiB, MB, MiB, GB and GiB are")),
    };
    let number: usize = digits.trim().parse().map_err(|_| "a size is a whole number with a unit: 4MiB".to_owned())?;
    number
        .checked_mul(factor)
        .filter(|size| *size > 0)
        .ok_or_else(|| "a size is at least 1 and fits in memory".to_owned())
}
