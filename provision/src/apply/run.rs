//! Carries out the phases of a plan one after the other.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::time::Duration;

use topology::name::TopicName;

use super::batch::batches;
use super::{Event, Outcome, Parallelism, Report, StepReport};
use crate::cluster::{Answer, Cluster, TopicToCreate};
use crate::connection::Connection;
use crate::desired::Subject;
use crate::error::{Error, Reason, Server};
use crate::observe::ObservedTopic;
use crate::plan::{Change, Phase, Plan, Step, same_config};
use crate::registry::{Refusal, RegistryClient};

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
fn registry(connection: &Connection, plan: &Plan) -> Result<Option<RegistryClient>, Error> {
    let Some(planned) = &plan.registry else {
        return Ok(None);
    };
    match &connection.registry {
        Some(endpoint) if endpoint.url == *planned => RegistryClient::new(endpoint, connection).map(Some),
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

    async fn registry_steps(&mut self, registry: &RegistryClient, parallelism: Parallelism) {
        let mut reachable = true;
        let mut failed: HashSet<&'a Subject> = HashSet::new();
        for phase in [Phase::LoosenCompatibility, Phase::RegisterSchemas, Phase::TightenCompatibility] {
            let (blocked, ready): (Vec<_>, Vec<_>) = self
                .of_phase(phase)
                .into_iter()
                .partition(|step| subject(&step.change).is_some_and(|name| failed.contains(name)));
            self.skip(&blocked, "an earlier step of the same subject failed");
            if !reachable {
                self.skip(&ready, "the schema registry stopped answering");
                continue;
            }
            self.start(&ready);
            let requests = ready.iter().map(|step| {
                let change = step.change.clone();
                move |client: &RegistryClient| ask(client, &change)
            });
            let answers = registry.side_by_side(parallelism.get(), requests).await;
            for (step, answer) in ready.into_iter().zip(answers) {
                if let Err(refusal) = &answer {
                    reachable &= refusal.status != 0;
                    failed.extend(subject(&step.change));
                }
                let outcome = answer.map_or_else(|refusal| refused(&refusal), |note| Outcome::Done { note });
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
            Change::SetCompatibility { .. } | Change::RegisterSchema { .. } => {}
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
        Change::SetCompatibility { .. } | Change::RegisterSchema { .. } => 0,
    }
}

fn topic(change: &Change) -> Option<&TopicName> {
    match change {
        Change::CreateTopic { topic, .. } | Change::AddPartitions { topic, .. } | Change::AlterConfig { topic, .. } => {
            Some(topic)
        }
        Change::SetCompatibility { .. } | Change::RegisterSchema { .. } => None,
    }
}

fn subject(change: &Change) -> Option<&Subject> {
    match change {
        Change::SetCompatibility { subject, .. } | Change::RegisterSchema { subject, .. } => Some(subject),
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

/// One request for a step of the registry; what there is to say about its success.
fn ask(client: &RegistryClient, change: &Change) -> Result<Option<String>, Refusal> {
    match change {
        Change::SetCompatibility { subject, after, .. } => client.set_level(subject, *after).map(|()| None),
        Change::RegisterSchema { subject, schema, .. } => {
            client.register(subject, schema).map(|id| Some(format!("schema id {id}")))
        }
        _ => Ok(None),
    }
}

fn refused(refusal: &Refusal) -> Outcome {
    let help = match (refusal.status, &refusal.reason) {
        (409, _) => "change the schema so that it is compatible, or declare a looser `compatibility` for it",
        (422, _) => "correct the schema: the registry does not accept it",
        (_, Reason::Timeout) => "run `apply` again: registering the same schema twice yields the same id",
        (_, reason) => reason.help(Server::Registry),
    };
    Outcome::Failed { why: refusal.reason.to_string(), help: help.into() }
}
