//! A project in a temporary folder, and waiting for what should happen.

use std::time::Duration;

use tempfile::TempDir;
use tokio::time::timeout;
use topology_launch::folder::Project;
use topology_launch::proc::identity::Identity;
use topology_launch::run::Run;
use topology_launch::state::Phase;
use topology_launch::supervisor::{Event, Events, Others, Settings, Supervisor};
use topology_launch::{Kind, ProcessSpec};

/// How long anything may take on a busy machine.
pub(crate) const LIMIT: Duration = Duration::from_secs(30);

/// A project with a supervisor. The folder goes away with it.
pub(crate) struct Fixture {
    pub(crate) folder: TempDir,
    pub(crate) supervisor: Supervisor,
    pub(crate) events: Events,
}

impl Fixture {
    pub(crate) async fn new() -> Self {
        let folder = TempDir::new().unwrap();
        let (run, orphans) = Run::begin(&Project::new(folder.path()), "local", &|_| {}).await.unwrap();
        assert_eq!(orphans, []);
        let supervisor = Supervisor::new(run, quick());
        let events = supervisor.events();
        Self { folder, supervisor, events }
    }

    pub(crate) fn project(&self) -> Project {
        Project::new(self.folder.path())
    }

    /// Starts processes and waits until they are ready.
    pub(crate) async fn up(&mut self, specs: Vec<ProcessSpec>) {
        let changes = self.supervisor.reconcile(specs, Others::Keep).await.unwrap();
        self.supervisor.wait_ready(&changes.started, LIMIT).await.unwrap();
    }

    /// Waits for an event and returns what `select` makes of it.
    pub(crate) async fn wait<T>(&mut self, mut select: impl FnMut(Event) -> Option<T>) -> T {
        let found = async {
            loop {
                if let Some(found) = select(self.events.next().await.unwrap()) {
                    return found;
                }
            }
        };
        timeout(LIMIT, found).await.expect("it happens in time")
    }

    /// Waits until a process enters a phase; returns the detail.
    pub(crate) async fn wait_phase(&mut self, wanted: &str, phase: Phase) -> Option<String> {
        self.wait(|event| match event {
            Event::State { name, new, detail, .. } if name == wanted && new == phase => Some(detail),
            _ => None,
        })
        .await
    }

    /// Waits for a line of a process that is a process id.
    pub(crate) async fn wait_pid(&mut self, wanted: &str) -> Identity {
        let pid = self
            .wait(|event| match event {
                Event::Log { name, line, .. } if name == wanted => line.parse().ok(),
                _ => None,
            })
            .await;
        Identity::of(pid).unwrap()
    }

    pub(crate) async fn identity(&self, name: &str) -> Identity {
        let status = self.supervisor.status().await;
        status.processes.into_iter().find(|process| process.record.name == name).unwrap().record.identity.unwrap()
    }

    pub(crate) async fn stopped(&self) {
        timeout(LIMIT, self.supervisor.stopped()).await.unwrap();
    }
}

/// The real times, shortened.
pub(crate) fn quick() -> Settings {
    Settings {
        backoff_min: Duration::from_millis(10),
        backoff_max: Duration::from_millis(50),
        probe_starting: Duration::from_millis(10),
        probe_ready: Duration::from_millis(20),
        ..Settings::default()
    }
}

/// A service that runs a script.
pub(crate) fn shell(name: &str, script: &str) -> ProcessSpec {
    let mut spec = ProcessSpec::new(name, Kind::Service, "sh");
    spec.args = vec!["-c".to_owned(), script.to_owned()];
    script.clone_into(&mut spec.fingerprint);
    spec
}

/// A service that runs until it is asked to end.
pub(crate) fn sleeper(name: &str, depends_on: &[&str]) -> ProcessSpec {
    let mut spec = shell(name, "exec sleep 1000");
    spec.depends_on = depends_on.iter().map(ToString::to_string).collect();
    spec
}

/// Waits until a process is gone.
pub(crate) async fn gone(identity: Identity) {
    let ended = async {
        while identity.is_alive() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    timeout(LIMIT, ended).await.expect("the process ends");
}
