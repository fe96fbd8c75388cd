//! The words that the command line understands; those of `schema` and of copying a registry are in
//! [`schema`] and [`transfer`].

mod schema;
mod transfer;

use std::num::NonZeroU32;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

pub(crate) use self::schema::{
    CanonicalForm, CheckAgainst, SchemaArgs, SchemaCanonicalArgs, SchemaCheckArgs, SchemaCommand, SchemaDiffArgs,
    SchemaExplainArgs, SchemaFingerprintArgs, SchemaFmtArgs, SchemaTextArgs,
};
pub(crate) use self::transfer::{ExportArgs, ImportArgs, RegistryAddress};

/// Declarative event-driven systems on Apache Kafka.
#[derive(Debug, Parser)]
#[command(name = "topology", version, max_term_width = 100, propagate_version = true)]
#[command(after_help = "Exit codes: 0 done · 1 the project has errors · 2 usage (or changes, with plan \
                        --detailed-exitcode) · 3 the world failed (network, disk, a missing program)")]
pub(crate) struct Cli {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What every command takes.
#[derive(Clone, Debug, Args)]
pub(crate) struct Global {
    /// The manifest. Without it, topology.yaml is looked for in this folder and upwards.
    #[arg(long, global = true, value_name = "FILE", env = "TOPOLOGY_MANIFEST", help_heading = "Global options")]
    pub(crate) manifest: Option<PathBuf>,
    /// The environment. Without it, the first of the manifest.
    #[arg(long, global = true, value_name = "NAME", env = "TOPOLOGY_ENV", help_heading = "Global options")]
    pub(crate) env: Option<String>,
    /// When to colour. `auto` colours terminals unless `NO_COLOR` is set.
    #[arg(long, global = true, value_enum, default_value_t = Color::Auto, help_heading = "Global options")]
    pub(crate) color: Color,
    /// Say less: only findings, failures and results.
    #[arg(short, long, global = true, conflicts_with = "verbose", help_heading = "Global options")]
    pub(crate) quiet: bool,
    /// Say more.
    #[arg(short, long, global = true, help_heading = "Global options")]
    pub(crate) verbose: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Color {
    Auto,
    Always,
    Never,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Make a new project that `up` runs as it is
    New(NewArgs),
    /// Check the manifest and its schemas
    #[command(visible_alias = "check")]
    Lint(LintArgs),
    /// Say what a finding's code means, why it matters and how to mend it
    Explain(ExplainArgs),
    /// Write the crates that follow from the manifest
    Generate(GenerateArgs),
    /// Build the services; rustc's errors in expressions are shown in the manifest
    Build(BuildArgs),
    /// Show the difference between the manifest and a cluster with its registry
    Plan(PlanArgs),
    /// Make a cluster and its registry match the manifest
    Apply(ApplyArgs),
    /// Check, generate, start the cluster, apply, build, and run every service
    Up(UpArgs),
    /// Stop what `up` started, in reverse order; the data stays
    Down(DownArgs),
    /// Show every process and the lag of every consumer group
    Status(StatusArgs),
    /// Show what processes wrote
    Logs(LogsArgs),
    /// A Kafka cluster of this program's own, without Java or Docker; never for production
    Cluster(ClusterArgs),
    /// Draw the system
    Graph(GraphArgs),
    /// Compare, print and lay out schemas: files, git revisions, standard input
    Schema(SchemaArgs),
    /// The schema registry
    Registry(RegistryArgs),
    /// Print the completions of a shell
    Completions {
        /// The shell.
        shell: Shell,
    },
}

#[derive(Debug, Args)]
pub(crate) struct NewArgs {
    /// The folder to make; its last part names the topology (a-z, 0-9 and -).
    pub(crate) folder: PathBuf,
}

#[derive(Debug, Args)]
pub(crate) struct LintArgs {
    /// `human` goes to stderr, the others to stdout.
    #[arg(long, value_enum, default_value_t = LintFormat::Human)]
    pub(crate) format: LintFormat,
    /// Compare every subject's schema with that of a git revision, and say in which order services must roll out.
    #[arg(long, value_name = "REVISION")]
    pub(crate) against: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum LintFormat {
    /// Source excerpts for people.
    Human,
    /// One JSON document.
    Json,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
    /// Workflow commands that annotate a pull request on GitHub.
    Github,
}

#[derive(Debug, Args)]
pub(crate) struct ExplainArgs {
    /// The code, such as `topic::too-many-replicas`. Without it, all codes are listed.
    pub(crate) code: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct GenerateArgs {
    /// Write nothing; fail with a diff where a generated file is missing, stale or left over.
    #[arg(long)]
    pub(crate) check: bool,
}

#[derive(Debug, Args)]
pub(crate) struct BuildArgs {
    /// Optimise.
    #[arg(long)]
    pub(crate) release: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// Text for people.
    Human,
    /// One JSON document on stdout.
    Json,
}

/// How to reach a cluster other than the environment's.
#[derive(Clone, Debug, Args)]
pub(crate) struct Endpoints {
    /// Use this cluster instead of the environment's.
    #[arg(long, value_name = "HOST:PORT,...", env = "TOPOLOGY_BOOTSTRAP_SERVERS")]
    pub(crate) bootstrap_servers: Option<String>,
    /// Use this schema registry instead of the environment's.
    #[arg(long, value_name = "URL", env = "TOPOLOGY_SCHEMA_REGISTRY_URL")]
    pub(crate) registry_url: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct PlanArgs {
    #[command(flatten)]
    pub(crate) endpoints: Endpoints,
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub(crate) format: Format,
    /// Write the plan to a file that `apply FILE` executes.
    #[arg(short, long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// Exit with 2 where there is something to do.
    #[arg(long)]
    pub(crate) detailed_exitcode: bool,
}

#[derive(Debug, Args)]
pub(crate) struct ApplyArgs {
    /// A plan written by `plan --output`; without it, a new plan is made and shown.
    pub(crate) plan: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) endpoints: Endpoints,
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub(crate) format: Format,
    /// Do not ask.
    #[arg(short, long)]
    pub(crate) yes: bool,
    /// How many requests may be under way at once.
    #[arg(long, default_value_t = 8, value_parser = clap::value_parser!(u16).range(1..=256))]
    pub(crate) parallelism: u16,
}

#[derive(Debug, Args)]
pub(crate) struct UpArgs {
    /// Build the services with optimisation.
    #[arg(long)]
    pub(crate) release: bool,
    /// Choose free ports where the remembered ones are taken.
    #[arg(long, env = "TOPOLOGY_ANY_PORT", value_parser = clap::builder::FalseyValueParser::new())]
    pub(crate) any_port: bool,
}

#[derive(Debug, Args)]
pub(crate) struct DownArgs {
    /// Remove the environment's data too: brokers' logs, registry, ports.
    #[arg(long)]
    pub(crate) purge: bool,
}

#[derive(Debug, Args)]
pub(crate) struct StatusArgs {
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub(crate) format: Format,
}

#[derive(Debug, Args)]
pub(crate) struct LogsArgs {
    /// The processes; all of them without a name.
    pub(crate) names: Vec<String>,
    /// Keep showing new lines.
    #[arg(short, long)]
    pub(crate) follow: bool,
    /// How many lines back to begin, for each process.
    #[arg(short = 'n', long, default_value_t = 100, value_name = "LINES")]
    pub(crate) tail: usize,
}

#[derive(Debug, Args)]
pub(crate) struct GraphArgs {
    #[arg(long, value_enum, default_value_t = GraphFormat::Mermaid)]
    pub(crate) format: GraphFormat,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum GraphFormat {
    /// A Mermaid flowchart, which Markdown viewers draw.
    Mermaid,
    /// Graphviz.
    Dot,
}

#[derive(Debug, Args)]
pub(crate) struct ClusterArgs {
    #[command(subcommand)]
    pub(crate) command: ClusterCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ClusterCommand {
    /// Start a cluster for development and tests; it needs no manifest
    Up(ClusterUpArgs),
    /// Show the cluster that runs
    Status(ClusterStatusArgs),
    /// Stop the cluster; the data stays
    Down(ClusterDownArgs),
    /// Make the running cluster misbehave, to see what clients do
    Fault(ClusterFaultArgs),
    /// Serve a cluster as another process wants it: what `up` and `cluster up --detach` start
    #[command(hide = true)]
    Serve(ClusterServeArgs),
}

/// The folder of a cluster.
#[derive(Clone, Debug, Args)]
pub(crate) struct ClusterFolder {
    /// The cluster's folder. Default: that of the project's running `up`, else topology/cluster in the user's state
    /// folder (`$XDG_STATE_HOME`, ~/.local/state).
    #[arg(long, value_name = "DIR", env = "TOPOLOGY_CLUSTER_DATA")]
    pub(crate) data: Option<PathBuf>,
}

/// How a cluster is to be, whoever starts it.
#[derive(Clone, Debug, Args)]
pub(crate) struct ClusterShape {
    /// Keep the data in memory; it is gone when the cluster stops.
    #[arg(long)]
    pub(crate) ephemeral: bool,
    /// A broker setting as in Kafka's server.properties, such as num.partitions=6; may come several times.
    #[arg(long, value_name = "KEY=VALUE", value_parser = setting)]
    pub(crate) config: Vec<(String, String)>,
}

#[derive(Debug, Args)]
pub(crate) struct ClusterUpArgs {
    /// How many brokers it answers as, each in a rack of its own. Default: as many as its data has, or 3.
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u16).range(1..=100))]
    pub(crate) brokers: Option<u16>,
    /// The port of the first broker; the others follow. 0 takes free ones.
    #[arg(long, default_value_t = crate::local::embedded::FIRST_PORT)]
    pub(crate) port: u16,
    /// Where its data lives. Default: topology/cluster in the user's state folder (`$XDG_STATE_HOME`, ~/.local/state).
    #[arg(long, value_name = "DIR", env = "TOPOLOGY_CLUSTER_DATA")]
    pub(crate) data: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) shape: ClusterShape,
    /// Return as soon as every broker answers; `cluster down` stops it.
    #[arg(long)]
    pub(crate) detach: bool,
}

#[derive(Debug, Args)]
pub(crate) struct ClusterStatusArgs {
    #[command(flatten)]
    pub(crate) folder: ClusterFolder,
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub(crate) format: Format,
}

#[derive(Debug, Args)]
pub(crate) struct ClusterDownArgs {
    #[command(flatten)]
    pub(crate) folder: ClusterFolder,
    /// Remove its data too.
    #[arg(long)]
    pub(crate) purge: bool,
}

#[derive(Debug, Args)]
pub(crate) struct ClusterFaultArgs {
    #[command(flatten)]
    pub(crate) folder: ClusterFolder,
    #[command(subcommand)]
    pub(crate) command: FaultCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum FaultCommand {
    /// Shut a broker down: its port refuses, its leaders move
    Stop(BrokerArg),
    /// Start a stopped broker again, on the port that it had
    Start(BrokerArg),
    /// Let a broker hang: it takes requests and answers none
    Freeze(BrokerArg),
    /// Let a frozen broker go on
    Thaw(BrokerArg),
    /// Cut a broker off from the other brokers, not from clients
    Isolate(BrokerArg),
    /// Let an isolated broker see the others again
    Rejoin(BrokerArg),
    /// Delay requests
    Delay {
        /// How long, such as 500ms or 2s.
        #[arg(value_parser = duration)]
        by: Duration,
        #[command(flatten)]
        requests: RequestArgs,
    },
    /// Answer requests with an error
    Fail {
        /// The error by Kafka's name, such as `NOT_LEADER_OR_FOLLOWER`, or its number.
        #[arg(value_name = "ERROR", allow_hyphen_values = true)]
        error: String,
        #[command(flatten)]
        requests: RequestArgs,
    },
    /// Cut the connections of requests
    Disconnect {
        #[command(flatten)]
        requests: RequestArgs,
    },
    /// Let appends fail as on a full disk
    FillDisk {
        /// The broker; every broker without it.
        broker: Option<i32>,
    },
    /// Make room on the disk again
    FreeDisk {
        /// The broker, as it was filled.
        broker: Option<i32>,
    },
    /// Let another in-sync replica lead a partition
    MoveLeader {
        /// The topic.
        topic: String,
        /// The partition.
        partition: i32,
        /// The new leader; the next in-sync replica without it.
        #[arg(long, value_name = "BROKER")]
        to: Option<i32>,
    },
    /// Let a coordinator lose its memory and read it back from its log
    ForgetCoordinator {
        /// What it coordinates.
        kind: CoordinatorKind,
        /// The group, or the transactional id.
        key: String,
    },
    /// Set the cluster's clock forward, or back: timeouts, retention and expiry follow
    JumpClock {
        /// By how much, such as 7d, 1h or -10m.
        #[arg(value_parser = signed_duration, allow_hyphen_values = true)]
        by: i64,
    },
    /// Run retention and compaction now
    Clean,
    /// Show the faults in force
    List {
        #[arg(long, value_enum, default_value_t = Format::Human)]
        format: Format,
    },
    /// Lift a fault by its number, or all; the clock stays where it is
    Clear {
        /// The number that `list` shows; without it, every fault.
        id: Option<u32>,
    },
}

#[derive(Clone, Copy, Debug, Args)]
pub(crate) struct BrokerArg {
    /// The broker's id; the first is 1.
    pub(crate) broker: i32,
}

/// Which requests are meant; what is not given matches all.
#[derive(Clone, Debug, Args)]
pub(crate) struct RequestArgs {
    /// Only those of this API, by Kafka's name: Produce, Fetch, FindCoordinator, ...
    #[arg(long, value_name = "NAME")]
    pub(crate) api: Option<String>,
    /// Only those to this broker.
    #[arg(long, value_name = "ID")]
    pub(crate) broker: Option<i32>,
    /// Only those of this client.id.
    #[arg(long, value_name = "CLIENT_ID")]
    pub(crate) client: Option<String>,
    /// Only so many; then the fault is over.
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) times: Option<u32>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum CoordinatorKind {
    /// Of a consumer group.
    Group,
    /// Of a transactional id.
    Transaction,
    /// Of a share group's state.
    Share,
}

#[derive(Debug, Args)]
pub(crate) struct ClusterServeArgs {
    /// The port of each broker; 0 for a free one.
    #[arg(long, value_delimiter = ',', required = true)]
    pub(crate) ports: Vec<u16>,
    /// The cluster's folder.
    #[arg(long, value_name = "DIR")]
    pub(crate) data: PathBuf,
    #[command(flatten)]
    pub(crate) shape: ClusterShape,
}

fn duration(text: &str) -> Result<Duration, String> {
    let split = text.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(text.len());
    let (number, unit) = text.split_at(split);
    let milliseconds = match unit {
        "ms" => 1,
        "s" => 1000,
        "m" => 60_000,
        "h" => 3_600_000,
        "d" => 86_400_000,
        "w" => 604_800_000,
        _ => return Err("a duration is a number with ms, s, m, h, d or w".to_owned()),
    };
    let number: u64 = number.parse().map_err(|_| "a duration begins with a whole number".to_owned())?;
    let total = number.checked_mul(milliseconds).filter(|total| i64::try_from(*total).is_ok());
    total.map(Duration::from_millis).ok_or_else(|| "this is longer than clocks count".to_owned())
}

/// Milliseconds, forward or back.
fn signed_duration(text: &str) -> Result<i64, String> {
    let (sign, rest) = text.strip_prefix('-').map_or((1, text), |rest| (-1, rest));
    let millis = duration(rest.trim_start_matches('+'))?.as_millis();
    Ok(sign * i64::try_from(millis).unwrap_or(i64::MAX))
}

fn setting(text: &str) -> Result<(String, String), String> {
    let (key, value) = text.split_once('=').ok_or("a setting is written KEY=VALUE")?;
    if key.is_empty() { Err("the name is missing".to_owned()) } else { Ok((key.to_owned(), value.to_owned())) }
}

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
    /// How many connections are served at once; more wait.
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
