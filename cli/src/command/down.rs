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
    interrupt::block_on(stop(&project, terminal))?;
    if args.purge {
        purge(&project, scope)?;
    }
    Ok(ExitStatus::Clean)
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

fn purge(project: &Project, scope: &Scope) -> Result<(), Failure> {
    let topology = project.checked(scope.terminal)?;
    let environment = project::environment(topology, &scope.global)?;
    let folder = running::folder(project).environment(environment.name.as_str());
    folder.purge().map_err(|error| failed("the data could not be removed", &error))?;
    scope.terminal.step("Removed", &format!("the data of environment {}", environment.name));
    Ok(())
}
