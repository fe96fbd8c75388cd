//! `cluster status`: the cluster that runs, and whether its brokers answer.

use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use launch::background::Record;
use provision::Connection;
use serde_json::json;

use super::place;
use crate::args::{ClusterStatusArgs, Format};
use crate::command::Scope;
use crate::command::status::duration;
use crate::exit::ExitStatus;
use crate::failure::Failure;
use crate::interrupt;
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
    let connection = Connection::local(record.addresses.clone(), None);
    let count = record.addresses.len();
    let ready = interrupt::block_on(async { Ok(provision::probe(&connection, count).await) })?;
    match args.format {
        Format::Human => scope.terminal.result(&text(&record, &folder, &ready)),
        Format::Json => scope.terminal.result(&format!("{:#}\n", document(&record, &folder, &ready))),
    }
    Ok(ExitStatus::Clean)
}

fn text(record: &Record, folder: &Path, ready: &Result<(), String>) -> String {
    let state = match ready {
        Ok(()) => "ready".to_owned(),
        Err(reason) => format!("not ready: {reason}"),
    };
    let by = if record.supervised { ", started by `topology up`" } else { "" };
    let data = if record.ephemeral { "in memory".to_owned() } else { folder.display().to_string() };
    let mut text = format!("cluster {state} · up {} · pid {}{by}\n", duration(uptime(record)), record.identity.pid);
    text += &format!("bootstrap servers {}\ndata {data}\n\n", record.addresses.join(","));
    let mut brokers = Table::new(&["BROKER", "ADDRESS", "RACK"]);
    for (number, address) in (1..).zip(&record.addresses) {
        brokers.row(vec![number.to_string(), address.clone(), format!("az-{number}")]);
    }
    text + &brokers.to_string()
}

fn document(record: &Record, folder: &Path, ready: &Result<(), String>) -> serde_json::Value {
    let brokers = (1..).zip(&record.addresses);
    let brokers: Vec<_> = brokers
        .map(|(id, address): (u16, _)| json!({ "id": id, "address": address, "rack": format!("az-{id}") }))
        .collect();
    json!({
        "format_version": 1,
        "running": true,
        "ready": ready.is_ok(),
        "problem": ready.as_ref().err(),
        "pid": record.identity.pid,
        "uptime_ms": uptime(record),
        "supervised": record.supervised,
        "bootstrap_servers": record.addresses.join(","),
        "ephemeral": record.ephemeral,
        "data": folder,
        "brokers": brokers,
    })
}

fn uptime(record: &Record) -> u64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_millis();
    u64::try_from(now).unwrap_or(u64::MAX).saturating_sub(record.started_at)
}
