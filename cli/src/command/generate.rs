//! `generate`: the crates that follow from the manifest, written or compared.

use codegen::{File, Options};
use topology::Topology;

use crate::args::GenerateArgs;
use crate::command::Scope;
use crate::disk::{self, Written};
use crate::exit::ExitStatus;
use crate::failure::Failure;
use crate::project::Project;
use crate::runtime_source;
use crate::terminal::Terminal;

pub(crate) fn run(args: &GenerateArgs, scope: &Scope) -> Result<ExitStatus, Failure> {
    let project = Project::load(&scope.global)?;
    let topology = project.checked(scope.terminal)?;
    if args.check {
        return check(&project, topology, scope.terminal);
    }
    let written = write(&project, topology)?;
    report(&written, scope.terminal);
    Ok(ExitStatus::Clean)
}

/// Brings the project's generated files up to date.
pub(crate) fn write(project: &Project, topology: &Topology) -> Result<Written, Failure> {
    disk::write(&project.root, &files(topology))
}

/// Says which files changed.
pub(crate) fn report(written: &Written, terminal: Terminal) {
    for (verb, paths) in [("created", &written.created), ("updated", &written.updated), ("removed", &written.removed)] {
        for path in paths {
            terminal.say(&format!("{verb:>12} {path}"));
        }
    }
    let changed = written.created.len() + written.updated.len() + written.removed.len();
    terminal.step("Generated", &format!("{changed} files changed, {} unchanged", written.unchanged));
}

fn files(topology: &Topology) -> Vec<File> {
    codegen::generate(topology, &Options { vendored: runtime_source::files() })
}

fn check(project: &Project, topology: &Topology, terminal: Terminal) -> Result<ExitStatus, Failure> {
    let listed = disk::generated_files(&project.root)?;
    let expected = files(topology);
    let mut actual = std::collections::BTreeMap::new();
    for path in expected.iter().map(|file| &file.path).chain(&listed) {
        if let Some(text) = disk::read(&project.root.join(path))? {
            actual.insert(path.as_str(), text);
        }
    }
    let differences = codegen::compare::compare(&expected, |path| actual.get(path).cloned(), &listed);
    for difference in &differences {
        terminal.result(&difference.to_string());
    }
    if differences.is_empty() {
        terminal.say(&format!("{} generated files are up to date", listed.len()));
        return Ok(ExitStatus::Clean);
    }
    Err(Failure::findings(format!("{} generated files are not what the manifest says", differences.len()))
        .help("run `topology generate` and commit what it writes"))
}
