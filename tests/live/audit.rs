//! What another client library finds on the topics: Python's `confluent-kafka`, unmodified.

use std::process::Command;

use serde_json::Value;
use topology_tests::{binary, poll};

use crate::story::Story;

/// Runs a script of `tests/python` against the running system and gives the JSON that it prints.
pub(crate) fn python(story: &mut Story, script: &str, words: &[&str]) -> Value {
    let status = story.status_until("the endpoints are known", 60, |status| status["endpoints"].is_object());
    let python = std::env::var("TOPOLOGY_TEST_PYTHON")
        .unwrap_or_else(|_| binary::repository().join("target/python/bin/python").to_string_lossy().into_owned());
    let mut command = Command::new(python);
    command.arg(binary::repository().join("tests/python").join(script)).args(words);
    command.env("BOOTSTRAP_SERVERS", status["endpoints"]["bootstrap_servers"].as_str().expect("brokers are known"));
    command.env("REGISTRY_URL", status["endpoints"]["schema_registry"].as_str().expect("the registry is known"));
    let output = command.output().expect("python starts; `cargo xtask test` installs its packages");
    let (stdout, stderr) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{script} {words:?}: {}\n{stdout}\n{stderr}", output.status);
    serde_json::from_str(&stdout).unwrap_or_else(|error| panic!("{script}: {error}\n{stdout}\n{stderr}"))
}

/// Claims that every paid order has become a payment, and gives the audit.
pub(crate) fn nothing_is_lost(story: &mut Story) -> Value {
    poll::until("every paid order is a payment", 90, || {
        let audit = python(story, "audit.py", &[]);
        let is_whole = audit["missing"].as_array().is_some_and(Vec::is_empty) && audit["paid"].as_u64() > Some(0);
        if is_whole { Ok(audit) } else { Err(audit.to_string()) }
    })
}
