//! `build`: the services, with rustc's errors in expressions shown in the manifest.

use launch::proc::identity::RunId;

use crate::args::BuildArgs;
use crate::cargo::{self, Profile};
use crate::command::{Scope, generate};
use crate::exit::ExitStatus;
use crate::failure::Failure;
use crate::interrupt;
use crate::project::Project;

pub(crate) fn run(args: &BuildArgs, scope: &Scope) -> Result<ExitStatus, Failure> {
    let project = Project::load(&scope.global)?;
    let topology = project.checked(scope.terminal)?;
    generate::report(&generate::write(&project, topology)?, scope.terminal);
    let id = RunId::new().map_err(|error| Failure::world("no build can be started").because(&error))?;
    let build = cargo::build(&project, topology, Profile::from_release(args.release), &id, scope.terminal);
    let built = interrupt::block_on(build)?;
    scope.terminal.step("Built", &format!("{} services in {:.1} s", built.executables.len(), built.took.as_secs_f64()));
    for (name, path) in &built.executables {
        scope.terminal.result(&format!("{name}\t{}\n", path.display()));
    }
    Ok(ExitStatus::Clean)
}
