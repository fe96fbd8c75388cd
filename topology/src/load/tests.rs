//! The example as a whole, and manifests that nobody wrote.

use crate::ir::{Mapping, Operation, Payload};
use crate::testing::{SHOP, load_manifest, render};

#[test]
fn the_example_is_whole() {
    let loaded = load_manifest(SHOP);
    assert_eq!(render(&loaded.sources, &loaded.diagnostics), "");
    assert!(loaded.is_whole());
    let topology = loaded.topology.expect("the example is a topology");
    assert_eq!(topology.environments.len(), 3);
    let orders = &topology.topics[0];
    assert_eq!((orders.partitions.value.get(), orders.replication_factor.value.get()), (12, 3));
    let config: Vec<_> = orders.config.iter().map(|(key, value)| format!("{key}={value}")).collect();
    assert_eq!(config, ["min.insync.replicas=2", "retention.ms=604800000"]);
    assert_eq!(orders.key.value, Payload::String);
    let flow = &topology.processors[0].flow;
    let names: Vec<_> = flow.iter().map(|stage| stage.name.as_str()).collect();
    assert_eq!(names, ["orders", "paid", "payment", "out"]);
    assert_eq!(flow[3].value, topology.topics[1].value.value);
    let Operation::Filter { predicate, .. } = &flow[1].operation else { panic!("`paid` is a filter") };
    assert_eq!(loaded.sources.slice(predicate.locate(0..6)), "status");
    let Operation::Map { mapping: Mapping::Fields(fields), .. } = &flow[2].operation else {
        panic!("`payment` is a map")
    };
    assert_eq!(fields.len(), 5);
    assert_eq!(topology.consumers[0].group.as_str(), "shop-billing");
    assert_eq!(topology.consumers[0].on_error.backoff_min.as_millis(), 200);
}

#[test]
fn a_cut_example_never_panics() {
    for end in 0..SHOP.len() {
        let loaded = load_manifest(&SHOP.as_bytes()[..end]);
        render(&loaded.sources, &loaded.diagnostics);
    }
}

#[test]
fn a_garbled_example_never_panics() {
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    for _ in 0..500 {
        let mut bytes = SHOP.as_bytes().to_vec();
        for _ in 0..=random.below(4) {
            let at = random.below(bytes.len());
            match random.below(3) {
                0 => bytes[at] ^= 1 << random.below(8),
                1 => bytes[at] = b"{}[]:,&*!|>'\"%@`#-? \n\t"[random.below(22)],
                _ => {
                    bytes.remove(at);
                }
            }
        }
        let loaded = load_manifest(bytes);
        render(&loaded.sources, &loaded.diagnostics);
    }
}

/// Xorshift: the same numbers in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).expect("31 bits fit") % limit
    }
}
