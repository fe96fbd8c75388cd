//! Circles of processors: a topic whose records come back to it.

use std::collections::{BTreeMap, VecDeque};

use super::flows::Flows;
use crate::diagnostic::{Diagnostic, Severity};
use crate::explain::Rule;
use crate::ir::{TopicId, Topology};
use crate::source::Location;

const CYCLE: Rule = Rule {
    code: "topic::cycle",
    severity: Severity::Warning,
    summary: "Processors that hand records on in a circle.",
    why: "A record that passes all of their filters never leaves the circle: each round writes it again, and the topics grow \
          without an end. A circle is right only if its filters stop every record at some time.",
    example: "\
topics: { a: { value: string }, b: { value: string } }
producers: { web: { topics: [a] } }
processors:
  there: { flow: { in: { source: a }, out: { from: in, sink: b } } }
  back: { flow: { in: { source: b }, out: { from: in, sink: a } } }
",
    fix: "\
topics: { a: { value: string }, b: { value: string } }
producers: { web: { topics: [a] } }
processors:
  there: { flow: { in: { source: a }, out: { from: in, sink: b } } }
consumers: { log: { topics: [b] } }
",
};

pub(super) const RULES: &[Rule] = &[CYCLE];

/// A step from a processor to the next through a topic.
#[derive(Clone, Copy)]
struct Step {
    from: usize,
    to: usize,
    topic: TopicId,
    written: Location,
    read: Location,
}

pub(super) fn check(topology: &Topology, flows: &Flows, findings: &mut Vec<Diagnostic>) {
    let steps = steps(topology, flows);
    let mut is_on_cycle = candidates(topology.processors.len(), &steps);
    for start in 0..topology.processors.len() {
        if !is_on_cycle[start] {
            continue;
        }
        if let Some(cycle) = shortest_cycle(start, &steps, &is_on_cycle) {
            for step in &cycle {
                is_on_cycle[step.from] = false;
            }
            findings.push(finding(topology, &cycle));
        }
    }
}

fn steps(topology: &Topology, flows: &Flows) -> Vec<Vec<Step>> {
    let mut steps = vec![Vec::new(); topology.processors.len()];
    for (topic, _) in topology.topics() {
        for (from, written) in &flows.sinks[topic.index()] {
            for (to, read) in &flows.sources[topic.index()] {
                steps[*from].push(Step { from: *from, to: *to, topic, written: *written, read: *read });
            }
        }
    }
    steps
}

/// The processors that have another before and after them, again and again; usually none is left.
fn candidates(count: usize, steps: &[Vec<Step>]) -> Vec<bool> {
    let mut before = vec![0_usize; count];
    for step in steps.iter().flatten() {
        before[step.to] += 1;
    }
    let mut work: Vec<usize> = (0..count).filter(|processor| before[*processor] == 0).collect();
    let mut is_left = vec![true; count];
    while let Some(processor) = work.pop() {
        is_left[processor] = false;
        for step in &steps[processor] {
            before[step.to] -= 1;
            if before[step.to] == 0 {
                work.push(step.to);
            }
        }
    }
    is_left
}

fn shortest_cycle(start: usize, steps: &[Vec<Step>], is_allowed: &[bool]) -> Option<Vec<Step>> {
    let mut arrived: BTreeMap<usize, Step> = BTreeMap::new();
    let mut queue = VecDeque::from([start]);
    while let Some(processor) = queue.pop_front() {
        for step in steps[processor].iter().filter(|step| is_allowed[step.to]) {
            if arrived.contains_key(&step.to) {
                continue;
            }
            arrived.insert(step.to, *step);
            if step.to == start {
                return Some(walk_back(start, &arrived));
            }
            queue.push_back(step.to);
        }
    }
    None
}

fn walk_back(start: usize, arrived: &BTreeMap<usize, Step>) -> Vec<Step> {
    let mut cycle = Vec::new();
    let mut at = start;
    while let Some(step) = arrived.get(&at) {
        cycle.push(*step);
        at = step.from;
        if at == start {
            break;
        }
    }
    cycle.reverse();
    cycle
}

fn finding(topology: &Topology, cycle: &[Step]) -> Diagnostic {
    const SHOWN: usize = 6;
    let name = |processor: usize| &topology.processors[processor].name;
    let topic = |step: &Step| &topology[step.topic].name;
    let message = if let [only] = cycle {
        format!("processor `{}` reads topic `{}`, which it writes", name(only.from), topic(only))
    } else {
        let names: Vec<_> = cycle.iter().take(SHOWN).map(|step| format!("`{}`", name(step.from))).collect();
        format!("processors {} hand records on in a circle", names.join(", "))
    };
    let labelled = cycle.iter().take(SHOWN).fold(CYCLE.finding(message), |finding, step| {
        finding
            .label(step.written, format!("`{}` writes `{}`", name(step.from), topic(step)))
            .label(step.read, format!("`{}` reads `{}`", name(step.to), topic(step)))
    });
    labelled
        .note("A record that passes all of their filters is written again in each round, without an end.")
        .help("write to another topic, unless a filter stops every record at some time")
}
