//! Committed offsets: what a group has read, kept with the group and in `__consumer_offsets`.

pub(crate) mod commit;
pub(crate) mod delete;
pub(crate) mod expire;
pub(crate) mod fetch;
pub(crate) mod transactional;

use std::collections::BTreeMap;

use uuid::Uuid;

use crate::machine::Timestamp;

pub(crate) use commit::offset_commit;
pub(crate) use delete::offset_delete;
pub(crate) use fetch::offset_fetch;
pub(crate) use transactional::txn_offset_commit;

/// An offset that a group has committed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Committed {
    pub(crate) offset: i64,
    /// −1 where the consumer did not say.
    pub(crate) leader_epoch: i32,
    pub(crate) metadata: String,
    pub(crate) timestamp: Timestamp,
    /// Only for commits of clients that still say how long they want it kept.
    pub(crate) expires: Option<Timestamp>,
    pub(crate) topic: Uuid,
    /// Where its record is: the later one counts when a transaction ends after a plain commit.
    pub(crate) record_offset: i64,
}

/// Topic name and partition.
pub(crate) type Place = (String, i32);

/// A group's offsets.
pub(crate) type Offsets = BTreeMap<Place, Committed>;
