//! The configs that the controller goes by.

use crate::config::broker_bool;
use crate::machine::Machine;
use crate::metadata::ConfigResource;

/// Whether a replica that is not in sync may lead a topic's partition.
pub(crate) fn unclean(machine: &Machine, topic: &str) -> bool {
    const KEY: &str = "unclean.leader.election.enable";
    let own = machine.metadata.config(ConfigResource::TOPIC, topic, KEY);
    own.map_or_else(|| broker_bool(machine, KEY), |value| value == "true")
}
