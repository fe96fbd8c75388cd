//! Builds the services with cargo, and brings rustc's errors back to the manifest.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use launch::command::{Helper, Stream};
use launch::proc::identity::RunId;
use serde_json::Value;
use topology::Topology;

use crate::failure::Failure;
use crate::leftover;
use crate::project::Project;
use crate::terminal::Terminal;

/// How to optimise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Profile {
    /// Quick to build: what `up` uses unless told otherwise.
    Dev,
    /// Quick to run.
    Release,
}

impl Profile {
    /// The profile that a `--release` flag asks for.
    pub(crate) fn from_release(release: bool) -> Self {
        if release { Self::Release } else { Self::Dev }
    }
}

/// What a build yielded.
#[derive(Clone, Debug)]
pub(crate) struct Built {
    /// The executable of each service.
    pub(crate) executables: BTreeMap<String, PathBuf>,
    pub(crate) took: Duration,
}

/// Builds every service of the project. Dropping the future ends cargo with all its children.
pub(crate) async fn build(
    project: &Project,
    topology: &Topology,
    profile: Profile,
    run: &RunId,
    terminal: Terminal,
) -> Result<Built, Failure> {
    leftover::check(&project.root, topology)?;
    let began = Instant::now();
    let mut collected = Messages::default();
    let is_first = !project.root.join("target").exists() && std::env::var_os("CARGO_TARGET_DIR").is_none();
    let patience = if is_first { "; the first time takes minutes, because librdkafka is compiled" } else { "" };
    terminal.step("Building", &format!("the services{patience}"));
    let bar = terminal.progress("{spinner} cargo has built {pos} crates in {elapsed}, now {msg}");
    let outcome = command(&project.root, profile, run, terminal)
        .run(|stream, line| match stream {
            Stream::Out => {
                if let Some(name) = collected.take(line) {
                    bar.inc(1);
                    bar.set_message(name);
                }
            }
            Stream::Error => collected.said.push(line.to_owned()),
        })
        .await;
    bar.finish_and_clear();
    let outcome = outcome.map_err(|error| {
        Failure::world("cargo, which builds the services, did not start")
            .because(&error)
            .help("install Rust, or set CARGO to its path")
    })?;
    if outcome.status.success() {
        return Ok(Built { executables: collected.executables, took: began.elapsed() });
    }
    Err(collected.explain(project, topology, terminal, &outcome.in_words()))
}

fn command(root: &Path, profile: Profile, run: &RunId, terminal: Terminal) -> Helper {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let messages = if terminal.color { "json-diagnostic-rendered-ansi" } else { "json" };
    let arguments = ["build", "--workspace", "--bins", "--message-format", messages];
    let release = (profile == Profile::Release).then_some("--release");
    Helper::new(cargo, run).args(arguments).args(release).current_dir(root)
}

/// What cargo's JSON messages said.
#[derive(Debug, Default)]
struct Messages {
    executables: BTreeMap<String, PathBuf>,
    /// Compiler messages as cargo wrote them.
    compiler: Vec<Value>,
    /// What cargo itself said on stderr.
    said: Vec<String>,
}

impl Messages {
    /// Takes one line of cargo's stdout; gives the name of a crate that is now built.
    fn take(&mut self, line: &str) -> Option<String> {
        let message: Value = serde_json::from_str(line).ok()?;
        match message["reason"].as_str()? {
            "compiler-artifact" => {
                let name = message["target"]["name"].as_str()?.to_owned();
                if let Some(executable) = message["executable"].as_str() {
                    self.executables.insert(name.clone(), executable.into());
                }
                Some(name)
            }
            "compiler-message" => {
                self.compiler.push(message);
                None
            }
            _ => None,
        }
    }

    /// Shows why the build failed: errors in expressions at their place in the manifest, others as rustc wrote them.
    fn explain(&self, project: &Project, topology: &Topology, terminal: Terminal, ended: &str) -> Failure {
        let read = |path: &str| std::fs::read_to_string(project.root.join(path)).ok();
        let located = codegen::locate::compiler_diagnostics(topology, &self.compiler, &read);
        terminal.findings(&project.sources, &located.diagnostics);
        for rendered in &located.others {
            terminal.report(rendered);
        }
        if located.diagnostics.is_empty() && located.others.is_empty() {
            let last = self.said.len().saturating_sub(30);
            terminal.report(&self.said[last..].join("\n"));
        }
        if located.diagnostics.is_empty() {
            Failure::findings(format!("the services could not be built: cargo {ended}"))
                .help("mend the code that the messages above point at, then run the same command again")
        } else {
            Failure::findings("rustc rejects expressions of the manifest")
                .help("mend the expressions at the places above, then run the same command again")
        }
    }
}
