//! Compares subjects of the schema registry.

use std::collections::BTreeMap;

use schema::compatibility::{Direction, Failure, Report};
use topology::ir::Mode;

use super::{
    Change, CompatibilityOrder, Contract, Findings, Notice, Override, PlannedReference, Problem, Registered, Step,
};
use crate::contracts;
use crate::desired::{Desired, DesiredSubject, Level, Subject, allows_all_of};
use crate::observe::{Observed, ObservedRegistry, ObservedSubject};

pub(super) fn compare(desired: &Desired, observed: &Observed, findings: &mut Findings) {
    let Some(registry) = &observed.registry else {
        if !desired.subjects.is_empty() {
            findings.problems.push(no_registry(desired.subjects.len()));
        }
        return;
    };
    let reports = contracts::check(desired, observed);
    for (name, wanted) in &desired.subjects {
        let before = (findings.steps.len(), findings.problems.len());
        let seen = registry.subjects.get(name);
        findings.notices.extend(alias(name, seen));
        if schema(name, wanted, seen, registry, findings) {
            findings.problems.extend(closed(name, wanted, seen));
        }
        contract(name, reports.get(name), seen, findings);
        mode(name, wanted, seen, findings);
        compatibility(name, wanted, registry, findings);
        settings(name, wanted, seen, findings);
        findings.unchanged += usize::from(before == (findings.steps.len(), findings.problems.len()));
    }
}

fn no_registry(subjects: usize) -> Problem {
    Problem {
        about: "registry".into(),
        what: format!("the environment has no schema registry for the declared subjects ({subjects})"),
        why: "Keys and values that are records of a schema carry its id, which only a registry gives out.".into(),
        help: "give the environment a `registry` with a `url`".into(),
        details: Vec::new(),
    }
}

fn alias(name: &Subject, seen: Option<&ObservedSubject>) -> Option<Notice> {
    let target = seen?.alias.clone()?;
    Some(Notice::Alias { subject: name.clone(), target })
}

/// Whether the schema is to be registered.
fn schema(
    name: &Subject,
    desired: &DesiredSubject,
    observed: Option<&ObservedSubject>,
    registry: &ObservedRegistry,
    findings: &mut Findings,
) -> bool {
    let latest = observed.and_then(|observed| observed.latest.as_ref());
    let declared = observed.and_then(|observed| observed.declared_version);
    let other = observed.and_then(|observed| observed.other_format.as_deref());
    let is_held = desired.compatibility.unwrap_or(registry.compatibility) != Level::None;
    if let Some(other) = other.filter(|_| is_held && declared.is_none()) {
        findings.problems.push(other_format(name, other, desired));
        return false;
    }
    match (declared, latest) {
        (Some(declared), Some(latest)) if declared < latest.version => {
            findings.notices.push(Notice::NewerVersion { subject: name.clone(), declared, latest: latest.version });
        }
        (Some(declared), Some(latest)) if declared == latest.version => {
            findings.notices.extend(not_kept(name, desired, latest));
        }
        (Some(_), _) => {}
        (None, latest) => findings.steps.push(register(name, desired, latest, registry)),
    }
    declared.is_none()
}

/// A schema is to be registered, and the mode that its subject will have by then does not let it in.
fn closed(name: &Subject, desired: &DesiredSubject, seen: Option<&ObservedSubject>) -> Option<Problem> {
    let mode = match desired.mode {
        Some(mode @ (Mode::ReadWrite | Mode::Import)) => mode.as_str(),
        // A subject is closed after its schema is registered.
        Some(Mode::ReadOnly) | None => seen.and_then(|seen| seen.effective_mode.as_deref().or(seen.mode.as_deref()))?,
    };
    let (what, why) = match mode {
        "IMPORT" => ("in mode IMPORT", "In this mode a registry takes only schemas that bring their id with them."),
        "READONLY" | "READONLY_OVERRIDE" => ("read-only", "A registry refuses new versions of a read-only subject."),
        _ => return None,
    };
    let (state, help) = if seen.is_some_and(|seen| seen.latest.is_some()) {
        ("its schema has changed", "declare `mode: readwrite` for the schema, or take the change back")
    } else {
        ("it has no schema yet", "declare `mode: readwrite` for the schema")
    };
    Some(Problem {
        about: format!("subject/{name}"),
        what: format!("subject `{name}` is {what} and {state}"),
        why: why.into(),
        help: help.into(),
        details: Vec::new(),
    })
}

/// What is declared beside a schema and is not there although the schema is.
fn not_kept(name: &Subject, desired: &DesiredSubject, latest: &Registered) -> Vec<Notice> {
    let lacks = [
        ("metadata", desired.metadata.as_ref().is_some_and(|wanted| !wanted.is_empty()) && latest.metadata.is_none()),
        ("rules", desired.rules.as_ref().is_some_and(|wanted| !wanted.is_empty()) && latest.rules.is_none()),
    ];
    let lacks = lacks.into_iter().filter(|(_, lacks)| *lacks);
    lacks.map(|(what, _)| Notice::NotKept { subject: name.clone(), what: what.to_owned() }).collect()
}

fn other_format(name: &Subject, format: &str, desired: &DesiredSubject) -> Problem {
    Problem {
        about: format!("subject/{name}"),
        what: format!("subject `{name}` is in {format} and its declared schema in {}", desired.format),
        why: "Readers of one format cannot read the other, so a registry refuses it unless the level is NONE.".into(),
        help: "declare another topic, or delete the subject if nothing uses it".into(),
        details: Vec::new(),
    }
}

fn register(
    name: &Subject,
    desired: &DesiredSubject,
    latest: Option<&Registered>,
    registry: &ObservedRegistry,
) -> Step {
    let references = desired.references.iter().map(|to| PlannedReference {
        name: to.name.clone(),
        subject: to.subject.clone(),
        version: registry.subjects.get(&to.subject).and_then(|seen| seen.declared_version),
    });
    Step {
        id: format!("subject/{name}/schema"),
        reason: match latest {
            None => "the subject has no schema".into(),
            Some(latest) if latest.schema == desired.schema => {
                format!("what is declared beside the schema differs from version {}", latest.version)
            }
            Some(latest) => format!("the declared schema differs from version {}", latest.version),
        },
        irreversible: true,
        risks: Vec::new(),
        change: Change::RegisterSchema {
            subject: name.clone(),
            before: latest.cloned(),
            schema: desired.schema.clone(),
            contract: Box::new(Contract {
                format: desired.format,
                references: references.collect(),
                metadata: desired.metadata.clone(),
                rules: desired.rules.clone(),
                normalize: desired.normalize,
            }),
        },
    }
}

/// A changed schema that does not fit is a problem, whoever says so.
fn contract(name: &Subject, report: Option<&Report>, seen: Option<&ObservedSubject>, findings: &mut Findings) {
    let verdict = seen.and_then(|seen| seen.verdict.as_ref());
    let refusal = verdict.filter(|verdict| !verdict.is_compatible);
    // The texts are shown elsewhere, and the settings are ours.
    let is_reason = |said: &&String| !["{oldSchema", "{validateFields"].iter().any(|start| said.starts_with(start));
    let messages = refusal.into_iter().flat_map(|verdict| &verdict.messages).filter(is_reason);
    let said = || messages.clone().map(|said| format!("the registry: {said}"));
    match (report.filter(|report| !report.is_compatible()), refusal) {
        (None, None) => {}
        (Some(report), _) => {
            let details = report.failures.iter().flat_map(failure);
            findings.problems.push(Problem {
                about: format!("subject/{name}"),
                what: format!("the schema of subject `{name}` breaks the contract with {}", versions(report)),
                why: format!("The subject's level is {}: {}.", report.level, promise(report)),
                help: "change the schema so that it fits, or declare a looser `compatibility` for it".into(),
                details: details.chain(said()).collect(),
            });
            if verdict.is_some_and(|verdict| verdict.is_compatible) {
                findings.notices.push(Notice::RegistryDisagrees { subject: name.clone() });
            }
        }
        (None, Some(_)) => findings.problems.push(Problem {
            about: format!("subject/{name}"),
            what: format!("the registry refuses the schema of subject `{name}`"),
            why: "The versions fit by the rules known here, so the registry has rules of its own, in its own words below."
                .into(),
            help: "change the schema so that the registry accepts it, or declare a looser `compatibility` for it".into(),
            details: said().collect(),
        }),
    }
}

fn failure(failure: &Failure) -> Vec<String> {
    let who = match failure.direction {
        Direction::Backward => format!("new readers, data of version {}", failure.version),
        Direction::Forward => format!("readers of version {}, new data", failure.version),
    };
    if failure.differences.is_empty() {
        return vec![format!("{who}: the formats are not the same")];
    }
    let line = |difference: &schema::compatibility::Difference| {
        format!("{who}: {} ({} at {})", difference.what, difference.rule.name, difference.path)
    };
    failure.differences.iter().map(line).collect()
}

fn versions(report: &Report) -> String {
    let mut numbers: Vec<u32> = report.failures.iter().map(|failure| failure.version).collect();
    numbers.sort_unstable();
    numbers.dedup();
    let texts: Vec<String> = numbers.iter().map(ToString::to_string).collect();
    if let [one] = texts.as_slice() { format!("version {one}") } else { format!("versions {}", texts.join(", ")) }
}

fn promise(report: &Report) -> &'static str {
    match report.level.directions() {
        [Direction::Backward] => "new readers must read what is stored",
        [Direction::Forward] => "readers that run must read what is written from now on",
        _ => "new and old readers must read new and old data",
    }
}

fn mode(name: &Subject, desired: &DesiredSubject, seen: Option<&ObservedSubject>, findings: &mut Findings) {
    let before = seen.and_then(|seen| seen.mode.clone());
    let Some(after) = desired.mode else { return };
    if before.as_deref() == Some(after.as_str()) {
        return;
    }
    findings.steps.push(Step {
        id: format!("subject/{name}/mode"),
        reason: format!("the mode {} is declared", after.as_str()),
        irreversible: false,
        risks: match after {
            Mode::Import => vec!["Versions of a subject in mode IMPORT are not checked against each other.".into()],
            _ => Vec::new(),
        },
        change: Change::SetMode { subject: name.clone(), before, after },
    });
}

/// The settings besides the level.
fn settings(name: &Subject, desired: &DesiredSubject, seen: Option<&ObservedSubject>, findings: &mut Findings) {
    let policy = |policy: schema::compatibility::Policy| match policy {
        schema::compatibility::Policy::Strict => "STRICT".to_owned(),
        schema::compatibility::Policy::Lenient => "LENIENT".to_owned(),
    };
    let pairs = [
        ("compatibilityPolicy", seen.and_then(|seen| seen.policy).map(policy), desired.policy.map(policy)),
        ("compatibilityGroup", seen.and_then(|seen| seen.group.clone()), desired.group.clone()),
        (
            "normalize",
            seen.and_then(|seen| seen.normalize).map(|flag| flag.to_string()),
            desired.normalize.map(|flag| flag.to_string()),
        ),
    ];
    let changed = pairs.into_iter().filter(|(_, before, after)| before != after);
    let config: BTreeMap<String, Override> =
        changed.map(|(key, before, after)| (key.to_owned(), Override { before, after })).collect();
    if config.is_empty() {
        return;
    }
    findings.steps.push(Step {
        id: format!("subject/{name}/config"),
        reason: "the declared settings differ".into(),
        irreversible: false,
        risks: Vec::new(),
        change: Change::ConfigureSubject { subject: name.clone(), config },
    });
}

fn compatibility(name: &Subject, desired: &DesiredSubject, registry: &ObservedRegistry, findings: &mut Findings) {
    let before = registry.subjects.get(name).and_then(|observed| observed.compatibility);
    let after = desired.compatibility;
    if before == after {
        return;
    }
    let effective = |level: Option<Level>| level.unwrap_or(registry.compatibility);
    let stricter = effective(before) != effective(after) && allows_all_of(effective(before), effective(after));
    findings.steps.push(Step {
        id: format!("subject/{name}/compatibility"),
        reason: match after {
            Some(level) => format!("the level {level} is declared"),
            None => "the manifest declares no level".into(),
        },
        irreversible: false,
        risks: Vec::new(),
        change: Change::SetCompatibility {
            subject: name.clone(),
            before,
            after,
            order: if stricter { CompatibilityOrder::AfterSchema } else { CompatibilityOrder::BeforeSchema },
        },
    });
}
