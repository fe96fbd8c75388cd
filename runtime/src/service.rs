//! The process around a service, the same for all three kinds: settings, logs, HTTP, signals, exit code.

use std::fmt;
use std::io::{self, Write as _};
use std::process::ExitCode;
use std::sync::{Arc, OnceLock};
use std::thread;
use std::time::Duration;

use tokio::signal::unix::{SignalKind, signal};

use crate::backoff::Backoff;
use crate::context::{Context, ServiceInfo};
use crate::error::Chain;
use crate::http;
use crate::logging;
use crate::metrics::Metrics;
use crate::readiness::{Need, Readiness};
use crate::registry::{Registry, RegistryError};
use crate::schemas::{Registered, SideSchemas, TopicSchemas};
use crate::settings::{Settings, SettingsError};
use crate::stopping::Stopping;

/// The exit code after a second signal, as shells count it for SIGINT.
const ABORTED: u8 = 130;

/// Handlers should not block their thread; when one does, the others, signals and `/health` have these left.
const MIN_THREADS: usize = 4;
/// Signals that follow the first within this time are the same wish: a terminal and a supervisor often both tell.
const REPEATED_SIGNAL: Duration = Duration::from_millis(500);

/// How long each part of a graceful end may take.
#[derive(Debug)]
pub(crate) struct ShutdownDeadline;

impl ShutdownDeadline {
    /// The record in work, or the function of a producing service.
    pub(crate) const WORK: Duration = Duration::from_secs(10);
    /// What was sent and is not acknowledged yet.
    pub(crate) const FLUSH: Duration = Duration::from_secs(10);
}

/// Why a service ended with exit code 1.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ServiceError {
    #[error(transparent)]
    Settings(#[from] SettingsError),
    #[error("cannot listen on {address} (TOPOLOGY_HTTP_LISTEN)")]
    Listen {
        address: String,
        #[source]
        cause: io::Error,
    },
    #[error("cannot start threads")]
    Threads(#[source] io::Error),
    #[error("the Kafka client cannot be created: {reason}")]
    Client { reason: String },
    #[error("the Kafka client gave up: {reason}")]
    Fatal { reason: String },
    #[error("schema `{schema}` is not registered under subject `{subject}`\n  help: run `topology apply`")]
    Unregistered { schema: &'static str, subject: String },
    #[error("the schema of subject `{subject}` cannot be looked up")]
    Registry {
        subject: String,
        #[source]
        cause: RegistryError,
    },
    #[cfg(feature = "tls")]
    #[error(transparent)]
    Trust(#[from] crate::registry::TrustError),
    #[error("{records} records were not acknowledged within {waited:?} and may be lost")]
    Unflushed { records: u32, waited: Duration },
    #[error("the service's function failed: {reason}")]
    Producing { reason: String },
    #[error("the service's function {message}")]
    Panicked { message: String },
    #[error("{record}\n  help: {help}")]
    Record { record: String, help: String },
}

impl ServiceError {
    pub(crate) fn client(error: impl fmt::Display) -> Self {
        Self::Client { reason: error.to_string() }
    }
}

/// The shared end of a service: the signal, and the first error that caused it.
#[derive(Clone, Debug)]
pub(crate) struct Ending {
    stopping: Stopping,
    error: Arc<OnceLock<ServiceError>>,
}

impl Ending {
    pub(crate) fn new() -> Self {
        Self { stopping: Stopping::new(), error: Arc::default() }
    }

    /// Ends the service with exit code 1. The first error counts.
    pub(crate) fn fail(&self, error: ServiceError) {
        let text = Chain(&error).to_string();
        // The whole of it, with what helps, is written when the process ends.
        tracing::error!("{}", text.lines().next().unwrap_or_default());
        self.error.set(error).ok();
        self.stopping.set();
    }

    /// Why the service ends, if it is not because it was asked to.
    pub(crate) fn error(&self) -> Option<&ServiceError> {
        self.error.get()
    }

    pub(crate) fn is_set(&self) -> bool {
        self.stopping.is_set()
    }

    pub(crate) async fn wait(&self) {
        self.stopping.wait().await;
    }
}

/// What the parts of a running service share.
#[derive(Debug)]
pub(crate) struct Service {
    settings: Settings,
    context: Context,
    ending: Ending,
    readiness: Arc<Readiness>,
    metrics: Arc<Metrics>,
    registry: Registry,
}

impl Service {
    pub(crate) fn settings(&self) -> &Settings {
        &self.settings
    }

    pub(crate) fn context(&self) -> Context {
        self.context.clone()
    }

    pub(crate) fn ending(&self) -> &Ending {
        &self.ending
    }

    pub(crate) fn readiness(&self) -> &Arc<Readiness> {
        &self.readiness
    }

    pub(crate) fn metrics(&self) -> &Arc<Metrics> {
        &self.metrics
    }

    pub(crate) fn registry(&self) -> &Registry {
        &self.registry
    }

    /// Looks up the ids of all schemas that are written, waiting while the registry does not answer.
    ///
    /// # Errors
    ///
    /// When one is not registered: nothing could be written.
    pub(crate) async fn look_up(&self, topics: &[TopicSchemas]) -> Result<(), ServiceError> {
        for (side, number) in written_or_read(topics) {
            self.look_up_one(side, number).await?;
        }
        self.readiness.met(Need::Schemas);
        Ok(())
    }

    /// Looks up the ids of all schemas that are read. One that is not registered is no obstacle: the ids in the
    /// records name their writers' schemas.
    pub(crate) async fn look_up_optional(&self, topics: &[TopicSchemas]) -> Result<(), ServiceError> {
        for (side, number) in written_or_read(topics) {
            match self.look_up_one(side, number).await {
                Err(ServiceError::Unregistered { subject, .. }) => {
                    tracing::warn!(subject, "our own schema is not registered");
                }
                outcome => outcome?,
            }
        }
        self.readiness.met(Need::Schemas);
        Ok(())
    }

    async fn look_up_one(&self, side: &SideSchemas, number: usize) -> Result<(), ServiceError> {
        let Registered { subject, contract, .. } = &side.registered()[number];
        let mut backoff = Backoff::startup();
        while !self.ending.is_set() {
            match self.registry.look_up(subject, contract).await {
                Ok(id) => {
                    side.set_id(number, id);
                    tracing::debug!(subject, id, "schema id");
                    return Ok(());
                }
                Err(RegistryError::NotFound { .. }) => {
                    return Err(ServiceError::Unregistered { schema: contract.name, subject: subject.clone() });
                }
                Err(cause) if cause.is_permanent() => {
                    return Err(ServiceError::Registry { subject: subject.clone(), cause });
                }
                Err(cause) => {
                    self.waits(Need::Schemas, &format!("waiting for the schema registry: {}", Chain(&cause)));
                    self.pause(backoff.pause()).await;
                }
            }
        }
        Ok(())
    }

    /// Makes a reason visible in `/ready`, and in the log when it is news.
    pub(crate) fn waits(&self, need: Need, reason: &str) {
        if self.readiness.waits(need, reason) {
            tracing::warn!("{reason}");
        }
    }

    /// Makes a reason visible in `/ready` that every start passes through.
    pub(crate) fn waits_quietly(&self, need: Need, reason: &str) {
        self.readiness.waits(need, reason);
    }

    /// Sleeps, but not beyond the end of the service.
    pub(crate) async fn pause(&self, pause: Duration) {
        tokio::time::timeout(pause, self.ending.wait()).await.ok();
    }
}

/// Runs a service of any kind: everything before and after `body`.
pub(crate) fn run<F>(info: ServiceInfo, body: F) -> ExitCode
where
    F: AsyncFnOnce(Service) -> Result<(), ServiceError>,
{
    let settings = match Settings::from_env() {
        Ok(settings) => settings,
        Err(error) => return failed(&error.into()),
    };
    logging::begin(settings.log_filter(), settings.log_format());
    let threads = thread::available_parallelism().map_or(MIN_THREADS, |cores| cores.get().max(MIN_THREADS));
    let runtime = match tokio::runtime::Builder::new_multi_thread().worker_threads(threads).enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return failed(&ServiceError::Threads(error)),
    };
    let code = runtime.block_on(run_until_ended(info, settings, body));
    // A handler that blocks its thread must not keep the process.
    runtime.shutdown_timeout(Duration::from_millis(200));
    code
}

async fn run_until_ended<F>(info: ServiceInfo, settings: Settings, body: F) -> ExitCode
where
    F: AsyncFnOnce(Service) -> Result<(), ServiceError>,
{
    let ending = Ending::new();
    let service = match open(info, settings, ending.clone()).await {
        Ok(service) => service,
        Err(error) => return failed(&error),
    };
    let readiness = Arc::clone(&service.readiness);
    let outcome = tokio::select! {
        outcome = body(service) => outcome,
        () = second_signal(&ending, &readiness) => return aborted(),
    };
    match (ending.error(), outcome) {
        (Some(error), _) => failed(error),
        (None, Err(error)) => failed(&error),
        (None, Ok(())) => {
            tracing::info!("ended");
            ExitCode::SUCCESS
        }
    }
}

async fn open(info: ServiceInfo, settings: Settings, ending: Ending) -> Result<Service, ServiceError> {
    let readiness = Arc::new(Readiness::new());
    let metrics = Arc::new(Metrics::new());
    let address = http::serve(settings.http_listen(), Arc::clone(&readiness), Arc::clone(&metrics)).await?;
    tracing::info!(
        topology = info.topology,
        service = info.name,
        instance = settings.instance(),
        "listening on http://{address}"
    );
    let registry = Registry::new(settings.registry());
    #[cfg(feature = "tls")]
    let registry = registry.trusting(settings.security().ca_file.as_deref())?;
    let context = Context::new(info, settings.instance().to_owned(), ending.stopping.clone());
    Ok(Service { settings, context, ending, readiness, metrics, registry })
}

/// The first signal begins the graceful end; this resolves with the second.
async fn second_signal(ending: &Ending, readiness: &Readiness) {
    let (Ok(mut terminate), Ok(mut interrupt)) = (signal(SignalKind::terminate()), signal(SignalKind::interrupt()))
    else {
        tracing::warn!("signals cannot be received; the service ends only when killed");
        return std::future::pending().await;
    };
    let mut received = async || tokio::select! { _ = terminate.recv() => {}, _ = interrupt.recv() => {} };
    received().await;
    readiness.waits(Need::Stop, "stopping");
    tracing::info!("stopping; a second signal aborts");
    ending.stopping.set();
    let repeated = async {
        loop {
            received().await;
        }
    };
    tokio::time::timeout(REPEATED_SIGNAL, repeated).await.ok();
    received().await;
}

fn aborted() -> ExitCode {
    tracing::warn!("aborted by a second signal; records in work were not committed");
    ExitCode::from(ABORTED)
}

/// The one place that writes to stderr besides the log: the reason must be seen whatever `TOPOLOGY_LOG` says.
fn failed(error: &ServiceError) -> ExitCode {
    // Nothing is left to tell about a stderr that cannot be written.
    writeln!(io::stderr(), "error: {}", Chain(error)).ok();
    ExitCode::FAILURE
}

/// Every schema of these topics: its side, and its number there.
fn written_or_read(topics: &[TopicSchemas]) -> impl Iterator<Item = (&SideSchemas, usize)> {
    let sides = topics.iter().flat_map(TopicSchemas::sides);
    sides.flat_map(|side| (0..side.registered().len()).map(|number| (&**side, number)))
}
