//! Carries out the phases of a plan one after the other.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::time::Duration;

use serde_json::{Map, Value};
use topology::ir::Mode;
use topology::name::TopicName;

use super::batch::batches;
use super::{Event, Outcome, Parallelism, Report, StepReport};
use crate::cluster::{Answer, Cluster, TopicToCreate};
use crate::connection::Connection;
use crate::desired::{DesiredSubject, Subject};
use crate::error::{Error, Reason, Server};
use crate::observe::ObservedTopic;
use crate::plan::{Change, Contract, Override, Phase, Plan, Step, same_config};
use crate::registry::{Client, Refusal, SchemaReference, Scope, request};

/// How long altered settings may take until every broker knows them; a later plan may see the old ones otherwise.
const ALTERED_DEADLINE: Duration = Duration::from_secs(30);

/// How long created topics may take until every broker knows a leader for each of their partitions: a minute, and
/// ten milliseconds more for each partition, which costs each of its brokers several files.
fn usable_deadline(partitions: u32) -> Duration {
    Duration::from_mins(1) + Duration::from_millis(10) * partitions
}

pub(super) async fn run(
    connection: &Connection,
    plan: &Plan,
    parallelism: Parallelism,
    progress: &(impl Fn(Event<'_>) + Send + Sync),
) -> Result<Report, Error> {
    if plan.is_blocked() {
        return Err(Error::Blocked { count: plan.problems.len() });
    }
    let registry = registry(connection, plan)?;
    let cluster = Cluster::connect(connection).await?;
    if cluster.id() != plan.cluster_id {
        return Err(Error::OtherCluster { planned: plan.cluster_id.clone(), actual: cluster.id() });
    }
    let mut run = Run { plan, outcomes: HashMap::new(), progress };
    run.cluster_steps(&cluster).await;
    if let Some(registry) = registry {
        run.registry_steps(&registry, parallelism).await;
    }
    Ok(run.report())
}

/// The registry of the connection, which must be the plan's.
fn registry(connection: &Connection, plan: &Plan) -> Result<Option<Client>, Error> {
    let Some(planned) = &plan.registry else {
        return Ok(None);
    };
    match &connection.registry {
        Some(endpoint) if endpoint.url == *planned => Client::of(endpoint, connection).map(Some),
        other => Err(Error::OtherRegistry {
            planned: planned.clone(),
            actual: other.as_ref().map_or("none", |endpoint| &endpoint.url).to_owned(),
        }),
    }
}

/// A plan under way.
struct Run<'a, P> {
    plan: &'a Plan,
    outcomes: HashMap<&'a str, Outcome>,
    progress: &'a P,
}

impl<'a, P: Fn(Event<'_>) + Send + Sync> Run<'a, P> {
    fn of_phase(&self, phase: Phase) -> Vec<&'a Step> {
        self.plan.steps.iter().filter(|step| step.change.phase() == phase).collect()
    }

    fn start(&self, steps: &[&'a Step]) {
        for step in steps {
            (self.progress)(Event::Started { step: &step.id });
        }
    }

    fn finish(&mut self, step: &'a Step, outcome: Outcome) {
        let finished = self.outcomes.len() + 1;
        (self.progress)(Event::Finished { step: &step.id, outcome: &outcome, finished, total: self.plan.steps.len() });
        self.outcomes.insert(&step.id, outcome);
    }

    async fn cluster_steps(&mut self, cluster: &Cluster) {
        let mut reachable = true;
        let mut growing = BTreeMap::new();
        let mut last_altered = None;
        for phase in [Phase::CreateTopics, Phase::AddPartitions, Phase::AlterConfigs] {
            for batch in batches(self.of_phase(phase), |step| records(&step.change)) {
                if !reachable {
                    self.skip(&batch, "the cluster stopped answering");
                    continue;
                }
                self.start(&batch);
                let mut answers = send(cluster, &batch).await;
                settle(cluster, &batch, &mut answers).await;
                for step in batch {
                    let name = topic(&step.change).map(TopicName::as_str).unwrap_or_default();
                    let answer = answers.remove(name).unwrap_or(Answer::Done);
                    reachable &= !matches!(answer, Answer::Lost { .. });
                    if answer == Answer::Done
                        && let Change::AlterConfig { config, .. } = &step.change
                    {
                        last_altered = Some((name, config));
                    }
                    if answer == Answer::Done
                        && let Some(partitions) = partitions_after(&step.change)
                    {
                        growing.insert(name.to_owned(), (step, partitions));
                    } else {
                        self.finish(step, outcome(answer));
                    }
                }
            }
        }
        if let Some((name, changes)) = last_altered {
            cluster.wait_until_altered(name, changes, ALTERED_DEADLINE).await;
        }
        self.wait_until_usable(cluster, growing).await;
    }

    /// Steps that make partitions are done when clients can use them.
    async fn wait_until_usable(&mut self, cluster: &Cluster, growing: BTreeMap<String, (&'a Step, u32)>) {
        if growing.is_empty() {
            return;
        }
        let wanted = growing.iter().map(|(name, (_, partitions))| (name.clone(), *partitions)).collect();
        let waiting = |topics| (self.progress)(Event::Waiting { topics });
        let deadline = usable_deadline(growing.values().map(|(_, partitions)| partitions).sum());
        let missing = cluster.wait_until_usable(wanted, deadline, waiting).await;
        for (name, (step, _)) in growing {
            let note = missing.contains_key(&name).then(|| {
                format!("after {} s some brokers still know no leader for all of its partitions", deadline.as_secs())
            });
            self.finish(step, Outcome::Done { note });
        }
    }

    async fn registry_steps(&mut self, registry: &Client, parallelism: Parallelism) {
        const PHASES: [Phase; 6] = [
            Phase::OpenSubjects,
            Phase::LoosenCompatibility,
            Phase::ConfigureSubjects,
            Phase::RegisterSchemas,
            Phase::TightenCompatibility,
            Phase::CloseSubjects,
        ];
        let mut reachable = true;
        let mut failed: HashSet<&'a Subject> = HashSet::new();
        // The versions that this run has registered.
        let mut versions: HashMap<Subject, u32> = HashMap::new();
        let waves: Vec<_> = PHASES.into_iter().flat_map(|phase| waves(self.of_phase(phase))).collect();
        for wave in waves {
            let (blocked, ready): (Vec<_>, Vec<_>) =
                wave.into_iter().partition(|step| concerned(&step.change).iter().any(|name| failed.contains(name)));
            failed.extend(blocked.iter().filter_map(|step| subject(&step.change)));
            self.skip(&blocked, "an earlier step of the same subject, or of one that it refers to, failed");
            if !reachable {
                self.skip(&ready, "the schema registry stopped answering");
                continue;
            }
            self.start(&ready);
            let requests = ready.iter().map(|step| {
                let (change, known) = (step.change.clone(), versions.clone());
                move |client: &Client| ask(client, &change, &known)
            });
            let answers = registry.side_by_side(parallelism.get(), requests).await;
            for (step, answer) in ready.into_iter().zip(answers) {
                if let Err(refusal) = &answer {
                    reachable &= refusal.status != 0;
                    failed.extend(subject(&step.change));
                }
                let outcome = match answer {
                    Err(refusal) => refused(&refusal),
                    Ok(Said::Nothing) => Outcome::Done { note: None },
                    Ok(Said::Registered { id, version }) => {
                        versions.extend(subject(&step.change).cloned().zip(version));
                        Outcome::Done { note: Some(format!("schema id {id}")) }
                    }
                };
                self.finish(step, outcome);
            }
        }
    }

    fn skip(&mut self, steps: &[&'a Step], why: &str) {
        for step in steps {
            self.finish(step, Outcome::NotAttempted { why: why.to_owned() });
        }
    }

    fn report(mut self) -> Report {
        let steps = self.plan.steps.iter().map(|step| StepReport {
            step: step.id.clone(),
            outcome: self
                .outcomes
                .remove(step.id.as_str())
                .unwrap_or_else(|| Outcome::NotAttempted { why: "the environment has no schema registry".into() }),
        });
        Report { steps: steps.collect() }
    }
}

/// One request for steps of one phase.
async fn send(cluster: &Cluster, steps: &[&Step]) -> HashMap<String, Answer> {
    let (mut create, mut grow, mut alter) = (Vec::new(), Vec::new(), Vec::new());
    for step in steps {
        match &step.change {
            Change::CreateTopic { topic, partitions, replication_factor, config } => create.push(TopicToCreate {
                name: topic.as_str(),
                partitions: *partitions,
                replication_factor: *replication_factor,
                config,
            }),
            Change::AddPartitions { topic, after, .. } => grow.push((topic.as_str(), *after)),
            Change::AlterConfig { topic, config } => alter.push((topic.as_str(), config)),
            _ => {}
        }
    }
    let mut answers = HashMap::new();
    if !create.is_empty() {
        answers.extend(cluster.create_topics(&create).await);
    }
    if !grow.is_empty() {
        answers.extend(cluster.add_partitions(&grow).await);
    }
    if !alter.is_empty() {
        answers.extend(cluster.alter_configs(&alter).await);
    }
    answers
}

/// Looks again where an answer leaves open whether the wish is fulfilled: somebody else, or an earlier attempt whose
/// answer was lost, may have done the same.
async fn settle(cluster: &Cluster, steps: &[&Step], answers: &mut HashMap<String, Answer>) {
    let open: Vec<(&str, &Change)> = steps
        .iter()
        .filter_map(|step| Some((topic(&step.change)?.as_str(), &step.change)))
        .filter(|(name, change)| match answers.get(*name) {
            Some(Answer::Exists) => true,
            Some(Answer::Refused { .. }) => matches!(change, Change::AddPartitions { .. }),
            _ => false,
        })
        .collect();
    if open.is_empty() {
        return;
    }
    let names: Vec<&str> = open.iter().map(|(name, _)| *name).collect();
    match cluster.look_again(&names).await {
        Ok(found) => {
            for (name, change) in open {
                if found.get(name).is_some_and(|topic| is_as_wished(topic, change)) {
                    answers.insert(name.to_owned(), Answer::Done);
                } else if answers.get(name) == Some(&Answer::Exists) {
                    answers.insert(name.to_owned(), other_topic());
                }
            }
        }
        Err(error) => {
            let lost = Answer::Lost { why: error.to_string(), help: error.help() };
            answers.extend(open.into_iter().map(|(name, _)| (name.to_owned(), lost.clone())));
        }
    }
}

fn is_as_wished(found: &ObservedTopic, change: &Change) -> bool {
    match change {
        Change::CreateTopic { partitions, replication_factor, config, .. } => {
            (found.partitions, found.replication_factor) == (*partitions, *replication_factor)
                && same_config(&found.config, config)
        }
        Change::AddPartitions { after, .. } => found.partitions == *after,
        _ => false,
    }
}

fn other_topic() -> Answer {
    Answer::Refused {
        why: "the topic was created in the meantime, with other settings".into(),
        help: "plan again to see how they differ".into(),
    }
}

/// How many metadata records a change causes.
fn records(change: &Change) -> usize {
    match change {
        Change::CreateTopic { partitions, config, .. } => 1 + *partitions as usize + config.len(),
        Change::AddPartitions { before, after, .. } => after.saturating_sub(*before) as usize,
        Change::AlterConfig { config, .. } => config.len(),
        _ => 0,
    }
}

fn topic(change: &Change) -> Option<&TopicName> {
    match change {
        Change::CreateTopic { topic, .. } | Change::AddPartitions { topic, .. } | Change::AlterConfig { topic, .. } => {
            Some(topic)
        }
        _ => None,
    }
}

fn subject(change: &Change) -> Option<&Subject> {
    match change {
        Change::SetCompatibility { subject, .. }
        | Change::ConfigureSubject { subject, .. }
        | Change::SetMode { subject, .. }
        | Change::RegisterSchema { subject, .. } => Some(subject),
        _ => None,
    }
}

fn partitions_after(change: &Change) -> Option<u32> {
    match change {
        Change::CreateTopic { partitions, .. } => Some(*partitions),
        Change::AddPartitions { after, .. } => Some(*after),
        _ => None,
    }
}

fn outcome(answer: Answer) -> Outcome {
    match answer {
        Answer::Done | Answer::Exists => Outcome::Done { note: None },
        Answer::Refused { why, help } | Answer::Lost { why, help } => Outcome::Failed { why, help },
    }
}

/// The subjects that must be right before a step: its own, and those that its schema refers to.
fn concerned(change: &Change) -> Vec<&Subject> {
    let own = subject(change);
    let references = match change {
        Change::RegisterSchema { contract, .. } => contract.references.as_slice(),
        _ => &[],
    };
    own.into_iter().chain(references.iter().map(|to| &to.subject)).collect()
}

/// Steps of one phase in waves: a schema is registered after those that it refers to.
fn waves(steps: Vec<&Step>) -> Vec<Vec<&Step>> {
    let mut waves = Vec::new();
    let mut left = steps;
    while !left.is_empty() {
        let open: HashSet<&Subject> = left.iter().filter_map(|step| subject(&step.change)).collect();
        let waits = |step: &Step| match &step.change {
            Change::RegisterSchema { contract, .. } => contract.references.iter().any(|to| open.contains(&to.subject)),
            _ => false,
        };
        let (waiting, ready): (Vec<_>, Vec<_>) = left.into_iter().partition(|step| waits(step));
        if ready.is_empty() {
            // Subjects that refer to each other: the registry refuses them in its own words.
            waves.push(waiting);
            return waves;
        }
        waves.push(ready);
        left = waiting;
    }
    waves
}

/// What there is to say about a success.
enum Said {
    Nothing,
    Registered { id: u32, version: Option<u32> },
}

/// One request for a step of the registry.
fn ask(client: &Client, change: &Change, known: &HashMap<Subject, u32>) -> Result<Said, Refusal> {
    match change {
        Change::SetCompatibility { subject, after, .. } => {
            let level = after.map_or(Value::Null, |level| level.as_str().into());
            set(client, subject, Map::from_iter([("compatibility".to_owned(), level)])).map(|()| Said::Nothing)
        }
        Change::ConfigureSubject { subject, config } => {
            let settings = config.iter().map(|(key, value)| (key.clone(), setting(value)));
            set(client, subject, settings.collect()).map(|()| Said::Nothing)
        }
        Change::SetMode { subject, after, .. } => {
            let force = *after == Mode::Import;
            client.set_mode(Scope::Subject(subject.as_str()), after.as_str(), force).map(|()| Said::Nothing)
        }
        Change::RegisterSchema { subject, schema, contract, .. } => register(client, subject, schema, contract, known),
        _ => Ok(Said::Nothing),
    }
}

fn setting(value: &Override) -> Value {
    match value.after.as_deref() {
        None => Value::Null,
        Some("true") => true.into(),
        Some("false") => false.into(),
        Some(text) => text.into(),
    }
}

/// Changes settings of a subject. One that has no others left is rid of all: old registries know no `null`.
fn set(client: &Client, subject: &Subject, settings: Map<String, Value>) -> Result<(), Refusal> {
    let scope = Scope::Subject(subject.as_str());
    if settings.values().any(|value| !value.is_null()) {
        return client.set_config(scope, settings);
    }
    let Some(config) = client.config(scope)? else { return Ok(()) };
    let Value::Object(own) = serde_json::to_value(&config).unwrap_or_default() else { return Ok(()) };
    let is_left = |key: &String, value: &Value| {
        let key = if key == "compatibilityLevel" { "compatibility" } else { key };
        !value.is_null() && !settings.contains_key(key)
    };
    if own.iter().any(|(key, value)| is_left(key, value)) {
        client.set_config(scope, settings)
    } else {
        client.delete_config(scope)
    }
}

fn register(
    client: &Client,
    subject: &Subject,
    schema: &str,
    contract: &Contract,
    known: &HashMap<Subject, u32>,
) -> Result<Said, Refusal> {
    let mut references = Vec::with_capacity(contract.references.len());
    for to in &contract.references {
        let version = match to.version.or_else(|| known.get(&to.subject).copied()) {
            Some(version) => Some(version),
            // A registry that tells only ids.
            None => client.latest(to.subject.as_str())?.map(|latest| latest.version),
        };
        let version = version.and_then(|version| i32::try_from(version).ok()).unwrap_or(-1);
        references.push(SchemaReference { name: to.name.clone(), subject: to.subject.as_str().to_owned(), version });
    }
    let wanted = DesiredSubject {
        metadata: contract.metadata.clone(),
        rules: contract.rules.clone(),
        ..DesiredSubject::new(contract.format, schema)
    };
    let normalize = contract.normalize.unwrap_or(false);
    let registered = client.register(subject.as_str(), &request(&wanted, references), normalize)?;
    Ok(Said::Registered { id: registered.id, version: registered.version })
}

fn refused(refusal: &Refusal) -> Outcome {
    let help = match (refusal.status, &refusal.reason) {
        (409, _) => "change the schema so that it is compatible, or declare a looser `compatibility` for it",
        (422, _) if refusal.code == 42_205 => {
            "the subject's mode does not allow it: `GET /mode/SUBJECT?defaultToGlobal=true` tells the mode, and `mode: readwrite` \
             in the manifest opens the subject"
        }
        (422, _) => "correct the schema: the registry does not accept it",
        (_, Reason::Timeout) => "run `apply` again: registering the same schema twice yields the same id",
        (_, reason) => reason.help(Server::Registry),
    };
    Outcome::Failed { why: refusal.reason.to_string(), help: help.into() }
}
