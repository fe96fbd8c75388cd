//! Waits until what was changed can be seen through every broker.
//!
//! Kafka answers a change as soon as the controller has it; brokers learn of it a moment later, one by one. A service
//! that starts within that moment would be told that its topic is unknown, and a plan would ask for the same again.

use std::collections::BTreeMap;
use std::time::Duration;

use krafka::__private::protocol::MetadataTopicResponse;
use tokio::time::{Instant, sleep};

use super::{Cluster, broker};
use crate::plan::{Override, same_value};

/// How long to wait before the second look; each pause is twice as long, so that looking costs brokers little.
const FIRST_PAUSE: Duration = Duration::from_millis(25);

/// The longest pause.
const LONGEST_PAUSE: Duration = Duration::from_secs(1);

/// How many topics one request names.
const TOPICS_PER_REQUEST: usize = 2_000;

impl Cluster {
    /// Waits until every live broker knows a leader for each of at least this many partitions of each topic, and
    /// returns the topics for which that did not come about within `deadline`.
    pub(crate) async fn wait_until_usable(
        &self,
        mut topics: BTreeMap<String, u32>,
        deadline: Duration,
        waiting: impl Fn(usize),
    ) -> BTreeMap<String, u32> {
        let deadline = Instant::now() + deadline;
        let mut pause = FIRST_PAUSE;
        loop {
            topics = self.not_usable(&topics).await;
            if topics.is_empty() || Instant::now() >= deadline {
                return topics;
            }
            waiting(topics.len());
            sleep(pause).await;
            pause = LONGEST_PAUSE.min(pause * 2);
        }
    }

    /// Waits until every live broker knows these overrides of a topic, at most until `deadline`.
    ///
    /// Brokers learn of changes in the order in which the controller made them, so the last one stands for all.
    pub(crate) async fn wait_until_altered(
        &self,
        topic: &str,
        changes: &BTreeMap<String, Override>,
        deadline: Duration,
    ) {
        let deadline = Instant::now() + deadline;
        let mut pause = FIRST_PAUSE;
        while !self.is_altered_everywhere(topic, changes).await && Instant::now() < deadline {
            sleep(pause).await;
            pause = LONGEST_PAUSE.min(pause * 2);
        }
    }

    async fn is_altered_everywhere(&self, topic: &str, changes: &BTreeMap<String, Override>) -> bool {
        let pool = krafka::__private::kafka_pool(&self.kafka);
        for broker in krafka::__private::kafka_metadata(&self.kafka).brokers() {
            let Ok(connection) = pool.get_connection(broker.address()).await else {
                continue;
            };
            let Ok(Some(overrides)) = broker::overrides(&connection, topic).await else {
                return false;
            };
            let is_there = |(key, change): (&String, &Override)| match (overrides.get(key), &change.after) {
                (Some(known), Some(after)) => same_value(known, after),
                (known, after) => known.is_none() && after.is_none(),
            };
            if !changes.iter().all(is_there) {
                return false;
            }
        }
        true
    }

    async fn not_usable(&self, topics: &BTreeMap<String, u32>) -> BTreeMap<String, u32> {
        let metadata = krafka::__private::kafka_metadata(&self.kafka);
        let pool = krafka::__private::kafka_pool(&self.kafka);
        // A broker that is down leaves the metadata within its session timeout; until then it cannot be asked.
        if tokio::time::timeout(self.call_timeout(), metadata.refresh_for_topics(Some(&[]))).await.is_err() {
            return topics.clone();
        }
        let mut missing = BTreeMap::new();
        for broker in metadata.brokers() {
            let Ok(connection) = pool.get_connection(broker.address()).await else {
                continue;
            };
            let names: Vec<&str> = topics.keys().map(String::as_str).collect();
            for names in names.chunks(TOPICS_PER_REQUEST) {
                let known =
                    broker::metadata(&connection, names.to_vec()).await.map(|answer| answer.topics).unwrap_or_default();
                let known: BTreeMap<&str, &MetadataTopicResponse> =
                    known.iter().filter_map(|topic| Some((topic.name.as_deref()?, topic))).collect();
                for name in names {
                    let wanted = topics[*name];
                    if !known.get(name).is_some_and(|topic| is_usable(topic, wanted)) {
                        missing.insert((*name).to_owned(), wanted);
                    }
                }
            }
        }
        missing
    }
}

fn is_usable(topic: &MetadataTopicResponse, partitions: u32) -> bool {
    let led = topic.partitions.iter().filter(|partition| partition.leader_id >= 0).count();
    topic.error_code.is_ok() && led >= partitions as usize
}
