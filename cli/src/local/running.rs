//! What another `up` of this project runs now.

use launch::folder::Project as StateFolder;
use launch::state::State;

use crate::failure::Failure;
use crate::local::failed;
use crate::project::Project;

/// Where the project keeps its local state.
pub(crate) fn folder(project: &Project) -> StateFolder {
    StateFolder::new(&project.root)
}

/// The state of the running supervisor; none if no supervisor runs.
pub(crate) fn state(project: &Project) -> Result<Option<State>, Failure> {
    let state = State::load(&folder(project)).map_err(|error| failed("the running state could not be read", &error))?;
    Ok(state.filter(|state| state.supervisor.is_alive()))
}
