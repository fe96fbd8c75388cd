//! The state machine of the whole cluster: a request is a value in, a reply and effects out, time is a parameter.
//!
//! It owns every piece of state and knows no socket and no clock, so that groups, transactions and the log can be driven
//! by tests under simulated time, and a scenario that failed once can be replayed. Disk is reached through
//! [`Logs`] and the [`Journal`] alone.
//!
//! A request that cannot be answered yet is parked by its area under its [`Ticket`]; the area answers later with
//! [`Machine::reply`]. Deadlines go through [`Machine::wake_at`], and every area looks at its own in its `tick`.

pub(crate) mod commit;
pub(crate) mod context;
pub(crate) mod dispatch;
pub(crate) mod outcome;
pub(crate) mod settings;

use std::net::IpAddr;

pub(crate) use context::{Connection, ConnectionId, Context};
pub(crate) use outcome::{Effect, Outcome, Ticket};
pub(crate) use settings::Settings;

use crate::admin::Admin;
use crate::contract::Schemas;
use crate::control::Control;
use crate::data::Data;
use crate::fault::Faults;
use crate::group::Groups;
use crate::log::Logs;
use crate::metadata::Metadata;
use crate::metadata::journal::Journal;
use crate::quota::Quotas;
use crate::security::Security;
use crate::security::sasl::Exchange;
use crate::share::Shares;
use crate::transaction::Transactions;

/// Milliseconds since the Unix epoch, on the cluster's own clock.
pub(crate) type Timestamp = i64;

/// The state of the cluster.
#[derive(Debug)]
pub(crate) struct Machine {
    pub(crate) settings: Settings,
    pub(crate) metadata: Metadata,
    pub(crate) journal: Journal,
    pub(crate) logs: Logs,
    pub(crate) admin: Admin,
    pub(crate) data: Data,
    pub(crate) groups: Groups,
    pub(crate) shares: Shares,
    pub(crate) transactions: Transactions,
    pub(crate) quotas: Quotas,
    pub(crate) security: Security,
    pub(crate) faults: Faults,
    pub(crate) control: Control,
    pub(crate) schemas: Schemas,
    now: Timestamp,
    /// How far the cluster's clock is ahead of the one on the wall.
    shift: Timestamp,
    deadline: Option<Timestamp>,
    effects: Vec<Effect>,
}

impl Machine {
    /// A machine over opened storage. Call [`recover`](Machine::recover) before the first request.
    pub(crate) fn new(settings: Settings, metadata: Metadata, journal: Journal, logs: Logs, now: Timestamp) -> Self {
        let security = Security::new(&settings);
        let quotas = Quotas::new(&settings.configs);
        Self {
            settings,
            metadata,
            journal,
            logs,
            admin: Admin::default(),
            data: Data::default(),
            groups: Groups::default(),
            shares: Shares::default(),
            transactions: Transactions::default(),
            quotas,
            security,
            faults: Faults::default(),
            control: Control::default(),
            schemas: Schemas::default(),
            now,
            shift: 0,
            deadline: None,
            effects: Vec::new(),
        }
    }

    /// Rebuilds what lives in internal topics, and makes every configured broker the replica that it was.
    pub(crate) fn recover(&mut self) {
        crate::log::clean::recover(self);
        crate::control::recover(self);
        crate::transaction::recover(self);
        crate::group::recover(self);
        crate::share::recover(self);
    }

    /// The time of the request or tick under way.
    pub(crate) fn now(&self) -> Timestamp {
        self.now
    }

    /// Takes note of the time on the wall, which the cluster's clock may be ahead of. Time never goes back by itself.
    pub(crate) fn arrive(&mut self, wall: Timestamp) {
        self.now = self.now.max(wall + self.shift);
        self.logs.set_now(self.now);
    }

    /// Sets the cluster's clock forward or back; what is due then happens at the next tick, which is asked for.
    pub(crate) fn shift_clock(&mut self, by: Timestamp) {
        self.shift += by;
        self.now += by;
        if by < 0 {
            self.control.set_back();
        }
        self.logs.set_now(self.now);
        self.wake_at(self.now);
    }

    /// How far the cluster's clock is ahead of the one on the wall.
    pub(crate) fn clock_shift(&self) -> Timestamp {
        self.shift
    }

    /// Moves time forward and lets every area act on what has come due. Returns when, on the wall's clock, it wants to
    /// be called again.
    pub(crate) fn tick(&mut self, wall: Timestamp) -> Option<Timestamp> {
        self.arrive(wall);
        self.deadline = None;
        crate::control::tick(self);
        crate::transaction::tick(self);
        crate::group::tick(self);
        crate::share::tick(self);
        crate::data::tick(self);
        crate::quota::tick(self);
        crate::log::clean::tick(self);
        self.deadline()
    }

    /// The earliest deadline known, on the wall's clock.
    pub(crate) fn deadline(&self) -> Option<Timestamp> {
        self.deadline.map(|at| at - self.shift)
    }

    /// Asks for a tick at this time or before. Each area's `tick` calls it again while it still has a deadline.
    pub(crate) fn wake_at(&mut self, at: Timestamp) {
        self.deadline = Some(self.deadline.map_or(at, |known| known.min(at)));
    }

    /// Answers a parked request. A ticket whose connection is gone is ignored by the caller of the machine.
    pub(crate) fn reply(&mut self, ticket: Ticket, response: impl Into<kafka_protocol::messages::ResponseKind>) {
        let mut response = Box::new(response.into());
        crate::quota::enforce::end_parked(self, ticket, &mut response);
        self.effects.push(Effect::Reply(ticket, response));
    }

    /// Asks the world outside to do something.
    pub(crate) fn effect(&mut self, effect: Effect) {
        self.effects.push(effect);
    }

    /// Takes what the last calls want done outside.
    pub(crate) fn take_effects(&mut self) -> Vec<Effect> {
        std::mem::take(&mut self.effects)
    }

    /// Forgets a connection: parked requests of it need no answer.
    pub(crate) fn disconnected(&mut self, connection: ConnectionId) {
        crate::admin::disconnected(self, connection);
        crate::data::disconnected(self, connection);
        crate::share::disconnected(self, connection);
        crate::quota::forget(self, connection);
    }

    /// The end: from now on nothing is written, so that what is on the disk is whole.
    pub(crate) fn close(&mut self) {
        self.logs.set_full(|_| true);
        self.journal.close();
    }

    /// A connection that was accepted by a broker's listener.
    pub(crate) fn connected(&mut self, id: ConnectionId, broker: i32, listener: &str, peer: IpAddr) -> Connection {
        let mut connection = Connection::new(id, broker, listener, peer);
        if self.security.sasl(listener).is_some() {
            connection.sasl = Exchange::required();
        }
        connection
    }
}
