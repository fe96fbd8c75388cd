//! `lint`: every finding about the manifest and its schemas, and with `--against` about what became of them.

pub(super) mod against;

use topology::compatibility::Promise;

use crate::args::{LintArgs, LintFormat};
use crate::command::Scope;
use crate::exit::ExitStatus;
use crate::failure::Failure;
use crate::project::{self, Project};
use crate::render::{Summary, github, json, sarif};

pub(crate) fn run(args: &LintArgs, scope: &Scope) -> Result<ExitStatus, Failure> {
    let mut project = Project::load(&scope.global)?;
    if let Some(revision) = &args.against {
        against::add_findings(&mut project, revision, Promise::default())?;
    }
    let (sources, diagnostics) = (&project.sources, project.diagnostics.as_slice());
    let terminal = scope.terminal;
    if let Some(topology) = &project.topology {
        // Every environment is checked; one that is not there is a mistake of the command line all the same.
        project::environment(topology, &scope.global)?;
    }
    match args.format {
        LintFormat::Human => {
            terminal.findings(sources, diagnostics);
            terminal.say(&Summary::of(diagnostics).to_string());
        }
        LintFormat::Json => terminal.result(&format!("{:#}\n", json::render(sources, diagnostics))),
        LintFormat::Sarif => {
            let rules: Vec<_> = topology::explain::rules().collect();
            terminal.result(&format!("{:#}\n", sarif::render(sources, diagnostics, &rules)));
        }
        LintFormat::Github => terminal.result(&github::render(sources, diagnostics)),
    }
    Ok(if project.has_errors() { ExitStatus::Findings } else { ExitStatus::Clean })
}
