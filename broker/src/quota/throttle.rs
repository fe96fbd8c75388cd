//! The throttle time of a reply, whatever its kind.

use std::time::Duration;

use kafka_protocol::messages::ResponseKind;

macro_rules! throttle_times {
    ($($kind:ident)*) => {
        /// Says in a reply for how many milliseconds its connection will not be listened to, unless it says more already.
        pub(super) fn say(response: &mut ResponseKind, millis: i32) {
            match response {
                $(ResponseKind::$kind(response) => response.throttle_time_ms = response.throttle_time_ms.max(millis),)*
                _ => {}
            }
        }

        /// For how long the connection that gets this reply is not listened to.
        pub(crate) fn throttle_time(response: &ResponseKind) -> Option<Duration> {
            let millis = match response {
                $(ResponseKind::$kind(response) => response.throttle_time_ms,)*
                _ => 0,
            };
            u64::try_from(millis).ok().filter(|millis| *millis > 0).map(Duration::from_millis)
        }
    };
}

throttle_times! {
    Produce Fetch ListOffsets Metadata OffsetCommit OffsetFetch FindCoordinator JoinGroup Heartbeat LeaveGroup SyncGroup
    DescribeGroups ListGroups ApiVersions CreateTopics DeleteTopics DeleteRecords InitProducerId OffsetForLeaderEpoch
    AddPartitionsToTxn AddOffsetsToTxn EndTxn TxnOffsetCommit DescribeAcls CreateAcls DeleteAcls DescribeConfigs
    AlterConfigs AlterReplicaLogDirs DescribeLogDirs CreatePartitions DeleteGroups ElectLeaders IncrementalAlterConfigs
    AlterPartitionReassignments ListPartitionReassignments OffsetDelete DescribeClientQuotas AlterClientQuotas
    DescribeUserScramCredentials AlterUserScramCredentials UpdateFeatures DescribeCluster DescribeProducers
    DescribeTransactions ListTransactions ConsumerGroupHeartbeat ConsumerGroupDescribe GetTelemetrySubscriptions
    PushTelemetry ListConfigResources DescribeTopicPartitions ShareGroupHeartbeat ShareGroupDescribe ShareFetch
    ShareAcknowledge DescribeShareGroupOffsets AlterShareGroupOffsets DeleteShareGroupOffsets
}
