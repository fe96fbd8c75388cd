//! The Kafka cluster's id, asked for once.

use std::time::Duration;

use rdkafka::consumer::{BaseConsumer, Consumer as _};
use serde_json::json;
use tokio::sync::OnceCell;

use super::reply::Reply;
use crate::Config;
use crate::log::client_config;

/// How long the cluster may take to say who it is.
const PATIENCE: Duration = Duration::from_secs(5);

/// The cluster behind a registry.
#[derive(Debug)]
pub(super) struct Cluster {
    config: Config,
    id: OnceCell<String>,
}

impl Cluster {
    pub(super) fn new(config: &Config) -> Self {
        Self { config: config.clone(), id: OnceCell::new() }
    }

    /// `GET /v1/metadata/id`
    pub(super) async fn reply(&self) -> Reply {
        let id = self.id.get_or_try_init(|| self.ask()).await;
        let clusters = json!({
            "kafka-cluster": id.map_or("", String::as_str),
            "schema-registry-cluster": self.config.topic,
        });
        Reply::json(&json!({ "id": "", "scope": { "path": [], "clusters": clusters } }))
    }

    async fn ask(&self) -> Result<String, ()> {
        let settings = client_config(&self.config);
        let ask = move || settings.create::<BaseConsumer>().ok()?.client().fetch_cluster_id(PATIENCE);
        tokio::task::spawn_blocking(ask).await.ok().flatten().ok_or(())
    }
}
