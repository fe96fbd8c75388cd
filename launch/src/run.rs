//! One run of a supervisor, from taking the project's lock to removing its state.
//!
//! A run that begins first ends what a killed one left: processes are found by id *and* start time in the old state, and
//! by the run's name in their environment (which also finds a child that was started just before the supervisor died).
//! When that state is lost, they are found by the project's folder in their environment.
//! Nothing is ever ended because of its name.

mod recovery;

use std::collections::BTreeMap;
use std::sync::Arc;

pub use recovery::Orphan;

use crate::folder::{EnvironmentFolder, Project};
use crate::lock::Lock;
use crate::proc::identity::{Identity, RunId, boot_id};
use crate::state::{State, StateStore, now_millis};
use crate::{Error, Progress};

/// The exclusive right to run one environment of a project, and the record of it.
#[derive(Debug)]
pub struct Run {
    id: RunId,
    project: Project,
    folder: EnvironmentFolder,
    pub(crate) state: Arc<StateStore>,
    _lock: Lock,
}

impl Run {
    /// Takes the project, ends the orphans of an earlier run, and records this one.
    pub async fn begin(
        project: &Project,
        environment: &str,
        progress: Progress<'_>,
    ) -> Result<(Self, Vec<Orphan>), Error> {
        crate::proc::check()?;
        let lock = Lock::acquire(project)?;
        let orphans = recovery::end_orphans(project, progress).await?;
        let folder = project.environment(environment);
        folder.create()?;
        let id = RunId::new()?;
        let supervisor = Identity::of(std::process::id())
            .ok_or_else(|| Error::ProcUnavailable(std::io::Error::other("the entry of this process does not read")))?;
        let state = State {
            run: id.clone(),
            boot: boot_id()?,
            supervisor,
            environment: environment.to_owned(),
            started_at: now_millis(),
            is_stopping: false,
            socket: None,
            endpoints: BTreeMap::new(),
            processes: BTreeMap::new(),
        };
        let state = Arc::new(StateStore::create(project, state)?);
        Ok((Self { id, project: project.clone(), folder, state, _lock: lock }, orphans))
    }

    /// The run's name, which marks every process that belongs to it.
    pub fn id(&self) -> &RunId {
        &self.id
    }

    /// The project that runs.
    pub fn project(&self) -> &Project {
        &self.project
    }

    /// The folder of the environment that runs.
    pub fn folder(&self) -> &EnvironmentFolder {
        &self.folder
    }

    /// Records where the environment is reached, for `status`.
    pub fn set_endpoints(&self, endpoints: BTreeMap<String, String>) -> Result<(), Error> {
        self.state.change(|state| state.endpoints = endpoints)
    }
}

impl Drop for Run {
    /// A run that ends in order leaves no state, so that the next one has nothing to clean up.
    fn drop(&mut self) {
        let leftovers =
            self.state.snapshot().processes.values().any(|record| record.identity.is_some_and(Identity::is_alive));
        if !leftovers {
            drop(self.state.remove());
        }
    }
}

/// Ends what a killed supervisor left behind, when none runs now.
///
/// # Errors
///
/// [`Error::Locked`] when a supervisor does run: ask it to stop instead (see [`control`](crate::control)).
pub async fn recover(project: &Project, progress: Progress<'_>) -> Result<Vec<Orphan>, Error> {
    crate::proc::check()?;
    if !project.root().exists() && !recovery::has_strays(project)? {
        return Ok(Vec::new());
    }
    let _lock = Lock::acquire(project)?;
    recovery::end_orphans(project, progress).await
}
