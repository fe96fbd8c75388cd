//! Schemas against what a registry has: a file against a subject, or every schema of the manifest.

use provision::Desired;
use provision::connection::Timeouts;
use provision::registry::{Client, Refusal, SchemaVersion, Scope as SettingsScope};
use schema::compatibility::{Level, Older, Policy, check};
use schema::{Document, Format, Referenced, Source, Strictness};
use topology::compatibility::{Audience, Texts, findings};
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
    let endpoint = connect::registry(&project, environment, args.registry_url.as_ref())?;
    let client = Client::new(&endpoint, Timeouts::default(), None).map_err(|error| connect::failed(&error))?;
    let desired = Desired::for_environment(topology, environment);
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
    let endpoint = if let Some(url) = &args.registry_url {
        connect::registry_at(url)
    } else {
        let project = Project::load(&scope.global)?;
        let topology = project.checked(scope.terminal)?;
        connect::registry(&project, project::environment(topology, &scope.global)?, None)?
    };
    let client = Client::new(&endpoint, Timeouts::default(), None).map_err(|error| connect::failed(&error))?;
    let mut sources = Sources::default();
    let new = text::read(file, &args.text, Strictness::Strict, &mut sources)?;
    let mut diagnostics = new.diagnostics;
    let (level, policy) = promised(&client, subject, args).map_err(|refusal| refused(&client, &refusal))?;
    if let Some(document) = &new.document {
        let older = versions(&client, subject, level, &mut sources).map_err(|refusal| refused(&client, &refusal))?;
        let versions: Vec<_> =
            older.iter().map(|(version, _, document)| Older { version: *version, document }).collect();
        let report = check(document, &versions, level, policy);
        let old: Vec<_> = older.iter().map(|(version, files, _)| (*version, files.clone())).collect();
        let audience = Audience { subject: format!("subject `{subject}`"), ..Audience::default() };
        diagnostics.extend(findings(&report, Texts { new: &new.files, old: &old }, &audience));
    }
    Ok(Checked { sources, diagnostics, level: Some(level) })
}

fn promised(client: &Client, subject: &str, args: &SchemaCheckArgs) -> Result<(Level, Policy), Refusal> {
    let own = client.config(SettingsScope::Subject(subject))?.unwrap_or_default();
    let global = client.config(SettingsScope::Global)?.unwrap_or_default();
    let level = args.level.map(Level::from).or(own.compatibility).or(global.compatibility).unwrap_or(Level::Backward);
    let policy = args.policy.map(Policy::from).or(own.policy).or(global.policy).unwrap_or_default();
    Ok((level, policy))
}

/// The live versions that the level looks at, oldest first. What cannot be understood here is left out.
fn versions(
    client: &Client,
    subject: &str,
    level: Level,
    sources: &mut Sources,
) -> Result<Vec<(u32, Vec<FileId>, Document)>, Refusal> {
    let mut numbers = client.versions(subject, false)?;
    if !level.is_transitive() {
        numbers = numbers.split_off(numbers.len().saturating_sub(1));
    }
    let mut found = Vec::new();
    for number in numbers {
        let Some(version) = client.version(subject, number, false)? else { continue };
        let references = client.referenced(&version.references)?;
        let Some((files, document)) = parse(subject, &version, references, sources) else { continue };
        found.push((number, files, document));
    }
    Ok(found)
}

fn parse(
    subject: &str,
    version: &SchemaVersion,
    references: Vec<Referenced>,
    sources: &mut Sources,
) -> Option<(Vec<FileId>, Document)> {
    let format: Format = version.format()?;
    let name = |subject: &str, number: u32| format!("{subject} version {number}");
    let mut files = vec![sources.add(name(subject, version.version), version.schema.as_str())];
    files.extend(references.iter().map(|text| sources.add(name(&text.subject, text.version), text.text.to_string())));
    let source = Source { format, text: version.schema.as_str().into(), references };
    Some((files, Document::parse(&source, Strictness::Lenient).document?))
}

fn refused(client: &Client, refusal: &Refusal) -> Failure {
    Failure::world(format!("the registry at {} could not be asked", client.url())).because(&refusal.reason)
}
