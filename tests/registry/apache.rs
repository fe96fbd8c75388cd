//! The registry on Apache Kafka: the crash claim, and every client once more, against a registry that asks for a
//! password and encrypts, at an address that is a context of it.
//!
//! The claims share one Kafka, each with a log of its own. It lives as long as one of them holds it.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use tempfile::TempDir;
use topology_tests::kafka::Kafka;

use crate::clients::{Guard, Place};
use crate::fleet::{Cluster, Registry};
use crate::secured::serves_behind_a_login;
use crate::{clients, converter, crash, security};

fn kafka() -> Arc<Kafka> {
    static SHARED: Mutex<Weak<Kafka>> = Mutex::new(Weak::new());
    let mut shared = SHARED.lock().unwrap_or_else(PoisonError::into_inner);
    shared.upgrade().unwrap_or_else(|| {
        let kafka = Arc::new(Kafka::start());
        *shared = Arc::downgrade(&kafka);
        kafka
    })
}

/// A guarded registry with a log of its own, and the way to a context of it.
struct Guarded {
    place: Place,
    // In this order: a registry ends before its cluster.
    _registry: Registry,
    _cluster: Cluster,
    _kafka: Arc<Kafka>,
    _folder: TempDir,
}

impl Guarded {
    fn start(topic: &str) -> Self {
        let kafka = kafka();
        let cluster = Cluster::at(kafka.addresses().join(","));
        let folder = tempfile::tempdir().expect("a temporary folder can be made");
        let file = |name: &str| folder.path().join(name);
        let (authority, certificate, key) = (file("ca.crt"), file("tls.crt"), file("tls.key"));
        security::certify_by(&authority, &certificate, &key);
        let users = file("users");
        std::fs::write(&users, security::users(&[("ann", "admin")])).expect("a temporary folder is writable");
        let text = |path: &Path| path.to_str().expect("the path is text").to_owned();
        let flags =
            ["--topic", topic, "--auth", &text(&users), "--tls-cert", &text(&certificate), "--tls-key", &text(&key)];
        let registry = Registry::launch(&cluster, &flags);
        registry.wait_encrypted(&authority);
        let url = registry.url("/contexts/.team").replacen("http:", "https:", 1);
        let guard = Guard { user: "ann".to_owned(), password: "nna".to_owned(), authority };
        let place = Place { servers: cluster.servers.clone(), url, guard: Some(guard) };
        Self { place, _registry: registry, _cluster: cluster, _kafka: kafka, _folder: folder }
    }
}

#[test]
fn killed_leaders_lose_nothing_and_fork_no_id() {
    let kafka = kafka();
    crash::survive(&Cluster::at(kafka.addresses().join(",")), 5);
    serves_behind_a_login(&kafka);
}

#[test]
fn nodes_clients_work_with_a_password_over_tls_in_a_context() {
    clients::node(&Guarded::start("_schemas_node").place);
}

#[test]
fn pythons_client_works_with_a_password_over_tls_in_a_context() {
    clients::python(&Guarded::start("_schemas_python").place);
}

#[test]
fn rusts_converter_works_with_a_password_over_tls_in_a_context() {
    converter::run(&Guarded::start("_schemas_rust").place);
}
