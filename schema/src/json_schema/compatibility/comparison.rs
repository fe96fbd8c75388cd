//! Pairs of schemas, each compared once, however they refer to each other.
//!
//! A schema that contains itself is compared under the assumption that it is compatible with its counterpart; if that
//! turns out to be wrong, everything is compared again without it, until every assumption that was made holds (the
//! greatest fixpoint). Work is counted: what has not come to an end at the limit is reported as too complex.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::diff;
use super::finding::{Findings, Found, Outcome, Places, Wanted};
use super::model::{Key, Kind, Part, Schema};
use super::pattern::Patterns;
use super::rule::own;
use super::value;
use crate::compatibility::{Effect, Policy};
use crate::json::Json;
use crate::json_schema::Node;

/// How many steps are made: comparisons, and what else is counted as such.
const MAX_STEPS: usize = 50_000;

/// How many differences count as a step when they are found. Each takes memory until the end.
const DIFFERENCES_PER_STEP: usize = 4;

/// How many bytes of text are read again in the time of a step.
const BYTES_PER_STEP: usize = 512;

/// How deep schemas are compared inside of each other, counting each that is written out or referred to.
const MAX_DEPTH: usize = 96;

type Pair = (Key, Key);

/// Values by a text that is equal for equal ones.
pub(super) type Values<'a> = BTreeMap<String, &'a Json>;

/// How many safe differences are said again where the same pair of schemas comes up again.
const MAX_REPEATED: usize = 64;

/// A comparison that has not come to an end.
#[derive(Clone, Copy, Debug)]
struct Active {
    /// How many steps into values had been made when it began.
    descents: usize,
    /// Whether something relied on what is known of it.
    is_used: bool,
}

/// A comparison that has come to an end.
#[derive(Debug)]
struct Done {
    outcome: Rc<Outcome>,
    /// Whether nothing but its effect and the cause has been kept.
    is_brief: bool,
}

/// The comparison of two documents.
#[derive(Debug)]
pub(super) struct Comparison<'a> {
    policy: Policy,
    wanted: Wanted,
    steps: usize,
    depth: usize,
    /// Which limit was reached, and where.
    exceeded: Option<(String, Places)>,
    /// What is known of pairs that contain themselves.
    known: BTreeMap<Pair, Effect>,
    /// The pairs that are being compared.
    active: BTreeMap<Pair, Active>,
    /// How many steps into values, such as from an object to a property, are being made.
    descents: usize,
    done: BTreeMap<Pair, Done>,
    is_unstable: bool,
    schemas: BTreeMap<Key, Rc<Schema<'a>>>,
    /// The values of `enum` and `const`, by what each is to a validator.
    values: BTreeMap<Key, Rc<Values<'a>>>,
    pub(super) identical: BTreeSet<(usize, usize)>,
    pub(super) patterns: Patterns,
    /// How often it has been asked what values a schema accepts.
    pub(super) looks: usize,
}

impl<'a> Comparison<'a> {
    pub(super) fn new(policy: Policy, wanted: Wanted) -> Self {
        Self {
            policy,
            wanted,
            steps: 0,
            depth: 0,
            exceeded: None,
            known: BTreeMap::new(),
            active: BTreeMap::new(),
            descents: 0,
            done: BTreeMap::new(),
            is_unstable: false,
            schemas: BTreeMap::new(),
            values: BTreeMap::new(),
            identical: BTreeSet::new(),
            patterns: Patterns::default(),
            looks: 0,
        }
    }

    /// Every difference between two documents.
    pub(super) fn run(mut self, writer: Node<'a>, reader: Node<'a>) -> Vec<Found> {
        let (from, to) = (Part::whole(writer), Part::whole(reader));
        let mut outcome = self.compare(from, to);
        while self.is_unstable && self.exceeded.is_none() {
            self.is_unstable = false;
            self.done.clear();
            outcome = self.compare(from, to);
        }
        let mut out = self.findings();
        if writer.draft() != reader.draft() {
            let what =
                format!("the writer's schema is written in {} and the reader's in {}", writer.draft(), reader.draft());
            out.add(own::SCHEMA_VERSION_CHANGED, "/$schema", places_of("$schema", writer, reader), what);
        }
        out.absorb("", &outcome);
        if let Some((limit, places)) = self.exceeded.take() {
            let whole = Places::new(writer.place(), reader.place());
            out.add(own::COMPARISON_TOO_COMPLEX, "", places.or(whole), limit);
        }
        out.finish().found
    }

    pub(super) fn findings(&self) -> Findings {
        Findings::new(self.policy, self.wanted)
    }

    pub(super) fn wanted(&self) -> Wanted {
        self.wanted
    }

    pub(super) fn load(&mut self, part: Part<'a>) -> Rc<Schema<'a>> {
        self.schemas.entry(part.key()).or_insert_with(|| Rc::new(part.load())).clone()
    }

    /// The values that a schema lists.
    pub(super) fn values(&mut self, schema: &Schema<'a>) -> Rc<Values<'a>> {
        let values = match &schema.kind {
            Kind::Enum(values) => values,
            Kind::Const(value) => std::slice::from_ref(*value),
            _ => &[],
        };
        let make = || Rc::new(values.iter().map(|json| (value::key(json), json)).collect());
        self.values.entry(schema.part().key()).or_insert_with(make).clone()
    }

    /// Counts work that is done outside of [`compare`](Self::compare); whether it may go on.
    pub(super) fn spend(&mut self, steps: usize, places: Places) -> bool {
        self.steps = self.steps.saturating_add(steps);
        if self.steps > MAX_STEPS {
            self.exceed(places, || format!("the comparison did not come to an end within {MAX_STEPS} steps"));
        }
        !self.is_exceeded()
    }

    /// Counts values that are compared as texts.
    pub(super) fn spend_text(&mut self, writer: &Json, reader: &Json, places: Places) -> bool {
        let bytes = writer.span.range().len() + reader.span.range().len();
        self.spend(bytes / BYTES_PER_STEP, places)
    }

    /// Ends the comparison at a limit, unless it has ended at another before.
    pub(super) fn exceed(&mut self, places: Places, limit: impl FnOnce() -> String) {
        self.exceeded.get_or_insert_with(|| (limit(), places));
    }

    pub(super) fn is_exceeded(&self) -> bool {
        self.exceeded.is_some()
    }

    /// What becomes of values that `writer` accepts when `reader` checks them.
    pub(super) fn compare(&mut self, writer: Part<'a>, reader: Part<'a>) -> Rc<Outcome> {
        if self.is_exceeded() {
            return exhausted();
        }
        if self.are_copies(writer, reader) {
            return Rc::new(Outcome::nothing(Effect::Safe));
        }
        let (writer, reader) = (writer.settled(), reader.settled());
        let pair = (writer.key(), reader.key());
        let places = Places::new(writer.place(), reader.place());
        if let Some(done) = self.done.get(&pair).filter(|done| !done.is_brief) {
            let done = done.outcome.clone();
            let may_go_on = self.spend(1 + done.found.len(), places);
            return if may_go_on { done } else { exhausted() };
        }
        if let Some(active) = self.active.get(&pair).copied() {
            return Rc::new(self.assume(pair, active, [writer, reader]));
        }
        if self.depth == MAX_DEPTH {
            self.exceed(places, || format!("schemas refer to each other through more than {MAX_DEPTH} levels"));
        }
        if !self.spend(1, places) {
            return exhausted();
        }
        self.active.insert(pair, Active { descents: self.descents, is_used: false });
        self.depth += 1;
        let outcome = diff::compare(self, writer, reader);
        self.depth -= 1;
        self.spend(outcome.found.len() / DIFFERENCES_PER_STEP, places);
        self.settle(pair, outcome)
    }

    /// The same where the differences of an incompatible pair are of no use but for their cause: they are forgotten.
    pub(super) fn probe(&mut self, writer: Part<'a>, reader: Part<'a>) -> Rc<Outcome> {
        if self.is_exceeded() {
            return exhausted();
        }
        let (writer, reader) = (writer.settled(), reader.settled());
        let pair = (writer.key(), reader.key());
        if let Some(done) = self.done.get(&pair).filter(|done| done.is_brief) {
            let done = done.outcome.clone();
            let may_go_on = self.spend(1, Places::new(writer.place(), reader.place()));
            return if may_go_on { done } else { exhausted() };
        }
        let outcome = self.compare(writer, reader);
        let Some(done) = self.done.get_mut(&pair).filter(|_| !outcome.is_compatible()) else { return outcome };
        *done = Done { outcome: Rc::new(outcome.in_brief()), is_brief: true };
        done.outcome.clone()
    }

    /// The same for schemas of a part of the values, such as a property.
    pub(super) fn compare_inside(&mut self, writer: Part<'a>, reader: Part<'a>) -> Rc<Outcome> {
        self.descents += 1;
        let outcome = self.compare(writer, reader);
        self.descents -= 1;
        outcome
    }

    /// What to take for granted of a pair that contains itself.
    fn assume(&mut self, pair: Pair, active: Active, [writer, reader]: [Part<'a>; 2]) -> Outcome {
        if active.descents == self.descents && !self.are_identical(writer.node, reader.node) {
            // The circle does not lead into the value, so such a schema asks of a value what it asks of it.
            let mut out = self.findings();
            let what = "a schema refers to itself in a circle that does not lead into the value";
            let help = "let one of the references lead to a schema that says something, or put it below a keyword such \
                        as `properties` or `items`";
            let places = Places::new(writer.place(), reader.place());
            out.add_with_help(
                own::REFERENCE_NOT_RESOLVED,
                String::new(),
                places,
                [what, help, help].map(str::to_owned),
            );
            return out.finish();
        }
        self.active.insert(pair, Active { is_used: true, ..active });
        Outcome::nothing(self.known.get(&pair).copied().unwrap_or(Effect::Safe))
    }

    fn settle(&mut self, pair: Pair, outcome: Outcome) -> Rc<Outcome> {
        let was_used = self.active.remove(&pair).is_some_and(|active| active.is_used);
        let known = self.known.get(&pair).copied().unwrap_or(Effect::Safe);
        if was_used && outcome.effect > known {
            self.known.insert(pair, outcome.effect);
            self.is_unstable = true;
        }
        let outcome = Rc::new(outcome);
        let mut again = outcome.clone();
        if again.found.len() > MAX_REPEATED {
            Rc::make_mut(&mut again).found.retain(|found| found.effect > Effect::Safe);
        }
        self.done.insert(pair, Done { outcome: again, is_brief: false });
        outcome
    }
}

/// The outcome of a comparison that was not made.
fn exhausted() -> Rc<Outcome> {
    Rc::new(Outcome::nothing(Effect::Breaking))
}

/// The places of a keyword in both schemas.
pub(super) fn places_of(keyword: &str, writer: Node<'_>, reader: Node<'_>) -> Places {
    Places::new(super::model::keyword_place(writer, keyword), super::model::keyword_place(reader, keyword))
}
