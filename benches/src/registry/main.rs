//! Times the registry on the embedded cluster: starting, memory, lookups, registrations, and a leader that is killed.
//!
//! There is no peer to run beside it: Confluent's registry is not to be had from Maven Central as a whole, and its
//! sizing guide names no throughput. The goals are printed with the figures, and with the load of the machine: where
//! that is more than one or two, times are of a machine that does something else, and the processor time counts.
#![expect(clippy::print_stdout, reason = "a benchmark prints figures")]
#![expect(clippy::cast_precision_loss, reason = "figures are printed with three digits")]

mod connection;
mod load;
mod log;
mod process;
mod takeover;

use serde_json::json;

use connection::Connection;
use load::concurrently;
use process::{Cluster, Cores, Registry, load_average};

/// How many schemas are in the log for lookups and registrations.
const LARGE: usize = 100_000;

/// How often something that is over in seconds is done.
const RUNS: usize = 5;

fn main() {
    for (count, seconds, megabytes) in [(10_000, 0.4, 30), (LARGE, 2.0, 150)] {
        let cluster = Cluster::start();
        log::fill(&cluster, count);
        println!("\n{count} schemas of {} bytes in the log (load {})", log::mean_bytes(count), load_average());
        start(&cluster, seconds, megabytes);
        if count == LARGE {
            lookups(&cluster);
            registrations(&cluster);
        } else {
            takeover::measure(&cluster);
        }
    }
}

fn start(cluster: &Cluster, seconds: f64, megabytes: u32) {
    // The first start writes nothing that the others would not, but the system may not have the program in memory.
    drop(Registry::start(cluster, Cores::All));
    let mut starts: Vec<_> = (0..RUNS)
        .map(|_| {
            let registry = Registry::start(cluster, Cores::All);
            (registry.started.as_secs_f64(), registry.cpu_seconds(), registry.memory())
        })
        .collect();
    starts.sort_by(|one, other| one.0.total_cmp(&other.0));
    let [(fastest, cpu, _), .., (slowest, ..)] = starts[..] else { unreachable!("it starts several times") };
    let (median, _, [resident, peak]) = starts[RUNS / 2];
    println!(
        "  start to ready: {fastest:.3} s, median {median:.3} s, slowest {slowest:.3} s of {RUNS}; \
         {cpu:.2} s of processor time (goal: {seconds} s)"
    );
    println!("  memory then: {resident:.1} MB, at most {peak:.1} MB (goal: {megabytes} MB)");
}

/// `GET /schemas/ids/{id}` of all ids, the registry on one core and the clients on another.
fn lookups(cluster: &Cluster) {
    let registry = Registry::start(cluster, Cores::One(0));
    process::pin_to(Cores::One(1));
    for connections in [1, 8, 32] {
        let figures = concurrently(&registry, connections, 80_000 / connections, |connection, worker, number| {
            let id = (worker * 7919 + number * 104_729) % LARGE + 1;
            connection.get(&format!("/schemas/ids/{id}"))
        });
        figures.print(&format!("GET /schemas/ids/{{id}}, {connections} connections"), "goal: 30000/s, p99 2 ms");
    }
    process::pin_to(Cores::All);
}

fn registrations(cluster: &Cluster) {
    let registry = Registry::start(cluster, Cores::All);
    // Twenty subjects take turns, so that there is a version before almost every one.
    let new = |worker: usize, number: usize| {
        let field = |position: usize| json!({"name": format!("f{position}"), "type": "string", "default": ""});
        let fields: Vec<_> = (0..=number / 20).map(field).collect();
        let name = format!("Growing{worker}x{}", number % 20);
        let schema = json!({"type": "record", "name": name, "fields": fields}).to_string();
        let path = format!("/subjects/growing-{worker}-{}/versions", number % 20);
        (path, json!({"schema": schema}).to_string())
    };
    let register = move |connection: &mut Connection, worker: usize, number: usize| {
        let (path, body) = new(worker, number);
        connection.post(&path, &body)
    };
    concurrently(&registry, 1, 400, move |connection, _, number| register(connection, 1_000, number))
        .print("register new (BACKWARD), alone", "goal: p50 8 ms");
    for (connections, first) in [(8, 0), (32, 100), (64, 200)] {
        concurrently(&registry, connections, 12_800 / connections, move |connection, worker, number| {
            register(connection, first + worker, number)
        })
        .print(&format!("register new (BACKWARD), {connections} connections"), "goal: 1500/s");
    }
    concurrently(&registry, 32, 1_000, move |connection, worker, number| {
        register(connection, 100 + worker, number % 200)
    })
    .print("register again, 32 connections", "no goal");
}
