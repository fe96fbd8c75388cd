//! Compares subjects of the schema registry.

use super::{Change, CompatibilityOrder, Findings, Notice, Problem, Registered, Step};
use crate::desired::{Desired, DesiredSubject, Level, Subject, allows_all_of};
use crate::observe::{Observed, ObservedRegistry, ObservedSubject};

pub(super) fn compare(desired: &Desired, observed: &Observed, findings: &mut Findings) {
    let Some(registry) = &observed.registry else {
        if !desired.subjects.is_empty() {
            findings.problems.push(no_registry(desired.subjects.len()));
        }
        return;
    };
    for (name, wanted) in &desired.subjects {
        let before = (findings.steps.len(), findings.problems.len());
        let seen = registry.subjects.get(name);
        schema(name, wanted, seen, findings);
        compatibility(name, wanted, registry, findings);
        findings.unchanged += usize::from(before == (findings.steps.len(), findings.problems.len()));
    }
}

fn no_registry(subjects: usize) -> Problem {
    Problem {
        about: "registry".into(),
        what: format!("the environment has no schema registry for the declared subjects ({subjects})"),
        why: "Keys and values that are records of a schema carry its id, which only a registry gives out.".into(),
        help: "give the environment a `registry` with a `url`".into(),
    }
}

fn schema(name: &Subject, desired: &DesiredSubject, observed: Option<&ObservedSubject>, findings: &mut Findings) {
    let latest = observed.and_then(|observed| observed.latest.as_ref());
    if let Some(other) = observed.and_then(|observed| observed.other_format.as_deref()) {
        findings.problems.push(other_format(name, other));
        return;
    }
    match (observed.and_then(|observed| observed.declared_version), latest) {
        (Some(declared), Some(latest)) if declared < latest.version => {
            findings.notices.push(Notice::NewerVersion { subject: name.clone(), declared, latest: latest.version });
        }
        (Some(_), _) => {}
        (None, latest) => findings.steps.push(register(name, desired, latest)),
    }
}

fn other_format(name: &Subject, format: &str) -> Problem {
    Problem {
        about: format!("subject/{name}"),
        what: format!("subject `{name}` holds a {format} schema but an Avro schema is declared"),
        why: "A registry refuses a schema of another format under the same subject.".into(),
        help: "declare another topic, or delete the subject if nothing uses it".into(),
    }
}

fn register(name: &Subject, desired: &DesiredSubject, latest: Option<&Registered>) -> Step {
    Step {
        id: format!("subject/{name}/schema"),
        reason: match latest {
            None => "the subject has no schema".into(),
            Some(latest) => format!("the declared schema differs from version {}", latest.version),
        },
        irreversible: true,
        risks: Vec::new(),
        change: Change::RegisterSchema {
            subject: name.clone(),
            before: latest.cloned(),
            schema: desired.schema.clone(),
        },
    }
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
