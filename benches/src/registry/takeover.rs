//! How long nobody can write after the leader was killed.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::process::{Cluster, Cores, Registry, load_average};

const KILLS: usize = 10;
const WRITERS: usize = 4;

/// How long clients write before the leader is killed: a few dozen transactions.
const BEFORE: Duration = Duration::from_millis(200);

/// Kills leaders while clients write through the other registry, and prints how long that took to write itself.
pub(crate) fn measure(cluster: &Cluster) {
    let mut milliseconds: Vec<f64> = (0..KILLS).map(|number| once(cluster, number).as_secs_f64() * 1e3).collect();
    milliseconds.sort_by(f64::total_cmp);
    let [fastest, .., slowest] = milliseconds[..] else { unreachable!("leaders are killed several times") };
    println!(
        "  first write after the leader was killed: {fastest:.0} ms, median {:.0} ms, slowest {slowest:.0} ms of {KILLS}; \
         load {}",
        milliseconds[KILLS / 2],
        load_average(),
    );
}

fn once(cluster: &Cluster, number: usize) -> Duration {
    let leader = Registry::start(cluster, Cores::All);
    let write = |registry: &Registry, client: usize, count: usize| {
        let name = format!("Takeover{number}x{client}x{count}");
        let body = json!({"schema": json!({"type": "record", "name": name, "fields": []}).to_string()}).to_string();
        let path = format!("/subjects/takeover-{number}-{client}-{count}/versions");
        registry.try_connect().and_then(|mut connection| connection.post(&path, &body)) == Some(200)
    };
    assert!(write(&leader, WRITERS, 0), "the first registry leads");
    let other = Registry::start(cluster, Cores::All);
    let over = AtomicBool::new(false);
    thread::scope(|scope| {
        let clients: Vec<_> = (0..WRITERS)
            .map(|client| {
                let (other, over) = (&other, &over);
                scope.spawn(move || {
                    // The moments at which a write was sent and confirmed.
                    let mut confirmed = Vec::new();
                    for count in 0.. {
                        let sent = Instant::now();
                        if write(other, client, count) {
                            confirmed.push((sent, Instant::now()));
                        }
                        if over.load(Ordering::Relaxed) {
                            break;
                        }
                    }
                    confirmed
                })
            })
            .collect();
        thread::sleep(BEFORE);
        let killed = Instant::now();
        drop(leader);
        while !write(&other, WRITERS, 1) {}
        let waited = killed.elapsed();
        over.store(true, Ordering::Relaxed);
        let confirmed = clients.into_iter().flat_map(|client| client.join().expect("a client does not panic"));
        let after = confirmed.filter(|(sent, _)| *sent > killed).map(|(_, done)| done - killed).min();
        after.unwrap_or(waited).min(waited)
    })
}
