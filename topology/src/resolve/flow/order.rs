//! Puts every stage of a flow after the one that it reads.

use indexmap::IndexMap;

use super::super::declared::is_spelling;
use super::super::fields::{Field, list};
use super::{Draft, DraftOperation, Scope};
use crate::diagnostic::Diagnostic;
use crate::findings::Findings;
use crate::ir::{Operation, Payload, Stage, StageId, Topic};
use crate::source::Spanned;
use crate::syntax::Value;

/// The stages by name. One that is broken is there without a draft.
pub(super) type Drafts<'t> = IndexMap<&'t str, (Value<'t>, Option<Draft<'t>>)>;

/// Where a draft is on its way into the flow.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Waiting,
    /// On the chain that is being followed.
    Followed,
    Placed(StageId),
    /// It, or something that it reads, is broken.
    Out,
}

/// Puts every stage after the one that it reads.
pub(super) struct Order<'s, 't> {
    drafts: &'s Drafts<'t>,
    scope: &'s Scope<'s, 't>,
    findings: &'s mut Findings,
    states: Vec<State>,
    stages: Vec<Stage>,
}

impl<'s, 't> Order<'s, 't> {
    pub(super) fn new(drafts: &'s Drafts<'t>, scope: &'s Scope<'s, 't>, findings: &'s mut Findings) -> Self {
        let states = vec![State::Waiting; drafts.len()];
        Self { drafts, scope, findings, states, stages: Vec::with_capacity(drafts.len()) }
    }

    pub(super) fn run(mut self) -> Vec<Stage> {
        for start in 0..self.drafts.len() {
            self.follow(start);
        }
        self.stages
    }

    /// Follows `from` up to a stage that is decided, then decides those on the way, the first one first.
    fn follow(&mut self, start: usize) {
        let mut chain = Vec::new();
        let mut next = Some(start);
        while let Some(index) = next {
            match self.states[index] {
                State::Waiting => {
                    self.states[index] = State::Followed;
                    chain.push(index);
                    next = self.upstream(index);
                }
                State::Followed => {
                    let begin = chain.iter().position(|other| *other == index).unwrap_or_default();
                    self.report_cycle(&chain[begin..]);
                    break;
                }
                State::Placed(_) | State::Out => break,
            }
        }
        for index in chain.into_iter().rev() {
            self.states[index] = match self.stage(index) {
                Some(stage) => {
                    self.stages.push(stage);
                    State::Placed(StageId(self.stages.len() - 1))
                }
                None => State::Out,
            };
        }
    }

    /// The stage that `from` names, with a finding if there is none.
    fn upstream(&mut self, index: usize) -> Option<usize> {
        let (_, (_, draft)) = self.drafts.get_index(index)?;
        let from = draft.as_ref()?.from?;
        let name = from.text("the name of a stage", self.findings)?;
        let found = self.drafts.get_index_of(name.value);
        if found.is_none() {
            self.report_unresolved(&from, name.value);
        }
        found
    }

    fn stage(&mut self, index: usize) -> Option<Stage> {
        let (_, (_, draft)) = self.drafts.get_index(index)?;
        let draft = draft.as_ref()?;
        let (operation, key, value) = match (&draft.operation, self.from(draft)) {
            (DraftOperation::Source(topic), _) => {
                let Topic { key, value, .. } = &self.scope.topics[topic.value.index()];
                (Operation::Source { topic: topic.clone() }, key.value, value.value)
            }
            (_, None) => return None,
            (DraftOperation::Filter(predicate), Some((from, key, value))) => {
                (Operation::Filter { from, predicate: predicate.clone() }, key, value)
            }
            (DraftOperation::Map(mapping, into), Some((from, key, _))) => {
                let value = Payload::Schema(into.value);
                (Operation::Map { from, mapping: mapping.clone(), into: into.clone() }, key, value)
            }
            (DraftOperation::Sink(topic), Some((from, key, value))) => {
                (Operation::Sink { from, topic: topic.clone() }, key, value)
            }
        };
        Some(Stage { name: draft.name.clone(), declared: draft.declared, operation, key, value })
    }

    /// The stage that a draft reads and what comes out of it, if it has been placed and passes anything on.
    fn from(&mut self, draft: &Draft<'t>) -> Option<(Spanned<StageId>, Payload, Payload)> {
        let from = draft.from?;
        let State::Placed(id) = self.states[self.drafts.get_index_of(from.value.text())?] else {
            return None;
        };
        let stage = &self.stages[id.0];
        if let Operation::Sink { .. } = stage.operation {
            let message = format!("stage `{}` reads `{}`, which is a sink", draft.name, stage.name);
            let finding = from.point(Diagnostic::error("flow::reads-sink", message), "nothing comes out of a sink");
            let finding = finding.label(stage.declared, "the sink");
            self.findings.push(finding.help("read the stage before the sink"));
            return None;
        }
        Some((Spanned::new(id, from.location()), stage.key, stage.value))
    }

    fn report_cycle(&mut self, chain: &[usize]) {
        const SHOWN: usize = 6;
        let names: Vec<_> =
            chain.iter().filter_map(|index| self.drafts.get_index(*index)).map(|(name, _)| *name).collect();
        let message = match names[..] {
            [only] => format!("stage `{only}` reads itself"),
            _ => format!("stages {} read each other in a circle", list(&names[..names.len().min(SHOWN)])),
        };
        let mut finding = Diagnostic::error("flow::cycle", message)
            .note("Records flow from a source to a sink; in a circle none ever arrives.")
            .help("let one of them read a source, or a stage that leads back to one");
        for index in chain.iter().take(SHOWN) {
            let Some((name, (_, Some(Draft { from: Some(from), .. })))) = self.drafts.get_index(*index) else {
                continue;
            };
            finding = finding.label(from.location(), format!("`{name}` reads `{}`", from.value.text()));
        }
        self.findings.push(finding);
    }

    fn report_unresolved(&mut self, from: &Field<'t>, name: &str) {
        let finding = Diagnostic::error("reference::unresolved", format!("stage `{name}` is not declared"));
        let finding = from.point(finding, "no such stage");
        let nearest = self.findings.nearest(name, self.drafts.keys().copied());
        let finding = match nearest.and_then(|nearest| self.drafts.get(nearest)) {
            _ if self.scope.declared.place(name).is_some() => finding
                .note("`from` names a stage of this flow; a topic enters a flow through a stage of its own.")
                .help(format!("add the stage `{name}: {{ source: {name} }}`")),
            Some((key, _)) => {
                let finding = finding.label(key.location(), format!("`{}` is declared here", key.text()));
                let finding = finding.help(format!("did you mean `{}`?", key.text()));
                if is_spelling(name, key.text()) { finding.fix(from.location(), key.text()) } else { finding }
            }
            None => finding.help("write the name of another stage of this flow"),
        };
        self.findings.push_absence(finding);
    }
}
