//! What follows for crates from names and environments.

use topology::Topology;

use super::crates::service_crates;
use crate::file::File;

fn load(manifest: &str) -> Topology {
    let read = |_: &str| Err(std::io::Error::from(std::io::ErrorKind::NotFound));
    let loaded = topology::load("topology.yaml", manifest, &read);
    assert!(loaded.is_whole(), "{:#?}", loaded.diagnostics);
    loaded.topology.expect("it is whole")
}

fn with(topology: &str, environment: &str, config: &str, producers: &[&str]) -> Topology {
    let producers: Vec<String> = producers.iter().map(|name| format!("  {name}: {{ topics: [texts] }}")).collect();
    let producers = producers.join("\n");
    load(&format!(
        "topology: {topology}\nversion: 1\nenvironments:\n  local: {environment}\n\
         topics:\n  texts: {{ value: string, config: {{ {config} }} }}\nproducers:\n{producers}"
    ))
}

/// The line of the service's `Cargo.toml` that links the runtime.
fn runtime_line(topology: &Topology) -> String {
    let is_manifest = |file: &File| file.path == "generated/writer/Cargo.toml";
    let manifest = super::files(topology).into_iter().find(is_manifest).expect("every service has a Cargo.toml");
    let line = manifest.text.lines().find(|line| line.starts_with("topology-runtime"));
    line.expect("every service links the runtime").to_owned()
}

const LOCAL: &str = r#"{ cluster: { provider: kafka, version: "4.3.1", brokers: 3 } }"#;

fn external(security: &str, registry: &str) -> String {
    format!(
        "{{ cluster: {{ provider: external, bootstrap_servers: [b1:9092], security: {security} }}, registry: {{ url: \
         \"{registry}\" }} }}"
    )
}

#[test]
fn a_local_build_needs_neither_openssl_nor_zstd() {
    let topology = with("shop", LOCAL, "", &["writer"]);
    assert_eq!(runtime_line(&topology), r#"topology-runtime = { path = "../runtime" }"#);
}

#[test]
fn what_an_environment_needs_is_switched_on() {
    const BOTH: &str = r#"topology-runtime = { path = "../runtime", features = ["tls", "zstd"] }"#;
    const ZSTD: &str = r#"topology-runtime = { path = "../runtime", features = ["zstd"] }"#;
    let scram = "{ protocol: sasl_plaintext, mechanism: scram-sha-512, username: \"${U}\", password: \"${P}\" }";
    for (security, registry, expected) in [
        ("{ protocol: plaintext }", "http://registry", ZSTD),
        ("{ protocol: plaintext }", "https://registry", BOTH),
        ("{ protocol: ssl }", "http://registry", BOTH),
        (scram, "http://registry", BOTH),
    ] {
        let topology = with("shop", &external(security, registry), "", &["writer"]);
        assert_eq!(runtime_line(&topology), expected, "{security} {registry}");
    }
    let topology = with("shop", LOCAL, "compression.type: zstd", &["writer"]);
    assert_eq!(runtime_line(&topology), ZSTD);
}

#[test]
fn packages_never_share_a_name() {
    let topology = with("a", LOCAL, "", &["b", "a-b", "deps", "tokio", "a-events", "writer"]);
    let crates = service_crates(&topology);
    let packages: Vec<_> = crates.iter().map(|crates| (crates.library.as_str(), crates.binary.as_str())).collect();
    assert_eq!(
        packages,
        [
            ("a-b", "b"),
            ("a-a-b", "a-b-service"),
            ("a-deps", "deps-service"),
            ("a-tokio", "tokio-service"),
            ("a-a-events", "a-events-service"),
            ("a-writer", "writer"),
        ]
    );
}
