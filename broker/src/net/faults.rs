//! Where sockets meet faults: requests ask whether they may go on, and changes of faults are seen through.

use std::sync::atomic::Ordering;

use kafka_protocol::messages::{ApiKey, ResponseKind};

use super::shared::Shared;
use crate::fault::gate::{self, Asked, Gate};
use crate::machine::dispatch::Request;
use crate::machine::{Connection, Machine};
use crate::status::Status;

/// Whether a request is handled.
#[derive(Debug)]
pub(crate) enum Admission {
    Handle,
    /// It is not; this is the answer.
    Answer(Box<ResponseKind>),
    /// It is not, and the connection is cut.
    Close,
}

impl Shared {
    /// Changes faults, or does what a fault does; returns when listeners have followed.
    pub(crate) fn fault<T>(&self, work: impl FnOnce(&mut Machine) -> T) -> T {
        let result = self.with(|machine| {
            let result = work(machine);
            self.faulty.store(!machine.faults.is_empty(), Ordering::Release);
            result
        });
        self.changes.send_modify(|count| *count += 1);
        self.doors.settle();
        result
    }

    /// Lets a request in: at once, later, or not at all.
    pub(crate) async fn admit(&self, connection: &Connection, api: ApiKey, request: &Request) -> Admission {
        if !self.faulty.load(Ordering::Acquire) {
            return Admission::Handle;
        }
        let mut changes = self.changes.subscribe();
        loop {
            let (client_id, version) = (request.client_id.as_str(), request.version);
            let asked = Asked { broker: connection.broker, client_id, api, version, body: &request.body };
            match self.with(|machine| gate::gate(machine, asked)) {
                Gate::Pass => return Admission::Handle,
                Gate::Answer(response) => return Admission::Answer(response),
                Gate::Close => return Admission::Close,
                Gate::Delay(time) => {
                    tokio::time::sleep(time).await;
                    return Admission::Handle;
                }
                Gate::Hold if changes.changed().await.is_err() => return Admission::Close,
                Gate::Hold => {}
            }
        }
    }

    /// Waits while a broker answers nothing.
    pub(crate) async fn thawed(&self, broker: i32) {
        if !self.faulty.load(Ordering::Acquire) {
            return;
        }
        let mut changes = self.changes.subscribe();
        while self.with(|machine| gate::is_held(machine, broker)) {
            if changes.changed().await.is_err() {
                return;
            }
        }
    }

    /// How the cluster is.
    pub(crate) fn status(&self) -> Status {
        let status = self.with(|machine| crate::status::of(machine));
        Status { uptime_ms: u64::try_from(self.since.elapsed().as_millis()).unwrap_or(u64::MAX), ..status }
    }

    /// Asks for the end of the cluster.
    pub(crate) fn ask_to_stop(&self) {
        self.stop.notify_one();
    }

    /// Waits until somebody asks for the end of the cluster.
    pub(crate) async fn asked_to_stop(&self) {
        self.stop.notified().await;
    }
}
