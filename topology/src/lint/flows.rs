//! Who writes and who reads each topic.

use crate::ir::{Operation, TopicId, Topology};
use crate::source::Location;

/// The processors around each topic, and whether anybody else is.
pub(super) struct Flows {
    /// For each topic the processors that write it: their position and the place of the sink.
    pub(super) sinks: Vec<Vec<(usize, Location)>>,
    /// For each topic the processors that read it: their position and the place of the source.
    pub(super) sources: Vec<Vec<(usize, Location)>>,
    is_produced: Vec<bool>,
    is_consumed: Vec<bool>,
}

impl Flows {
    pub(super) fn of(topology: &Topology) -> Self {
        let count = topology.topics.len();
        let mut flows = Self {
            sinks: vec![Vec::new(); count],
            sources: vec![Vec::new(); count],
            is_produced: vec![false; count],
            is_consumed: vec![false; count],
        };
        for topic in topology.producers.iter().flat_map(|producer| &producer.topics) {
            flows.is_produced[topic.value.index()] = true;
        }
        for topic in topology.consumers.iter().flat_map(|consumer| &consumer.topics) {
            flows.is_consumed[topic.value.index()] = true;
        }
        for (position, processor) in topology.processors.iter().enumerate() {
            for stage in &processor.flow {
                match &stage.operation {
                    Operation::Source { topic } => flows.sources[topic.value.index()].push((position, topic.location)),
                    Operation::Sink { topic, .. } => flows.sinks[topic.value.index()].push((position, topic.location)),
                    Operation::Filter { .. } | Operation::Map { .. } => {}
                }
            }
        }
        flows
    }

    pub(super) fn is_written(&self, topic: TopicId) -> bool {
        self.is_produced[topic.index()] || !self.sinks[topic.index()].is_empty()
    }

    pub(super) fn is_read(&self, topic: TopicId) -> bool {
        self.is_consumed[topic.index()] || !self.sources[topic.index()].is_empty()
    }
}
