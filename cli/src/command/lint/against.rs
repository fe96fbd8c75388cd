//! `lint --against REVISION`: the project as it is against the project as git knows it.

use std::cell::RefCell;
use std::collections::BTreeMap;

use topology::compatibility::{NOT_COMPARED, Promise, against};
use topology::source::FileId;
use topology::{Diagnostic, Loaded, Severity};

use crate::failure::Failure;
use crate::git::{self, Revision};
use crate::project::Project;

/// Adds what is found between a revision and now. A project that has errors is not compared: they come first.
pub(in crate::command) fn add_findings(project: &mut Project, revision: &str, promise: Promise) -> Result<(), Failure> {
    git::check_revision(&project.root, revision)?;
    let reader = RefCell::new(Revision::open(&project.root, revision)?);
    let read = |path: &str| reader.borrow_mut().file(path);
    let manifest = project.manifest.to_string_lossy().into_owned();
    let text = read(&manifest).map_err(|error| {
        Failure::usage(format!("`{manifest}` cannot be read at revision `{revision}`"))
            .because(&error)
            .help("compare with a revision that has the manifest")
    })?;
    let old = topology::load(&manifest, text, &read);
    if project.has_errors() {
        return Ok(());
    }
    project.diagnostics.extend(not_compared(&old, revision));
    let (Some(new_topology), Some(old_topology)) = (&project.topology, &old.topology) else { return Ok(()) };
    let mut shown: BTreeMap<FileId, FileId> = BTreeMap::new();
    let mut old_file = |file: FileId| {
        *shown.entry(file).or_insert_with(|| {
            let source = old.sources.get(file);
            project.sources.add(format!("{revision}:{}", source.name), source.text.clone())
        })
    };
    let found = against(new_topology, old_topology, promise, &mut old_file);
    project.diagnostics.extend(found);
    Ok(())
}

/// What was wrong at the revision: schemas that could not be read then are not compared.
fn not_compared(old: &Loaded, revision: &str) -> Option<Diagnostic> {
    const SHOWN: usize = 3;
    let errors = old.diagnostics.iter().filter(|found| found.severity == Severity::Error);
    let shown = errors.take(SHOWN).map(|found| {
        let place = found.labels.first().map(|label| {
            let line = old.sources.line_column(label.location).line;
            format!(" ({}:{line})", old.sources.get(label.location.file).name)
        });
        format!("{}{}", found.message, place.unwrap_or_default())
    });
    let shown: Vec<String> = shown.collect();
    if shown.is_empty() {
        return None;
    }
    let message = format!("the project has errors at revision `{revision}`, so not every schema is compared");
    let note = format!("Among them: {}.", shown.join("; "));
    let help = "compare with a revision that `topology lint` accepts";
    Some(Diagnostic::warning(NOT_COMPARED, message).note(note).help(help))
}
