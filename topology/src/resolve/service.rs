//! Producers and consumers, and what all services have in common.

use std::num::NonZeroU32;
use std::time::Duration;

use indexmap::IndexMap;

use super::declared::Declared;
use super::fields::{Field, Fields, Shape, name};
use super::topic::no_duration;
use super::unit;
use crate::diagnostic::Diagnostic;
use crate::findings::Findings;
use crate::ir::{Consumer, OnError, Producer, Start, Then, TopicId};
use crate::name::{GroupId, ServiceName, TopologyName};
use crate::source::{Location, Spanned};

const PRODUCER: Shape =
    Shape { noun: "producer", keys: &["doc", "topics", "instances"], later: &["guarantee", "config", "port"] };
const CONSUMER: Shape = Shape {
    noun: "consumer",
    keys: &["doc", "topics", "group", "start", "instances", "on_error"],
    later: &["guarantee", "config", "port"],
};
const ON_ERROR: Shape =
    Shape { noun: "the error handling of", keys: &["retries", "backoff", "then"], later: &["dead_letter", "topic"] };

/// Far more than one machine runs.
const MOST_INSTANCES: u32 = 1000;
/// Far more than anybody waits for.
const MOST_RETRIES: u32 = 1_000_000;
/// Names of generated crates that are no services.
const RESERVED: [&str; 3] = ["events", "runtime", "codec"];

/// The names of services, which must differ over all kinds because each is a crate and a process.
#[derive(Debug, Default)]
pub(super) struct ServiceNames<'t>(IndexMap<&'t str, (&'static str, Location)>);

impl<'t> ServiceNames<'t> {
    /// The name of a service, unless another one has it.
    pub(super) fn claim(
        &mut self,
        noun: &'static str,
        entry: &Field<'t>,
        findings: &mut Findings,
    ) -> Option<ServiceName> {
        let (text, location) = (entry.key.text(), entry.key.location());
        if let Some((other, place)) = self.0.get(text) {
            findings.push(
                Diagnostic::error("name::taken", format!("{noun} `{text}` has the name of a {other}"))
                    .label(location, "this name")
                    .label(*place, format!("the {other} is declared here"))
                    .note("Each service is a crate and a process of its name.")
                    .help("rename one of the two"),
            );
            return None;
        }
        self.0.insert(text, (noun, location));
        if RESERVED.contains(&text) {
            findings.push(
                Diagnostic::error("name::reserved", format!("a {noun} cannot be named `{text}`"))
                    .label(location, "this name")
                    .note(format!("`generated/{text}` is a crate that every project has."))
                    .help("choose another name"),
            );
            return None;
        }
        if is_infrastructure(text) {
            findings.push(
                Diagnostic::error("name::reserved", format!("a {noun} cannot be named `{text}`"))
                    .label(location, "this name")
                    .note("A process of every local environment has this name.")
                    .help("choose another name"),
            );
            return None;
        }
        name(noun, text, location, findings)
    }
}

/// Whether a process that `up` starts beside the services has this name.
fn is_infrastructure(text: &str) -> bool {
    let is_node = |prefix: &str| {
        text.strip_prefix(prefix).is_some_and(|number| !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()))
    };
    text == "registry" || text == "cluster" || is_node("broker-") || is_node("zookeeper-")
}

/// What consumers and processors share.
#[derive(Debug)]
pub(super) struct Reading {
    pub(super) group: Option<GroupId>,
    pub(super) start: Start,
    pub(super) instances: NonZeroU32,
    pub(super) on_error: OnError,
}

/// Reads `producers`.
pub(super) fn producers<'t>(
    field: Option<Field<'t>>,
    topics: &Declared<'t, TopicId>,
    names: &mut ServiceNames<'t>,
    findings: &mut Findings,
) -> Vec<Producer> {
    let entries = field.and_then(|field| field.named_entries(findings)).unwrap_or_default();
    entries.iter().filter_map(|entry| producer(entry, topics, names, findings)).collect()
}

/// Reads `consumers`.
pub(super) fn consumers<'t>(
    field: Option<Field<'t>>,
    topology: &TopologyName,
    topics: &Declared<'t, TopicId>,
    names: &mut ServiceNames<'t>,
    findings: &mut Findings,
) -> Vec<Consumer> {
    let entries = field.and_then(|field| field.named_entries(findings)).unwrap_or_default();
    entries.iter().filter_map(|entry| consumer(entry, topology, topics, names, findings)).collect()
}

fn producer<'t>(
    entry: &Field<'t>,
    topics: &Declared<'t, TopicId>,
    names: &mut ServiceNames<'t>,
    findings: &mut Findings,
) -> Option<Producer> {
    let name = names.claim("producer", entry, findings);
    let fields = Fields::of_named(&PRODUCER, entry.key, entry.value, findings)?;
    let topics = topics_of(&fields, topics, findings);
    let instances = instances(&fields, findings);
    let doc = fields.get("doc").and_then(|field| field.prose(findings));
    Some(Producer { name: name?, declared: entry.key.location(), doc, topics: topics?, instances })
}

fn consumer<'t>(
    entry: &Field<'t>,
    topology: &TopologyName,
    topics: &Declared<'t, TopicId>,
    names: &mut ServiceNames<'t>,
    findings: &mut Findings,
) -> Option<Consumer> {
    let name = names.claim("consumer", entry, findings);
    let fields = Fields::of_named(&CONSUMER, entry.key, entry.value, findings)?;
    let topics = topics_of(&fields, topics, findings);
    let doc = fields.get("doc").and_then(|field| field.prose(findings));
    let Reading { group, start, instances, on_error } = reading(&fields, topology, name.as_ref(), findings);
    let declared = entry.key.location();
    Some(Consumer { name: name?, declared, doc, topics: topics?, group: group?, start, instances, on_error })
}

/// What `fields` of a consumer or processor say about reading. The group is absent only where it is broken.
pub(super) fn reading(
    fields: &Fields<'_>,
    topology: &TopologyName,
    name: Option<&ServiceName>,
    findings: &mut Findings,
) -> Reading {
    let group = match fields.get("group") {
        Some(field) => field.name("group", findings).map(|group| group.value),
        None => name.and_then(|name| format!("{topology}-{name}").parse().ok()),
    };
    let start = fields.get("start").and_then(|field| field.word(findings));
    Reading {
        group,
        start: start.map_or(Start::Earliest, |start| start.value),
        instances: instances(fields, findings),
        on_error: on_error(fields, findings),
    }
}

fn instances(fields: &Fields<'_>, findings: &mut Findings) -> NonZeroU32 {
    let count = fields.get("instances").and_then(|field| field.count(MOST_INSTANCES, findings));
    count.map_or(NonZeroU32::MIN, |count| count.value)
}

/// `topics`, of which there is at least one and each comes once; broken ones are left out.
fn topics_of<'t>(
    fields: &Fields<'t>,
    topics: &Declared<'t, TopicId>,
    findings: &mut Findings,
) -> Option<Vec<Spanned<TopicId>>> {
    let field = fields.require("topics", "[TOPIC]", findings)?;
    let items = field.items("a list of topics", findings)?;
    let mut seen: IndexMap<&str, Location> = IndexMap::new();
    let mut found = Vec::new();
    for value in items.iter() {
        let item = Field { value, ..field };
        let Some(id) = topics.find(&item, findings) else { continue };
        match seen.insert(value.text(), value.location()) {
            Some(first) => findings.push(listed_twice(&item, first)),
            None => found.push(id),
        }
    }
    if items.is_empty() {
        findings.push(no_topics(&field));
    }
    (!found.is_empty()).then_some(found)
}

fn listed_twice(item: &Field<'_>, first: Location) -> Diagnostic {
    let message = format!("{} lists topic `{}` twice", item.subject, item.value.text());
    Diagnostic::error("service::topic-twice", message)
        .label(item.value.location(), "again here")
        .label(first, "first here")
        .help("remove one of the two")
}

fn no_topics(field: &Field<'_>) -> Diagnostic {
    Diagnostic::error("service::no-topics", format!("{} lists no topics", field.subject))
        .label(field.key.location(), "the list is empty")
        .note("A service without topics has nothing to do.")
        .help("name a topic, or remove the service")
}

fn on_error(fields: &Fields<'_>, findings: &mut Findings) -> OnError {
    let mut on_error = OnError {
        retries: 5,
        backoff_min: Duration::from_millis(200),
        backoff_max: Duration::from_secs(30),
        then: Then::Stop,
    };
    let Some(field) = fields.get("on_error") else { return on_error };
    let Some(fields) = Fields::read(&ON_ERROR, field.subject.name, field.key, field.value, findings) else {
        return on_error;
    };
    if let Some(retries) = fields.get("retries").and_then(|field| field.number(0..=MOST_RETRIES, findings)) {
        on_error.retries = retries.value;
    }
    if let Some((min, max)) = fields.get("backoff").and_then(|field| backoff(&field, findings)) {
        (on_error.backoff_min, on_error.backoff_max) = (min, max);
    }
    if let Some(then) = fields.get("then").and_then(|field| field.word(findings)) {
        on_error.then = then.value;
    }
    on_error
}

/// A pause or a range of pauses.
fn backoff(field: &Field<'_>, findings: &mut Findings) -> Option<(Duration, Duration)> {
    const HELP: &str = "write such as `200ms..30s`, or one pause for all retries";
    let text = field.text("a range of durations such as `200ms..30s`", findings)?.value;
    let (min, max) = text.split_once("..").unwrap_or((text, text));
    match (unit::duration(min), unit::duration(max)) {
        (Ok(min), Ok(max)) if min <= max => Some((min, max)),
        (Ok(_), Ok(_)) => {
            let message = format!("`backoff` of {} ends before it begins", field.subject);
            let finding = Diagnostic::error("manifest::empty-range", message);
            findings.push(field.point(finding, "the shorter pause comes first").help(HELP));
            None
        }
        (Err(error), _) | (_, Err(error)) => {
            findings.push(no_duration(field, text, &error).help(HELP));
            None
        }
    }
}
