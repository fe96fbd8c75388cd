//! The figures of the README: each benchmark prints ours, and the peer's from the same run where there is one.
//!
//! * `lint`: a manifest of 10,000 topics, whole process: time and peak memory.
//! * `codec`: encode and decode of the example's order against `apache-avro`.
//! * `up`: the phases of a cold and a warm start, and the time from a saved edit to the service running again.

mod lint;
mod measure;
mod up;

use crate::shell;

pub(crate) use measure::child as measured_child;

pub(crate) fn run(names: &[&str]) -> Result<(), String> {
    let names = if names.is_empty() { &["lint", "codec", "up"] } else { names };
    let cli = ["build", "--release", "--package", "topology-cli"];
    shell::step("release build", shell::cargo().args(cli))?;
    for name in names {
        match *name {
            "lint" => lint::run()?,
            "codec" => codec()?,
            "up" => up::run()?,
            other => return Err(format!("no benchmark `{other}`; there are lint, codec and up")),
        }
    }
    Ok(())
}

fn codec() -> Result<(), String> {
    let words = ["run", "--quiet", "--release", "--package", "topology-bench", "--bin", "codec"];
    shell::step("codec", shell::cargo().args(words))
}
