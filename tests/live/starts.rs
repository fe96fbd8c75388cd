//! `up` where it cannot start: it says why, and leaves nothing behind.

use std::fs;
use std::net::TcpListener;

use topology_tests::{binary, project};

use crate::story::Story;

pub(crate) fn up_says_who_has_a_port_that_is_taken(_: &mut Story) {
    let shop = project::shop("live-ports");
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let port = taken.local_addr().expect("it is bound").port();
    let state = shop.join(".topology/local");
    fs::create_dir_all(&state).expect("the folder is writable");
    // A port that an earlier run chose is what clients know: it is never changed silently.
    fs::write(state.join("ports.json"), format!("{{\"registry\": {port}}}")).expect("the folder is writable");
    let outcome = binary::run_with(&shop, &["up"], &[("CARGO_TARGET_DIR", &binary::target())]).expect_code(3);
    for expected in [port.to_string(), std::process::id().to_string()] {
        assert!(outcome.stderr.contains(&expected), "{expected}: {}", outcome.transcript());
    }
}

pub(crate) fn up_on_kafka_without_java_says_what_was_looked_for(_: &mut Story) {
    let shop = project::shop("live-no-java");
    let empty = tempfile::tempdir().expect("a temporary folder can be made");
    let path = empty.path().to_string_lossy().into_owned();
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let target = binary::target();
    let environment = [("PATH", &*path), ("JAVA_HOME", &path), ("CARGO", &cargo), ("CARGO_TARGET_DIR", &target)];
    let outcome = binary::run_with(&shop, &["up", "--any-port", "--env", "kafka"], &environment).expect_code(3);
    for expected in ["Java", "JAVA_HOME", "PATH", "17"] {
        assert!(outcome.stderr.contains(expected), "{expected}: {}", outcome.transcript());
    }
}

pub(crate) fn up_on_an_unwritable_folder_says_so(_: &mut Story) {
    let shop = project::shop("live-unwritable");
    // Permissions do not stop root, which CI may be; a file in the folder's place stops everyone.
    fs::write(shop.join(".topology"), "").expect("the folder is writable");
    let outcome = binary::run(&shop, &["up"]).expect_code(3);
    assert!(outcome.stderr.contains(".topology"), "{}", outcome.transcript());
}
