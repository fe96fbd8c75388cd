//! `schema check OLD NEW`: whether a new schema may follow an old one.

use schema::compatibility::{Level, Older, check};
use schema::{Document, Strictness};
use serde_json::json;
use topology::compatibility::{Audience, Texts, findings};
use topology::source::Sources;
use topology::{Diagnostic, Severity};

use super::text::{self, Text};
use crate::args::{LintFormat, SchemaCheckArgs};
use crate::command::Scope;
use crate::exit::ExitStatus;
use crate::failure::Failure;
use crate::render::{Summary, github, json as json_render, sarif};

pub(crate) fn run(args: &SchemaCheckArgs, scope: &Scope) -> Result<ExitStatus, Failure> {
    let mut sources = Sources::default();
    let old = text::read(&args.old, &args.text, Strictness::Lenient, &mut sources)?;
    let new = text::read(&args.new, &args.text, Strictness::Strict, &mut sources)?;
    let mut diagnostics: Vec<Diagnostic> = old.diagnostics.iter().chain(&new.diagnostics).cloned().collect();
    let level = Level::from(args.level);
    if let (Some(old_document), Some(document)) = (&old.document, &new.document) {
        diagnostics.extend(compared(args, (&old, old_document), (&new, document)));
    }
    let is_compatible = diagnostics.iter().all(|found| found.severity < Severity::Error);
    let terminal = scope.terminal;
    match args.format {
        LintFormat::Human => {
            terminal.findings(&sources, &diagnostics);
            let verdict = if is_compatible { "compatible" } else { "not compatible" };
            terminal.say(&format!("{level}: {verdict}; {}", Summary::of(&diagnostics)));
        }
        LintFormat::Json => {
            let mut document = json_render::render(&sources, &diagnostics);
            document["compatible"] = json!(is_compatible);
            document["level"] = json!(level.as_str());
            terminal.result(&format!("{document:#}\n"));
        }
        LintFormat::Sarif => terminal.result(&format!("{:#}\n", sarif::render(&sources, &diagnostics, &[]))),
        LintFormat::Github => terminal.result(&github::render(&sources, &diagnostics)),
    }
    Ok(if is_compatible { ExitStatus::Clean } else { ExitStatus::Findings })
}

fn compared(args: &SchemaCheckArgs, old: (&Text, &Document), new: (&Text, &Document)) -> Vec<Diagnostic> {
    let older = [Older { version: 0, document: old.1 }];
    let report = check(new.1, &older, args.level.into(), args.policy.into());
    let texts = Texts { new: &new.0.files, old: &[(0, old.0.files.clone())] };
    findings(&report, texts, &Audience::default())
}
