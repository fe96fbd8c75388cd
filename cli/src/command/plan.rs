//! `plan`: the difference between the manifest and a cluster with its registry.

use provision::{Connection, Desired, Observed, Plan};
use topology::Topology;
use topology::ir::Environment;

use crate::args::{Format, PlanArgs};
use crate::command::Scope;
use crate::connect;
use crate::disk;
use crate::exit::ExitStatus;
use crate::failure::Failure;
use crate::interrupt;
use crate::project::{self, Project};
use crate::terminal::Terminal;

pub(crate) fn run(args: &PlanArgs, scope: &Scope) -> Result<ExitStatus, Failure> {
    let project = Project::load(&scope.global)?;
    let topology = project.checked(scope.terminal)?;
    let environment = project::environment(topology, &scope.global)?;
    let connection = connect::connection(&project, environment, &args.endpoints)?;
    let (plan, broken) = interrupt::block_on(compare(topology, environment, &connection))?;
    show_broken(&project, &broken, scope.terminal);
    show(&plan, args.format, scope.terminal);
    if let Some(path) = &args.output {
        disk::replace(path, &plan.to_json()).map_err(|error| {
            Failure::world(format!("the plan could not be written to `{}`", path.display())).because(&error)
        })?;
        scope.terminal.say(&format!("saved: `topology apply {}` does exactly this", path.display()));
    }
    if plan.is_blocked() {
        return Err(blocked(&plan));
    }
    Ok(if args.detailed_exitcode && !plan.is_empty() { ExitStatus::Changes } else { ExitStatus::Clean })
}

/// Observes and plans.
pub(crate) async fn make(
    topology: &Topology,
    environment: &Environment,
    connection: &Connection,
) -> Result<Plan, Failure> {
    compare(topology, environment, connection).await.map(|(plan, _)| plan)
}

/// What was compared, for showing where a contract breaks.
pub(crate) struct Compared {
    desired: Desired,
    observed: Observed,
}

/// Observes and plans.
pub(crate) async fn compare(
    topology: &Topology,
    environment: &Environment,
    connection: &Connection,
) -> Result<(Plan, Compared), Failure> {
    let desired = Desired::for_environment(topology, environment);
    let observed = provision::observe(connection, &desired).await.map_err(|error| connect::failed(&error))?;
    Ok((provision::plan(&desired, &observed), Compared { desired, observed }))
}

/// Shows which lines of the user's files break a contract with registered versions.
pub(crate) fn show_broken(project: &Project, compared: &Compared, terminal: Terminal) {
    let (Some(topology), Some(registry)) = (&project.topology, &compared.observed.registry) else { return };
    let mut sources = project.sources.clone();
    let found = provision::contracts::diagnostics(topology, &mut sources, &compared.desired, registry);
    if !found.is_empty() {
        terminal.findings(&sources, &found);
    }
}

/// Writes the plan to stdout.
pub(crate) fn show(plan: &Plan, format: Format, terminal: Terminal) {
    match format {
        Format::Human => terminal.result(&plan.to_text(terminal.color_stdout)),
        Format::Json => terminal.result(&(plan.to_json() + "\n")),
    }
}

/// The failure of a plan that cannot be applied.
pub(crate) fn blocked(plan: &Plan) -> Failure {
    Failure::findings(format!("{} of the differences cannot be applied", plan.problems.len()))
        .help("solve what the plan lists as problems, then plan again")
}
