//! A storm of requests of every served API: well-formed ones out of values that matter, some with bytes changed.
//!
//! Nothing that can be sent makes the machine panic, and every answer can be written. A few rounds run with the other
//! tests; `TOPOLOGY_STORM_SECONDS=3600 cargo test -p topology-broker storm` goes on for an hour with other seeds.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

use bytes::BytesMut;
use kafka_protocol::messages::ApiKey;

use super::super::{read, write};
use super::header;
use crate::data::tests::world::World;
use crate::machine::Outcome;
use crate::wire::served::served;
use crate::wire::shape::generate::{Dice, body};

/// How many rounds one cluster lives through.
const ROUNDS: i64 = 30;

#[test]
fn no_request_in_a_storm_makes_the_machine_panic() {
    let seconds = std::env::var("TOPOLOGY_STORM_SECONDS").ok().and_then(|seconds| seconds.parse().ok());
    let end = Instant::now() + Duration::from_secs(seconds.unwrap_or(0));
    for seed in 2.. {
        let failures = storm(seed);
        assert!(failures.is_empty(), "seed {seed}:\n{}", failures.join("\n"));
        if Instant::now() >= end {
            break;
        }
    }
}

fn storm(seed: u64) -> Vec<String> {
    let mut dice = Dice::new(seed);
    let mut world = World::new();
    let mut failures = Vec::new();
    for round in 0..ROUNDS {
        for (key, min, max) in served() {
            for version in min.max(if key == 0 { 3 } else { 0 })..=max {
                failures.extend(one(&mut world, &mut dice, key, version));
            }
        }
        world.pass(round * 1000);
    }
    failures
}

/// Sends one request; says what is wrong with what came of it.
fn one(world: &mut World, dice: &mut Dice, key: i16, version: i16) -> Option<String> {
    let api = ApiKey::try_from(key).unwrap();
    let mut frame = header(api, version);
    frame.extend_from_slice(&body(key, version, dice));
    if dice.roll(4) == 0 {
        // The first eight bytes say what it is.
        let at = 8 + dice.roll(frame.len() - 8);
        frame[at] = u8::try_from(dice.roll(256)).unwrap();
    }
    let body = read(frame.freeze()).ok()?.body?;
    let told = format!("API {key} version {version}: {body:?}");
    let broker = 1 + i32::try_from(dice.roll(3)).unwrap();
    match catch_unwind(AssertUnwindSafe(|| world.send(broker, version, body))) {
        Err(_) => Some(format!("a panic at {told}")),
        Ok(Outcome::Reply(response)) => {
            let written = write(&mut BytesMut::new(), api, version, 1, &response);
            written.err().map(|error| format!("{error} at {told}: {response:?}"))
        }
        Ok(_) => None,
    }
}
