//! Formats the storage of nodes with Kafka's own tool.

use tokio::task::JoinSet;

use super::layout::{BrokerNode, Layout};
use super::{Setup, jvm};
use crate::Error;
use crate::command::Helper;

/// The file that Kafka's tool writes last.
const FORMATTED: &str = "meta.properties";

/// Formats all nodes that are not formatted yet, side by side. Cancelling it ends the tools.
pub(super) async fn format_all(setup: &Setup<'_>, layout: &Layout, cluster_id: &str) -> Result<(), Error> {
    let unformatted = |node: &&BrokerNode| !node.data().join(FORMATTED).is_file();
    let nodes: Vec<&BrokerNode> = layout.brokers.iter().filter(unformatted).collect();
    if nodes.is_empty() {
        return Ok(());
    }
    (setup.progress)(&format!("formatting the storage of {} nodes", nodes.len()));
    let mut formatting = JoinSet::new();
    for node in nodes {
        let arguments = jvm::format(setup.distribution, &node.config(), cluster_id);
        let helper = Helper::new(&setup.distribution.java.program, setup.run).args(arguments).current_dir(&node.folder);
        formatting.spawn(format(helper, node.id));
    }
    while let Some(formatted) = formatting.join_next().await {
        formatted.map_err(|error| Error::Spawn { program: "java".to_owned(), source: error.into() })??;
    }
    Ok(())
}

async fn format(helper: Helper, node: u8) -> Result<(), Error> {
    let outcome = helper.run(|_, _| {}).await?;
    if outcome.status.success() {
        return Ok(());
    }
    Err(Error::FormatFailed { node, status: outcome.in_words(), lines: outcome.lines })
}
