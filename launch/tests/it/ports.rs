//! Port plans against ports that are really taken.

use std::net::TcpListener;

use tempfile::TempDir;
use topology_launch::Error;
use topology_launch::folder::{EnvironmentFolder, Project};
use topology_launch::ports::{Mode, PortRequest, plan};

struct Folder {
    _folder: TempDir,
    environment: EnvironmentFolder,
}

fn folder() -> Folder {
    let folder = TempDir::new().unwrap();
    let environment = Project::new(folder.path()).environment("local");
    Folder { _folder: folder, environment }
}

/// A listener on a port below those of outgoing connections, with room above it.
fn taken() -> (TcpListener, u16) {
    let listener = (14_000..19_000).find_map(|port| TcpListener::bind(("127.0.0.1", port)).ok()).unwrap();
    let port = listener.local_addr().unwrap().port();
    (listener, port)
}

#[test]
fn a_default_that_is_taken_moves_up_and_says_so() {
    let folder = folder();
    let (_listener, port) = taken();
    let plan = plan(&folder.environment, &[PortRequest::preferred("registry", port)], Mode::Preferred, &[]).unwrap();
    assert!(plan.get("registry").unwrap() > port);
    let moved = plan.moved()[0].to_string();
    assert!(
        moved.starts_with(&format!("port {port} (for registry) is taken by process {}", std::process::id())),
        "{moved}"
    );
}

#[test]
fn a_kept_port_that_is_taken_is_an_error_with_its_owner() {
    let folder = folder();
    let (listener, port) = taken();
    drop(listener);
    let requests = [PortRequest::preferred("broker-1", port)];
    let first = plan(&folder.environment, &requests, Mode::Preferred, &[]).unwrap();
    let kept = first.get("broker-1").unwrap();
    let _listener = TcpListener::bind(("127.0.0.1", kept)).unwrap();
    let error = plan(&folder.environment, &requests, Mode::Preferred, &[]).unwrap_err();
    assert!(
        matches!(&error, Error::PortsTaken { taken } if taken[0].owner.as_ref().unwrap().pid == std::process::id())
    );
    // The ports of the running environment are not taken by someone else.
    let again = plan(&folder.environment, &requests, Mode::Preferred, &[kept]).unwrap();
    assert_eq!(again.get("broker-1"), Some(kept));
    let anywhere = plan(&folder.environment, &requests, Mode::Any, &[]).unwrap();
    assert_ne!(anywhere.get("broker-1"), Some(kept));
}

#[test]
fn a_demanded_port_is_never_exchanged() {
    let folder = folder();
    let (_listener, port) = taken();
    let requests = [PortRequest::demanded("registry", port)];
    assert!(matches!(plan(&folder.environment, &requests, Mode::Any, &[]), Err(Error::PortsTaken { .. })));
}

#[test]
fn two_labels_never_share_a_port() {
    let folder = folder();
    let requests: Vec<_> = (0..20).map(|index| PortRequest::preferred(format!("service-{index}"), 18_100)).collect();
    for mode in [Mode::Preferred, Mode::Any] {
        let plan = plan(&folder.environment, &requests, mode, &[]).unwrap();
        let mut ports: Vec<_> = plan.ports().values().collect();
        ports.sort();
        ports.dedup();
        assert_eq!(ports.len(), 20);
    }
}

#[test]
fn ports_of_other_labels_are_remembered() {
    let folder = folder();
    let one = |label: &str| plan(&folder.environment, &[PortRequest::preferred(label, 0)], Mode::Any, &[]).unwrap();
    let first = one("broker-1").get("broker-1");
    one("registry");
    assert_eq!(one("broker-1").get("broker-1"), first);
}
