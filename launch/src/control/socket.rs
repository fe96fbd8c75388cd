//! Where the socket is. A path in a socket address has room for about a hundred bytes, so a deep project needs another place.

use std::path::{Path, PathBuf};

use crate::folder::Project;
use crate::proc::identity::RunId;

/// What fits into a socket address on Linux, less one for its end.
const LONGEST: usize = 107;

/// The path of the socket: inside the project if it fits, else in the runtime folder of the user or the temporary one.
pub(super) fn path(project: &Project, run: &RunId) -> PathBuf {
    let near = project.root().join("control.sock");
    if fits(&near) {
        return near;
    }
    let name = format!("topology-{}.sock", run.as_str());
    let runtime = std::env::var_os("XDG_RUNTIME_DIR").map(|folder| PathBuf::from(folder).join(&name));
    runtime
        .filter(|path| fits(path) && path.parent().is_some_and(Path::is_dir))
        .or_else(|| Some(std::env::temp_dir().join(&name)).filter(|path| fits(path)))
        .unwrap_or_else(|| Path::new("/tmp").join(&name))
}

fn fits(path: &Path) -> bool {
    path.as_os_str().len() <= LONGEST
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_deep_project_has_its_socket_elsewhere() {
        let run = RunId::new().unwrap();
        let deep = Project::new("/".to_owned() + &"folder/".repeat(40));
        assert!(fits(&path(&deep, &run)));
        let shallow = Project::new("/home/me/shop");
        assert_eq!(path(&shallow, &run), Path::new("/home/me/shop/.topology/control.sock"));
    }
}
