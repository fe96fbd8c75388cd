//! What a cluster was started with.

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;

use super::Timestamp;
use crate::security::secret::{Redacted, Secret};

/// What a cluster was started with; nothing here changes while it runs.
#[derive(Clone, Default)]
pub(crate) struct Settings {
    /// Where data lives; in memory without it.
    pub(crate) folder: Option<PathBuf>,
    /// Static broker configs, by Kafka's names: what `server.properties` would say.
    pub(crate) configs: BTreeMap<String, String>,
    /// The names of the listeners where clients must say who they are with SASL.
    pub(crate) sasl_listeners: Vec<String>,
    /// Users that are known to PLAIN on every listener.
    pub(crate) users: BTreeMap<String, Secret>,
    /// How long a new replica takes to copy a partition, so that reassignments can be seen.
    pub(crate) copy_time: Timestamp,
}

impl fmt::Debug for Settings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Settings")
            .field("folder", &self.folder)
            .field("configs", &Redacted(&self.configs))
            .field("sasl_listeners", &self.sasl_listeners)
            .finish_non_exhaustive()
    }
}
