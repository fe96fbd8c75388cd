//! The whole test run: everything that must hold before a change lands.
//!
//! The order puts what fails fastest first. CI runs the same command with `CI=true`, under which a missing tool is a
//! failure; elsewhere it leaves out the tests that need it, and says so at the end.

use std::path::Path;
use std::process::{Command, Stdio};

use crate::{guard, shell};

/// Programs that single tests run: each with a question that it answers, and what the names of its tests hold.
const CLIENTS: [(&str, &str, &str); 2] = [("kcat", "-V", "kcat"), ("npm", "--version", "nodes_registry_clients")];

pub(crate) fn run() -> Result<(), String> {
    let missing = missing_tools();
    if !missing.is_empty() && is_ci() {
        return Err(format!("CI must have {}", missing.join(", ")));
    }
    static_checks()?;
    shell::step("build", shell::cargo().args(["build", "--workspace", "--all-targets"]))?;
    examples_are_fresh()?;
    let mut tests = shell::cargo();
    tests.args(["test", "--workspace", "--quiet", "--no-fail-fast"]);
    if missing.is_empty() {
        let python = python()?;
        tests.env("TOPOLOGY_TEST_PYTHON", python);
    } else {
        tests.args(["--exclude", "topology-tests"]);
    }
    let lacking: Vec<_> = CLIENTS.iter().filter(|(program, question, _)| !is_there(program, question)).collect();
    if let Some((program, ..)) = lacking.first().filter(|_| is_ci()) {
        return Err(format!("CI must have {program}"));
    }
    if lacking.iter().all(|(program, ..)| *program != "npm") {
        tests.env("TOPOLOGY_TEST_NODE", node()?);
    }
    if !lacking.is_empty() {
        tests.arg("--").args(lacking.iter().flat_map(|(_, _, tests)| ["--skip", tests]));
    }
    shell::step("test", &mut tests)?;
    if !missing.is_empty() {
        eprintln!("\nLEFT OUT: the tests on a real cluster, because this machine lacks {}", missing.join(", "));
    }
    for (program, ..) in lacking {
        eprintln!("\nLEFT OUT: the tests with {program}, because this machine lacks it");
    }
    Ok(())
}

fn static_checks() -> Result<(), String> {
    shell::step("fmt", shell::cargo().args(["fmt", "--all", "--check"]))?;
    guard::run()?;
    let clippy = ["clippy", "--workspace", "--all-targets", "--quiet", "--", "--deny", "warnings"];
    shell::step("clippy", shell::cargo().args(clippy))?;
    let docs = ["doc", "--workspace", "--no-deps", "--document-private-items", "--quiet"];
    shell::step("docs", shell::cargo().args(docs).env("RUSTDOCFLAGS", "--deny warnings"))
}

fn examples_are_fresh() -> Result<(), String> {
    let topology = shell::target().join("debug/topology");
    for example in ["shop", "parcels"] {
        let manifest = format!("examples/{example}/topology.yaml");
        for words in [["lint", "--manifest", &manifest, "--quiet"], ["generate", "--check", "--manifest", &manifest]] {
            let name = format!("{} {example}", words[0]);
            shell::step(&name, Command::new(&topology).args(words).current_dir(shell::root()))?;
        }
    }
    Ok(())
}

/// A virtual environment with `confluent-kafka`, made once and kept in the target directory.
fn python() -> Result<std::path::PathBuf, String> {
    let home = shell::target().join("python");
    let python = home.join("bin/python");
    let requirements = Path::new("tests/python/requirements.txt");
    if !python.exists() {
        shell::step("python venv", Command::new("python3").args(["-m", "venv"]).arg(&home))?;
    }
    let install = ["-m", "pip", "install", "--quiet", "--requirement"];
    shell::step("python packages", Command::new(&python).args(install).arg(requirements).current_dir(shell::root()))?;
    Ok(python)
}

/// The packages of the programs for Node, kept in the target directory.
fn node() -> Result<std::path::PathBuf, String> {
    let home = shell::target().join("node");
    let failed = |error: std::io::Error| format!("`{}` cannot be written: {error}", home.display());
    std::fs::create_dir_all(&home).map_err(failed)?;
    for name in ["package.json", "package-lock.json"] {
        std::fs::copy(shell::root().join("tests/node").join(name), home.join(name)).map_err(failed)?;
    }
    let install = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel", "error"];
    shell::step("node packages", Command::new("npm").args(install).current_dir(&home))?;
    Ok(home)
}

fn missing_tools() -> Vec<&'static str> {
    let tools = [("java", "-version", "Java 17"), ("mvn", "--version", "Maven"), ("python3", "--version", "Python 3")];
    tools.iter().filter(|(program, question, _)| !is_there(program, question)).map(|(_, _, name)| *name).collect()
}

/// Whether a program answers a question.
fn is_there(program: &str, question: &str) -> bool {
    let mut command = Command::new(program);
    command.arg(question).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().is_ok_and(|status| status.success())
}

fn is_ci() -> bool {
    std::env::var("CI").is_ok_and(|value| value == "true")
}
