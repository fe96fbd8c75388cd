//! Whatever members do, and in whatever order: when they have come to rest, every partition has exactly one owner.

use std::collections::BTreeMap;

use bytes::Bytes;
use kafka_protocol::error::ResponseError;
use kafka_protocol::messages::ResponseKind;
use proptest::prelude::*;

use super::{Join, State, World};
use crate::machine::Ticket;

const PARTITIONS: u8 = 7;

/// What a simulated consumer is about to do.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Phase {
    Join,
    Joining(Ticket),
    Syncing(Ticket),
    Owner,
    Gone,
}

#[derive(Clone, Debug)]
struct Client {
    id: String,
    instance: Option<String>,
    phase: Phase,
    owned: Vec<u8>,
}

/// What happens to the group.
#[derive(Clone, Debug)]
enum Event {
    Enter,
    EnterStatic(u8),
    /// A client does what it would do next.
    Act(u8),
    /// A client stops without a word.
    Die(u8),
    Leave(u8),
    Pass(u16),
}

fn events() -> impl Strategy<Value = Vec<Event>> {
    let event = prop_oneof![
        2 => Just(Event::Enter),
        1 => (0..3_u8).prop_map(Event::EnterStatic),
        12 => any::<u8>().prop_map(Event::Act),
        1 => any::<u8>().prop_map(Event::Die),
        1 => any::<u8>().prop_map(Event::Leave),
        3 => (1..4000_u16).prop_map(Event::Pass),
    ];
    prop::collection::vec(event, 1..120)
}

struct Party {
    world: World,
    clients: Vec<Client>,
}

impl Party {
    fn enter(&mut self, instance: Option<String>) {
        if let Some(instance) = &instance {
            for former in self.clients.iter_mut().filter(|client| client.instance.as_ref() == Some(instance)) {
                former.phase = Phase::Gone;
            }
        }
        self.clients.push(Client { id: String::new(), instance, phase: Phase::Join, owned: Vec::new() });
    }

    fn act(&mut self, index: usize) {
        let client = self.clients[index].clone();
        self.clients[index] = match client.phase.clone() {
            Phase::Gone => client,
            Phase::Join => {
                let join = Join { instance: client.instance.clone(), ..self.world.joining(&client.id) };
                Client { phase: Phase::Joining(self.world.join_with(&join)), ..client }
            }
            Phase::Joining(ticket) => self.joined(client, ticket),
            Phase::Syncing(ticket) => match self.world.answer(ticket) {
                Some(ResponseKind::SyncGroup(response)) if response.error_code == 0 => {
                    Client { phase: Phase::Owner, owned: response.assignment.to_vec(), ..client }
                }
                Some(_) => Client { phase: Phase::Join, ..client },
                None => client,
            },
            Phase::Owner => match self.world.heartbeat(&client.id) {
                Ok(()) => client,
                Err(ResponseError::RebalanceInProgress) => Client { phase: Phase::Join, ..client },
                Err(_) => Client { id: String::new(), phase: Phase::Join, owned: Vec::new(), ..client },
            },
        };
    }

    fn joined(&mut self, client: Client, ticket: Ticket) -> Client {
        let Some(ResponseKind::JoinGroup(response)) = self.world.answer(ticket) else { return client };
        let id = response.member_id.to_string();
        if response.error_code != 0 {
            let required = response.error_code == ResponseError::MemberIdRequired.code();
            return Client { id: if required { id } else { String::new() }, phase: Phase::Join, ..client };
        }
        let leads = response.leader == response.member_id && !response.skip_assignment;
        let members: Vec<String> = response.members.iter().map(|member| member.member_id.to_string()).collect();
        let ticket = self.sync(&id, response.generation_id, if leads { &members } else { &[] });
        Client { id, phase: Phase::Syncing(ticket), ..client }
    }

    /// The leader deals the partitions out in turn.
    fn sync(&mut self, id: &str, generation: i32, members: &[String]) -> Ticket {
        let mut shares: BTreeMap<String, Vec<u8>> = members.iter().map(|id| (id.clone(), Vec::new())).collect();
        for (partition, member) in (0..PARTITIONS).zip(members.iter().cycle()) {
            shares.entry(member.clone()).or_default().push(partition);
        }
        let waiter = self.world.waiter(5);
        let sync = super::Sync {
            waiter,
            member_id: id.to_owned(),
            instance: None,
            generation,
            protocol_type: None,
            protocol: None,
            assignments: shares.into_iter().map(|(id, share)| (id, Bytes::from(share))).collect(),
        };
        self.world.step(|group, step| group.sync(sync, step));
        waiter.ticket
    }

    fn take_place(&mut self, event: &Event) {
        let count = self.clients.len();
        let index = |raw: u8| usize::from(raw) % count.max(1);
        match event {
            Event::Enter => self.enter(None),
            Event::EnterStatic(instance) => self.enter(Some(format!("instance-{instance}"))),
            Event::Pass(time) => self.world.pass(i64::from(*time)),
            _ if count == 0 => {}
            Event::Act(raw) => self.act(index(*raw)),
            Event::Die(raw) => self.clients[index(*raw)].phase = Phase::Gone,
            Event::Leave(raw) => {
                let client = &mut self.clients[index(*raw)];
                client.phase = Phase::Gone;
                let id = client.id.clone();
                self.world.step(|group, step| {
                    if group.leave(&id, None, step).is_ok() {
                        group.after_removal(step);
                    }
                });
            }
        }
    }

    /// Lets everyone who is alive do its part for long enough that the dead are found.
    fn settle(&mut self) {
        for _ in 0..400 {
            for index in 0..self.clients.len() {
                self.act(index);
            }
            self.world.pass(1000);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn every_partition_has_one_owner_once_members_are_at_rest(events in events(), delay in 0..5000_i64) {
        let mut party = Party { world: World::new(), clients: Vec::new() };
        party.world.delay = delay;
        for event in &events {
            party.take_place(event);
        }
        party.settle();
        let alive: Vec<&Client> = party.clients.iter().filter(|client| client.phase != Phase::Gone).collect();
        prop_assert_eq!(party.world.group.members.len(), alive.len());
        prop_assert!(party.world.group.pending.is_empty());
        if alive.is_empty() {
            prop_assert_eq!(party.world.group.state, State::Empty);
        } else {
            prop_assert_eq!(party.world.group.state, State::Stable);
            prop_assert!(alive.iter().all(|client| client.phase == Phase::Owner), "{alive:?}");
            let mut owned: Vec<u8> = alive.iter().flat_map(|client| client.owned.clone()).collect();
            owned.sort_unstable();
            prop_assert_eq!(owned, (0..PARTITIONS).collect::<Vec<u8>>());
        }
    }
}
