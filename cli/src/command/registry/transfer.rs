//! `registry export` and `registry import`: a registry as files, and back with the same ids and versions.

use std::ops::ControlFlow;
use std::sync::atomic::Ordering;
use std::time::Duration;

use provision::connection::Timeouts;
use provision::registry::{Archive, Client, ImportPlan, Imported, Refusal};
use serde_json::json;

use super::folder;
use crate::args::{ExportArgs, Format, ImportArgs, RegistryAddress};
use crate::connect;
use crate::exit::ExitStatus;
use crate::failure::Failure;
use crate::interrupt;
use crate::terminal::Terminal;

/// A listing of many schemas takes longer than a request of `plan`.
const PATIENCE: Duration = Duration::from_mins(2);

pub(super) fn export(args: &ExportArgs, terminal: Terminal) -> Result<ExitStatus, Failure> {
    let client = client(&args.registry)?;
    let archive =
        client.archive(&args.subject_prefix).map_err(|refusal| refused(&client, "tell what it holds", refusal))?;
    // Files are written whole or not at all, whatever comes meanwhile.
    interrupt::orderly(terminal, |_| folder::write(&args.folder, &archive))?.0?;
    terminal.step("Exported", &format!("{} to {}", counted(&archive), args.folder.display()));
    Ok(ExitStatus::Clean)
}

pub(super) fn import(args: &ImportArgs, terminal: Terminal) -> Result<ExitStatus, Failure> {
    let archive = folder::read(&args.folder)?;
    let client = client(&args.registry)?;
    let target = client.archive(":*:").map_err(|refusal| refused(&client, "tell what it holds", refusal))?;
    let mut plan = archive.missing_in(&target);
    if args.no_settings {
        plan = plan.without_settings();
    }
    show(&plan, &client, args, terminal);
    if !plan.conflicts.is_empty() {
        return Err(Failure::findings("the export does not fit the registry; nothing was written").help(
            "import into an empty registry or a context, remove there what contradicts, or export what is referred to as well",
        ));
    }
    let missing = plan.steps.iter().map(Vec::len).sum::<usize>();
    if args.dry_run || plan.is_empty() {
        return Ok(ExitStatus::Clean);
    }
    let question = format!("Write {missing} versions and {} settings to {}?", plan.settings.len(), client.url());
    if !args.yes && !terminal.confirm(&question, "review with `--dry-run`, then say `--yes`")? {
        return Err(Failure::usage("nothing was written").help("answer `yes`, or say so with `--yes`"));
    }
    write(&plan, missing, &client, terminal)?;
    terminal.step("Imported", &format!("{missing} versions, {} settings", plan.settings.len()));
    Ok(ExitStatus::Clean)
}

/// Writes the plan. A signal stops it between two versions, so that no subject stays in mode IMPORT.
fn write(plan: &ImportPlan, missing: usize, client: &Client, terminal: Terminal) -> Result<(), Failure> {
    const GO_ON: &str = "what was written stays; import again to go on";
    let bar = terminal.progress("{spinner} {msg}");
    let (imported, signal) = interrupt::orderly(terminal, |stop| {
        client.import(plan, &|written| {
            bar.set_message(format!("{written} of {missing} versions"));
            if stop.load(Ordering::Relaxed) { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        })
    })?;
    bar.finish_and_clear();
    match imported.map_err(|refusal| refused(client, "take everything", refusal).help(GO_ON))? {
        Imported::Whole => Ok(()),
        Imported::Stopped => Err(Failure::interrupt(signal.unwrap_or("a signal")).help(GO_ON)),
    }
}

fn show(plan: &ImportPlan, client: &Client, args: &ImportArgs, terminal: Terminal) {
    let versions = || plan.steps.iter().flatten();
    match args.format {
        Format::Json => {
            let version = |version: &provision::registry::SchemaVersion| json!({ "subject": version.subject, "version": version.version, "id": version.id });
            let document = json!({
                "format_version": 1,
                "registry": client.url(),
                "missing": versions().map(version).collect::<Vec<_>>(),
                "present": plan.present,
                "settings": plan.settings,
                "deletions": plan.deletions.iter().map(|(subject, version)| json!({ "subject": subject, "version": version })).collect::<Vec<_>>(),
                "left_open": plan.left_open,
                "conflicts": plan.conflicts,
            });
            terminal.result(&format!("{document:#}\n"));
        }
        Format::Human => {
            let mut lines: String = versions()
                .map(|version| format!("+ {} version {} (id {})\n", version.subject, version.version, version.id))
                .collect();
            for (scope, settings) in &plan.settings {
                let scope = if scope.is_empty() { "the registry" } else { scope };
                lines += &format!("~ {scope}: {}\n", serde_json::to_string(settings).unwrap_or_default());
            }
            for (subject, version) in &plan.deletions {
                lines += &format!("- {subject} version {version} (softly deleted in the export)\n");
            }
            for subject in &plan.left_open {
                lines += &format!("- {subject} mode IMPORT (an import that was killed leaves it so)\n");
            }
            lines += &plan.conflicts.iter().map(|conflict| format!("! {conflict}\n")).collect::<String>();
            terminal.result(&lines);
            terminal.say(&format!("{} versions are there already", plan.present));
        }
    }
}

fn client(address: &RegistryAddress) -> Result<Client, Failure> {
    let timeouts = Timeouts { request: Duration::from_secs(10), call: PATIENCE };
    connect::registry_at(&address.registry_url, address.ca_file.as_deref(), timeouts)
}

fn refused(client: &Client, action: &str, refusal: Refusal) -> Failure {
    connect::failed(&client.error(action, refusal))
}

fn counted(archive: &Archive) -> String {
    format!("{} versions of {} subjects", archive.version_count(), archive.subjects.len())
}
