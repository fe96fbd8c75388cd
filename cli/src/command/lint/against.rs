//! `lint --against REVISION`: the project as it is against the project as git knows it.

use std::cell::RefCell;
use std::collections::BTreeMap;

use topology::compatibility::against;
use topology::source::FileId;

use crate::failure::Failure;
use crate::git::{self, Revision};
use crate::project::Project;

/// Adds what is found between a revision and now. A project that has errors is not compared: they come first.
pub(in crate::command) fn add_findings(project: &mut Project, revision: &str) -> Result<(), Failure> {
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
    let (Some(new_topology), Some(old_topology)) = (&project.topology, &old.topology) else { return Ok(()) };
    if project.has_errors() {
        return Ok(());
    }
    let mut shown: BTreeMap<FileId, FileId> = BTreeMap::new();
    let mut old_file = |file: FileId| {
        *shown.entry(file).or_insert_with(|| {
            let source = old.sources.get(file);
            project.sources.add(format!("{revision}:{}", source.name), source.text.clone())
        })
    };
    let found = against(new_topology, old_topology, &mut old_file);
    project.diagnostics.extend(found);
    Ok(())
}
