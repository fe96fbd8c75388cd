//! `schema check`: whether a new schema may follow an old one, and those of the project what is in use.
//!
//! * [`registered`]: against what a registry has.

mod registered;

use schema::compatibility::{Level, Older, Policy, check};
use schema::{Document, Strictness};
use serde_json::json;
use topology::compatibility::{Audience, Promise, Texts, findings};
use topology::source::Sources;
use topology::{Diagnostic, Severity};

use super::text::{self, Text};
use crate::args::{CheckAgainst, LintFormat, SchemaCheckArgs};
use crate::command::{Scope, lint};
use crate::exit::ExitStatus;
use crate::failure::Failure;
use crate::project::Project;
use crate::render::{Summary, github, json as json_render, sarif};

/// What was found, and at which level if there is one for all.
struct Checked {
    sources: Sources,
    diagnostics: Vec<Diagnostic>,
    level: Option<Level>,
}

pub(crate) fn run(args: &SchemaCheckArgs, scope: &Scope) -> Result<ExitStatus, Failure> {
    if args.subject.is_some() && (args.against != Some(CheckAgainst::Registry) || args.schemas.is_empty()) {
        return Err(Failure::usage("`--subject` has no meaning here")
            .help("it names the subject of one file, with `--against registry`"));
    }
    let checked = match (&args.against, args.schemas.as_slice()) {
        (None, [old, new]) => files(old, new, args)?,
        (Some(CheckAgainst::Git(revision)), [file]) => files(&format!("git:{revision}:{file}"), file, args)?,
        (Some(CheckAgainst::Git(revision)), []) => project_against(revision, args, scope)?,
        (Some(CheckAgainst::Registry), [file]) => registered::file(file, args, scope)?,
        (Some(CheckAgainst::Registry), []) => registered::project(args, scope)?,
        (None, _) => {
            return Err(Failure::usage("two schemas are needed: the one in use and the one to follow it")
                .help("or compare with `--against git:REVISION` or `--against registry`"));
        }
        (Some(_), _) => {
            return Err(Failure::usage("`--against` takes the place of the schema in use: give the new one alone"));
        }
    };
    Ok(show(&checked, args.format, scope))
}

fn show(checked: &Checked, format: LintFormat, scope: &Scope) -> ExitStatus {
    let Checked { sources, diagnostics, level } = checked;
    let is_compatible = diagnostics.iter().all(|found| found.severity < Severity::Error);
    let terminal = scope.terminal;
    match format {
        LintFormat::Human => {
            terminal.findings(sources, diagnostics);
            let verdict = if is_compatible { "compatible" } else { "not compatible" };
            let level = level.map(|level| format!("{level}: ")).unwrap_or_default();
            terminal.say(&format!("{level}{verdict}; {}", Summary::of(diagnostics)));
        }
        LintFormat::Json => {
            let mut document = json_render::render(sources, diagnostics);
            document["compatible"] = json!(is_compatible);
            if let Some(level) = level {
                document["level"] = json!(level.as_str());
            }
            terminal.result(&format!("{document:#}\n"));
        }
        LintFormat::Sarif => terminal.result(&format!("{:#}\n", sarif::render(sources, diagnostics, &[]))),
        LintFormat::Github => terminal.result(&github::render(sources, diagnostics)),
    }
    if is_compatible { ExitStatus::Clean } else { ExitStatus::Findings }
}

fn files(old: &str, new: &str, args: &SchemaCheckArgs) -> Result<Checked, Failure> {
    let mut sources = Sources::default();
    let old = text::read(old, &args.text, Strictness::Lenient, &mut sources)?;
    let new = text::read(new, &args.text, Strictness::Strict, &mut sources)?;
    let mut diagnostics: Vec<Diagnostic> = old.diagnostics.iter().chain(&new.diagnostics).cloned().collect();
    let level = args.level.map_or(Level::Backward, Level::from);
    if let (Some(old_document), Some(document)) = (&old.document, &new.document) {
        diagnostics.extend(compared(args, level, (&old, old_document), (&new, document)));
    }
    Ok(Checked { sources, diagnostics, level: Some(level) })
}

fn compared(args: &SchemaCheckArgs, level: Level, old: (&Text, &Document), new: (&Text, &Document)) -> Vec<Diagnostic> {
    let older = [Older { version: 0, document: old.1 }];
    let report = check(new.1, &older, level, args.policy.map(Policy::from).unwrap_or_default());
    let texts = Texts { new: &new.0.files, old: &[(0, old.0.files.clone())] };
    findings(&report, texts, &Audience::default())
}

/// Every schema of the manifest against a revision. What else is wrong with the project is for `lint`, errors aside.
fn project_against(revision: &str, args: &SchemaCheckArgs, scope: &Scope) -> Result<Checked, Failure> {
    let mut project = Project::load(&scope.global)?;
    project.checked(scope.terminal)?;
    project.diagnostics.clear();
    let promise = Promise { level: args.level.map(Level::from), policy: args.policy.map(Policy::from) };
    lint::against::add_findings(&mut project, revision, promise)?;
    Ok(Checked { sources: project.sources, diagnostics: project.diagnostics, level: None })
}
