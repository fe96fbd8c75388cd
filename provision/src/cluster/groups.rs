//! Reads how far consumer groups are.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use krafka::admin::{
    ConsumerGroupDescription, DescribeConsumerGroupsOptions, GroupOffset, ListConsumerGroupOffsetsOptions,
    ListOffsetsOptions, OffsetSpec, TopicPartition,
};
use krafka::error::{ErrorCode, KrafkaError};
use tokio::task::JoinSet;

use super::{Cluster, answer::reason, failed};
use crate::error::Error;
use crate::status::{GroupStatus, PartitionLag};

type Committed = HashMap<TopicPartition, Result<GroupOffset, KrafkaError>>;

impl Cluster {
    /// How far these groups are, in the given order: one request for all descriptions of a coordinator, one for each
    /// group's offsets, one for the ends of a leader's partitions.
    pub(crate) async fn groups(self, names: &[&str]) -> Result<Vec<GroupStatus>, Error> {
        let cluster = std::sync::Arc::new(self);
        let described = cluster.admin.describe_consumer_groups(names, DescribeConsumerGroupsOptions::default());
        let committed = committed(&cluster, names);
        let (described, mut committed) = tokio::join!(described, committed);
        let mut described = described.map_err(|error| failed("describe its consumer groups", error))?;

        let wanted: BTreeSet<(String, i32)> = committed
            .values()
            .flatten()
            .flat_map(|offsets| offsets.keys())
            .chain([])
            .map(|partition| (partition.topic.clone(), partition.partition))
            .chain(described.values().flatten().flat_map(assigned))
            .collect();
        let ends = cluster.ends(&wanted).await?;
        Ok(names
            .iter()
            .map(|name| {
                let description = described.remove(*name).unwrap_or_else(|| Err(silent()));
                let committed = committed.remove(*name).unwrap_or_else(|| Err(silent()));
                status(name, description, committed, &ends)
            })
            .collect())
    }

    async fn ends(&self, partitions: &BTreeSet<(String, i32)>) -> Result<BTreeMap<(String, i32), i64>, Error> {
        let specs = partitions
            .iter()
            .map(|(topic, partition)| (TopicPartition::new(topic.clone(), *partition), OffsetSpec::Latest));
        let ends = self.admin.list_offsets(specs, ListOffsetsOptions::default()).await;
        Ok(ends
            .map_err(|error| failed("say where its partitions end", error))?
            .into_iter()
            .filter_map(|(partition, end)| Some(((partition.topic, partition.partition), end.ok()?.offset)))
            .collect())
    }
}

async fn committed(
    cluster: &std::sync::Arc<Cluster>,
    names: &[&str],
) -> HashMap<String, Result<Committed, KrafkaError>> {
    let mut asked = JoinSet::new();
    for name in names.iter().map(|name| (*name).to_owned()) {
        let cluster = cluster.clone();
        asked.spawn(async move {
            let offsets = cluster
                .admin
                .list_consumer_group_offsets(name.clone(), ListConsumerGroupOffsetsOptions::default())
                .await;
            (name, offsets)
        });
    }
    asked.join_all().await.into_iter().collect()
}

fn silent() -> KrafkaError {
    KrafkaError::broker(ErrorCode::UnknownServerError, "the coordinator gave no answer for it")
}

/// The partitions that members have been given, which may have no committed offset yet.
fn assigned(description: &ConsumerGroupDescription) -> Vec<(String, i32)> {
    let assignments = description.members.iter().filter_map(|member| member.assignment.as_ref()).flatten();
    assignments
        .flat_map(|assignment| {
            assignment.partitions.iter().map(|partition| (assignment.topic_name.clone(), *partition))
        })
        .collect()
}

fn status(
    name: &str,
    description: Result<ConsumerGroupDescription, KrafkaError>,
    committed: Result<Committed, KrafkaError>,
    ends: &BTreeMap<(String, i32), i64>,
) -> GroupStatus {
    let mut problems = Vec::new();
    let (state, members, assigned) = match description {
        Ok(description) => (description.state.clone(), description.members.len(), assigned(&description)),
        Err(KrafkaError::Broker { code: ErrorCode::GroupIdNotFound, .. }) => ("Absent".into(), 0, Vec::new()),
        Err(error) => {
            problems.push(reason(&error).to_string());
            ("Unknown".into(), 0, Vec::new())
        }
    };
    let mut offsets: BTreeMap<(String, i32), Option<i64>> =
        assigned.into_iter().map(|partition| (partition, None)).collect();
    match committed {
        Ok(committed) => {
            for (partition, offset) in committed {
                let offset = offset.ok().and_then(|offset| offset.offset);
                offsets.insert((partition.topic, partition.partition), offset);
            }
        }
        Err(error) => problems.push(reason(&error).to_string()),
    }
    let partitions: Vec<PartitionLag> =
        offsets.into_iter().map(|(partition, committed)| lag(partition, committed, ends)).collect();
    problems.dedup();
    GroupStatus {
        group: name.to_owned(),
        state: if state == "Dead" { "Absent".into() } else { state },
        members,
        lag: partitions.iter().filter_map(|partition| partition.lag).reduce(u64::saturating_add),
        partitions,
        problem: (!problems.is_empty()).then(|| problems.join("; ")),
    }
}

fn lag(partition: (String, i32), committed: Option<i64>, ends: &BTreeMap<(String, i32), i64>) -> PartitionLag {
    let end = ends.get(&partition).copied();
    let lag = end.zip(committed).map(|(end, committed)| u64::try_from(end - committed).unwrap_or_default());
    PartitionLag { topic: partition.0, partition: partition.1, committed, end, lag }
}
