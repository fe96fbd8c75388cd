//! A cluster in this process, until a signal ends it.

use std::cell::RefCell;
use std::io;
use std::path::PathBuf;

use broker::{Builder, Cluster, Recovery, Started, Truncated};
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
    let reason = service.run(|record, _| {
        for note in &record.notes {
            tracing::warn!("{note}");
        }
        tracing::info!(brokers = record.addresses.join(","), "the cluster listens");
    })?;
    tracing::info!(reason, "the cluster has stopped");
    Ok(ExitStatus::Clean)
}

/// What opening the data had to mend, in sentences.
fn mended(recovery: &Recovery) -> Vec<String> {
    let mut notes = Vec::new();
    if recovery.unclean {
        notes.push("the last run had not ended in order; all data was checked".to_owned());
    }
    if recovery.journal_cut > 0 {
        let bytes = recovery.journal_cut;
        notes.push(format!(
            "{bytes} bytes at the end of the metadata were no whole change; they are in `metadata.cut` now"
        ));
    }
    notes.extend(recovery.truncated.iter().map(|log| {
        let Truncated { topic, partition, offset, bytes, .. } = log;
        format!("{topic}-{partition}: {bytes} bytes after offset {offset} were no whole batch and were cut off")
    }));
    notes
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
        self.has_every_broker()?;
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

    /// Refuses fewer brokers than the data has: replicas would have none to be on.
    fn has_every_broker(&self) -> Result<(), Failure> {
        let (wanted, known) = (self.ports.len(), place::brokers(&self.folder)?.map_or(0, usize::from));
        if self.shape.ephemeral || wanted >= known {
            return Ok(());
        }
        let folder = self.folder.display();
        Err(Failure::world(format!("the data in `{folder}` is spread over {known} brokers, not {wanted}"))
            .help(format!("start it with {known} brokers or more, or remove the data with `down --purge` first")))
    }

    /// Runs the cluster and says what ended it. `started` is told when every broker answers.
    pub(super) fn run(&self, started: impl FnOnce(&Record, &Started)) -> Result<&'static str, Failure> {
        // Before the cluster is there: a signal from its first moment on ends it in order. The cluster has a runtime of its
        // own, in which this one's signals are awaited.
        let runtime = interrupt::runtime()?;
        let mut signals = runtime.block_on(async { Signals::listen() })?;
        let outcome = RefCell::new(Ok("asked to"));
        let ready = |found: &Started| match self.record(found) {
            Ok(record) => started(&record, found),
            Err(failure) => *outcome.borrow_mut() = Err(failure),
        };
        let stop = async {
            if outcome.borrow().is_ok() {
                let name = signals.next().await;
                *outcome.borrow_mut() = Ok(name);
            }
        };
        broker::serve(&self.builder(), ready, stop).map_err(|error| self.cannot_start(&error))?;
        outcome.into_inner()
    }

    /// Writes down who serves the folder. Without it nobody would find the cluster.
    fn record(&self, found: &Started) -> Result<Record, Failure> {
        let cannot = |error: launch::Error| failed("the cluster's process could not be recorded", &error);
        let addresses = found.addresses.values().cloned().collect();
        let control = found.control.clone().unwrap_or_default();
        let mut record = Record::of_this_process(addresses, control, self.shape.ephemeral).map_err(cannot)?;
        record.notes = mended(&found.recovery);
        record.write(&self.folder).map_err(cannot)?;
        Ok(record)
    }

    fn builder(&self) -> Builder {
        let mut builder = Cluster::builder().ports(self.ports.iter().copied());
        if !self.shape.ephemeral {
            builder = builder.folder(&self.folder);
        }
        for (key, value) in &self.shape.config {
            builder = builder.config(key, value);
        }
        builder
    }

    fn cannot_start(&self, error: &broker::Error) -> Failure {
        let failure = Failure::world("the cluster could not be started").because(error);
        let folder = self.folder.display();
        match error {
            broker::Error::Port { .. } => {
                failure.help("choose other ports with `--port NUMBER`, or free ones with `--port 0`")
            }
            broker::Error::FolderInUse { .. } | broker::Error::FolderForeign { .. } => {
                failure.help("name another folder with `--data DIR`")
            }
            broker::Error::Folder { .. } => {
                failure.help(format!("make `{folder}` a folder that can be written, or name another with `--data DIR`"))
            }
            broker::Error::Setting(_) => failure.help("mend or leave out this `--config`"),
            _ => failure,
        }
    }
}
