//! `status`: every process, and the lag of every consumer group.

use launch::state::State;
use launch::status::{ProcessStatus, Status};
use provision::GroupStatus;
use serde_json::json;
use topology::Topology;
use topology::name::GroupId;

use crate::args::{Format, StatusArgs};
use crate::command::Scope;
use crate::connect;
use crate::exit::ExitStatus;
use crate::failure::Failure;
use crate::interrupt;
use crate::local::{Endpoints, running};
use crate::project::Project;
use crate::table::Table;

pub(crate) fn run(args: &StatusArgs, scope: &Scope) -> Result<ExitStatus, Failure> {
    let project = Project::load(&scope.global)?;
    let Some(state) = running::state(&project)? else {
        let orphans = running::orphans(&project)?;
        if !orphans.is_empty() && args.format == Format::Human {
            let names = orphans.join(", ");
            scope.terminal.result(&format!("a killed `up` has left {names}; `topology down` ends them\n"));
            return Ok(ExitStatus::Clean);
        }
        if args.format == Format::Json {
            scope.terminal.result("{\n  \"format_version\": 1,\n  \"running\": false\n}\n");
        } else {
            scope.terminal.result("nothing runs; `topology up` starts the environment\n");
        }
        return Ok(ExitStatus::Clean);
    };
    let (status, groups) = interrupt::block_on(observe(project.topology.as_ref(), state))?;
    match args.format {
        Format::Human => scope.terminal.result(&text(&status, &groups)),
        Format::Json => scope.terminal.result(&format!("{:#}\n", document(&status, &groups)?)),
    }
    Ok(ExitStatus::Clean)
}

/// What is known of consumer groups: their lag, or why it is not known.
type Groups = Result<Vec<GroupStatus>, String>;

/// A manifest with errors may lack groups; whoever is mending it still sees what runs.
async fn observe(topology: Option<&Topology>, state: State) -> Result<(Status, Groups), Failure> {
    let Some(topology) = topology else {
        return Ok((Status::observe(state).await, Err("the manifest cannot be read".to_owned())));
    };
    let consumers = topology.consumers.iter().map(|consumer| &consumer.group);
    let groups: Vec<GroupId> =
        consumers.chain(topology.processors.iter().map(|processor| &processor.group)).cloned().collect();
    let environment = topology.environment(Some(&state.environment));
    let connection = match (Endpoints::from_record(&state.endpoints), environment) {
        (Some(endpoints), Some(environment)) => {
            let external = connect::external(environment, &endpoints)?;
            Some(external.unwrap_or_else(|| connect::local(&endpoints)))
        }
        _ => None,
    };
    let lag = async {
        let Some(connection) = connection else {
            return Err("the cluster does not run yet".to_owned());
        };
        provision::group_lag(&connection, &groups).await.map_err(|error| error.to_string())
    };
    Ok(tokio::join!(Status::observe(state), lag))
}

fn text(status: &Status, groups: &Groups) -> String {
    let mut text = format!(
        "environment {} · up {} · supervisor {}\n",
        status.environment,
        duration(status.uptime_ms),
        status.supervisor
    );
    for (name, endpoint) in &status.endpoints {
        text += &format!("{} {endpoint}\n", name.replace('_', " "));
    }
    let header = ["PROCESS", "KIND", "STATE", "PID", "UPTIME", "RESTARTS", "CPU", "MEMORY", "PORTS", "DETAIL"];
    let mut processes = Table::new(&header);
    for process in &status.processes {
        processes.row(row(process));
    }
    text += &format!("\n{processes}\n");
    match groups {
        Ok(groups) => text += &lag_table(groups).to_string(),
        Err(reason) => text += &format!("lag is not known: {reason}\n"),
    }
    text
}

fn row(process: &ProcessStatus) -> Vec<String> {
    let record = &process.record;
    let ports: Vec<String> = record.ports.iter().map(|port| format!("{} {}", port.label, port.number)).collect();
    vec![
        record.name.clone(),
        record.kind.as_str().to_owned(),
        record.phase.to_string(),
        or_dash(record.identity.map(|identity| identity.pid.to_string())),
        or_dash(process.uptime_ms.map(duration)),
        record.restarts.to_string(),
        or_dash(process.usage.map(|usage| format!("{:.0} %", usage.cpu_percent))),
        or_dash(process.usage.map(|usage| format!("{} MB", usage.resident_bytes / 1_000_000))),
        ports.join(", "),
        record.detail.clone().unwrap_or_default(),
    ]
}

fn lag_table(groups: &[GroupStatus]) -> Table {
    let mut table = Table::new(&["GROUP", "STATE", "MEMBERS", "TOPIC", "COMMITTED", "LAG", ""]);
    for group in groups {
        let head = |topic: String, committed: String, lag: Option<u64>| {
            let lag = or_dash(lag.map(|lag| lag.to_string()));
            let problem = group.problem.clone().unwrap_or_default();
            vec![group.group.clone(), group.state.clone(), group.members.to_string(), topic, committed, lag, problem]
        };
        let mut topics: Vec<&str> = group.partitions.iter().map(|partition| partition.topic.as_str()).collect();
        topics.dedup();
        if topics.is_empty() {
            table.row(head("-".to_owned(), "-".to_owned(), group.lag));
        }
        for topic in topics {
            let of_topic = || group.partitions.iter().filter(|partition| partition.topic == topic);
            let committed: i64 = of_topic().filter_map(|partition| partition.committed).sum();
            let lag = of_topic().filter_map(|partition| partition.lag).reduce(|sum, lag| sum + lag);
            table.row(head(topic.to_owned(), committed.to_string(), lag));
        }
    }
    table
}

fn document(status: &Status, groups: &Groups) -> Result<serde_json::Value, Failure> {
    let unwritable = |error| Failure::world("the status could not be written as JSON").because(&error);
    let mut document = serde_json::to_value(status).map_err(unwritable)?;
    document["format_version"] = json!(1);
    document["running"] = json!(true);
    match groups {
        Ok(groups) => document["groups"] = serde_json::to_value(groups).map_err(unwritable)?,
        Err(reason) => document["groups_problem"] = json!(reason),
    }
    Ok(document)
}

fn or_dash(value: Option<String>) -> String {
    value.unwrap_or_else(|| "-".to_owned())
}

pub(crate) fn duration(milliseconds: u64) -> String {
    let seconds = milliseconds / 1000;
    match (seconds / 3600, seconds / 60 % 60, seconds % 60) {
        (0, 0, seconds) => format!("{seconds}s"),
        (0, minutes, seconds) => format!("{minutes}m{seconds:02}s"),
        (hours, minutes, _) => format!("{hours}h{minutes:02}m"),
    }
}
