//! `up`: check, generate, start the cluster, apply, build, and run every service.
//!
//! The first `up` of a project hosts it: it owns the processes and shows what they write until it is asked to stop. A
//! second one hands its result to the first and ends: only what changed is restarted.

mod host;
mod join;

use std::collections::BTreeMap;

use launch::ProcessSpec;
use launch::control;
use launch::ports::{Mode, PortPlan};
use topology::Topology;
use topology::ir::{Cluster, Environment};

use crate::args::UpArgs;
use crate::cargo::{Built, Profile};
use crate::command::{Scope, apply, generate, plan};
use crate::connect;
use crate::exit::ExitStatus;
use crate::failure::Failure;
use crate::interrupt::{self, Signals};
use crate::local::cluster::Infrastructure;
use crate::local::services::{self, Instance, Surroundings};
use crate::local::{Endpoints, failed, running};
use crate::project::{self, Project};
use crate::terminal::Terminal;

/// What every phase of `up` reads.
#[derive(Clone, Copy, Debug)]
struct Job<'a> {
    project: &'a Project,
    topology: &'a Topology,
    environment: &'a Environment,
    instances: &'a [Instance],
    profile: Profile,
    mode: Mode,
    terminal: Terminal,
}

pub(crate) fn run(args: &UpArgs, scope: &Scope) -> Result<ExitStatus, Failure> {
    let project = Project::load(&scope.global)?;
    let topology = project.checked(scope.terminal)?;
    scope.terminal.findings(&project.sources, &project.diagnostics);
    scope.terminal.step("Checked", &format!("topology {}", topology.name));
    let instances = services::instances(topology);
    let job = Job {
        project: &project,
        topology,
        environment: project::environment(topology, &scope.global)?,
        instances: &instances,
        profile: Profile::from_release(args.release),
        mode: if args.any_port { Mode::Any } else { Mode::Preferred },
        terminal: scope.terminal,
    };
    interrupt::runtime()?.block_on(bring_up(job))
}

async fn bring_up(job: Job<'_>) -> Result<ExitStatus, Failure> {
    // Before the first thing is done: whoever interrupts it at any moment gets an orderly end.
    let signals = Signals::listen()?;
    let folder = running::folder(job.project);
    let client = control::connect(&folder)
        .await
        .map_err(|error| failed("it is not known whether the environment runs", &error))?;
    generate::report(&generate::write(job.project, job.topology)?, job.terminal);
    match client {
        Some(client) => join::run(job, client, signals).await,
        None => host::run(job, &folder, signals).await,
    }
}

impl Job<'_> {
    /// Brings topics and schemas to what the manifest says. A cluster that somebody else runs is never changed without
    /// being asked: there, `apply` comes first.
    async fn apply(&self, endpoints: &Endpoints) -> Result<(), Failure> {
        let external = connect::external(self.environment, endpoints)?;
        let connection = external.unwrap_or_else(|| connect::local(endpoints));
        let plan = plan::make(self.topology, self.environment, &connection).await?;
        if plan.is_blocked() {
            self.terminal.report(&plan.to_text(self.terminal.color));
            return Err(plan::blocked(&plan));
        }
        if plan.steps.is_empty() {
            self.terminal.step("Applied", "nothing: topics and schemas are what the manifest says");
            return Ok(());
        }
        if matches!(self.environment.cluster, Cluster::External(_)) {
            self.terminal.report(&plan.to_text(self.terminal.color));
            return Err(Failure::findings("the cluster is not what the manifest says, and somebody else runs it")
                .help("review the plan above and run `topology apply` first"));
        }
        let report = apply::execute(&connection, &plan, provision::Parallelism::default(), self.terminal).await?;
        apply::outcome(&report, self.terminal).map(|_| ())
    }

    /// The services' processes, once they are built.
    fn services(
        &self,
        built: &Built,
        infrastructure: &Infrastructure,
        ports: &PortPlan,
    ) -> Result<Vec<ProcessSpec>, Failure> {
        let surroundings = Surroundings {
            root: &self.project.root,
            built,
            environment: self.variables(&infrastructure.endpoints)?,
            infrastructure: infrastructure.processes.iter().map(|process| process.name.clone()).collect(),
        };
        services::specs(self.instances, &surroundings, |name| ports.get(name))
    }

    /// The variables that tell a service how to reach the environment.
    fn variables(&self, endpoints: &Endpoints) -> Result<BTreeMap<String, String>, Failure> {
        let mut variables = match connect::external(self.environment, endpoints)? {
            Some(connection) => connect::service_variables(&connection),
            None => BTreeMap::new(),
        };
        variables.insert("TOPOLOGY_BOOTSTRAP_SERVERS".to_owned(), endpoints.bootstrap_servers.join(","));
        if let Some(url) = &endpoints.registry_url {
            variables.insert("TOPOLOGY_SCHEMA_REGISTRY_URL".to_owned(), url.clone());
        }
        Ok(variables)
    }
}
