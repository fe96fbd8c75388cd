//! A cluster and registry as plain data that steps can be applied to, and the property that it serves.

use super::*;

/// What a step makes of the world, as Kafka and a registry would.
fn carry_out(change: &Change, world: &mut Observed) {
    match change {
        Change::CreateTopic { topic, partitions, replication_factor, config } => {
            let (partitions, replication_factor) = (*partitions, *replication_factor);
            let created = ObservedTopic { partitions, replication_factor, internal: false, config: config.clone() };
            assert!(world.topics.insert(topic.to_string(), created).is_none(), "{topic} exists already");
        }
        Change::AddPartitions { topic, before, after } => {
            let topic = world.topics.get_mut(topic.as_str()).unwrap();
            assert!(topic.partitions == *before && before < after);
            topic.partitions = *after;
        }
        Change::AlterConfig { topic, config } => {
            let topic = world.topics.get_mut(topic.as_str()).unwrap();
            for (key, value) in config {
                assert_eq!(topic.config.get(key), value.before.as_ref());
                match &value.after {
                    Some(after) => topic.config.insert(key.clone(), after.to_lowercase()),
                    None => topic.config.remove(key),
                };
            }
        }
        Change::SetCompatibility { subject, before, after, .. } => {
            let subject = world.registry.as_mut().unwrap().subjects.entry(subject.clone()).or_default();
            assert_eq!(subject.compatibility, *before);
            subject.compatibility = *after;
        }
        Change::RegisterSchema { subject, before, schema, .. } => {
            let subject = world.registry.as_mut().unwrap().subjects.entry(subject.clone()).or_default();
            assert_eq!(subject.latest, *before);
            let version = before.as_ref().map_or(1, |before| before.version + 1);
            subject.latest = Some(registered(version, schema));
            subject.declared_version = Some(version);
        }
        Change::ConfigureSubject { .. } | Change::SetMode { .. } => panic!("nothing of this is declared"),
    }
}

/// Numbers that look random and are the same in every run (Knuth's 64-bit congruential generator).
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }

    fn of<T: Clone>(&mut self, choices: &[T]) -> T {
        let index = self.below(choices.len() as u64);
        choices[usize::try_from(index).unwrap()].clone()
    }

    fn config(&mut self) -> BTreeMap<String, String> {
        let keys = ["retention.ms", "cleanup.policy", "preallocate", "max.message.bytes"];
        let values = ["1", "-1", "true", "TRUE", "compact,delete", "compact, delete", "0.5"];
        (0..self.below(4)).map(|_| (self.of(&keys).to_owned(), self.of(&values).to_owned())).collect()
    }

    fn partitions(&mut self) -> u32 {
        u32::try_from(self.below(4)).unwrap() + 1
    }

    fn level(&mut self) -> Option<Level> {
        self.of(&[None, Some(Level::None), Some(Level::Backward), Some(Level::Forward), Some(Level::FullTransitive)])
    }

    fn desired(&mut self) -> Desired {
        let mut desired = Desired::default();
        for name in ["a", "b", "c", "d"] {
            if self.below(3) > 0 {
                let (partitions, replication_factor) = (self.partitions(), self.of(&[1, 2, 5]));
                let topic = DesiredTopic { partitions, replication_factor, config: self.config() };
                desired.topics.insert(name.parse().unwrap(), topic);
                let schema = self.of(&["\"int\"", "\"long\""]).to_owned();
                desired.subjects.insert(
                    subject(name),
                    DesiredSubject { compatibility: self.level(), ..DesiredSubject::new(Format::Avro, schema) },
                );
            }
        }
        desired
    }

    fn world(&mut self, desired: &Desired) -> Observed {
        let registry = ObservedRegistry {
            url: "http://registry".into(),
            compatibility: Level::Backward,
            policy: Policy::Strict,
            subjects: BTreeMap::new(),
        };
        let mut world = Observed { registry: Some(registry), ..observed(&[]) };
        for name in ["a", "b", "c", "foreign"] {
            if self.below(2) > 0 {
                let (partitions, replication_factor) = (self.partitions(), self.of(&[1, 2]));
                let config = self.config();
                let topic = ObservedTopic { partitions, replication_factor, internal: false, config };
                world.topics.insert(name.to_owned(), topic);
            }
            if self.below(2) > 0 {
                let schema = self.of(&["\"int\"", "\"long\""]);
                let declared = desired.subjects.get(&subject(name)).is_some_and(|wanted| wanted.schema == schema);
                let seen = ObservedSubject {
                    latest: Some(registered(3, schema)),
                    declared_version: declared.then_some(3),
                    other_format: None,
                    compatibility: self.level(),
                    ..ObservedSubject::default()
                };
                world.registry.as_mut().unwrap().subjects.insert(subject(name), seen);
            }
        }
        world
    }
}

#[test]
fn applying_a_plan_leaves_no_step_and_touches_nothing_else() {
    let mut dice = Dice(7);
    for _ in 0..3_000 {
        let desired = dice.desired();
        let before = dice.world(&desired);
        let first = plan(&desired, &before);
        let mut after = before.clone();
        for step in &first.steps {
            carry_out(&step.change, &mut after);
        }
        let second = plan(&desired, &after);
        assert!(second.steps.is_empty(), "{desired:?}\n{before:?}\n{:?}", second.steps);
        assert_eq!(second.problems, first.problems);
        assert_eq!(after.topics.get("foreign"), before.topics.get("foreign"));
    }
}

#[test]
fn a_plan_that_was_applied_in_part_can_be_finished_by_the_next() {
    let mut dice = Dice(11);
    for _ in 0..1_000 {
        let desired = dice.desired();
        let mut world = dice.world(&desired);
        for step in &plan(&desired, &world).steps {
            if dice.below(2) > 0 {
                carry_out(&step.change, &mut world);
            }
        }
        for step in &plan(&desired, &world).steps {
            carry_out(&step.change, &mut world);
        }
        assert!(plan(&desired, &world).steps.is_empty());
    }
}

#[test]
fn steps_are_in_the_order_in_which_they_may_run() {
    let mut dice = Dice(13);
    for _ in 0..500 {
        let desired = dice.desired();
        let world = dice.world(&desired);
        let phases: Vec<Phase> = plan(&desired, &world).steps.iter().map(|step| step.change.phase()).collect();
        assert!(phases.is_sorted());
    }
}
