//! Makes the internal topics, with the configs that Kafka gives them, when a coordinator is first asked for.

use uuid::Uuid;

use super::CoordinatorKind;
use crate::config::broker_i64;
use crate::machine::Machine;
use crate::metadata::ConfigResource;
use crate::metadata::change::Change;

/// Makes the topic of a kind of coordinator; its replicas go round the brokers.
///
/// # Errors
///
/// When the journal cannot be written.
pub(super) fn create(machine: &mut Machine, kind: CoordinatorKind) -> std::io::Result<()> {
    let brokers: Vec<i32> = machine.metadata.brokers.keys().copied().collect();
    let [count, replicas] = sizes(kind).map(|name| broker_i64(machine, name));
    let replicas = usize::try_from(replicas).unwrap_or(1).clamp(1, brokers.len().max(1));
    let placed = |first: usize| brokers.iter().cycle().skip(first % brokers.len().max(1)).take(replicas);
    let partitions = (0..usize::try_from(count).unwrap_or(1)).map(|first| placed(first).copied().collect()).collect();
    let (id, name) = (Uuid::new_v4(), kind.topic().to_owned());
    let mut changes = vec![Change::TopicCreated { id, name, partitions }];
    for (key, value) in configs(machine, kind, replicas) {
        let (resource, key) = (ConfigResource::topic(kind.topic()), key.to_owned());
        changes.push(Change::ConfigChanged { resource, key, value: Some(value) });
    }
    machine.commit(changes)
}

/// The broker configs that say how many partitions and replicas.
fn sizes(kind: CoordinatorKind) -> [&'static str; 2] {
    match kind {
        CoordinatorKind::Group => ["offsets.topic.num.partitions", "offsets.topic.replication.factor"],
        CoordinatorKind::Transaction => {
            ["transaction.state.log.num.partitions", "transaction.state.log.replication.factor"]
        }
        CoordinatorKind::Share => {
            ["share.coordinator.state.topic.num.partitions", "share.coordinator.state.topic.replication.factor"]
        }
    }
}

fn configs(machine: &Machine, kind: CoordinatorKind, replicas: usize) -> Vec<(&'static str, String)> {
    let replicas = i64::try_from(replicas).unwrap_or(1);
    let number = |name| broker_i64(machine, name);
    match kind {
        CoordinatorKind::Group => vec![
            ("cleanup.policy", "compact".to_owned()),
            ("compression.type", "producer".to_owned()),
            ("segment.bytes", number("offsets.topic.segment.bytes").to_string()),
        ],
        CoordinatorKind::Transaction => vec![
            ("cleanup.policy", "compact".to_owned()),
            ("compression.type", "uncompressed".to_owned()),
            ("min.insync.replicas", number("transaction.state.log.min.isr").min(replicas).to_string()),
            ("segment.bytes", number("transaction.state.log.segment.bytes").to_string()),
            ("unclean.leader.election.enable", "false".to_owned()),
        ],
        CoordinatorKind::Share => vec![
            ("cleanup.policy", "delete".to_owned()),
            ("compression.type", "producer".to_owned()),
            ("min.insync.replicas", number("share.coordinator.state.topic.min.isr").min(replicas).to_string()),
            ("retention.ms", "-1".to_owned()),
            ("segment.bytes", number("share.coordinator.state.topic.segment.bytes").to_string()),
        ],
    }
}
