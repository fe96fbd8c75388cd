//! The words of `cluster`.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Subcommand, ValueEnum};

use super::{Format, duration};

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
