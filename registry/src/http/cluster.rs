//! The Kafka cluster's id, asked for once.

use std::sync::OnceLock;
use std::time::{Duration, Instant};

use rdkafka::consumer::{BaseConsumer, Consumer as _};
use serde_json::json;
use tokio::sync::Mutex;
use tokio::time::timeout;

use super::reply::Reply;
use crate::Config;
use crate::log::client_config;

/// How long the cluster may take to say who it is.
const PATIENCE: Duration = Duration::from_secs(5);

/// How long it is not asked again after that was in vain.
const REST: Duration = Duration::from_secs(10);

/// The cluster behind a registry.
#[derive(Debug)]
pub(super) struct Cluster {
    config: Config,
    id: OnceLock<String>,
    /// When it was asked last; held while it is asked.
    asked: Mutex<Option<Instant>>,
}

impl Cluster {
    pub(super) fn new(config: &Config) -> Self {
        Self { config: config.clone(), id: OnceLock::new(), asked: Mutex::default() }
    }

    /// `GET /v1/metadata/id`
    pub(super) async fn reply(&self) -> Reply {
        if self.id.get().is_none() {
            // However many ask at once, each is answered in this time.
            drop(timeout(PATIENCE, self.look_up()).await);
        }
        let clusters = json!({
            "kafka-cluster": self.id.get().map_or("", String::as_str),
            "schema-registry-cluster": self.config.topic,
        });
        Reply::json(&json!({ "id": "", "scope": { "path": [], "clusters": clusters } }))
    }

    async fn look_up(&self) {
        let mut asked = self.asked.lock().await;
        if self.id.get().is_some() || asked.is_some_and(|at| at.elapsed() < REST) {
            return;
        }
        *asked = Some(Instant::now());
        let settings = client_config(&self.config);
        let ask = move || settings.create::<BaseConsumer>().ok()?.client().fetch_cluster_id(PATIENCE);
        if let Ok(Some(id)) = tokio::task::spawn_blocking(ask).await {
            self.id.get_or_init(|| id);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_cluster_that_is_away_is_asked_once_for_all_who_want_to_know() {
        let cluster = Cluster::new(&Config::new("127.0.0.1:1"));
        let before = Instant::now();
        cluster.look_up().await;
        let asked = *cluster.asked.lock().await;
        assert!(asked > Some(before));
        tokio::join!(cluster.look_up(), cluster.look_up());
        cluster.reply().await;
        assert_eq!(*cluster.asked.lock().await, asked, "it rests after it was in vain");
    }
}
