//! `cluster status`: the cluster that runs, its brokers, and what was made to fail.

use std::path::Path;

use broker::remote::Client;
use broker::{BrokerState, Status};
use launch::background::Record;
use serde_json::json;

use super::{fault, place};
use crate::args::{ClusterStatusArgs, Format};
use crate::command::Scope;
use crate::command::status::duration;
use crate::exit::ExitStatus;
use crate::failure::Failure;
use crate::table::Table;

pub(super) fn run(args: &ClusterStatusArgs, scope: &Scope) -> Result<ExitStatus, Failure> {
    let folder = place::of_running(&args.folder, scope)?;
    let Some(record) = place::record(&folder)? else {
        match args.format {
            Format::Human => scope.terminal.result("no cluster runs; `topology cluster up` starts one\n"),
            Format::Json => scope.terminal.result("{\n  \"format_version\": 1,\n  \"running\": false\n}\n"),
        }
        return Ok(ExitStatus::Clean);
    };
    let status = Client::connect(&record.control).and_then(|mut client| client.status());
    let status = status.map_err(|error| {
        Failure::world(format!("the cluster of process {} does not say how it is", record.identity.pid))
            .because(&error)
            .help("`topology cluster down` ends it")
    })?;
    match args.format {
        Format::Human => scope.terminal.result(&text(&record, &folder, &status)),
        Format::Json => scope.terminal.result(&format!("{:#}\n", document(&record, &folder, &status))),
    }
    Ok(ExitStatus::Clean)
}

fn text(record: &Record, folder: &Path, status: &Status) -> String {
    let by = if record.supervised { ", started by `topology up`" } else { "" };
    let data = if record.ephemeral { "in memory".to_owned() } else { folder.display().to_string() };
    let mut text = format!(
        "cluster {} · up {} · pid {}{by} · {} MB\n",
        status.cluster_id,
        duration(status.uptime_ms),
        status.pid,
        status.memory_bytes / 1_000_000
    );
    text += &format!("bootstrap servers {}\ndata {data}\n", record.addresses.join(","));
    if status.clock_shift_ms != 0 {
        text += &format!("clock {} ms from the one on the wall\n", status.clock_shift_ms);
    }
    text += &format!("\n{}\n{}", brokers(status), counts(status));
    for found in &status.faults {
        text += &format!("fault {}: {}\n", found.id, fault::in_words(&found.fault));
    }
    text
}

fn brokers(status: &Status) -> Table {
    let mut table = Table::new(&["BROKER", "STATE", "ADDRESS", "RACK", "LEADS", "REPLICAS"]);
    for broker in &status.brokers {
        let addresses: Vec<String> =
            broker.addresses.iter().map(|(listener, address)| format!("{listener} {address}")).collect();
        table.row(vec![
            broker.id.to_string(),
            state(broker.state),
            addresses.join(", "),
            broker.rack.clone().unwrap_or_else(|| "-".to_owned()),
            broker.leaders.to_string(),
            broker.replicas.to_string(),
        ]);
    }
    table
}

fn state(state: BrokerState) -> String {
    format!("{state:?}").to_lowercase()
}

fn counts(status: &Status) -> String {
    let mut parts = vec![
        of(status.topics, "topic"),
        of(status.internal_topics, "internal topic"),
        of(status.partitions, "partition"),
        of(status.groups, "group"),
    ];
    for (count, what) in [
        (status.under_replicated, "under-replicated"),
        (status.leaderless, "leaderless"),
        (status.reassigning, "moving"),
    ] {
        if count > 0 {
            parts.push(format!("{count} {what}"));
        }
    }
    parts.join(" · ") + "\n"
}

fn of(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

fn document(record: &Record, folder: &Path, status: &Status) -> serde_json::Value {
    json!({
        "format_version": 1,
        "running": true,
        "ready": status.brokers.iter().all(broker::BrokerStatus::is_up),
        "pid": record.identity.pid,
        "supervised": record.supervised,
        "bootstrap_servers": record.addresses.join(","),
        "ephemeral": record.ephemeral,
        "data": folder,
        "cluster": status,
    })
}
