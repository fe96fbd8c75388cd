//! Shows plans and reports to people, as Terraform does.
//!
//! `+` comes into being, `~` changes, `!` is in the way or wants attention. Everything can be read without colour, and
//! lines have no more structure than indentation. Programs read [`Plan::to_json`](crate::Plan::to_json) instead.

use std::fmt::{Display, Write as _};

use crate::apply::{Outcome, Report};
use crate::plan::{Change, Contract, Notice, Plan, Problem, Registered, Step};

mod paint;
mod schema_diff;

#[cfg(test)]
mod tests;

use paint::Paint;

/// How many names a list shows before it only counts the rest.
const NAMES_SHOWN: usize = 10;

impl Plan {
    /// The plan for a terminal; `color` adds ANSI colours and changes nothing else.
    pub fn to_text(&self, color: bool) -> String {
        let paint = Paint::new(color);
        let mut text = String::new();
        for step in &self.steps {
            write_step(&mut text, step, paint);
        }
        for problem in &self.problems {
            write_problem(&mut text, problem, paint);
        }
        for notice in &self.notices {
            line(&mut text, 0, notice_text(notice));
        }
        if !text.is_empty() {
            text.push('\n');
        }
        line(&mut text, 0, self.summary(paint));
        text
    }

    fn summary(&self, paint: Paint) -> String {
        if self.is_blocked() {
            let count = self.problems.len();
            let problems = if count == 1 { "1 problem".into() } else { format!("{count} problems") };
            return paint.remove(format!("Plan: {problems} to solve first; nothing can be applied."));
        }
        let counts = self.counts();
        if self.steps.is_empty() {
            return format!("No changes: {} topics and subjects are as declared.", self.unchanged);
        }
        format!("Plan: {} to add, {} to change, 0 to destroy.", counts.add, counts.change)
    }
}

impl Report {
    /// The report for a terminal: what there is to say about each step, then one line with the counts.
    pub fn to_text(&self, color: bool) -> String {
        let paint = Paint::new(color);
        let mut text = String::new();
        let (mut failed, mut skipped) = (0, 0);
        for step in &self.steps {
            match &step.outcome {
                Outcome::Done { note: None } => {}
                Outcome::Done { note: Some(note) } => {
                    line(&mut text, 0, format!("{} {}: {note}", paint.add("done"), step.step));
                }
                Outcome::Failed { why, help } => {
                    failed += 1;
                    line(&mut text, 0, format!("{} {}: {why}", paint.remove("failed"), step.step));
                    line(&mut text, 2, format!("help: {help}"));
                }
                Outcome::NotAttempted { why } => {
                    skipped += 1;
                    line(&mut text, 0, format!("{} {}: {why}", paint.change("not attempted"), step.step));
                }
            }
        }
        let summary = format!("Applied: {} done, {failed} failed, {skipped} not attempted.", self.done());
        let again = if self.is_complete() { "" } else { " Apply again to finish: what is done is not repeated." };
        line(&mut text, 0, summary + again);
        text
    }
}

fn line(text: &mut String, indent: usize, content: impl Display) {
    writeln!(text, "{:indent$}{content}", "").expect("writing to a string does not fail");
}

fn write_step(text: &mut String, step: &Step, paint: Paint) {
    match &step.change {
        Change::CreateTopic { topic, partitions, replication_factor, config } => {
            line(text, 0, format!("{} topic {topic}", paint.add("+")));
            let numbers =
                [("partitions", partitions.to_string()), ("replication_factor", replication_factor.to_string())];
            let config = config.iter().map(|(key, value)| (key.as_str(), value.clone()));
            attributes(text, numbers.into_iter().chain(config));
        }
        Change::AddPartitions { topic, before, after } => {
            line(text, 0, format!("{} topic {topic}", paint.change("~")));
            attributes(text, [("partitions", arrow(before, after))]);
        }
        Change::AlterConfig { topic, config } => {
            line(text, 0, format!("{} topic {topic}", paint.change("~")));
            let shown = |value: &Option<String>| value.clone().unwrap_or_else(|| "(default)".into());
            attributes(
                text,
                config.iter().map(|(key, value)| (key.as_str(), arrow(&shown(&value.before), &shown(&value.after)))),
            );
        }
        Change::SetCompatibility { subject, before, after, .. } => {
            line(text, 0, format!("{} subject {subject}", paint.change("~")));
            let shown = |level: Option<_>| {
                level.map_or_else(|| "(default)".into(), |level: crate::desired::Level| level.to_string())
            };
            attributes(text, [("compatibility", arrow(&shown(*before), &shown(*after)))]);
        }
        Change::ConfigureSubject { subject, config } => {
            line(text, 0, format!("{} subject {subject}", paint.change("~")));
            let shown = |value: &Option<String>| value.clone().unwrap_or_else(|| "(default)".into());
            attributes(
                text,
                config.iter().map(|(key, value)| (key.as_str(), arrow(&shown(&value.before), &shown(&value.after)))),
            );
        }
        Change::SetMode { subject, before, after } => {
            line(text, 0, format!("{} subject {subject}", paint.change("~")));
            let before = before.as_deref().unwrap_or("(default)");
            attributes(text, [("mode", arrow(&before, &after.as_str()))]);
        }
        Change::RegisterSchema { subject, before: None, schema, contract } => {
            line(text, 0, format!("{} subject {subject}", paint.add("+")));
            line(text, 4, format!("schema {}", schema_diff::title(schema, contract.format)));
            beside(text, None, contract, paint);
        }
        Change::RegisterSchema { subject, before: Some(before), schema, contract } => {
            line(text, 0, format!("{} subject {subject}", paint.change("~")));
            let title = schema_diff::title(schema, contract.format);
            line(text, 4, format!("schema {title}, after version {} (id {})", before.version, before.id));
            for change in schema_diff::changes(&before.schema, schema, contract.format) {
                line(text, 6, change.paint(paint));
            }
            beside(text, Some(before), contract, paint);
        }
    }
    write_remarks(text, step, paint);
}

/// What is registered beside the text: references, metadata and rules.
fn beside(text: &mut String, before: Option<&Registered>, contract: &Contract, paint: Paint) {
    for to in &contract.references {
        let version = to.version.map_or_else(|| "of this plan".to_owned(), |version| format!("version {version}"));
        line(text, 6, format!("refers to {} ({}, {version})", to.name, to.subject));
    }
    let changed = |is_declared: bool, is_same: bool| is_declared && !is_same;
    let old_metadata = before.and_then(|before| before.metadata.as_ref());
    if changed(contract.metadata.is_some(), contract.metadata.as_ref() == old_metadata) {
        for (name, value) in contract.metadata.iter().flat_map(|metadata| &metadata.properties) {
            if old_metadata.and_then(|old| old.properties.get(name)) != Some(value) {
                line(text, 6, format!("{} property {name} = {value}", paint.add("+")));
            }
        }
        line(text, 6, format!("{} metadata", paint.change("~")));
    }
    if changed(contract.rules.is_some(), contract.rules.as_ref() == before.and_then(|before| before.rules.as_ref())) {
        let names =
            contract.rules.iter().flat_map(topology::ir::RuleSet::rules).filter_map(|rule| rule.name.as_deref());
        line(text, 6, format!("{} rules {}", paint.change("~"), names.collect::<Vec<_>>().join(", ")));
    }
}

fn write_remarks(text: &mut String, step: &Step, paint: Paint) {
    for risk in &step.risks {
        line(text, 4, format!("{} {risk}", paint.change("! risk:")));
    }
    if step.irreversible && !matches!(step.change, Change::RegisterSchema { .. }) {
        line(text, 4, format!("{} This cannot be undone.", paint.change("!")));
    }
}

fn write_problem(text: &mut String, problem: &Problem, paint: Paint) {
    line(text, 0, format!("{} {}", paint.remove("!"), problem.what));
    line(text, 4, &problem.why);
    for detail in &problem.details {
        line(text, 6, format!("- {detail}"));
    }
    line(text, 4, format!("help: {}", problem.help));
}

fn notice_text(notice: &Notice) -> String {
    match notice {
        Notice::TopicsNotInManifest { topics } => {
            let shown = topics.iter().take(NAMES_SHOWN).map(String::as_str).collect::<Vec<_>>().join(", ");
            let more = topics.len().saturating_sub(NAMES_SHOWN);
            let more = if more == 0 { String::new() } else { format!(" and {more} more") };
            format!("Not in the manifest, left alone: {shown}{more}")
        }
        Notice::NewerVersion { subject, declared, latest } => format!(
            "Subject {subject}: the declared schema is version {declared}; version {latest} follows it and is left alone"
        ),
        Notice::RegistryDisagrees { subject } => {
            format!("Subject {subject}: the registry would take this schema, and readers would fail all the same")
        }
        Notice::Alias { subject, target } => {
            format!("Subject {subject}: the registry has it as an alias of {target}, so its schema is registered there")
        }
        Notice::NotKept { subject, what } => {
            format!("Subject {subject}: the registry has the schema without its {what}: it does not store that")
        }
    }
}

fn arrow(before: &impl Display, after: &impl Display) -> String {
    format!("{before} -> {after}")
}

/// Names and values in two columns.
fn attributes<'a>(text: &mut String, entries: impl IntoIterator<Item = (&'a str, String)>) {
    let entries: Vec<(&str, String)> = entries.into_iter().collect();
    let width = entries.iter().map(|(name, _)| name.len()).max().unwrap_or_default();
    for (name, value) in entries {
        line(text, 4, format!("{name:width$}  {value}"));
    }
}
