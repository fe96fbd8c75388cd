//! Times the registry on the embedded cluster: starting, memory, lookups and registrations.
//!
//! There is no peer to run beside it: Confluent's registry is not to be had from Maven Central as a whole, and its
//! sizing guide names no throughput. The goals are printed with the figures.
#![expect(clippy::print_stdout, reason = "a benchmark prints figures")]
#![expect(clippy::cast_precision_loss, reason = "figures are printed with three digits")]

mod connection;
mod log;
mod process;

use std::time::Instant;

use serde_json::json;

use process::{Cluster, Registry};

/// How many schemas are in the log for lookups and registrations.
const LARGE: usize = 100_000;

fn main() {
    for (count, seconds, megabytes) in [(10_000, 0.4, 30), (LARGE, 2.0, 150)] {
        let cluster = Cluster::start();
        log::fill(&cluster, count);
        // The first start writes nothing that the others would not, but the system may not have the program in memory.
        drop(Registry::start(&cluster));
        let mut starts: Vec<f64> = (0..3).map(|_| Registry::start(&cluster).started.as_secs_f64()).collect();
        starts.sort_by(f64::total_cmp);
        let registry = Registry::start(&cluster);
        let [resident, peak] = registry.memory();
        println!("\n{count} schemas of {} bytes in the log", log::schema(count / 2).len());
        println!("  start to ready, median of 3: {:.3} s (goal: {seconds} s)", starts[1]);
        println!("  memory then: {resident:.1} MB, at most {peak:.1} MB (goal: {megabytes} MB)");
        if count == LARGE {
            lookups(&registry);
            registrations(&registry);
        }
    }
}

/// `GET /schemas/ids/{id}` of all ids, over a number of connections.
fn lookups(registry: &Registry) {
    for connections in [1, 8, 32] {
        let figures = concurrently(registry, connections, 40_000 / connections, |connection, worker, number| {
            let id = (worker * 7919 + number * 104_729) % (LARGE * 3 / 4) + 1;
            connection.get(&format!("/schemas/ids/{id}"))
        });
        figures.print(&format!("GET /schemas/ids/{{id}}, {connections} connections"), "goal: 30000/s, p99 2 ms");
    }
}

fn registrations(registry: &Registry) {
    // Twenty subjects take turns, so that there is a version before almost every one.
    let new = |worker: usize, number: usize| {
        let field = |position: usize| json!({"name": format!("f{position}"), "type": "string", "default": ""});
        let fields: Vec<_> = (0..=number / 20).map(field).collect();
        let schema = json!({"type": "record", "name": "Growing", "fields": fields}).to_string();
        let path = format!("/subjects/growing-{worker}-{}/versions", number % 20);
        (path, json!({"schema": schema}).to_string())
    };
    let register = move |connection: &mut connection::Connection, worker: usize, number: usize| {
        let (path, body) = new(worker, number);
        connection.post(&path, &body)
    };
    concurrently(registry, 1, 400, move |connection, _, number| register(connection, 1_000, number))
        .print("register new (BACKWARD), alone", "goal: p50 8 ms");
    for (connections, first) in [(8, 0), (32, 100), (64, 200)] {
        concurrently(registry, connections, 6_400 / connections, move |connection, worker, number| {
            register(connection, first + worker, number)
        })
        .print(&format!("register new (BACKWARD), {connections} connections"), "goal: 1500/s");
    }
    concurrently(registry, 32, 1_000, move |connection, worker, number| {
        register(connection, 100 + worker, number % 200)
    })
    .print("register again, 32 connections", "goal: 20000/s");
}

/// What a number of requests took.
struct Figures {
    per_second: f64,
    milliseconds: Vec<f64>,
}

impl Figures {
    fn print(&self, title: &str, goal: &str) {
        let at = |share: usize| self.milliseconds[self.milliseconds.len() * share / 100];
        println!(
            "  {title}: {:.0}/s, p50 {:.2} ms, p99 {:.2} ms, most {:.2} ms ({goal})",
            self.per_second,
            at(50),
            at(99),
            self.milliseconds.last().copied().unwrap_or_default()
        );
    }
}

/// So many requests on each of some connections, which wait for nobody but themselves.
fn concurrently(
    registry: &Registry,
    connections: usize,
    requests: usize,
    ask: impl Fn(&mut connection::Connection, usize, usize) -> Option<u16> + Copy + Send,
) -> Figures {
    let began = Instant::now();
    let mut milliseconds: Vec<f64> = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..connections)
            .map(|worker| {
                scope.spawn(move || {
                    let mut connection = registry.connect();
                    let one = |number| {
                        let began = Instant::now();
                        let status = ask(&mut connection, worker, number);
                        assert_eq!(status, Some(200), "{}", connection.body());
                        began.elapsed().as_secs_f64() * 1e3
                    };
                    (0..requests).map(one).collect::<Vec<f64>>()
                })
            })
            .collect();
        workers.into_iter().flat_map(|worker| worker.join().expect("every answer is a success")).collect()
    });
    let per_second = milliseconds.len() as f64 / began.elapsed().as_secs_f64();
    milliseconds.sort_by(f64::total_cmp);
    Figures { per_second, milliseconds }
}
