//! One run of a whole process: wall time, processor time and peak memory, as the system accounts them.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use nix::sys::resource::{UsageWho, getrusage};

use crate::shell;

/// What a run cost.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cost {
    pub(crate) wall_seconds: f64,
    pub(crate) cpu_seconds: f64,
    pub(crate) peak_megabytes: f64,
}

/// Runs a command several times and gives the run with the median wall time.
///
/// Each run is the only child of a fresh process, because the system gives the peak memory of all children together.
pub(crate) fn median(runs: usize, program: &Path, words: &[&str]) -> Result<Cost, String> {
    let this = std::env::current_exe().map_err(|error| error.to_string())?;
    let mut costs = Vec::new();
    for _ in 0..runs {
        let text = shell::output(Command::new(&this).arg("measure").arg(program).args(words))?;
        let numbers: Vec<f64> = text.split_whitespace().filter_map(|number| number.parse().ok()).collect();
        let [wall_seconds, cpu_seconds, peak_megabytes] = numbers[..] else {
            return Err(format!("no measurement: {text}"));
        };
        costs.push(Cost { wall_seconds, cpu_seconds, peak_megabytes });
    }
    costs.sort_by(|a, b| a.wall_seconds.total_cmp(&b.wall_seconds));
    Ok(costs[costs.len() / 2])
}

/// The fresh process: runs the command and prints wall seconds, processor seconds and peak megabytes.
pub(crate) fn child(words: &[&str]) -> Result<(), String> {
    let [program, words @ ..] = words else {
        return Err("nothing to measure".to_owned());
    };
    let began = Instant::now();
    let status = Command::new(program).args(words).stdout(Stdio::null()).stderr(Stdio::null()).status();
    let wall = began.elapsed().as_secs_f64();
    let status = status.map_err(|error| error.to_string())?;
    if !status.success() {
        return Err(format!("{program} {words:?} ended with {status}"));
    }
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN).map_err(|error| error.to_string())?;
    let seconds = |time: nix::sys::time::TimeVal| time.tv_sec() as f64 + time.tv_usec() as f64 / 1e6;
    let cpu = seconds(usage.user_time()) + seconds(usage.system_time());
    println!("{wall} {cpu} {}", usage.max_rss() as f64 / 1e3);
    Ok(())
}
