//! The two clusters, started when the first scenario asks for them.

use std::sync::{Mutex, OnceLock, PoisonError};

use broker::Cluster;

use topology_tests::kafka::{Kafka, SETTINGS};

/// The embedded cluster and Apache Kafka, with the same settings.
#[derive(Default)]
pub(crate) struct Clusters {
    ours: OnceLock<Mutex<Option<Cluster>>>,
    kafka: OnceLock<Mutex<Option<Kafka>>>,
    addresses: OnceLock<[Vec<String>; 2]>,
}

impl Clusters {
    /// The addresses of the embedded cluster's brokers and of Kafka's, in the order of their ids.
    pub(crate) fn addresses(&self) -> &[Vec<String>; 2] {
        self.addresses.get_or_init(|| {
            let mut builder = Cluster::builder().brokers(3);
            for (key, value) in SETTINGS {
                builder = builder.config(key, value);
            }
            let ours = builder.start().expect("the embedded cluster starts");
            let embedded = ours.bootstrap_servers().split(',').map(str::to_owned).collect();
            self.ours.get_or_init(|| Mutex::new(Some(ours)));
            let kafka = match std::env::var("TOPOLOGY_TEST_KAFKA") {
                Ok(servers) => servers.split(',').map(str::to_owned).collect(),
                Err(_) => {
                    let kafka = Kafka::start();
                    let addresses = kafka.addresses().to_vec();
                    self.kafka.get_or_init(|| Mutex::new(Some(kafka)));
                    addresses
                }
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
