//! `apply`: does exactly what a plan says.

use std::path::Path;

use provision::{Connection, Event, Outcome, Parallelism, Plan, Report};

use crate::args::{ApplyArgs, Format};
use crate::command::{Scope, plan};
use crate::connect;
use crate::exit::ExitStatus;
use crate::failure::Failure;
use crate::interrupt;
use crate::project::{self, Project};
use crate::terminal::Terminal;

pub(crate) fn run(args: &ApplyArgs, scope: &Scope) -> Result<ExitStatus, Failure> {
    let terminal = scope.terminal;
    let project = Project::load(&scope.global)?;
    let topology = project.checked(terminal)?;
    let environment = project::environment(topology, &scope.global)?;
    let connection = connect::connection(&project, environment, &args.endpoints)?;
    let plan = if let Some(path) = &args.plan {
        let fresh = interrupt::block_on(plan::make(topology, environment, &connection))?;
        still_true(&load(path)?, fresh)?
    } else {
        let (plan, compared) = interrupt::block_on(plan::compare(topology, environment, &connection))?;
        plan::show_broken(&project, &compared, terminal);
        plan
    };
    if args.format == Format::Human {
        plan::show(&plan, Format::Human, terminal);
    }
    if plan.is_blocked() {
        return Err(plan::blocked(&plan));
    }
    // A saved plan has been reviewed: naming it is the consent.
    if !plan.steps.is_empty()
        && !args.yes
        && args.plan.is_none()
        && !terminal.confirm("Apply this plan?", "review `topology plan`, then run `topology apply --yes`")?
    {
        terminal.report("nothing was changed");
        return Ok(ExitStatus::Clean);
    }
    let parallelism = Parallelism::new(usize::from(args.parallelism));
    let report = interrupt::block_on(execute(&connection, &plan, parallelism, terminal))?;
    if args.format == Format::Json {
        let document = serde_json::to_string_pretty(&report)
            .map_err(|error| Failure::world("the report could not be written").because(&error))?;
        terminal.result(&(document + "\n"));
    }
    outcome(&report, terminal)
}

/// Applies a plan and says what happens.
pub(crate) async fn execute(
    connection: &Connection,
    plan: &Plan,
    parallelism: Parallelism,
    terminal: Terminal,
) -> Result<Report, Failure> {
    let progress = |event: Event<'_>| match event {
        Event::Finished { step, outcome: Outcome::Done { note }, .. } => {
            let note = note.as_ref().map(|note| format!(" ({note})")).unwrap_or_default();
            terminal.step("Applied", &format!("{step}{note}"));
        }
        Event::Waiting { topics } => terminal.step("Waiting for", &format!("the leaders of {topics} new topics")),
        _ => {}
    };
    provision::apply(connection, plan, parallelism, progress).await.map_err(|error| connect::failed(&error))
}

/// Says what was done and what was not.
pub(crate) fn outcome(report: &Report, terminal: Terminal) -> Result<ExitStatus, Failure> {
    for step in &report.steps {
        match &step.outcome {
            Outcome::Done { .. } => {}
            Outcome::Failed { why, help } => {
                terminal.report(&format!("failed: {}: {why}\n    help: {help}", step.step));
            }
            Outcome::NotAttempted { why } => terminal.report(&format!("not attempted: {}: {why}", step.step)),
        }
    }
    if report.is_complete() {
        terminal.say(&format!("{} of {} steps done", report.done(), report.steps.len()));
        return Ok(ExitStatus::Clean);
    }
    Err(Failure::world(format!("{} of {} steps are done, the others are not", report.done(), report.steps.len()))
        .help("mend what the lines above say and run `topology apply` again: it does what is left"))
}

/// What is left to do of a saved plan. A step that it does not have means that the manifest or the cluster has changed
/// since it was reviewed, and then nothing is done.
fn still_true(saved: &Plan, fresh: Plan) -> Result<Plan, Failure> {
    if saved.cluster_id != fresh.cluster_id {
        let (planned, actual) = (&saved.cluster_id, &fresh.cluster_id);
        return Err(Failure::usage(format!(
            "the plan was made for cluster `{planned}`, but this is cluster `{actual}`"
        ))
        .help("name the cluster that was planned for, or plan again"));
    }
    match fresh.steps.iter().find(|step| !saved.steps.contains(step)) {
        None => Ok(fresh),
        Some(step) => Err(Failure::findings(format!("the plan is stale: `{}` is not what was reviewed", step.id))
            .help("the manifest or the cluster has changed since; plan and review again")),
    }
}

fn load(path: &Path) -> Result<Plan, Failure> {
    let text = std::fs::read_to_string(path)
        .map_err(|error| Failure::usage(format!("the plan `{}` could not be read", path.display())).because(&error))?;
    Plan::from_json(&text).map_err(|error| connect::failed(&error))
}
