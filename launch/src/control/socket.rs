//! Where the socket is. A path in a socket address has room for about a hundred bytes, so a deep project needs another place.

use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::folder::Project;
use crate::proc::identity::hexadecimal;

/// What fits into a socket address on Linux, less one for its end.
const LONGEST: usize = 107;

/// The path of the socket: inside the project if it fits, else in the runtime folder of the user or the temporary one.
///
/// It follows from the project alone, so that a supervisor is found without its state.
pub(super) fn path(project: &Project) -> PathBuf {
    let near = project.root().join("control.sock");
    if fits(&near) {
        return near;
    }
    let digest = Sha256::digest(project.canonical_root().as_os_str().as_bytes());
    let name = format!("topology-{}.sock", hexadecimal(&digest[..16]));
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
        let deep = Project::new("/".to_owned() + &"folder/".repeat(40));
        assert!(fits(&path(&deep)));
        assert_eq!(path(&deep), path(&deep), "it is the same for every command");
        assert_ne!(path(&deep), path(&Project::new("/".to_owned() + &"other/".repeat(40))));
        let shallow = Project::new("/home/me/shop");
        assert_eq!(path(&shallow), Path::new("/home/me/shop/.topology/control.sock"));
    }
}
