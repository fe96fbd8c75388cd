//! A broker that the others do not see, but clients do: it goes on telling what it knew when it was cut off.

use kafka_protocol::messages::RequestKind;

use crate::machine::{Context, Machine, Outcome};

/// Answers a request; an isolated broker describes the cluster as it was when it lost the others.
pub(crate) fn answer(machine: &mut Machine, cx: &Context, mut body: RequestKind) -> Outcome {
    let describes = match &mut body {
        RequestKind::Metadata(body) => {
            // A topic that the stale view lacks must not be made in it.
            body.allow_auto_topic_creation &= !machine.faults.stale.contains_key(&cx.broker);
            true
        }
        RequestKind::DescribeTopicPartitions(_) | RequestKind::DescribeCluster(_) => true,
        _ => false,
    };
    let stale = if describes { machine.faults.stale.remove(&cx.broker) } else { None };
    let Some(stale) = stale else { return machine.answer(cx, body) };
    let current = std::mem::replace(&mut machine.metadata, stale);
    let outcome = machine.answer(cx, body);
    let stale = std::mem::replace(&mut machine.metadata, current);
    machine.faults.stale.insert(cx.broker, stale);
    outcome
}

/// Whether a request needs the controller, which an isolated broker cannot reach.
pub(super) fn needs_controller(body: &RequestKind) -> bool {
    matches!(
        body,
        RequestKind::CreateTopics(_)
            | RequestKind::DeleteTopics(_)
            | RequestKind::CreatePartitions(_)
            | RequestKind::AlterConfigs(_)
            | RequestKind::IncrementalAlterConfigs(_)
            | RequestKind::CreateAcls(_)
            | RequestKind::DeleteAcls(_)
            | RequestKind::AlterClientQuotas(_)
            | RequestKind::AlterUserScramCredentials(_)
            | RequestKind::AlterPartitionReassignments(_)
            | RequestKind::ListPartitionReassignments(_)
            | RequestKind::ElectLeaders(_)
            | RequestKind::UpdateFeatures(_)
            | RequestKind::DescribeQuorum(_)
    )
}
