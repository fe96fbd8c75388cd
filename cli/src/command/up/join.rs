//! The `up` that finds another one running: it builds and applies, and the other restarts only what changed.

use std::time::{Duration, Instant};

use launch::control::Client;
use launch::proc::identity::RunId;
use launch::supervisor::{Event, Others};

use super::Job;
use crate::cargo;
use crate::exit::ExitStatus;
use crate::failure::Failure;
use crate::interrupt::Signals;
use crate::local::console::seconds;
use crate::local::{Endpoints, cluster, failed, plan, running};

/// How long restarted processes may take until they are ready.
const LIMIT: Duration = Duration::from_mins(1);

pub(super) async fn run(job: Job<'_>, client: Client, mut signals: Signals) -> Result<ExitStatus, Failure> {
    tokio::select! {
        done = reconcile(job, client) => done,
        name = signals.next() => Err(Failure::interrupt(name)),
    }
}

async fn reconcile(job: Job<'_>, client: Client) -> Result<ExitStatus, Failure> {
    let began = Instant::now();
    let terminal = job.terminal;
    let cannot = |error: launch::Error| failed("the running environment could not be changed", &error);
    let status = client.status().await.map_err(cannot)?;
    let name = job.environment.name.as_str();
    if status.environment != name {
        return Err(Failure::usage(format!("environment `{}` runs, not `{name}`", status.environment))
            .help("stop it with `topology down` first: one project runs one environment at a time"));
    }
    let Some(endpoints) = Endpoints::from_record(&status.endpoints) else {
        return Err(Failure::world("the running `up` is still starting").help("run the command again once it is up"));
    };
    let run = RunId::new().map_err(cannot)?;
    let build = async {
        let built = cargo::build(job.project, job.topology, job.profile, &run, terminal).await?;
        terminal.step("Built", &format!("in {}", seconds(built.took)));
        Ok::<_, Failure>(built)
    };
    let (built, ()) = tokio::try_join!(build, job.apply(&endpoints))?;

    let ours: Vec<u16> =
        status.processes.iter().flat_map(|process| &process.record.ports).map(|port| port.number).collect();
    let folder = running::folder(job.project).environment(name);
    let ports = plan::ports(&folder, job.environment, job.instances, job.mode, &ours).map_err(cannot)?;
    let infrastructure = cluster::prepare(job.environment, &folder, &run, &ports, terminal).await?;
    let services = job.services(&built, &infrastructure, &ports)?;
    let mut specs = infrastructure.processes;
    specs.extend(services);

    let on_event = |event: Event| {
        if let Event::Notice { text } = event {
            terminal.say(&text);
        }
    };
    let changes = client.reconcile(specs, Others::Stop, LIMIT, on_event).await.map_err(cannot)?;
    for (verb, names) in
        [("Started", &changes.started), ("Restarted", &changes.restarted), ("Stopped", &changes.stopped)]
    {
        if !names.is_empty() {
            terminal.step(verb, &names.join(", "));
        }
    }
    terminal.step("Unchanged", &format!("{} processes", changes.unchanged.len()));
    terminal.step("Up", &format!("to date after {}", seconds(began.elapsed())));
    Ok(ExitStatus::Clean)
}
