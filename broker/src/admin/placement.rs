//! Where new partitions go: leaders in turn over racks and the brokers in them, replicas on as many racks as there are.

use std::collections::BTreeMap;

use kafka_protocol::error::ResponseError;

use crate::machine::Machine;
use crate::wire::refusal::Refusal;

/// The brokers of one rack.
#[derive(Debug, Default)]
struct Rack {
    alive: Vec<i32>,
    down: Vec<i32>,
}

/// The brokers of the cluster, by rack.
#[derive(Debug)]
pub(crate) struct Placement {
    racks: Vec<Rack>,
    brokers: usize,
}

impl Placement {
    pub(crate) fn of(machine: &Machine) -> Self {
        let mut racks: BTreeMap<Option<&str>, Rack> = BTreeMap::new();
        for broker in machine.metadata.brokers.values() {
            let rack = racks.entry(broker.rack.as_deref()).or_default();
            if broker.alive { &mut rack.alive } else { &mut rack.down }.push(broker.id);
        }
        Self { racks: racks.into_values().collect(), brokers: machine.metadata.brokers.len() }
    }

    /// Replicas for partitions; the first is the preferred leader and is up. `start` says where the turn begins.
    ///
    /// # Errors
    ///
    /// When there are fewer brokers than replicas, or none is up.
    pub(crate) fn place(&self, start: usize, partitions: usize, factor: usize) -> Result<Vec<Vec<i32>>, Refusal> {
        let refuse = |why: String| {
            let words = format!("Unable to replicate the partition {factor} time(s): {why}");
            Err(Refusal::new(ResponseError::InvalidReplicationFactor, words))
        };
        if self.racks.iter().all(|rack| rack.alive.is_empty()) {
            return refuse("All brokers are currently fenced, or have all their log directories cordoned.".to_owned());
        }
        if factor > self.brokers {
            return refuse(format!(
                "The target replication factor of {factor} cannot be reached because only {} broker(s) are registered \
                 or some brokers have all their log directories cordoned.",
                self.brokers
            ));
        }
        Ok((0..partitions).map(|partition| self.replicas(start.wrapping_add(partition), factor)).collect())
    }

    fn replicas(&self, turn: usize, factor: usize) -> Vec<i32> {
        let mut replicas = in_turn(self.racks.iter().map(|rack| &rack.alive).collect(), turn);
        replicas.extend(in_turn(self.racks.iter().map(|rack| &rack.down).collect(), turn));
        replicas.truncate(factor);
        replicas
    }
}

/// One broker of each rack, then another of each, and so on; the turn moves first the rack, then the broker in it.
fn in_turn(mut racks: Vec<&Vec<i32>>, turn: usize) -> Vec<i32> {
    racks.retain(|rack| !rack.is_empty());
    let (count, most) = (racks.len(), racks.iter().map(|rack| rack.len()).max().unwrap_or(0));
    let mut brokers = Vec::new();
    for round in 0..most {
        for step in 0..count {
            let rack = racks[(turn + step) % count];
            if round < rack.len() {
                brokers.push(rack[(turn / count + round) % rack.len()]);
            }
        }
    }
    brokers
}
