//! Unmodified clients against the registry: what they do is what they would do against Confluent's.
//!
//! Each scenario runs twice: here on the embedded cluster against an open registry, and in `apache` on Apache Kafka
//! against one that asks for a password, encrypts, and is addressed at a context. What the clients print is the same.

use std::path::PathBuf;
use std::process::Command;

use topology_tests::binary;

use crate::converter;
use crate::fleet::{Cluster, Registry};

/// Where a client finds the cluster and the registry.
pub(crate) struct Place {
    pub(crate) servers: String,
    pub(crate) url: String,
    pub(crate) guard: Option<Guard>,
}

/// What a client needs besides the address.
pub(crate) struct Guard {
    pub(crate) user: String,
    pub(crate) password: String,
    /// The certificate that signed the registry's.
    pub(crate) authority: PathBuf,
}

#[test]
fn pythons_serialisers_and_registry_client_work_in_all_three_formats() {
    let cluster = Cluster::start();
    let registry = Registry::start(&cluster, &[]);
    python(&open(&cluster, &registry));
}

#[test]
fn a_topic_that_validates_takes_what_its_subject_has_and_nothing_else() {
    let cluster = Cluster::start();
    let registry = Registry::start(&cluster, &[]);
    insta::assert_snapshot!(said_by_python(&open(&cluster, &registry), "held"));
}

#[test]
fn nodes_registry_clients_register_encode_and_decode() {
    let cluster = Cluster::start();
    let registry = Registry::start(&cluster, &[]);
    node(&open(&cluster, &registry));
}

#[test]
fn rusts_converter_registers_encodes_and_decodes() {
    let cluster = Cluster::start();
    let registry = Registry::start(&cluster, &[]);
    converter::run(&open(&cluster, &registry));
}

fn open(cluster: &Cluster, registry: &Registry) -> Place {
    Place { servers: cluster.servers.clone(), url: registry.url(""), guard: None }
}

pub(crate) fn python(place: &Place) {
    insta::assert_snapshot!("python", said_by_python(place, "all"));
}

pub(crate) fn node(place: &Place) {
    let folder = std::env::var("TOPOLOGY_TEST_NODE")
        .expect("TOPOLOGY_TEST_NODE names a folder with the packages of tests/node; `cargo xtask test` sets it");
    let mut node = Command::new("node");
    node.arg(binary::repository().join("tests/node/registry.cjs"));
    node.env("NODE_PATH", PathBuf::from(folder).join("node_modules"));
    if let Some(guard) = &place.guard {
        node.env("NODE_EXTRA_CA_CERTS", &guard.authority);
    }
    insta::assert_snapshot!("node", said(node, place));
}

fn said_by_python(place: &Place, claims: &str) -> String {
    let python = std::env::var("TOPOLOGY_TEST_PYTHON")
        .expect("TOPOLOGY_TEST_PYTHON names a Python with confluent-kafka; `cargo xtask test` sets it");
    let mut python = Command::new(python);
    python.arg(binary::repository().join("tests/python/registry")).arg(claims).env("PYTHONDONTWRITEBYTECODE", "1");
    if let Some(guard) = &place.guard {
        python.env("CA_FILE", &guard.authority);
    }
    said(python, place)
}

/// Runs a client's program to its end; what it printed.
fn said(mut program: Command, place: &Place) -> String {
    program.env("BOOTSTRAP_SERVERS", &place.servers).env("SCHEMA_REGISTRY_URL", &place.url);
    if let Some(guard) = &place.guard {
        program.env("USER_INFO", format!("{}:{}", guard.user, guard.password));
    }
    let output = program.output().expect("the program starts");
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{said}\n{}", String::from_utf8_lossy(&output.stderr));
    said
}
