//! The two clusters, started when the first scenario asks for them.

use std::sync::{Mutex, OnceLock, PoisonError};

use broker::{Cluster, Listener, Protocol};

use topology_tests::kafka::{Kafka, SASL, SETTINGS};

/// Where one cluster's brokers are, in the order of their ids.
#[derive(Debug)]
pub(crate) struct Addresses {
    /// For anyone.
    pub(crate) plaintext: Vec<String>,
    /// For clients that say who they are with SASL; empty for a cluster that ran already and has no such listener.
    pub(crate) sasl: Vec<String>,
}

/// The embedded cluster and Apache Kafka, with the same settings.
#[derive(Default)]
pub(crate) struct Clusters {
    ours: OnceLock<Mutex<Option<Cluster>>>,
    kafka: OnceLock<Mutex<Option<Kafka>>>,
    addresses: OnceLock<[Addresses; 2]>,
}

impl Clusters {
    /// The addresses of the embedded cluster's brokers and of Kafka's, in the order of their ids.
    pub(crate) fn addresses(&self) -> &[Addresses; 2] {
        self.addresses.get_or_init(|| {
            let mut builder = Cluster::builder().brokers(3);
            builder = builder.listener(Listener::new(Protocol::Plaintext));
            builder = builder.listener(Listener::new(Protocol::SaslPlaintext).name("SASL"));
            for (key, value) in SETTINGS.iter().chain(SASL) {
                builder = builder.config(key, value);
            }
            let ours = builder.start().expect("the embedded cluster starts");
            let split = |servers: &str| servers.split(',').map(str::to_owned).collect::<Vec<_>>();
            let embedded = Addresses {
                plaintext: split(&ours.bootstrap_servers()),
                sasl: split(&ours.bootstrap_servers_of("SASL")),
            };
            self.ours.get_or_init(|| Mutex::new(Some(ours)));
            let kafka = if let Ok(servers) = std::env::var("TOPOLOGY_TEST_KAFKA") {
                Addresses { plaintext: split(&servers), sasl: Vec::new() }
            } else {
                let kafka = Kafka::start();
                let (plaintext, sasl) = (kafka.addresses().to_vec(), kafka.sasl_addresses().to_vec());
                self.kafka.get_or_init(|| Mutex::new(Some(kafka)));
                Addresses { plaintext, sasl }
            };
            [embedded, kafka]
        })
    }

    /// Stops what was started.
    pub(crate) fn stop(&self) {
        if let Some(ours) = self.ours.get() {
            ours.lock().unwrap_or_else(PoisonError::into_inner).take();
        }
        if let Some(kafka) = self.kafka.get() {
            kafka.lock().unwrap_or_else(PoisonError::into_inner).take();
        }
    }
}
