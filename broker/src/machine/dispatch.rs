//! Every API that is served, and the area that answers it.

use kafka_protocol::messages::RequestKind;

use super::{Connection, Context, Machine, Outcome, Ticket, Timestamp};
use crate::quota::enforce;
use crate::{admin, control, data, group, quota, security, share, transaction};

/// A request as it came off the wire.
#[derive(Debug)]
pub(crate) struct Request {
    pub(crate) ticket: Ticket,
    pub(crate) version: i16,
    pub(crate) client_id: String,
    pub(crate) body: RequestKind,
}

impl Machine {
    /// Handles one request at this time on the wall.
    pub(crate) fn handle(&mut self, wall: Timestamp, connection: &mut Connection, mut request: Request) -> Outcome {
        self.arrive(wall);
        let cx = Context {
            now: self.now,
            ticket: request.ticket,
            connection: connection.id,
            broker: connection.broker,
            listener: connection.listener.clone(),
            peer: connection.peer,
            principal: connection.principal.clone(),
            client_id: request.client_id,
            version: request.version,
        };
        if let Some(outcome) = security::sasl::gate(self, connection, &cx, &request.body) {
            return outcome;
        }
        let spent = std::mem::take(&mut connection.spent);
        let Some(pending) = enforce::begin(self, &cx, &mut request.body, spent) else {
            return self.route(connection, &cx, request.body);
        };
        let mut outcome = self.route(connection, &cx, request.body);
        connection.muted = enforce::end(self, cx.ticket, pending, &mut outcome);
        outcome
    }

    fn route(&mut self, connection: &mut Connection, cx: &Context, body: RequestKind) -> Outcome {
        match body {
            RequestKind::ApiVersions(body) => admin::versions::api_versions(self, connection, cx, &body),
            RequestKind::SaslHandshake(body) => security::sasl::handshake(self, connection, cx, &body),
            RequestKind::SaslAuthenticate(body) => security::sasl::authenticate(self, connection, cx, &body),
            body => crate::fault::isolation::answer(self, cx, body),
        }
    }

    /// Hands a request to its area.
    pub(crate) fn answer(&mut self, cx: &Context, body: RequestKind) -> Outcome {
        match body {
            RequestKind::Metadata(body) => admin::metadata::metadata(self, cx, &body),
            RequestKind::DescribeCluster(body) => admin::cluster::describe_cluster(self, cx, &body),
            RequestKind::DescribeTopicPartitions(body) => {
                admin::topic_partitions::describe_topic_partitions(self, cx, &body)
            }
            RequestKind::DescribeQuorum(body) => admin::cluster::describe_quorum(self, cx, body),
            RequestKind::UpdateFeatures(body) => admin::features::update_features(self, cx, body),
            RequestKind::ListConfigResources(body) => admin::configs::list_config_resources(self, cx, body),
            RequestKind::GetTelemetrySubscriptions(body) => admin::telemetry::get_subscriptions(self, cx, &body),
            RequestKind::PushTelemetry(body) => admin::telemetry::push(self, cx, &body),
            RequestKind::CreateTopics(body) => admin::create::create_topics(self, cx, body),
            RequestKind::DeleteTopics(body) => admin::delete::delete_topics(self, cx, body),
            RequestKind::CreatePartitions(body) => admin::partitions::create_partitions(self, cx, body),
            RequestKind::DescribeConfigs(body) => admin::configs::describe::describe_configs(self, cx, body),
            RequestKind::AlterConfigs(body) => admin::configs::alter::alter_configs(self, cx, body),
            RequestKind::IncrementalAlterConfigs(body) => {
                admin::configs::alter::incremental_alter_configs(self, cx, body)
            }
            RequestKind::DescribeLogDirs(body) => admin::log_dirs::describe_log_dirs(self, cx, body),
            RequestKind::AlterReplicaLogDirs(body) => admin::log_dirs::alter_replica_log_dirs(self, cx, &body),
            RequestKind::Produce(body) => data::produce::produce(self, cx, &body),
            RequestKind::Fetch(body) => data::fetch::fetch(self, cx, body),
            RequestKind::ListOffsets(body) => data::offsets::list_offsets(self, cx, &body),
            RequestKind::OffsetForLeaderEpoch(body) => data::offsets::offset_for_leader_epoch(self, cx, &body),
            RequestKind::DeleteRecords(body) => data::delete::delete_records(self, cx, &body),
            RequestKind::FindCoordinator(body) => control::coordinator::find_coordinator(self, cx, &body),
            RequestKind::JoinGroup(body) => group::classic::join_group(self, cx, body),
            RequestKind::SyncGroup(body) => group::classic::sync_group(self, cx, body),
            RequestKind::Heartbeat(body) => group::classic::heartbeat(self, cx, &body),
            RequestKind::LeaveGroup(body) => group::classic::leave_group(self, cx, body),
            RequestKind::ConsumerGroupHeartbeat(body) => group::consumer::heartbeat(self, cx, body),
            RequestKind::ConsumerGroupDescribe(body) => group::consumer::describe::describe(self, cx, &body),
            RequestKind::OffsetCommit(body) => group::offsets::offset_commit(self, cx, &body),
            RequestKind::OffsetFetch(body) => group::offsets::offset_fetch(self, cx, body),
            RequestKind::OffsetDelete(body) => group::offsets::offset_delete(self, cx, &body),
            RequestKind::TxnOffsetCommit(body) => group::offsets::txn_offset_commit(self, cx, &body),
            RequestKind::ListGroups(body) => group::admin::list_groups(self, cx, &body),
            RequestKind::DescribeGroups(body) => group::admin::describe_groups(self, cx, &body),
            RequestKind::DeleteGroups(body) => group::admin::delete_groups(self, cx, &body),
            RequestKind::ShareGroupHeartbeat(body) => share::heartbeat(self, cx, &body),
            RequestKind::ShareGroupDescribe(body) => share::describe(self, cx, body),
            RequestKind::ShareFetch(body) => share::fetch(self, cx, &body),
            RequestKind::ShareAcknowledge(body) => share::acknowledge(self, cx, &body),
            RequestKind::DescribeShareGroupOffsets(body) => share::describe_offsets(self, cx, &body),
            RequestKind::AlterShareGroupOffsets(body) => share::alter_offsets(self, cx, body),
            RequestKind::DeleteShareGroupOffsets(body) => share::delete_offsets(self, cx, body),
            RequestKind::InitProducerId(body) => transaction::init_producer_id(self, cx, &body),
            RequestKind::AddPartitionsToTxn(body) => transaction::add_partitions_to_txn(self, cx, body),
            RequestKind::AddOffsetsToTxn(body) => transaction::add_offsets_to_txn(self, cx, &body),
            RequestKind::EndTxn(body) => transaction::end_txn(self, cx, &body),
            RequestKind::WriteTxnMarkers(body) => transaction::write_txn_markers(self, cx, &body),
            RequestKind::DescribeTransactions(body) => transaction::describe_transactions(self, cx, &body),
            RequestKind::ListTransactions(body) => transaction::list_transactions(self, cx, &body),
            RequestKind::DescribeProducers(body) => transaction::describe_producers(self, cx, body),
            RequestKind::DescribeAcls(body) => security::acl::describe_acls(self, cx, body),
            RequestKind::CreateAcls(body) => security::acl::create_acls(self, cx, &body),
            RequestKind::DeleteAcls(body) => security::acl::delete_acls(self, cx, body),
            RequestKind::DescribeUserScramCredentials(body) => security::scram::describe(self, cx, &body),
            RequestKind::AlterUserScramCredentials(body) => security::scram::alter(self, cx, &body),
            RequestKind::DescribeClientQuotas(body) => quota::describe_client_quotas(self, cx, &body),
            RequestKind::AlterClientQuotas(body) => quota::alter_client_quotas(self, cx, &body),
            RequestKind::AlterPartitionReassignments(body) => control::reassign::alter(self, cx, &body),
            RequestKind::ListPartitionReassignments(body) => control::reassign::list(self, cx, &body),
            RequestKind::ElectLeaders(body) => control::elect::elect_leaders(self, cx, &body),
            _ => Outcome::Close,
        }
    }
}
