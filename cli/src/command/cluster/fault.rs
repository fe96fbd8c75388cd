//! `cluster fault`: makes the running cluster misbehave, and lets it off again.

use broker::remote::{Client, ClientError};
use broker::{Action, Coordinator, Fault, FaultInForce, Mishap, RequestFault};

use super::place;
use crate::args::{ClusterFaultArgs, CoordinatorKind, FaultCommand, Format, RequestArgs};
use crate::command::Scope;
use crate::exit::ExitStatus;
use crate::failure::Failure;
use crate::table::Table;

pub(super) fn run(args: &ClusterFaultArgs, scope: &Scope) -> Result<ExitStatus, Failure> {
    let mut client = client(args, scope)?;
    let order = match &args.command {
        FaultCommand::List { format } => {
            let faults = client.faults().map_err(|error| cannot(&error))?;
            scope.terminal.result(&match format {
                Format::Human => text(&faults),
                Format::Json => document(&faults)?,
            });
            return Ok(ExitStatus::Clean);
        }
        command => Order::of(command),
    };
    let said = order.give(&mut client).map_err(|error| cannot(&error))?;
    scope.terminal.step("Done", &said);
    Ok(ExitStatus::Clean)
}

fn client(args: &ClusterFaultArgs, scope: &Scope) -> Result<Client, Failure> {
    let folder = place::of_running(&args.folder, scope)?;
    let Some(record) = place::record(&folder)? else {
        return Err(Failure::world("no cluster runs").help(
            "start one with `topology cluster up --detach`, or `topology up` on an environment with \
             `provider: embedded`; `--data DIR` names one in another folder",
        ));
    };
    Client::connect(&record.control).map_err(|error| cannot(&error))
}

/// What is asked of the cluster.
#[derive(Debug)]
enum Order {
    Inject(Fault),
    Lift(Fault),
    Perform(Action),
    Clear(Option<u32>),
}

impl Order {
    fn of(command: &FaultCommand) -> Self {
        match command {
            FaultCommand::Stop(on) => Self::Inject(Fault::BrokerStopped { broker: on.broker }),
            FaultCommand::Start(on) => Self::Lift(Fault::BrokerStopped { broker: on.broker }),
            FaultCommand::Freeze(on) => Self::Inject(Fault::BrokerFrozen { broker: on.broker }),
            FaultCommand::Thaw(on) => Self::Lift(Fault::BrokerFrozen { broker: on.broker }),
            FaultCommand::Isolate(on) => Self::Inject(Fault::BrokerIsolated { broker: on.broker }),
            FaultCommand::Rejoin(on) => Self::Lift(Fault::BrokerIsolated { broker: on.broker }),
            FaultCommand::FillDisk { broker } => Self::Inject(Fault::DiskFull { broker: *broker }),
            FaultCommand::FreeDisk { broker } => Self::Lift(Fault::DiskFull { broker: *broker }),
            FaultCommand::Delay { by, requests } => {
                let millis = u64::try_from(by.as_millis()).unwrap_or(u64::MAX);
                Self::Inject(on_requests(requests, Mishap::Delay { millis }))
            }
            FaultCommand::Fail { error, requests } => {
                Self::Inject(on_requests(requests, Mishap::Fail { error: error.clone() }))
            }
            FaultCommand::Disconnect { requests } => Self::Inject(on_requests(requests, Mishap::Disconnect)),
            FaultCommand::MoveLeader { topic, partition, to } => {
                Self::Perform(Action::MoveLeader { topic: topic.clone(), partition: *partition, to: *to })
            }
            FaultCommand::ForgetCoordinator { kind, key } => {
                Self::Perform(Action::ForgetCoordinator { coordinator: coordinator(*kind), key: key.clone() })
            }
            FaultCommand::JumpClock { by } => Self::Perform(Action::ShiftClock { millis: *by }),
            FaultCommand::Clean => Self::Perform(Action::Clean),
            FaultCommand::Clear { id } => Self::Clear(*id),
            FaultCommand::List { .. } => Self::Clear(None),
        }
    }

    /// Has it done, and says what was.
    fn give(self, client: &mut Client) -> Result<String, ClientError> {
        Ok(match self {
            Self::Inject(fault) => {
                let text = in_words(&fault);
                let id = client.inject(fault)?;
                format!("{text}; `topology cluster fault clear {id}` lifts it")
            }
            Self::Lift(fault) => {
                let text = in_words(&fault);
                client.lift(fault)?;
                format!("no longer: {text}")
            }
            Self::Perform(action) => {
                let text = done_in_words(&action);
                client.perform(action)?;
                text
            }
            Self::Clear(Some(id)) => {
                client.clear(id)?;
                format!("fault {id} is lifted")
            }
            Self::Clear(None) => {
                client.clear_all()?;
                "every fault is lifted".to_owned()
            }
        })
    }
}

fn on_requests(requests: &RequestArgs, mishap: Mishap) -> Fault {
    let RequestArgs { api, broker, client, times } = requests.clone();
    Fault::Requests(RequestFault { api, broker, client_id: client, times, mishap })
}

fn coordinator(kind: CoordinatorKind) -> Coordinator {
    match kind {
        CoordinatorKind::Group => Coordinator::Group,
        CoordinatorKind::Transaction => Coordinator::Transaction,
        CoordinatorKind::Share => Coordinator::Share,
    }
}

fn cannot(error: &ClientError) -> Failure {
    let failure = Failure::world("the cluster did not do it").because(error);
    match error {
        ClientError::Refused(reason) => match reason {
            broker::FaultError::UnknownBroker { .. } => failure.help("`topology cluster status` shows the brokers"),
            broker::FaultError::UnknownApi { .. } => {
                failure.help("write it as Kafka's protocol does: Produce, Fetch, Metadata, FindCoordinator, ...")
            }
            broker::FaultError::UnknownErrorCode { .. } => failure.help(
                "write it as Kafka's protocol does: NOT_LEADER_OR_FOLLOWER, REQUEST_TIMED_OUT, ..., or its number",
            ),
            broker::FaultError::InForce { .. } | broker::FaultError::NotInForce => {
                failure.help("`topology cluster fault list` shows what is in force")
            }
            _ => failure,
        },
        ClientError::OtherVersion { .. } => failure.help("start the cluster again with this program"),
        _ => failure,
    }
}

/// What is wrong while a fault is in force.
pub(super) fn in_words(fault: &Fault) -> String {
    match fault {
        Fault::BrokerStopped { broker } => format!("broker {broker} is stopped"),
        Fault::BrokerFrozen { broker } => format!("broker {broker} is frozen"),
        Fault::BrokerIsolated { broker } => format!("broker {broker} is isolated from the others"),
        Fault::DiskFull { broker: Some(broker) } => format!("the disk of broker {broker} is full"),
        Fault::DiskFull { broker: None } => "every disk is full".to_owned(),
        Fault::Requests(requests) => requests_in_words(requests),
        other => format!("{other:?}"),
    }
}

fn requests_in_words(requests: &RequestFault) -> String {
    let mut text = match (&requests.times, &requests.api) {
        (Some(times), Some(api)) => format!("the next {times} {api} requests"),
        (Some(times), None) => format!("the next {times} requests"),
        (None, Some(api)) => format!("{api} requests"),
        (None, None) => "all requests".to_owned(),
    };
    if let Some(broker) = requests.broker {
        text += &format!(" to broker {broker}");
    }
    if let Some(client) = &requests.client_id {
        text += &format!(" of client `{client}`");
    }
    text + &match &requests.mishap {
        Mishap::Delay { millis } => format!(" are delayed by {millis} ms"),
        Mishap::Fail { error } => format!(" fail with {error}"),
        Mishap::Disconnect => " are cut off".to_owned(),
        other => format!(": {other:?}"),
    }
}

fn done_in_words(action: &Action) -> String {
    match action {
        Action::MoveLeader { topic, partition, to: Some(to) } => format!("broker {to} leads {topic}-{partition}"),
        Action::MoveLeader { topic, partition, to: None } => format!("another broker leads {topic}-{partition}"),
        Action::ForgetCoordinator { key, .. } => format!("the coordinator of `{key}` has read its state back"),
        Action::ShiftClock { millis } if *millis < 0 => format!("the cluster's clock went back by {} ms", -millis),
        Action::ShiftClock { millis } => format!("the cluster's clock went forward by {millis} ms"),
        Action::Clean => "retention and compaction have run".to_owned(),
        other => format!("{other:?}"),
    }
}

fn text(faults: &[FaultInForce]) -> String {
    if faults.is_empty() {
        return "no fault is in force\n".to_owned();
    }
    let mut table = Table::new(&["ID", "HITS", "FAULT"]);
    for fault in faults {
        table.row(vec![fault.id.to_string(), fault.hits.to_string(), in_words(&fault.fault)]);
    }
    table.to_string()
}

fn document(faults: &[FaultInForce]) -> Result<String, Failure> {
    let document = serde_json::json!({ "format_version": 1, "faults": faults });
    serde_json::to_string_pretty(&document)
        .map(|text| text + "\n")
        .map_err(|error| Failure::world("the faults could not be written as JSON").because(&error))
}
