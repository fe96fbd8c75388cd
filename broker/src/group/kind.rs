//! What a group of either protocol can say about itself.

use kafka_protocol::messages::ConsumerProtocolSubscription;
use kafka_protocol::protocol::Decodable;

use super::Kind;
use super::classic::group::Classic;

impl Kind {
    /// The group's type, as ListGroups names it.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Classic(_) => "classic",
            Self::Consumer(_) => "consumer",
        }
    }

    pub(crate) fn state(&self) -> &'static str {
        match self {
            Self::Classic(group) => group.state.name(),
            Self::Consumer(group) => group.state().name(),
        }
    }

    pub(crate) fn protocol_type(&self) -> &str {
        match self {
            Self::Classic(group) => group.protocol_type.as_deref().unwrap_or_default(),
            Self::Consumer(_) => "consumer",
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        match self {
            Self::Classic(group) => group.state == super::classic::group::State::Empty,
            Self::Consumer(group) => group.members.is_empty(),
        }
    }

    /// Whether a member of the group reads this topic, as far as can be told.
    pub(crate) fn is_subscribed(&self, topic: &str) -> bool {
        match self {
            Self::Classic(group) => classic_is_subscribed(group, topic),
            Self::Consumer(group) => group.is_subscribed(topic),
        }
    }
}

fn classic_is_subscribed(group: &Classic, topic: &str) -> bool {
    if group.members.is_empty() || group.protocol_type.as_deref() != Some("consumer") {
        return false;
    }
    let Some(protocol) = group.protocol.as_deref() else { return true };
    group.members.values().any(|member| {
        let mut metadata = member.metadata(Some(protocol));
        subscription(&mut metadata).is_none_or(|topics| topics.iter().any(|name| name == topic))
    })
}

impl Classic {
    /// Whether every member's metadata is a consumer's subscription.
    pub(crate) fn subscriptions_are_read(&self) -> bool {
        let protocol = self.protocol.as_deref();
        self.members.values().all(|member| subscription(&mut member.metadata(protocol)).is_some())
    }
}

/// The topics of a consumer's subscription; `None` where it cannot be read.
fn subscription(metadata: &mut bytes::Bytes) -> Option<Vec<String>> {
    let version = bytes::Buf::try_get_i16(metadata).ok()?.clamp(0, 3);
    let read = ConsumerProtocolSubscription::decode(metadata, version).ok()?;
    Some(read.topics.iter().map(ToString::to_string).collect())
}
