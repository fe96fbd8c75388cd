//! Whatever members do, and in whatever order: no partition has two owners, and in the end each has one.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::{Heartbeat, LEAVE, LEAVE_FOR_NOW, MemberState, State, World};
use crate::group::assign::Partitions;
use crate::group::stored::consumer as record;
use crate::metadata::change::Change;

/// A simulated consumer: what it believes that it holds is what it reads from.
#[derive(Clone, Debug)]
struct Client {
    id: String,
    instance: Option<String>,
    /// 0 until it has joined.
    epoch: i32,
    owned: Partitions,
    /// Whether it still has to tell the coordinator what it holds.
    to_tell: bool,
    /// Whether its last heartbeat had no answer: then it says everything again, as clients do.
    in_doubt: bool,
}

/// What happens to the group.
#[derive(Clone, Debug)]
enum Event {
    Enter,
    EnterStatic(u8),
    Beat(u8),
    /// The coordinator hears, but its answer is lost.
    LoseAnswer(u8),
    Die(u8),
    Leave(u8),
    AddPartitions(u8),
    Pass(u16),
    /// The coordinator moves: what it knows is what was written.
    Move,
}

fn events() -> impl Strategy<Value = Vec<Event>> {
    let event = prop_oneof![
        3 => Just(Event::Enter),
        1 => (0..2_u8).prop_map(Event::EnterStatic),
        14 => any::<u8>().prop_map(Event::Beat),
        1 => any::<u8>().prop_map(Event::LoseAnswer),
        1 => any::<u8>().prop_map(Event::Die),
        1 => any::<u8>().prop_map(Event::Leave),
        1 => (1..3_u8).prop_map(Event::AddPartitions),
        3 => (1..9000_u16).prop_map(Event::Pass),
        1 => Just(Event::Move),
    ];
    prop::collection::vec(event, 1..120)
}

struct Party {
    world: World,
    clients: Vec<Client>,
    entered: usize,
    partitions: usize,
}

impl Party {
    fn new(partitions: usize, interval: i64) -> Self {
        let mut world = World::new(partitions);
        world.interval = interval;
        Self { world, clients: Vec::new(), entered: 0, partitions }
    }

    fn enter(&mut self, instance: Option<String>) {
        self.entered += 1;
        let id = format!("member-{}", self.entered);
        self.clients.push(Client { id, instance, epoch: 0, owned: Partitions::new(), to_tell: true, in_doubt: false });
    }

    fn heartbeat(client: &Client) -> Heartbeat {
        let instance = client.instance.clone();
        if client.epoch == 0 {
            return Heartbeat { instance, ..World::joining(&client.id) };
        }
        if client.in_doubt {
            let (epoch, owned) = (client.epoch, Some(client.owned.clone()));
            return Heartbeat { epoch, instance, owned, ..World::joining(&client.id) };
        }
        let owned = client.to_tell.then(|| client.owned.clone());
        Heartbeat { instance, ..World::alive(&client.id, client.epoch, owned) }
    }

    fn beat(&mut self, index: usize) {
        let beat = Self::heartbeat(&self.clients[index]);
        let answer = self.world.beat(&beat);
        let client = &mut self.clients[index];
        match answer {
            Ok(answer) => {
                client.epoch = answer.epoch;
                (client.to_tell, client.in_doubt) = (false, false);
                if let Some(assignment) = answer.assignment {
                    client.to_tell = assignment != client.owned;
                    client.owned = assignment;
                }
            }
            Err(_) => *client = Client { epoch: 0, owned: Partitions::new(), to_tell: true, ..client.clone() },
        }
    }

    fn take_place(&mut self, event: &Event) {
        let count = self.clients.len();
        let index = |raw: u8| usize::from(raw) % count.max(1);
        match event {
            Event::Enter => self.enter(None),
            Event::EnterStatic(instance) => {
                let instance = format!("instance-{instance}");
                if self.clients.iter().all(|client| client.instance.as_ref() != Some(&instance)) {
                    self.enter(Some(instance));
                }
            }
            Event::Pass(time) => self.pass(i64::from(*time)),
            Event::AddPartitions(count) => self.add_partitions(usize::from(*count)),
            Event::Move => self.coordinator_moves(),
            _ if count == 0 => {}
            Event::Beat(raw) => self.beat(index(*raw)),
            Event::LoseAnswer(raw) => {
                let beat = Self::heartbeat(&self.clients[index(*raw)]);
                let _lost = self.world.beat(&beat);
                self.clients[index(*raw)].in_doubt = true;
            }
            Event::Die(raw) => {
                self.clients.remove(index(*raw));
            }
            Event::Leave(raw) => {
                let client = self.clients.remove(index(*raw));
                let epoch = if client.instance.is_some() { LEAVE_FOR_NOW } else { LEAVE };
                let beat = Heartbeat { epoch, ..Self::heartbeat(&client) };
                let _unknown = self.world.leave(&beat);
            }
        }
    }

    fn add_partitions(&mut self, count: usize) {
        let first = i32::try_from(self.partitions).expect("they are few");
        let (id, partitions) = (uuid::Uuid::from_u128(1), vec![vec![1]; count]);
        self.world.metadata.apply(&Change::PartitionsAdded { id, first, partitions });
        self.partitions += count;
    }

    fn coordinator_moves(&mut self) {
        self.world.replayed.timers.clear();
        self.world.group = self.world.replayed.clone();
        self.world.step(super::Consumer::resume);
    }

    /// Time goes on; who was fenced for its silence has stopped reading by then, as clients do.
    fn pass(&mut self, milliseconds: i64) {
        self.world.pass(milliseconds);
        for client in &mut self.clients {
            if !self.world.group.members.contains_key(&client.id) {
                (client.epoch, client.owned, client.to_tell) = (0, Partitions::new(), true);
            }
        }
    }

    /// The partitions that two clients read at the same time.
    fn shared(&self) -> Vec<crate::metadata::TopicPartition> {
        let mut owners: BTreeMap<_, usize> = BTreeMap::new();
        for key in self.clients.iter().flat_map(|client| &client.owned) {
            *owners.entry(*key).or_default() += 1;
        }
        owners.into_iter().filter(|(_, count)| *count > 1).map(|(key, _)| key).collect()
    }

    fn settle(&mut self) {
        for _ in 0..60 {
            for index in 0..self.clients.len() {
                self.beat(index);
            }
            self.pass(5000);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, ..ProptestConfig::default() })]

    #[test]
    fn no_partition_ever_has_two_owners_and_in_the_end_each_has_one(
        events in events(),
        partitions in 1..8_usize,
        interval in prop_oneof![Just(0_i64), Just(1000)],
    ) {
        let mut party = Party::new(partitions, interval);
        for event in &events {
            party.take_place(event);
            prop_assert_eq!(party.shared(), vec![], "after {:?}", event);
        }
        party.settle();
        let group = &party.world.group;
        prop_assert_eq!(group.members.len(), party.clients.len());
        if !party.clients.is_empty() {
            prop_assert_eq!(group.state(), State::Stable);
            prop_assert!(group.members.values().all(|member| member.state == MemberState::Stable));
            let sizes: Vec<usize> = party.clients.iter().map(|client| client.owned.len()).collect();
            prop_assert_eq!(sizes.iter().sum::<usize>(), party.partitions, "{:?}", party.clients);
            prop_assert_eq!(party.shared(), vec![]);
            prop_assert!(sizes.iter().max().unwrap_or(&0) - sizes.iter().min().unwrap_or(&0) <= 1);
        }
        let written = record::changes("g", &party.world.replayed, group);
        prop_assert!(written.is_empty(), "what was written is the group: {written:?}");
    }
}
