//! What another `up` of this project runs now.

use launch::folder::Project as StateFolder;
use launch::proc::identity::Identity;
use launch::state::{ProcessRecord, State};

use crate::failure::Failure;
use crate::local::failed;
use crate::project::Project;

/// Where the project keeps its local state.
pub(crate) fn folder(project: &Project) -> StateFolder {
    StateFolder::new(&project.root)
}

/// The state that the last supervisor wrote; none if it ended in order. One that does not read counts as none: `down`
/// finds what belongs to the project without it, and writes it anew.
pub(crate) fn last(project: &Project) -> Result<Option<State>, Failure> {
    match State::load(&folder(project)) {
        Err(launch::Error::Corrupt { .. }) => Ok(None),
        other => other.map_err(|error| failed("the running state could not be read", &error)),
    }
}

/// The names of processes that a killed supervisor has left running.
pub(crate) fn orphans(project: &Project) -> Result<Vec<String>, Failure> {
    let alive = |record: &ProcessRecord| record.identity.is_some_and(Identity::is_alive);
    let records = last(project)?.into_iter().flat_map(|state| state.processes.into_values());
    Ok(records.filter(alive).map(|record| record.name).collect())
}

/// The state of the running supervisor; none if no supervisor runs.
pub(crate) fn state(project: &Project) -> Result<Option<State>, Failure> {
    Ok(last(project)?.filter(|state| state.supervisor.is_alive()))
}
