//! Transactions, request by request.

use kafka_protocol::messages::FindCoordinatorRequest;

use crate::Scenario;
use crate::world::{World, text};

pub(crate) const SCENARIOS: &[Scenario] = &[];

/// The broker that coordinates a transactional id.
pub(crate) fn coordinator(world: &mut World, id: &str) -> i32 {
    coordinator_of(world, id, 1)
}

/// The broker that coordinates a key of this type: 0 a group, 1 a transactional id.
pub(crate) fn coordinator_of(world: &mut World, key: &str, kind: i8) -> i32 {
    let request = FindCoordinatorRequest::default().with_key_type(kind).with_coordinator_keys(vec![text(key)]);
    world.until("a coordinator", |world| {
        let response = world.quiet(1, 4, &request);
        let found = &response.coordinators[0];
        (found.error_code == 0).then_some(found.node_id.0)
    })
}
