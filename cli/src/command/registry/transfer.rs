//! `registry export` and `registry import`: a registry as files, and back with the same ids and versions.

use std::time::Duration;

use provision::connection::Timeouts;
use provision::registry::{Archive, Client, ImportPlan, Refusal};
use serde_json::json;

use super::folder;
use crate::args::{ExportArgs, Format, ImportArgs, RegistryAddress};
use crate::connect;
use crate::exit::ExitStatus;
use crate::failure::Failure;
use crate::terminal::Terminal;

/// A listing of many schemas takes longer than a request of `plan`.
const PATIENCE: Duration = Duration::from_mins(2);

pub(super) fn export(args: &ExportArgs, terminal: Terminal) -> Result<ExitStatus, Failure> {
    let client = client(&args.registry)?;
    let archive = client.archive(&args.subject_prefix).map_err(|refusal| refused(&client, "be read", &refusal))?;
    folder::write(&args.folder, &archive)?;
    terminal.step("Exported", &format!("{} to {}", counted(&archive), args.folder.display()));
    Ok(ExitStatus::Clean)
}

pub(super) fn import(args: &ImportArgs, terminal: Terminal) -> Result<ExitStatus, Failure> {
    let archive = folder::read(&args.folder)?;
    let client = client(&args.registry)?;
    let target = client.archive(":*:").map_err(|refusal| refused(&client, "be read", &refusal))?;
    let mut plan = archive.missing_in(&target);
    if args.no_settings {
        plan.settings.clear();
    }
    show(&plan, &client, args, terminal);
    if !plan.conflicts.is_empty() {
        return Err(Failure::findings(
            "the registry holds something else under these ids and versions; nothing was written",
        )
        .help("import into an empty registry or a context, or remove there what contradicts"));
    }
    let missing = plan.steps.iter().map(Vec::len).sum::<usize>();
    if args.dry_run || (missing == 0 && plan.settings.is_empty()) {
        return Ok(ExitStatus::Clean);
    }
    let question = format!("Write {missing} versions and {} settings to {}?", plan.settings.len(), client.url());
    if !args.yes && !terminal.confirm(&question, "review with `--dry-run`, then say `--yes`")? {
        return Err(Failure::usage("nothing was written").help("answer `yes`, or say so with `--yes`"));
    }
    let bar = terminal.progress("{spinner} {msg}");
    let progress = |written: usize| bar.set_message(format!("{written} of {missing} versions"));
    let imported = client.import(&plan, &progress);
    bar.finish_and_clear();
    imported.map_err(|refusal| {
        refused(&client, "take everything", &refusal).help("what was written stays; import again to go on")
    })?;
    terminal.step("Imported", &format!("{missing} versions, {} settings", plan.settings.len()));
    Ok(ExitStatus::Clean)
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
            lines += &plan.conflicts.iter().map(|conflict| format!("! {conflict}\n")).collect::<String>();
            terminal.result(&lines);
            terminal.say(&format!("{} versions are there already", plan.present));
        }
    }
}

fn client(address: &RegistryAddress) -> Result<Client, Failure> {
    let endpoint = connect::registry_at(&address.registry_url);
    let timeouts = Timeouts { request: Duration::from_secs(10), call: PATIENCE };
    let ca_file = address.ca_file.as_ref().map(|file| file.display().to_string());
    Client::new(&endpoint, timeouts, ca_file.as_deref()).map_err(|error| connect::failed(&error))
}

fn refused(client: &Client, what: &str, refusal: &Refusal) -> Failure {
    Failure::world(format!("the registry at {} could not {what}", client.url())).because(&refusal.reason)
}

fn counted(archive: &Archive) -> String {
    format!("{} versions of {} subjects", archive.version_count(), archive.subjects.len())
}
