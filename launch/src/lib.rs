//! Starts and supervises processes: Apache Kafka, the registry, generated services.
//!
//! The crate is told what to run and runs it. It knows neither the manifest nor a Kafka client nor generated code: its
//! caller translates a topology into [`ClusterSpec`](kafka::ClusterSpec)s and [`ProcessSpec`]s and says how readiness is probed.
//!
//! In reading order:
//!
//! * [`folder`]: where a project keeps its local state (`.topology/`).
//! * [`proc`]: what `/proc` says about processes, their identity and the owners of ports.
//! * [`lock`], [`state`], [`run`]: one supervisor per project, what it has started, and how a crashed one is cleaned up.
//! * [`command`]: helper processes (Maven, a storage tool, a build) that die with the future that runs them.
//! * [`java`], [`distribution`]: finding a Java and an Apache Kafka.
//! * [`ports`]: every port is decided before anything starts.
//! * [`kafka`]: a cluster of Kafka nodes as files on disk and process specifications.
//! * [`supervisor`]: starting, probing, restarting and stopping processes in dependency order.
//! * [`logs`]: log files with rotation, and reading them.
//! * [`control`]: the socket by which another command talks to a running supervisor.
//! * [`background`]: a process that serves a folder without a supervisor.
//! * [`status`]: what a person sees of the running processes.
//!
//! A whole `up`, in outline:
//!
//! ```no_run
//! use launch::{control, distribution::Distribution, folder::Project, kafka, ports, run::Run, supervisor::*};
//! # use topology_launch as launch;
//! # async fn up(spec: kafka::ClusterSpec) -> Result<(), launch::Error> {
//! let project = Project::new(".");
//! let (run, orphans) = Run::begin(&project, "kafka", &|line| eprintln!("{line}")).await?;
//! let folder = run.folder().clone();
//! let plan = ports::plan(&folder, &spec.port_requests(), ports::Mode::Preferred, &[])?;
//! let kafka = Distribution::find(&spec.version, run.id(), &|line| eprintln!("{line}")).await?;
//! let cluster = kafka::prepare(&kafka::Setup { folder: &folder, run: run.id(), spec: &spec, distribution: &kafka, ports: &plan, progress: &|_| {} }).await?;
//!
//! let supervisor = Supervisor::new(run, Settings::default());
//! let _server = control::serve(supervisor.clone(), std::sync::Arc::new(|_label: &str| None))?;
//! let changes = supervisor.reconcile(cluster.processes(|_broker| Probe::None), Others::Keep).await?;
//! supervisor.wait_ready(&changes.started, std::time::Duration::from_secs(90)).await?;
//! // Apply, build, then hand over the services as well: `supervisor.reconcile(all, Others::Stop)`.
//! supervisor.stopped().await;
//! # drop(orphans);
//! # Ok(())
//! # }
//! ```

pub mod background;
pub mod command;
pub mod control;
pub mod distribution;
mod error;
pub mod folder;
pub mod java;
pub mod kafka;
pub mod lock;
pub mod logs;
pub mod ports;
pub mod proc;
pub mod run;
pub mod state;
pub mod status;
pub mod supervisor;

pub use error::Error;
pub use supervisor::{Kind, ProcessSpec};

/// Receives progress lines, one sentence each, while something long runs.
pub type Progress<'a> = &'a (dyn Fn(&str) + Send + Sync);
