//! Who uses a subject, for telling what breaks.

use std::collections::BTreeMap;

use crate::ir::{Side, TopicId, Topology};

/// Who uses a schema.
#[derive(Clone, Debug, Default)]
pub struct Audience {
    /// What is compared, such as "subject `orders-value`"; empty for two files.
    pub subject: String,
    /// The services that write data with it.
    pub writers: Vec<String>,
    /// The services that read it.
    pub readers: Vec<String>,
}

impl Audience {
    /// The subject as the end of a phrase.
    pub(super) fn of_subject(&self) -> String {
        if self.subject.is_empty() { String::new() } else { format!(" of {}", self.subject) }
    }
}

/// Who writes and reads each subject, by its name; what is only referred to among them.
pub fn audiences(topology: &Topology) -> BTreeMap<String, Audience> {
    let mut audiences: BTreeMap<String, Audience> = BTreeMap::new();
    for (id, topic) in topology.topics() {
        for side in [Side::Key, Side::Value] {
            for (schema, _) in topology.named(topic, side) {
                let Some(name) = topology.subject_name(topic, side, schema) else { continue };
                let subject = format!("subject `{name}`");
                let audience = audiences.entry(name).or_insert(Audience { subject, ..Audience::default() });
                audience.writers.extend(writers(topology, id));
                audience.readers.extend(readers(topology, id));
            }
        }
    }
    // Whoever uses a schema uses what it refers to.
    for subject in topology.subjects().iter().rev() {
        let Some(users) = audiences.get(&subject.name).cloned() else { continue };
        for (_, target) in &subject.references {
            let subject = format!("subject `{target}`");
            let audience = audiences.entry(target.clone()).or_insert(Audience { subject, ..Audience::default() });
            audience.writers.extend_from_slice(&users.writers);
            audience.readers.extend_from_slice(&users.readers);
        }
    }
    for audience in audiences.values_mut() {
        for names in [&mut audience.writers, &mut audience.readers] {
            names.sort_unstable();
            names.dedup();
        }
    }
    audiences
}

fn writers(topology: &Topology, topic: TopicId) -> Vec<String> {
    let producers = topology.producers.iter().filter(|service| service.topics.iter().any(|used| used.value == topic));
    let processors = topology.processors.iter().filter(|service| service.sinks().any(|used| used.value == topic));
    let names = producers.map(|service| service.name.to_string());
    names.chain(processors.map(|service| service.name.to_string())).collect()
}

fn readers(topology: &Topology, topic: TopicId) -> Vec<String> {
    let consumers = topology.consumers.iter().filter(|service| service.topics.iter().any(|used| used.value == topic));
    let processors = topology.processors.iter().filter(|service| service.sources().any(|used| used.value == topic));
    let names = consumers.map(|service| service.name.to_string());
    names.chain(processors.map(|service| service.name.to_string())).collect()
}
