//! Clients that ask as fast as they are answered, and what they saw.

use std::time::Instant;

use crate::connection::Connection;
use crate::process::{Registry, load_average};

/// What a number of requests took.
pub(crate) struct Figures {
    per_second: f64,
    milliseconds: Vec<f64>,
    cpu_seconds: f64,
}

impl Figures {
    pub(crate) fn print(&self, title: &str, goal: &str) {
        let at = |share: usize| self.milliseconds[self.milliseconds.len() * share / 100];
        let most = self.milliseconds.last().copied().unwrap_or_default();
        let cpu = self.cpu_seconds / self.milliseconds.len() as f64;
        println!("  {title} ({goal})");
        println!(
            "    {:.0}/s, p50 {:.2} ms, p99 {:.2} ms, most {most:.2} ms; {:.1} µs of the registry's processor time each, \
             {:.0}/s of a whole core; load {}",
            self.per_second,
            at(50),
            at(99),
            cpu * 1e6,
            1.0 / cpu,
            load_average(),
        );
    }
}

/// So many requests on each of some connections, which wait for nobody but themselves.
pub(crate) fn concurrently(
    registry: &Registry,
    connections: usize,
    requests: usize,
    ask: impl Fn(&mut Connection, usize, usize) -> Option<u16> + Copy + Send,
) -> Figures {
    let (began, cpu) = (Instant::now(), registry.cpu_seconds());
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
    let cpu_seconds = registry.cpu_seconds() - cpu;
    milliseconds.sort_by(f64::total_cmp);
    Figures { per_second, milliseconds, cpu_seconds }
}
