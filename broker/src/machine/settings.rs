//! What a cluster was started with.

use std::collections::BTreeMap;
use std::path::PathBuf;

/// What a cluster was started with; nothing here changes while it runs.
#[derive(Clone, Debug, Default)]
pub(crate) struct Settings {
    /// Where data lives; in memory without it.
    pub(crate) folder: Option<PathBuf>,
    /// Static broker configs, by Kafka's names: what `server.properties` would say.
    pub(crate) configs: BTreeMap<String, String>,
}
