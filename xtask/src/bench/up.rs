//! The phases of `up`, cold and warm, and the time from a saved edit to the service running again. Goal of the last: 5 s.
//!
//! Cold means that nothing is built; Kafka's jars are fetched already, because their download measures the network.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Instant;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use crate::shell;

/// What `up` says at the end of each phase.
const PHASES: [&str; 6] = ["Generated", "Cluster", "Topics", "Built", "Services", "Up"];

pub(super) fn run() -> Result<(), String> {
    let shop = shell::root().join("target/bench-shop");
    let failed = |error: std::io::Error| format!("{}: {error}", shop.display());
    if shop.exists() {
        fs::remove_dir_all(&shop).map_err(failed)?;
    }
    shell::output(Command::new("cp").arg("-r").arg(shell::root().join("examples/shop")).arg(&shop))?;
    for leftover in ["target", ".topology"] {
        let path = shop.join(leftover);
        if path.exists() {
            fs::remove_dir_all(path).map_err(failed)?;
        }
    }
    for (name, edits) in [("cold", false), ("warm", true)] {
        println!("\nup, {name}:");
        let mut child = up(&shop)?;
        print_phases(&mut child)?;
        if edits {
            edit(&shop)?;
        }
        let pid = i32::try_from(child.id()).map_err(|error| error.to_string())?;
        kill(Pid::from_raw(pid), Signal::SIGINT).map_err(|error| error.to_string())?;
        let began = Instant::now();
        child.wait().map_err(failed)?;
        println!("  stopped in {:.1} s", began.elapsed().as_secs_f64());
    }
    Ok(())
}

fn up(shop: &Path) -> Result<Child, String> {
    let mut command = topology(shop, "up");
    command.env("TOPOLOGY_ANY_PORT", "1").stderr(Stdio::piped()).stdout(Stdio::null());
    command.spawn().map_err(|error| error.to_string())
}

fn topology(shop: &Path, verb: &str) -> Command {
    let mut command = Command::new(shell::target().join("release/topology"));
    command.arg(verb).current_dir(shop).env("NO_COLOR", "1");
    command
}

fn print_phases(child: &mut Child) -> Result<(), String> {
    let mut lines = BufReader::new(child.stderr.take().ok_or("stderr is piped")?).lines().map_while(Result::ok);
    for line in lines.by_ref() {
        let line = line.trim();
        if PHASES.iter().any(|phase| line.starts_with(&format!("{phase} "))) {
            println!("  {line}");
        }
        if line.starts_with("Up ") {
            break;
        }
    }
    // The services go on writing: somebody must read, or they would wait.
    std::thread::spawn(move || lines.for_each(drop));
    Ok(())
}

/// Saves an edit of an expression and runs `up` again, which returns when the service runs.
fn edit(shop: &Path) -> Result<(), String> {
    let manifest = shop.join("topology.yaml");
    for amount in ["1.0", "2.0", "3.0"] {
        let text =
            fs::read_to_string(shell::root().join("examples/shop/topology.yaml")).map_err(|error| error.to_string())?;
        fs::write(&manifest, text.replace("amount > 0.0", &format!("amount > {amount}")))
            .map_err(|error| error.to_string())?;
        let began = Instant::now();
        shell::output(&mut topology(shop, "up"))?;
        println!(
            "  from a saved edit to the service running again: {:.1} s (goal: 5 s)",
            began.elapsed().as_secs_f64()
        );
    }
    Ok(())
}
