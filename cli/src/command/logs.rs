//! `logs`: what processes wrote.

use std::collections::BTreeSet;

use launch::folder::EnvironmentFolder;
use launch::logs::{Follow, tail};

use crate::args::LogsArgs;
use crate::command::Scope;
use crate::exit::ExitStatus;
use crate::failure::Failure;
use crate::interrupt;
use crate::local::{failed, running};
use crate::project::{self, Project};
use crate::terminal::Terminal;

pub(crate) fn run(args: &LogsArgs, scope: &Scope) -> Result<ExitStatus, Failure> {
    let project = Project::load(&scope.global)?;
    let folder = environment_folder(&project, scope)?;
    let known = names(&folder);
    let wanted: Vec<String> = if args.names.is_empty() { known.iter().cloned().collect() } else { args.names.clone() };
    if let Some(unknown) = wanted.iter().find(|name| !known.contains(*name)) {
        let known: Vec<String> = known.into_iter().collect();
        return Err(Failure::usage(format!("no process `{unknown}` has a log in environment `{}`", folder.name()))
            .help(format!(
                "there is: {}",
                if known.is_empty() { "nothing yet".to_owned() } else { known.join(", ") }
            )));
    }
    for name in &wanted {
        let lines = tail(&folder, name, args.tail).map_err(|error| failed("the log could not be read", &error))?;
        for line in lines {
            show(scope.terminal, &wanted, name, &line);
        }
    }
    if args.follow {
        let follow = Follow::new(&folder, &wanted).map_err(|error| failed("the logs could not be followed", &error))?;
        return match interrupt::block_on(follow_all(follow, &wanted, scope.terminal)) {
            // Ctrl-C is how following ends.
            Err(failure) if failure.is_interrupt() => Ok(ExitStatus::Clean),
            other => other,
        };
    }
    Ok(ExitStatus::Clean)
}

async fn follow_all(mut follow: Follow, wanted: &[String], terminal: Terminal) -> Result<ExitStatus, Failure> {
    loop {
        let (name, line) = follow.next().await.map_err(|error| failed("the logs could not be followed", &error))?;
        show(terminal, wanted, &name, &line);
    }
}

fn show(terminal: Terminal, wanted: &[String], name: &str, line: &str) {
    if wanted.len() == 1 {
        terminal.result(&format!("{line}\n"));
    } else {
        terminal.result(&format!("{name} | {line}\n"));
    }
}

/// The running environment's, unless `--env` names one: logs outlive their run.
fn environment_folder(project: &Project, scope: &Scope) -> Result<EnvironmentFolder, Failure> {
    let state = running::folder(project);
    if scope.global.env.is_none()
        && let Some(running) = running::state(project)?
    {
        return Ok(state.environment(&running.environment));
    }
    let topology = project.checked(scope.terminal)?;
    Ok(state.environment(project::environment(topology, &scope.global)?.name.as_str()))
}

fn names(folder: &EnvironmentFolder) -> BTreeSet<String> {
    let entries = std::fs::read_dir(folder.logs()).into_iter().flatten().flatten();
    entries.filter_map(|entry| entry.file_name().to_str()?.strip_suffix(".log").map(str::to_owned)).collect()
}
