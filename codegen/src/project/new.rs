//! The files of a project that does not exist yet.
//!
//! Small enough to read at one sitting, and complete: it has a producer, a processor and a consumer, and `up` runs it.

use topology::name::TopologyName;

use super::scaffold::GITIGNORE;
use crate::file::File;

/// What `new` writes: all of it belongs to the person. The crates follow from the manifest by `generate`.
pub fn new_project(name: &TopologyName) -> Vec<File> {
    let namespace = name.as_str().replace('-', "_");
    let named = |text: &str| text.replace("{{name}}", name.as_str()).replace("{{namespace}}", &namespace);
    vec![
        File::scaffold("topology.yaml", named(include_str!("new/topology.yaml"))),
        File::scaffold("schemas/order.avsc", named(include_str!("new/order.avsc"))),
        File::scaffold("schemas/payment.avsc", named(include_str!("new/payment.avsc"))),
        File::scaffold("README.md", named(include_str!("new/README.md"))),
        File::scaffold(".gitignore", GITIGNORE),
        File::scaffold(".github/workflows/ci.yml", named(include_str!("new/ci.yml"))),
    ]
}
