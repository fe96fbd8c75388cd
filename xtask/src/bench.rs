//! The figures of the README: each benchmark prints ours, and the peer's from the same run where there is one.
//!
//! * `lint`: a manifest of 10,000 topics, whole process: time and peak memory.
//! * `codec`: encode and decode of the example's order against `apache-avro`.
//! * `broker`: the embedded cluster beside Apache Kafka.
//! * `schema`: schemas read, written and compared, beside `apache-avro` and Java's Avro; `lint --against` of 5,000.
//! * `registry`: the registry's start, memory, lookups and registrations.
//! * `up`: the phases of a cold and a warm start, and the time from a saved edit to the service running again.

mod lint;
mod against;
mod measure;
mod up;

use crate::shell;

pub(crate) use measure::child as measured_child;

pub(crate) fn run(names: &[&str]) -> Result<(), String> {
    let names = if names.is_empty() { &["lint", "codec", "broker", "schema", "registry", "up"] } else { names };
    let cli = ["build", "--release", "--package", "topology-cli"];
    shell::step("release build", shell::cargo().args(cli))?;
    for name in names {
        match *name {
            "lint" => lint::run()?,
            "codec" | "broker" | "registry" => program(name)?,
            "schema" => {
                program(name)?;
                against::run()?;
            }
            "up" => up::run()?,
            other => {
                return Err(format!("no benchmark `{other}`; there are lint, codec, broker, schema, registry and up"));
            }
        }
    }
    Ok(())
}

/// A benchmark that is a program of its own.
fn program(name: &str) -> Result<(), String> {
    let words = ["run", "--quiet", "--release", "--package", "topology-bench", "--bin", name];
    shell::step(name, shell::cargo().args(words))
}
