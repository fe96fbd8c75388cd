//! The words that the command line understands; those of the larger commands are in modules of their own.

mod cluster;
mod registry;
mod schema;
mod transfer;

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

pub(crate) use self::cluster::{
    ClusterArgs, ClusterCommand, ClusterDownArgs, ClusterFaultArgs, ClusterFolder, ClusterServeArgs, ClusterShape,
    ClusterStatusArgs, ClusterUpArgs, CoordinatorKind, FaultCommand, RequestArgs,
};
pub(crate) use self::registry::{HttpArgs, RegistryArgs, RegistryCommand, ServeArgs, UserArgs, UserRole};
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
