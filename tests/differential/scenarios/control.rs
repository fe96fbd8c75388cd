//! Who leads and who holds replicas: reassignments and elections.

use kafka_protocol::messages::alter_partition_reassignments_request::{ReassignablePartition, ReassignableTopic};
use kafka_protocol::messages::elect_leaders_request::TopicPartitions;
use kafka_protocol::messages::list_partition_reassignments_request::ListPartitionReassignmentsTopics;
use kafka_protocol::messages::{
    AlterPartitionReassignmentsRequest, BrokerId, ElectLeadersRequest, ElectLeadersResponse,
    ListPartitionReassignmentsRequest,
};

use crate::Scenario;
use crate::world::World;

pub(crate) const SCENARIOS: &[Scenario] = &[
    ("reassignments: what is refused", refused),
    ("reassignments: replicas move", replicas_move),
    ("reassignments: the factor changes", the_factor_changes),
    ("reassignments: none to cancel", none_to_cancel),
    ("reassignments: listed", listed),
    ("elect leaders: none is needed", none_is_needed),
    ("elect leaders: the preferred leads again", preferred_leads_again),
    ("elect leaders: what is refused", elections_that_are_refused),
];

fn reassign(world: &World, name: &str, partitions: &[(i32, Option<&[i32]>)]) -> AlterPartitionReassignmentsRequest {
    let partitions = partitions.iter().map(|(index, replicas)| {
        let replicas = replicas.map(|replicas| replicas.iter().copied().map(BrokerId).collect());
        ReassignablePartition::default().with_partition_index(*index).with_replicas(replicas)
    });
    let topic = ReassignableTopic::default().with_name(world.topic(name)).with_partitions(partitions.collect());
    AlterPartitionReassignmentsRequest::default().with_timeout_ms(10_000).with_topics(vec![topic])
}

/// Waits until nothing moves in a topic.
fn at_rest(world: &mut World, name: &str, partitions: Vec<i32>) {
    let topic =
        ListPartitionReassignmentsTopics::default().with_name(world.topic(name)).with_partition_indexes(partitions);
    let request = ListPartitionReassignmentsRequest::default().with_timeout_ms(10_000).with_topics(Some(vec![topic]));
    world.until("an end of the reassignment", |world| {
        let response = world.quiet(1, 0, &request);
        response.topics.is_empty().then_some(())
    });
}

/// Replicas, leader and ISR of a partition once every replica is in sync.
fn settled(world: &mut World, name: &str, wanted: &[i32]) {
    use kafka_protocol::messages::MetadataRequest;
    use kafka_protocol::messages::metadata_request::MetadataRequestTopic;
    let topic = MetadataRequestTopic::default().with_name(Some(world.topic(name)));
    let request = MetadataRequest::default().with_topics(Some(vec![topic]));
    let told = world.until("the replicas", |world| {
        let mut partition = world.quiet(1, 12, &request).topics[0].partitions[0].clone();
        partition.isr_nodes.sort();
        let replicas: Vec<i32> = partition.replica_nodes.iter().map(|broker| broker.0).collect();
        (replicas == wanted && partition.isr_nodes.len() == wanted.len()).then_some(partition)
    });
    world.note("replicas, in sync, leads", &(told.replica_nodes, told.isr_nodes, told.leader_id));
}

fn refused(world: &mut World) {
    world.create("orders", &[&[1, 2]], &[]);
    let wrong: [&[(i32, Option<&[i32]>)]; 9] = [
        &[(0, Some(&[]))],
        &[(0, Some(&[1, 1]))],
        &[(0, Some(&[1, 9]))],
        &[(0, Some(&[-1]))],
        &[(0, Some(&[1, -5]))],
        &[(9, Some(&[1]))],
        &[(-1, Some(&[1]))],
        &[(9, None)],
        &[(0, Some(&[9])), (7, Some(&[1]))],
    ];
    for partitions in wrong {
        let request = reassign(world, "orders", partitions);
        world.ask(1, 1, &request);
    }
    let request = reassign(world, "nowhere", &[(0, Some(&[1])), (1, None)]);
    world.ask(1, 1, &request);
    let request = reassign(world, "orders", &[(0, Some(&[1, 2, 3]))]).with_allow_replication_factor_change(false);
    world.ask(1, 1, &request);
    world.ask(1, 1, &AlterPartitionReassignmentsRequest::default().with_timeout_ms(10_000));
    world.ask(1, 0, &AlterPartitionReassignmentsRequest::default().with_timeout_ms(10_000));
}

fn replicas_move(world: &mut World) {
    world.create("orders", &[&[1, 2]], &[]);
    let request = reassign(world, "orders", &[(0, Some(&[3, 2]))]);
    world.ask(1, 0, &request);
    at_rest(world, "orders", vec![0]);
    settled(world, "orders", &[3, 2]);
    // To where they are already.
    world.ask(1, 1, &request);
    at_rest(world, "orders", vec![0]);
    // In another order.
    let request = reassign(world, "orders", &[(0, Some(&[2, 3]))]);
    world.ask(1, 1, &request);
    settled(world, "orders", &[2, 3]);
}

fn the_factor_changes(world: &mut World) {
    world.create("orders", &[&[1]], &[]);
    for replicas in [&[1, 2, 3][..], &[3][..], &[3, 1]] {
        let request = reassign(world, "orders", &[(0, Some(replicas))]);
        world.ask(1, 1, &request);
        at_rest(world, "orders", vec![0]);
        settled(world, "orders", replicas);
    }
    let request = reassign(world, "orders", &[(0, Some(&[1, 2]))]).with_allow_replication_factor_change(false);
    world.ask(1, 1, &request);
    at_rest(world, "orders", vec![0]);
    settled(world, "orders", &[1, 2]);
}

fn none_to_cancel(world: &mut World) {
    world.create("orders", &[&[1, 2]], &[]);
    let request = reassign(world, "orders", &[(0, None)]);
    for version in [0, 1] {
        world.ask(1, version, &request);
    }
}

fn listed(world: &mut World) {
    world.create("orders", &[&[1, 2]], &[]);
    let request = ListPartitionReassignmentsRequest::default().with_timeout_ms(10_000);
    for (name, partitions) in [("orders", vec![0]), ("orders", vec![9]), ("nowhere", vec![0]), ("orders", vec![])] {
        let topic =
            ListPartitionReassignmentsTopics::default().with_name(world.topic(name)).with_partition_indexes(partitions);
        world.ask(1, 0, &request.clone().with_topics(Some(vec![topic])));
    }
    world.ask(1, 0, &request.clone().with_topics(Some(Vec::new())));
    world.ask(1, 0, &request.with_topics(None));
}

fn elect(world: &World, kind: i8, topics: &[(&str, &[i32])]) -> ElectLeadersRequest {
    let topics = topics.iter().map(|(name, partitions)| {
        TopicPartitions::default().with_topic(world.topic(name)).with_partitions(partitions.to_vec())
    });
    ElectLeadersRequest::default()
        .with_election_type(kind)
        .with_topic_partitions(Some(topics.collect()))
        .with_timeout_ms(10_000)
}

fn sort(response: &mut ElectLeadersResponse) {
    response.replica_election_results.sort_by_key(|result| result.topic.clone());
    for result in &mut response.replica_election_results {
        result.partition_result.sort_by_key(|partition| partition.partition_id);
    }
}

fn none_is_needed(world: &mut World) {
    world.create("orders", &[&[1, 2], &[2, 3]], &[]);
    let preferred = elect(world, 0, &[("orders", &[0, 1])]);
    for version in 0..=2 {
        world.ask_sorted(1, version, &preferred, sort);
    }
    let unclean = elect(world, 1, &[("orders", &[0, 1])]);
    world.ask_sorted(1, 2, &unclean, sort);
}

fn preferred_leads_again(world: &mut World) {
    world.create("orders", &[&[1, 2]], &[]);
    // The order changes, the leader does not.
    let request = reassign(world, "orders", &[(0, Some(&[2, 1]))]);
    world.quiet(1, 1, &request);
    at_rest(world, "orders", vec![0]);
    settled(world, "orders", &[2, 1]);
    let preferred = elect(world, 0, &[("orders", &[0])]);
    world.ask_sorted(1, 2, &preferred, sort);
    world.until("broker 2 leads", |world| {
        let response = world.quiet(1, 2, &preferred);
        (response.replica_election_results[0].partition_result[0].error_code == 84).then_some(())
    });
    settled(world, "orders", &[2, 1]);
}

fn elections_that_are_refused(world: &mut World) {
    world.create("orders", &[&[1, 2]], &[]);
    for (kind, topics) in [
        (0, &[("nowhere", &[0][..])][..]),
        (1, &[("nowhere", &[0][..])][..]),
        (0, &[("orders", &[9, -1][..])][..]),
        (0, &[("orders", &[0, 0][..])][..]),
        (0, &[("orders", &[][..])][..]),
        (0, &[][..]),
        (0, &[("orders", &[0][..]), ("nowhere", &[0][..])][..]),
    ] {
        let request = elect(world, kind, topics);
        world.ask_sorted(1, 2, &request, sort);
    }
    for kind in [2, -1] {
        let mut connection = world.connect(1);
        let answer = connection.ask(2, &elect(world, kind, &[("orders", &[0])]));
        world.note(&format!("type {kind}"), &answer);
    }
    // All partitions of the cluster: only those that were elected are told.
    let mut response = world.quiet(1, 2, &ElectLeadersRequest::default().with_topic_partitions(None));
    response.replica_election_results.clear();
    world.note("everywhere", &response);
}
