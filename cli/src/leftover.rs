//! Services that left the manifest while their code stayed.
//!
//! The code is a person's, so it is never removed; but cargo cannot load a workspace with a member whose generated
//! library is gone, and its message names neither the manifest nor the way out.

use std::path::Path;

use codegen::services::crates::service_crates;
use topology::Topology;

use crate::failure::Failure;

/// Refuses to build while a folder under `services/` needs a generated crate that the manifest does not have any more.
pub(crate) fn check(root: &Path, topology: &Topology) -> Result<(), Failure> {
    let workspace = std::fs::read_to_string(root.join("Cargo.toml")).unwrap_or_default();
    let kept: Vec<String> = service_crates(topology).into_iter().map(|packages| packages.binary_folder).collect();
    let entries = std::fs::read_dir(root.join("services")).into_iter().flatten().flatten();
    let mut left: Vec<String> = entries
        .map(|entry| format!("services/{}", entry.file_name().to_string_lossy()))
        .filter(|folder| !kept.contains(folder) && !workspace.contains(&format!("\"{folder}\"")))
        .filter(|folder| needs_what_is_gone(root, folder))
        .collect();
    left.sort();
    let Some(first) = left.first() else {
        return Ok(());
    };
    let name = first.trim_start_matches("services/");
    Err(Failure::findings(format!("`{}` is not in the manifest any more, but its code is", left.join("`, `")))
        .help(format!(
            "delete {first}, rename it if the service was renamed, or keep it out of the build with `exclude = [\"{first}\"]` \
             under [workspace] in Cargo.toml; or bring `{name}` back"
        )))
}

fn needs_what_is_gone(root: &Path, folder: &str) -> bool {
    let package = std::fs::read_to_string(root.join(folder).join("Cargo.toml")).unwrap_or_default();
    let paths = package.split("../../generated/").skip(1);
    let mut names = paths.filter_map(|rest| rest.split(['"', '\'', '/']).next());
    names.any(|name| !root.join("generated").join(name).join("Cargo.toml").exists())
}
