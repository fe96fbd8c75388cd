//! `down`: stops what `up` started, in reverse order.

use launch::control;
use launch::run::recover;
use launch::supervisor::{Event, Urgency};

use crate::args::DownArgs;
use crate::command::Scope;
use crate::exit::ExitStatus;
use crate::failure::Failure;
use crate::interrupt;
use crate::local::{failed, running};
use crate::project::{self, Project};
use crate::terminal::Terminal;

pub(crate) fn run(args: &DownArgs, scope: &Scope) -> Result<ExitStatus, Failure> {
    let project = Project::load(&scope.global)?;
    let terminal = scope.terminal;
    is_meant(&project, scope)?;
    let purged = if args.purge { Some(environment(&project, scope)?) } else { None };
    interrupt::block_on(stop(&project, terminal))?;
    if let Some(name) = purged {
        let folder = running::folder(&project).environment(&name);
        folder.purge().map_err(|error| failed("the data could not be removed", &error))?;
        terminal.step("Removed", &format!("the data of environment {name}"));
    }
    Ok(ExitStatus::Clean)
}

/// Refuses an environment that is not there, and one that is not the one that runs.
fn is_meant(project: &Project, scope: &Scope) -> Result<(), Failure> {
    let (Some(wanted), Some(topology)) = (&scope.global.env, &project.topology) else {
        return Ok(());
    };
    project::environment(topology, &scope.global)?;
    match running::state(project)? {
        Some(state) if state.environment != *wanted => {
            Err(Failure::usage(format!("environment `{}` runs, not `{wanted}`", state.environment))
                .help("leave `--env` out to stop what runs"))
        }
        _ => Ok(()),
    }
}

/// Whose data goes: that of the environment that `--env` names, else of the one that runs or was killed, else of the
/// first of the manifest.
fn environment(project: &Project, scope: &Scope) -> Result<String, Failure> {
    if let (None, Some(state)) = (&scope.global.env, running::last(project)?) {
        return Ok(state.environment);
    }
    let topology = project.checked(scope.terminal)?;
    Ok(project::environment(topology, &scope.global)?.name.to_string())
}

async fn stop(project: &Project, terminal: Terminal) -> Result<(), Failure> {
    let folder = running::folder(project);
    let cannot = |error: launch::Error| failed("the environment could not be stopped", &error);
    if let Some(client) = control::connect(&folder).await.map_err(cannot)? {
        let mut waiting = Vec::new();
        let on_event = |event: Event| match event {
            Event::WaitingFor { names } if names != waiting => {
                terminal.step("Waiting for", &names.join(", "));
                waiting = names;
            }
            Event::Notice { text } => terminal.say(&text),
            _ => {}
        };
        client.stop(Urgency::Graceful, on_event).await.map_err(cannot)?;
        terminal.step("Stopped", "everything; the data stays");
        return Ok(());
    }
    let progress = |line: &str| terminal.say(line);
    let orphans = recover(&folder, &progress).await.map_err(cannot)?;
    if orphans.is_empty() {
        terminal.say("nothing runs");
    } else {
        terminal.step("Stopped", &format!("{} processes that a killed `up` had left", orphans.len()));
    }
    Ok(())
}
