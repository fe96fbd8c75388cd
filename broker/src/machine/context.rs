//! Who asks: the connection, and the view of it that a handler gets.

use std::net::IpAddr;

use super::{Machine, Ticket, Timestamp};
use crate::security::acl::{Operation, ResourceType};
use crate::security::{Principal, sasl};

/// Names one connection. Unique for the life of the process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct ConnectionId(pub(crate) u64);

/// What is known about a connection; owned by whoever serves its socket.
#[derive(Debug)]
pub(crate) struct Connection {
    pub(crate) id: ConnectionId,
    /// The broker whose port was connected to.
    pub(crate) broker: i32,
    pub(crate) listener: String,
    pub(crate) peer: IpAddr,
    pub(crate) principal: Principal,
    pub(crate) sasl: sasl::Exchange,
    /// Nanoseconds that its requests have taken and no quota has counted yet.
    pub(crate) spent: u64,
    /// For how many milliseconds it is not to be listened to after a request without a reply.
    pub(crate) muted: i64,
}

impl Connection {
    pub(crate) fn new(id: ConnectionId, broker: i32, listener: &str, peer: IpAddr) -> Self {
        let (principal, sasl) = (Principal::anonymous(), sasl::Exchange::default());
        Self { id, broker, listener: listener.to_owned(), peer, principal, sasl, spent: 0, muted: 0 }
    }
}

/// One request's circumstances.
#[derive(Clone, Debug)]
pub(crate) struct Context {
    pub(crate) now: Timestamp,
    pub(crate) ticket: Ticket,
    pub(crate) connection: ConnectionId,
    /// The broker that was asked: what it does not lead or coordinate, it refuses.
    pub(crate) broker: i32,
    pub(crate) listener: String,
    pub(crate) peer: IpAddr,
    pub(crate) principal: Principal,
    pub(crate) client_id: String,
    pub(crate) version: i16,
}

impl Context {
    /// Whether the principal may do this to that.
    pub(crate) fn may(&self, machine: &Machine, operation: Operation, kind: ResourceType, name: &str) -> bool {
        crate::security::acl::allows(machine, self, operation, kind, name)
    }
}
