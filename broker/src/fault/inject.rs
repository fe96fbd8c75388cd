//! Puts faults in force and lifts them: what each does to the cluster at once, and what it does when time passes.

use std::collections::{BTreeMap, BTreeSet};

use kafka_protocol::messages::ApiKey;

use super::{Action, Coordinator, Fault, FaultInForce, Mishap, RequestFault, refusal};
use crate::control::coordinator::CoordinatorKind;
use crate::control::{brokers, elect};
use crate::error::FaultError;
use crate::machine::{Effect, Machine};
use crate::metadata::{Metadata, TopicPartition};

/// The faults in force, and what they have come to.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    pub(super) standing: BTreeMap<u32, FaultInForce>,
    next: u32,
    /// What a broker that is isolated still believes.
    pub(super) stale: BTreeMap<i32, Metadata>,
}

impl Faults {
    pub(crate) fn list(&self) -> Vec<FaultInForce> {
        self.standing.values().cloned().collect()
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.standing.is_empty()
    }

    fn number_of(&self, fault: &Fault) -> Option<u32> {
        self.standing.iter().find(|(_, known)| known.fault == *fault).map(|(id, _)| *id)
    }

    fn has(&self, fault: &Fault) -> bool {
        self.number_of(fault).is_some()
    }

    pub(crate) fn is_stopped(&self, broker: i32) -> bool {
        self.has(&Fault::BrokerStopped { broker })
    }

    pub(crate) fn is_frozen(&self, broker: i32) -> bool {
        self.has(&Fault::BrokerFrozen { broker })
    }

    pub(crate) fn is_isolated(&self, broker: i32) -> bool {
        self.has(&Fault::BrokerIsolated { broker })
    }

    /// Whether a broker's appends are to fail.
    fn is_disk_full(&self, broker: i32) -> bool {
        self.standing.values().any(
            |known| matches!(known.fault, Fault::DiskFull { broker: full } if full.is_none_or(|full| full == broker)),
        )
    }

    fn any_disk_full(&self) -> bool {
        self.standing.values().any(|known| matches!(known.fault, Fault::DiskFull { .. }))
    }

    /// Since when each frozen broker has been frozen.
    pub(crate) fn frozen(&self) -> impl Iterator<Item = (i32, i64)> {
        self.standing.values().filter_map(|known| match known.fault {
            Fault::BrokerFrozen { broker } => Some((broker, known.since)),
            _ => None,
        })
    }
}

/// Puts a fault in force; returns its number.
///
/// # Errors
///
/// When it names what does not exist, or is in force already; then nothing has changed.
pub(crate) fn inject(machine: &mut Machine, fault: Fault) -> Result<u32, FaultError> {
    check(machine, &fault)?;
    if let Some(id) = machine.faults.number_of(&fault) {
        return Err(FaultError::InForce { id });
    }
    machine.faults.next += 1;
    let (id, since) = (machine.faults.next, machine.now());
    match &fault {
        Fault::BrokerStopped { broker } => machine.effect(Effect::StopBroker(*broker)),
        Fault::BrokerIsolated { broker } => {
            machine.faults.stale.insert(*broker, machine.metadata.clone());
        }
        Fault::BrokerFrozen { .. } | Fault::DiskFull { .. } | Fault::Requests(_) => {}
    }
    machine.faults.standing.insert(id, FaultInForce { id, fault, since, hits: 0 });
    fill_disks(machine);
    settle(machine)?;
    Ok(id)
}

/// Lifts a fault by its value.
///
/// # Errors
///
/// When it is not in force.
pub(crate) fn lift(machine: &mut Machine, fault: &Fault) -> Result<(), FaultError> {
    let id = machine.faults.number_of(fault).ok_or(FaultError::NotInForce)?;
    clear(machine, id)
}

/// Lifts a fault by its number.
///
/// # Errors
///
/// When it is not in force.
pub(crate) fn clear(machine: &mut Machine, id: u32) -> Result<(), FaultError> {
    let known = machine.faults.standing.remove(&id).ok_or(FaultError::NotInForce)?;
    match known.fault {
        Fault::BrokerStopped { broker } => machine.effect(Effect::StartBroker(broker)),
        Fault::BrokerIsolated { broker } => {
            machine.faults.stale.remove(&broker);
        }
        Fault::DiskFull { .. } => refuse_appends(machine),
        Fault::BrokerFrozen { .. } | Fault::Requests(_) => {}
    }
    settle(machine)
}

/// Lifts every fault; the clock stays where it is.
///
/// # Errors
///
/// When the journal cannot be written.
pub(crate) fn clear_all(machine: &mut Machine) -> Result<(), FaultError> {
    let all: Vec<u32> = machine.faults.standing.keys().copied().collect();
    all.into_iter().try_for_each(|id| clear(machine, id))
}

/// Does something once.
///
/// # Errors
///
/// When it names what does not exist, or cannot be done as things stand.
pub(crate) fn perform(machine: &mut Machine, action: Action) -> Result<(), FaultError> {
    match action {
        Action::MoveLeader { topic, partition, to } => elect::move_leader(machine, &topic, partition, to),
        Action::ForgetCoordinator { coordinator, key } => forget(machine, coordinator, &key),
        Action::ShiftClock { millis } => {
            machine.shift_clock(millis);
            Ok(())
        }
        Action::Clean => {
            crate::log::clean::now(machine);
            Ok(())
        }
    }
}

fn check(machine: &Machine, fault: &Fault) -> Result<(), FaultError> {
    let broker = match fault {
        Fault::BrokerStopped { broker } | Fault::BrokerFrozen { broker } | Fault::BrokerIsolated { broker } => {
            Some(*broker)
        }
        Fault::DiskFull { broker } => *broker,
        Fault::Requests(chosen) => {
            check_requests(chosen)?;
            chosen.broker
        }
    };
    match broker {
        Some(broker) if !machine.metadata.brokers.contains_key(&broker) => Err(FaultError::UnknownBroker { broker }),
        _ => Ok(()),
    }
}

fn check_requests(chosen: &RequestFault) -> Result<(), FaultError> {
    if let Some(api) = &chosen.api
        && !ApiKey::iter().any(|key| format!("{key:?}") == *api)
    {
        return Err(FaultError::UnknownApi { api: api.clone() });
    }
    match &chosen.mishap {
        Mishap::Fail { error } if refusal::error(error).is_none() => {
            Err(FaultError::UnknownErrorCode { code: error.clone() })
        }
        _ => Ok(()),
    }
}

/// Brings brokers in line with the faults: who is up, who is seen by the others.
pub(crate) fn settle(machine: &mut Machine) -> Result<(), FaultError> {
    let away: BTreeSet<i32> = machine.metadata.brokers.keys().copied().filter(|id| is_away(machine, *id)).collect();
    brokers::set_away(machine, &away).map_err(|error| FaultError::Journal { reason: error.to_string() })
}

/// Lets appends fail at leaders whose disk is full; leaders may have moved and logs been made since it was.
pub(crate) fn fill_disks(machine: &mut Machine) {
    if machine.faults.any_disk_full() {
        refuse_appends(machine);
    }
}

fn refuse_appends(machine: &mut Machine) {
    let (faults, metadata) = (&machine.faults, &machine.metadata);
    machine.logs.set_full(|key| metadata.partition(key).is_some_and(|known| faults.is_disk_full(known.leader)));
}

/// Whether the other brokers do not see this one: stopped, isolated, or frozen for longer than its session lasts.
fn is_away(machine: &Machine, broker: i32) -> bool {
    let faults = &machine.faults;
    let session = brokers::session_timeout(machine);
    let expired = faults.frozen().any(|(frozen, since)| frozen == broker && since + session <= machine.now());
    faults.is_stopped(broker) || faults.is_isolated(broker) || expired
}

fn forget(machine: &mut Machine, coordinator: Coordinator, key: &str) -> Result<(), FaultError> {
    let kind = match coordinator {
        Coordinator::Group => CoordinatorKind::Group,
        Coordinator::Transaction => CoordinatorKind::Transaction,
        Coordinator::Share => CoordinatorKind::Share,
    };
    let journal = |error: std::io::Error| FaultError::Journal { reason: error.to_string() };
    let at: TopicPartition = crate::control::coordinator::partition_of(machine, kind, key).map_err(journal)?;
    elect::bump_leader_epoch(machine, at).map_err(journal)
}
