//! What a comparison has found so far.

use std::rc::Rc;

use super::{message, rule};
use crate::compatibility::{Difference, Direction, Effect, Policy, Rule};
use crate::span::Place;

/// One difference, at a path that is relative to the schemas that were compared.
#[derive(Clone, Debug)]
pub(super) struct Found {
    pub(super) effect: Effect,
    pub(super) path: String,
    pub(super) body: Rc<Body>,
}

/// What does not depend on the path.
#[derive(Clone, Debug)]
pub(super) struct Body {
    pub(super) rule: &'static Rule,
    pub(super) what: String,
    /// What to change where the reader's schema is the new one, and where the writer's is.
    pub(super) help: Option<[String; 2]>,
    pub(super) places: Places,
}

/// Where a difference is to be seen.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Places {
    pub(super) writer: Option<Place>,
    pub(super) reader: Option<Place>,
}

/// What the comparison of two schemas came to.
#[derive(Clone, Debug)]
pub(super) struct Outcome {
    pub(super) found: Vec<Found>,
    /// The worst effect, also of what is reported elsewhere.
    pub(super) effect: Effect,
}

/// Which differences are of use to who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wanted {
    All,
    /// Those that are not safe.
    Hazards,
}

/// Differences while they are collected.
#[derive(Debug)]
pub(super) struct Findings {
    policy: Policy,
    wanted: Wanted,
    outcome: Outcome,
}

impl Places {
    pub(super) fn new(writer: impl Into<Option<Place>>, reader: impl Into<Option<Place>>) -> Self {
        Self { writer: writer.into(), reader: reader.into() }
    }

    /// These places, or others where there are none.
    pub(super) fn or(self, others: Self) -> Self {
        Self { writer: self.writer.or(others.writer), reader: self.reader.or(others.reader) }
    }
}

impl Outcome {
    pub(super) const fn nothing(effect: Effect) -> Self {
        Self { found: Vec::new(), effect }
    }

    pub(super) fn is_compatible(&self) -> bool {
        self.effect < Effect::Breaking
    }

    pub(super) fn is_safe(&self) -> bool {
        self.effect == Effect::Safe
    }

    /// The first difference that breaks, in a phrase, for a difference that it is the cause of.
    pub(super) fn cause(&self) -> Option<&str> {
        self.first_of_the_worst().map(|found| found.body.what.as_str())
    }

    /// The same without what is not the cause.
    pub(super) fn in_brief(&self) -> Self {
        Self { found: self.first_of_the_worst().cloned().into_iter().collect(), effect: self.effect }
    }

    fn first_of_the_worst(&self) -> Option<&Found> {
        self.found.iter().find(|found| found.effect == self.effect)
    }
}

impl Findings {
    pub(super) fn new(policy: Policy, wanted: Wanted) -> Self {
        Self { policy, wanted, outcome: Outcome::nothing(Effect::Safe) }
    }

    pub(super) fn policy(&self) -> Policy {
        self.policy
    }

    pub(super) fn add(
        &mut self,
        rule: &'static Rule,
        path: impl Into<String>,
        places: Places,
        what: impl Into<String>,
    ) {
        let body = Body { rule, what: what.into(), help: None, places };
        self.push(path.into(), body);
    }

    /// The same with help that knows the names of the case: for a reader and for a writer that is the new one.
    pub(super) fn add_with_help(&mut self, rule: &'static Rule, path: String, places: Places, texts: [String; 3]) {
        let [what, backward, forward] = texts;
        self.push(path, Body { rule, what, help: Some([backward, forward]), places });
    }

    fn push(&mut self, path: String, body: Body) {
        let effect = rule::effect(body.rule, self.policy);
        if effect == Effect::Safe && self.wanted == Wanted::Hazards {
            return;
        }
        self.outcome.effect = self.outcome.effect.max(effect);
        self.outcome.found.push(Found { effect, path, body: Rc::new(body) });
    }

    /// Takes over what was found at `path`.
    pub(super) fn absorb(&mut self, path: &str, outcome: &Outcome) {
        self.outcome.effect = self.outcome.effect.max(outcome.effect);
        self.outcome.found.extend(outcome.found.iter().map(|found| found.below(path)));
    }

    /// Takes over what was found at `path` as something that the policy has forgiven already.
    pub(super) fn absorb_forgiven(&mut self, path: &str, outcome: &Outcome) {
        let forgiven = outcome.found.iter().map(|found| Found { effect: Effect::Safe, ..found.below(path) });
        self.outcome.found.extend(forgiven);
    }

    pub(super) fn finish(self) -> Outcome {
        self.outcome
    }
}

impl Found {
    fn below(&self, path: &str) -> Self {
        Self { path: format!("{path}{}", self.path), ..self.clone() }
    }

    pub(super) fn into_difference(self, direction: Direction) -> Difference {
        let Body { rule, what, help, places } = Rc::unwrap_or_clone(self.body);
        let path = if self.path.is_empty() { "#/".to_owned() } else { format!("#{}", self.path) };
        let help = help.map(|[backward, forward]| match direction {
            Direction::Backward => backward,
            Direction::Forward => forward,
        });
        Difference {
            rule,
            effect: self.effect,
            message: message::message(rule.name, &path, direction.roles()),
            path,
            what,
            help,
            reader: places.reader,
            writer: places.writer,
        }
    }
}
