//! The `up` that owns the processes, from the first port to the last exit.

use std::time::{Duration, Instant};

use launch::control;
use launch::folder::Project as StateFolder;
use launch::run::Run;
use launch::supervisor::{Others, Settings, Supervisor, Urgency};
use topology::ir::Cluster;

use super::Job;
use crate::cargo;
use crate::exit::ExitStatus;
use crate::failure::Failure;
use crate::interrupt::Signals;
use crate::local::console::{Console, seconds};
use crate::local::{REGISTRY, cluster, failed, plan};

/// How long the cluster, and then the services, may take until they are ready.
const CLUSTER_LIMIT: Duration = Duration::from_mins(2);
const SERVICES_LIMIT: Duration = Duration::from_mins(1);

pub(super) async fn run(job: Job<'_>, folder: &StateFolder, mut signals: Signals) -> Result<ExitStatus, Failure> {
    let terminal = job.terminal;
    let cannot = |error: launch::Error| failed("the environment could not be started", &error);
    let progress = |line: &str| terminal.say(line);
    let begin = Run::begin(folder, job.environment.name.as_str(), &progress);
    let (run, orphans) = tokio::select! {
        begun = begin => begun.map_err(cannot)?,
        name = signals.next() => return Err(Failure::interrupt(name)),
    };
    if !orphans.is_empty() {
        terminal.step("Ended", &format!("{} processes that a killed `up` had left", orphans.len()));
    }
    let supervisor = Supervisor::new(run, Settings::default());
    let shown = job.instances.iter().map(|instance| instance.name.clone()).chain([REGISTRY.to_owned()]);
    let console = tokio::spawn(Console::new(terminal, shown.collect()).follow(supervisor.events()));

    // It answers until the last process has ended: whoever asked for the stop is told how it goes.
    let _server = control::serve(supervisor.clone(), std::sync::Arc::new(cluster::rebuild_probe)).map_err(cannot)?;
    let outcome = tokio::select! {
        outcome = serve(job, &supervisor) => outcome,
        name = signals.next() => Ok(Some(name)),
        () = supervisor.stop_requested() => Ok(None),
    };
    match &outcome {
        Ok(Some(name)) => terminal.step("Stopping", &format!("({name}; again to kill)")),
        Ok(None) => terminal.step("Stopping", "(asked by `topology down`)"),
        Err(_) => terminal.step("Stopping", "what was started"),
    }
    stop(&supervisor, &mut signals).await;
    console.abort();
    if outcome.is_ok() {
        terminal.step("Stopped", "everything; the data stays");
    }
    outcome.map(|_| ExitStatus::Clean)
}

/// Starts everything and then waits for ever: it ends by failing, or by being dropped.
async fn serve(job: Job<'_>, supervisor: &Supervisor) -> Result<Option<&'static str>, Failure> {
    let began = Instant::now();
    let terminal = job.terminal;
    let cannot = |error: launch::Error| failed("the environment could not be started", &error);
    let folder = supervisor.folder().clone();
    let ports = plan::ports(&folder, job.environment, job.instances, job.mode, &[]).map_err(cannot)?;
    for moved in ports.moved() {
        terminal.say(&format!("     another port: {moved}"));
    }
    // The cluster starts while cargo builds; the first failure ends both.
    let start = async {
        let infrastructure = cluster::prepare(job.environment, &folder, supervisor.run_id(), &ports, terminal).await?;
        supervisor.set_endpoints(infrastructure.endpoints.to_record()).map_err(cannot)?;
        let changes = supervisor.reconcile(infrastructure.processes.clone(), Others::Keep).await.map_err(cannot)?;
        supervisor.wait_ready(&changes.started, CLUSTER_LIMIT).await.map_err(cannot)?;
        if matches!(job.environment.cluster, Cluster::Kafka(_)) {
            cluster::agrees(&infrastructure.endpoints).await?;
        }
        terminal.step("Cluster", &format!("ready after {}", seconds(began.elapsed())));
        let apply_began = Instant::now();
        job.apply(&infrastructure.endpoints).await?;
        terminal.step("Topics", &format!("and schemas applied in {}", seconds(apply_began.elapsed())));
        Ok::<_, Failure>(infrastructure)
    };
    let build = async {
        let built = cargo::build(job.project, job.topology, job.profile, supervisor.run_id(), terminal).await?;
        terminal.step("Built", &format!("{} services in {}", job.instances.len(), seconds(built.took)));
        Ok(built)
    };
    let (infrastructure, built) = tokio::try_join!(start, build)?;

    let services_began = Instant::now();
    let specs = job.services(&built, &infrastructure, &ports)?;
    let changes = supervisor.reconcile(specs.clone(), Others::Keep).await.map_err(cannot)?;
    match supervisor.wait_ready(&changes.started, SERVICES_LIMIT).await {
        Ok(()) => terminal.step("Services", &format!("ready after {}", seconds(services_began.elapsed()))),
        // What runs goes on running: the next `up` restarts only what is mended.
        Err(error) => terminal.report(&unready(&error).render(terminal.color)),
    }
    announce(job, &infrastructure, &specs, began.elapsed());
    std::future::pending().await
}

fn unready(error: &launch::Error) -> Failure {
    failed("not every service is ready; everything else runs", error)
        .help("mend the service and run `topology up` again in another terminal: only what changed is restarted")
}

fn announce(job: Job<'_>, infrastructure: &cluster::Infrastructure, services: &[launch::ProcessSpec], took: Duration) {
    let terminal = job.terminal;
    terminal
        .step("Up", &format!("{} in environment {} after {}", job.topology.name, job.environment.name, seconds(took)));
    terminal.say(&format!("{:>12} {}", "brokers", infrastructure.endpoints.bootstrap_servers.join(",")));
    if let Some(url) = &infrastructure.endpoints.registry_url {
        terminal.say(&format!("{:>12} {url}", "registry"));
    }
    for service in services {
        for port in &service.ports {
            terminal.say(&format!("{:>12} http://127.0.0.1:{}/metrics", service.name, port.number));
        }
    }
    terminal.say("             `topology status` in another terminal shows more; Ctrl-C stops\n");
}

/// Stops in reverse order; another signal kills what is left.
async fn stop(supervisor: &Supervisor, signals: &mut Signals) {
    supervisor.stop(Urgency::Graceful);
    loop {
        tokio::select! {
            () = supervisor.stopped() => return,
            _ = signals.next() => supervisor.stop(Urgency::Kill),
        }
    }
}
