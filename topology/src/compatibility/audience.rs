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
    let users = Users::of(topology);
    let mut audiences: BTreeMap<String, Audience> = BTreeMap::new();
    for (id, topic) in topology.topics() {
        for side in [Side::Key, Side::Value] {
            for (schema, _) in topology.named(topic, side) {
                let Some(name) = topology.subject_name(topic, side, schema) else { continue };
                let subject = format!("subject `{name}`");
                let audience = audiences.entry(name).or_insert(Audience { subject, ..Audience::default() });
                audience.writers.extend(users.writers.get(&id).cloned().unwrap_or_default());
                audience.readers.extend(users.readers.get(&id).cloned().unwrap_or_default());
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

/// The services that write and that read each topic.
#[derive(Default)]
struct Users {
    writers: BTreeMap<TopicId, Vec<String>>,
    readers: BTreeMap<TopicId, Vec<String>>,
}

impl Users {
    fn of(topology: &Topology) -> Self {
        let mut users = Self::default();
        for service in &topology.producers {
            add(&mut users.writers, &service.name, service.topics.iter().map(|used| used.value));
        }
        for service in &topology.consumers {
            add(&mut users.readers, &service.name, service.topics.iter().map(|used| used.value));
        }
        for service in &topology.processors {
            add(&mut users.writers, &service.name, service.sinks().map(|used| used.value));
            add(&mut users.readers, &service.name, service.sources().map(|used| used.value));
        }
        users
    }
}

fn add(users: &mut BTreeMap<TopicId, Vec<String>>, service: &impl ToString, topics: impl Iterator<Item = TopicId>) {
    for topic in topics {
        users.entry(topic).or_default().push(service.to_string());
    }
}
