//! Reads a manifest and the files that it names.
//!
//! This is the door of the crate: from bytes to findings and a topology in one call. It reads other files through
//! the function that it is given, so that a project can be on disk, in a git revision or in a test.

use std::io;

use schema::Span;

use crate::diagnostic::{Diagnostic, Severity};
use crate::encoding;
use crate::findings::Findings;
use crate::ir::Topology;
use crate::resolve::{self, Project};
use crate::source::{Location, Sources};
use crate::syntax::{self, limit};

/// A manifest that has been read.
#[derive(Debug)]
pub struct Loaded {
    /// The manifest and every schema file that was read.
    pub sources: Sources,
    /// What could be understood; nothing if the manifest is no mapping.
    ///
    /// It holds no node that a finding of severity error left without meaning. It is whole exactly if there is no
    /// such finding ([`Loaded::is_whole`]): only then may anything be generated or applied from it, and only then do
    /// checks for what is *absent* (a topic without a consumer) make sense.
    pub topology: Option<Topology>,
    /// Everything that is wrong, in the order of the files and of the places in them.
    pub diagnostics: Vec<Diagnostic>,
}

impl Loaded {
    /// Whether the topology is all that the manifest says: no finding is an error.
    pub fn is_whole(&self) -> bool {
        self.topology.is_some() && self.diagnostics.iter().all(|finding| finding.severity < Severity::Error)
    }
}

/// Reads a manifest.
///
/// `name` is how findings call the manifest. `read` gives the bytes of another file of the project by its path
/// relative to the manifest, with `/` between folders.
pub fn load(name: &str, text: impl Into<Vec<u8>>, read: &dyn Fn(&str) -> io::Result<Vec<u8>>) -> Loaded {
    let mut sources = Sources::default();
    let bytes = text.into();
    if bytes.len() > limit::FILE_BYTES {
        return too_large(name, sources);
    }
    let (text, fault) = encoding::decode(bytes);
    let manifest = sources.add(name, text.clone());
    if let Some(fault) = fault {
        return Loaded { sources, topology: None, diagnostics: vec![fault.finding(manifest)] };
    }
    let mut findings = Findings::new();
    let tree = syntax::parse(manifest, &text, &mut findings);
    let mut project = Project { sources: &mut sources, read };
    let topology = resolve::resolve(&tree, &mut project, &mut findings);
    Loaded { sources, topology, diagnostics: findings.finish() }
}

fn too_large(name: &str, mut sources: Sources) -> Loaded {
    let manifest = sources.add(name, "");
    let message = format!("the manifest is larger than {} MiB", limit::FILE_BYTES >> 20);
    let finding = Diagnostic::error("file::too-large", message)
        .label(Location { file: manifest, span: Span::new(0, 0) }, "nothing of it has been read")
        .help("split the system into several topologies");
    Loaded { sources, topology: None, diagnostics: vec![finding] }
}

#[cfg(test)]
mod tests;
