//! The words that the command line understands.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

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
    /// How many brokers it answers as, each in a rack of its own.
    #[arg(long, value_name = "NUMBER", default_value_t = 3, value_parser = clap::value_parser!(u16).range(1..=100))]
    pub(crate) brokers: u16,
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
    Serve(ServeArgs),
}

#[derive(Debug, Args)]
pub(crate) struct ServeArgs {
    /// The cluster.
    #[arg(long, value_name = "HOST:PORT,...")]
    pub(crate) bootstrap_servers: String,
    /// The address to listen on.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8081")]
    pub(crate) listen: std::net::SocketAddr,
    /// The topic of the log.
    #[arg(long, default_value = "_schemas")]
    pub(crate) topic: String,
}
