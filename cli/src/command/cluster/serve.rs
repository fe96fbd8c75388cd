//! A cluster in this process, until a signal ends it.

use std::io;
use std::path::{Path, PathBuf};

use broker::Cluster;
use launch::background::Record;
use launch::ports;
use tracing_subscriber::EnvFilter;

use super::place;
use crate::args::{ClusterServeArgs, ClusterShape};
use crate::exit::ExitStatus;
use crate::failure::Failure;
use crate::interrupt::{self, Signals};
use crate::local::failed;

/// Everything that a cluster is started with.
#[derive(Clone, Debug)]
pub(super) struct Service {
    pub(super) folder: PathBuf,
    /// The port of each broker; 0 for a free one.
    pub(super) ports: Vec<u16>,
    pub(super) shape: ClusterShape,
}

/// The hidden verb: says what it does in its log.
pub(super) fn run(args: ClusterServeArgs) -> Result<ExitStatus, Failure> {
    log_to_stderr("info");
    let service = Service { folder: args.data, ports: args.ports, shape: args.shape };
    service.check()?;
    let name = service.run(|record| tracing::info!(brokers = record.addresses.join(","), "the cluster listens"))?;
    tracing::info!(reason = name, "the cluster has stopped");
    Ok(ExitStatus::Clean)
}

/// Sends what the cluster has to say to stderr, from this level on.
pub(super) fn log_to_stderr(level: &str) {
    let filter = EnvFilter::try_from_env("TOPOLOGY_LOG").unwrap_or_else(|_| EnvFilter::new(level));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr).with_ansi(false).init();
}

impl Service {
    /// Refuses what cannot be started: a folder that is served or is not a cluster's, and ports that others have.
    pub(super) fn check(&self) -> Result<(), Failure> {
        if let Some(record) = place::record(&self.folder)? {
            let pid = record.identity.pid;
            return Err(Failure::world(format!("process {pid} already serves `{}`", self.folder.display())).help(
                format!(
                    "it is at {}; `topology cluster down` stops it, `--data DIR` starts another one",
                    record.addresses.join(",")
                ),
            ));
        }
        place::is_for_clusters(&self.folder)?;
        let labels = (1..).map(|number| format!("broker-{number}"));
        let ports: Vec<(String, u16)> = labels.zip(self.ports.iter().copied()).filter(|(_, port)| *port > 0).collect();
        let taken = ports::taken(&ports);
        if taken.is_empty() {
            return Ok(());
        }
        let lines: Vec<String> = taken.iter().map(ToString::to_string).collect();
        Err(Failure::world(lines.join("\n"))
            .help("end the owner, choose another first port with `--port NUMBER`, or free ones with `--port 0`"))
    }

    /// Runs the cluster and gives the name of the signal that ended it. `started` is told when it listens.
    pub(super) fn run(&self, started: impl FnOnce(&Record)) -> Result<&'static str, Failure> {
        let runtime = interrupt::runtime()?;
        // Before the cluster is there: a signal from now on ends it in order.
        let mut signals = runtime.block_on(async { Signals::listen() })?;
        let cluster = self.start()?;
        let addresses = cluster.bootstrap_servers().split(',').map(str::to_owned).collect();
        let cannot = |error: launch::Error| failed("the cluster's process could not be recorded", &error);
        let record = Record::of_this_process(addresses, self.shape.ephemeral).map_err(cannot)?;
        record.write(&self.folder).map_err(cannot)?;
        started(&record);
        let name = runtime.block_on(signals.next());
        drop(cluster);
        Ok(name)
    }

    fn start(&self) -> Result<Cluster, Failure> {
        let mut builder = Cluster::builder().ports(self.ports.iter().copied());
        if !self.shape.ephemeral {
            builder = builder.folder(&self.folder);
        }
        // Kafka waits for more members of a new group; whoever develops waits for nobody.
        builder = builder.config("group.initial.rebalance.delay.ms", "0");
        for (key, value) in &self.shape.config {
            builder = builder.config(key, value);
        }
        builder.start().map_err(|error| cannot_start(&self.folder, &error))
    }
}

fn cannot_start(folder: &Path, error: &broker::Error) -> Failure {
    let failure = Failure::world("the cluster could not be started").because(error);
    match error {
        broker::Error::Folder { .. } => {
            failure.help(format!("make `{}` writable, or name another folder with `--data DIR`", folder.display()))
        }
        broker::Error::Port { .. } => {
            failure.help("choose other ports with `--port NUMBER`, or free ones with `--port 0`")
        }
        _ => failure,
    }
}
