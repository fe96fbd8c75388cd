//! Schemas against what a registry has: a file against a subject, or every schema of the manifest.

use provision::Desired;
use provision::connection::Timeouts;
use provision::registry::{Client, Refusal, SchemaVersion};
use schema::compatibility::{Level, Older, Policy, check};
use schema::{Document, Referenced, Source, Strictness};
use topology::compatibility::{Audience, Texts, findings, version_not_compared};
use topology::source::{FileId, Sources};

use super::Checked;
use crate::args::SchemaCheckArgs;
use crate::command::Scope;
use crate::command::schema::text;
use crate::connect;
use crate::failure::Failure;
use crate::interrupt;
use crate::project::{self, Project};

/// Every schema of the manifest against the versions that its subject has.
pub(super) fn project(args: &SchemaCheckArgs, scope: &Scope) -> Result<Checked, Failure> {
    let project = Project::load(&scope.global)?;
    let topology = project.checked(scope.terminal)?;
    let environment = project::environment(topology, &scope.global)?;
    let client = match &args.registry_url {
        Some(url) => connect::registry_at(url, args.ca_file.as_deref(), Timeouts::default())?,
        None => connect::registry(&project, environment)?,
    };
    let mut desired = Desired::for_environment(topology, environment);
    for subject in desired.subjects.values_mut() {
        subject.compatibility = args.level.map(Level::from).or(subject.compatibility);
        subject.policy = args.policy.map(Policy::from).or(subject.policy);
    }
    let observing = async { client.observe(&desired.subjects).await.map_err(|error| connect::failed(&error)) };
    let registry = interrupt::block_on(observing)?;
    let mut sources = project.sources.clone();
    let diagnostics = provision::contracts::diagnostics(topology, &mut sources, &desired, &registry);
    Ok(Checked { sources, diagnostics, level: None })
}

/// A file against the versions of a subject, at the level that the registry holds it to.
pub(super) fn file(file: &str, args: &SchemaCheckArgs, scope: &Scope) -> Result<Checked, Failure> {
    let Some(subject) = &args.subject else {
        return Err(Failure::usage("the subject is missing").help("name it with `--subject`, such as orders-value"));
    };
    let mut sources = Sources::default();
    let new = text::read(file, &args.text, Strictness::Strict, &mut sources)?;
    let client = if let Some(url) = &args.registry_url {
        connect::registry_at(url, args.ca_file.as_deref(), Timeouts::default())?
    } else {
        let project = Project::load(&scope.global)?;
        let topology = project.checked(scope.terminal)?;
        connect::registry(&project, project::environment(topology, &scope.global)?)?
    };
    let refused = |refusal| connect::failed(&client.error(&format!("describe subject `{subject}`"), refusal));
    let mut diagnostics = new.diagnostics;
    let held = client.effective_config(subject).map_err(refused)?;
    let level = args.level.map(Level::from).or(held.compatibility).unwrap_or(Level::Backward);
    let policy = args.policy.map(Policy::from).or(held.policy).unwrap_or_default();
    if let Some(document) = &new.document {
        let question = Question { subject, level, group: held.group.as_deref() };
        let older = versions(&client, &question, &mut sources).map_err(refused)?;
        if older.is_empty() && level != Level::None {
            scope
                .terminal
                .say(&format!("subject `{subject}` has no versions at {}: nothing to compare with", client.url()));
        }
        let mut versions = Vec::new();
        for Version { number, read, .. } in &older {
            match read {
                Ok(document) => versions.push(Older { version: *number, document }),
                Err(why) => diagnostics.push(version_not_compared(subject, *number, why, &new.files)),
            }
        }
        let report = check(document, &versions, level, policy);
        let old: Vec<_> = older.iter().map(|version| (version.number, version.files.clone())).collect();
        let audience = Audience { subject: format!("subject `{subject}`"), ..Audience::default() };
        diagnostics.extend(findings(&report, Texts { new: &new.files, old: &old }, &audience));
    }
    Ok(Checked { sources, diagnostics, level: Some(level) })
}

/// Which versions of a subject are looked at.
struct Question<'a> {
    subject: &'a str,
    level: Level,
    /// The property that parts versions into groups: those of the latest one's group count.
    group: Option<&'a str>,
}

/// A version of a subject.
struct Version {
    number: u32,
    files: Vec<FileId>,
    /// Its schema, or why that cannot be understood here.
    read: Result<Document, String>,
}

/// The live versions that the level looks at, oldest first.
fn versions(client: &Client, question: &Question<'_>, sources: &mut Sources) -> Result<Vec<Version>, Refusal> {
    let Question { subject, level, group } = *question;
    let property = |version: &SchemaVersion| {
        let properties = version.metadata.as_ref()?.get("properties")?;
        properties.get(group?)?.as_str().map(str::to_owned)
    };
    let mut numbers = client.versions(subject, false)?;
    if !level.is_transitive() {
        numbers = numbers.split_off(numbers.len().saturating_sub(1));
    }
    let mut of_latest = None;
    let mut found = Vec::new();
    for number in numbers.into_iter().rev() {
        let Some(version) = client.version(subject, number, false)? else { continue };
        if *of_latest.get_or_insert_with(|| property(&version)) != property(&version) {
            continue;
        }
        let references = client.referenced(&version.references)?;
        found.push(parse(subject, &version, references, sources));
    }
    found.reverse();
    Ok(found)
}

fn parse(subject: &str, version: &SchemaVersion, references: Vec<Referenced>, sources: &mut Sources) -> Version {
    let name = |subject: &str, number: u32| format!("{subject} version {number}");
    let mut files = vec![sources.add(name(subject, version.version), version.schema.as_str())];
    files.extend(references.iter().map(|text| sources.add(name(&text.subject, text.version), text.text.to_string())));
    let read = match version.format() {
        Some(format) => {
            let source = Source { format, text: version.schema.as_str().into(), references };
            Document::parse(&source, Strictness::Lenient).or_reason()
        }
        None => Err("it is of a type that is not known here".to_owned()),
    };
    Version { number: version.version, files, read }
}
