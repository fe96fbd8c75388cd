//! `graph`: a picture of the whole system.

use crate::args::{GraphArgs, GraphFormat};
use crate::command::Scope;
use crate::exit::ExitStatus;
use crate::failure::Failure;
use crate::project::{self, Project};

pub(crate) fn run(args: &GraphArgs, scope: &Scope) -> Result<ExitStatus, Failure> {
    let project = Project::load(&scope.global)?;
    let topology = project.checked(scope.terminal)?;
    let graph = topology::graph::graph(topology, project::environment(topology, &scope.global)?);
    let text = match args.format {
        GraphFormat::Mermaid => graph.mermaid(),
        GraphFormat::Dot => graph.dot(),
    };
    scope.terminal.result(&text);
    Ok(ExitStatus::Clean)
}
