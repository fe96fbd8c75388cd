//! `cluster up`: a cluster in the foreground, or behind the terminal.

use std::path::Path;
use std::process::Child;
use std::time::{Duration, Instant};

use launch::background::{self, Record};
use provision::Connection;

use super::place;
use super::serve::{self, Service};
use crate::args::ClusterUpArgs;
use crate::command::Scope;
use crate::exit::ExitStatus;
use crate::failure::Failure;
use crate::interrupt;
use crate::local::cluster::this_program;
use crate::local::console::seconds;
use crate::local::failed;
use crate::terminal::{Terminal, Verbosity};

/// How long a cluster may take until every broker answers; one with much data reads it first.
const LIMIT: Duration = Duration::from_mins(2);
const PAUSE: Duration = Duration::from_millis(10);

pub(super) fn run(args: &ClusterUpArgs, scope: &Scope) -> Result<ExitStatus, Failure> {
    let folder = place::of_new(args.data.as_deref())?;
    let brokers = match args.brokers {
        Some(brokers) => brokers,
        None => place::brokers(&folder)?.unwrap_or(3),
    };
    let service = Service { folder, ports: ports(args.port, brokers)?, shape: args.shape.clone() };
    service.check()?;
    if args.detach { detached(&service, scope.terminal) } else { foreground(&service, scope.terminal) }
}

fn ports(first: u16, brokers: u16) -> Result<Vec<u16>, Failure> {
    if first == 0 {
        return Ok(vec![0; usize::from(brokers)]);
    }
    let last = first.checked_add(brokers - 1).ok_or_else(|| {
        Failure::usage(format!("{brokers} brokers from port {first} on go past the last port, 65535"))
            .help("choose a smaller `--port`, or fewer `--brokers`")
    })?;
    Ok((first..=last).collect())
}

fn foreground(service: &Service, terminal: Terminal) -> Result<ExitStatus, Failure> {
    serve::log_to_stderr(if terminal.verbosity == Verbosity::Verbose { "info" } else { "warn" });
    let name = service.run(|record, found| {
        announce(record, &service.folder, found.took, terminal);
        terminal.say("             Ctrl-C stops it; `topology cluster status` in another terminal shows it\n");
    })?;
    let data = if service.shape.ephemeral { "its data was in memory and is gone" } else { "the data stays" };
    terminal.step("Stopped", &format!("the cluster ({name}); {data}"));
    Ok(ExitStatus::Clean)
}

/// Where clients go is the result; all else is for people.
fn announce(record: &Record, folder: &Path, took: Duration, terminal: Terminal) {
    let count = record.addresses.len();
    let brokers = if count == 1 { "1 broker".to_owned() } else { format!("{count} brokers") };
    terminal.step("Started", &format!("{brokers} in one process after {}", seconds(took)));
    terminal.say("             for development and tests, never for production: nothing is replicated");
    for (number, address) in (1..).zip(&record.addresses) {
        terminal.say(&format!("{:>12} {address} PLAINTEXT, rack az-{number}", format!("broker {number}")));
    }
    let data = if record.ephemeral { "in memory".to_owned() } else { folder.display().to_string() };
    terminal.say(&format!("{:>12} {data}", "data"));
    for note in &record.notes {
        terminal.report(&format!("{:>12} {note}", "at start"));
    }
    terminal.say(&format!("{:>12} bootstrap servers:", "for clients"));
    terminal.result(&format!("{}\n", record.addresses.join(",")));
}

fn detached(service: &Service, terminal: Terminal) -> Result<ExitStatus, Failure> {
    let began = Instant::now();
    let log = place::log(&service.folder);
    let child = background::start(&this_program()?, &arguments(service), &log).map_err(|error| {
        failed("the cluster could not be started", &error).help("name another folder with `--data DIR`")
    })?;
    let pid = child.id();
    match interrupt::block_on(ready(child, service)) {
        Ok(record) => {
            announce(&record, &service.folder, began.elapsed(), terminal);
            terminal.say("             `topology cluster status` shows it, `topology cluster down` stops it");
            Ok(ExitStatus::Clean)
        }
        Err(failure) => {
            // Whoever gave up waiting does not leave it running unasked.
            if let Some(record) = place::record(&service.folder)?.filter(|record| record.identity.pid == pid) {
                interrupt::runtime()?.block_on(record.stop(Duration::from_secs(5)));
            }
            Err(failure)
        }
    }
}

fn arguments(service: &Service) -> Vec<String> {
    let ports: Vec<String> = service.ports.iter().map(u16::to_string).collect();
    let data = service.folder.to_string_lossy().into_owned();
    let mut words = ["cluster", "serve", "--ports", &ports.join(","), "--data", &data].map(str::to_owned).to_vec();
    if service.shape.ephemeral {
        words.push("--ephemeral".to_owned());
    }
    for (key, value) in &service.shape.config {
        words.extend(["--config".to_owned(), format!("{key}={value}")]);
    }
    words
}

/// Waits until every broker answers.
async fn ready(mut child: Child, service: &Service) -> Result<Record, Failure> {
    let deadline = Instant::now() + LIMIT;
    let mut reason = "it does not listen yet".to_owned();
    while Instant::now() < deadline {
        let ended =
            child.try_wait().map_err(|error| Failure::world("the cluster cannot be watched").because(&error))?;
        if ended.is_some() {
            return Err(ended_early(&place::log(&service.folder)));
        }
        if let Some(record) = place::record(&service.folder)? {
            let connection = Connection::local(record.addresses.clone(), None);
            match provision::probe(&connection, record.addresses.len()).await {
                Ok(()) => return Ok(record),
                Err(why) => reason = why,
            }
        }
        tokio::time::sleep(PAUSE).await;
    }
    Err(Failure::world(format!("the cluster is not ready after {}: {reason}", seconds(LIMIT)))
        .help(format!("its log is `{}`", place::log(&service.folder).display())))
}

/// What the process wrote before it ended is a failure of this very program, in its words.
fn ended_early(log: &Path) -> Failure {
    let text = std::fs::read_to_string(log).unwrap_or_default();
    let lines: Vec<&str> = text.lines().collect();
    let last = &lines[lines.len().saturating_sub(10)..];
    let failure = Failure::world("the cluster ended before it was ready");
    if last.is_empty() { failure } else { failure.help(format!("its last words:\n{}", last.join("\n"))) }
}
