//! One broker of a running cluster, and what can be done to it.

use crate::error::FaultError;
use crate::fault::{Fault, inject};
use crate::net::shared::Shared;

/// One broker of a running cluster. What is done to it has happened when the method returns.
#[derive(Clone, Copy, Debug)]
pub struct BrokerHandle<'a> {
    pub(crate) shared: &'a Shared,
    pub(crate) id: i32,
}

impl BrokerHandle<'_> {
    /// Shuts the broker down: its port refuses connections, those it had are cut, its leaders move. It keeps its port.
    ///
    /// # Errors
    ///
    /// When there is no such broker, or it is stopped already.
    pub fn stop(&self) -> Result<(), FaultError> {
        self.inject(Fault::BrokerStopped { broker: self.id })
    }

    /// Starts the broker again, on the port it had.
    ///
    /// # Errors
    ///
    /// When it was not stopped.
    pub fn start(&self) -> Result<(), FaultError> {
        self.lift(&Fault::BrokerStopped { broker: self.id })
    }

    /// Makes the broker hang: it accepts connections and requests, and answers nothing.
    ///
    /// # Errors
    ///
    /// When there is no such broker, or it is frozen already.
    pub fn freeze(&self) -> Result<(), FaultError> {
        self.inject(Fault::BrokerFrozen { broker: self.id })
    }

    /// Lets a frozen broker go on; it answers what has come in meanwhile.
    ///
    /// # Errors
    ///
    /// When it was not frozen.
    pub fn thaw(&self) -> Result<(), FaultError> {
        self.lift(&Fault::BrokerFrozen { broker: self.id })
    }

    /// Cuts the broker off from the other brokers, not from clients.
    ///
    /// # Errors
    ///
    /// When there is no such broker, or it is isolated already.
    pub fn isolate(&self) -> Result<(), FaultError> {
        self.inject(Fault::BrokerIsolated { broker: self.id })
    }

    /// Lets an isolated broker see the others again.
    ///
    /// # Errors
    ///
    /// When it was not isolated.
    pub fn rejoin(&self) -> Result<(), FaultError> {
        self.lift(&Fault::BrokerIsolated { broker: self.id })
    }

    /// Makes the broker's appends fail.
    ///
    /// # Errors
    ///
    /// When there is no such broker, or its disk is full already.
    pub fn fill_disk(&self) -> Result<(), FaultError> {
        self.inject(Fault::DiskFull { broker: Some(self.id) })
    }

    /// Makes room on the broker's disk.
    ///
    /// # Errors
    ///
    /// When it was not full.
    pub fn free_disk(&self) -> Result<(), FaultError> {
        self.lift(&Fault::DiskFull { broker: Some(self.id) })
    }

    fn inject(&self, fault: Fault) -> Result<(), FaultError> {
        self.shared.fault(|machine| inject::inject(machine, fault).map(drop))
    }

    fn lift(&self, fault: &Fault) -> Result<(), FaultError> {
        self.shared.fault(|machine| inject::lift(machine, fault))
    }
}
