//! The comparison of Java's `SchemaCompatibility`: the same rules in the same order, with the same locations.
//!
//! Java recurses; this is the same walk with a list of tasks, because chains of records can be as long as a schema.
//! A pair of types is compared once: a pair that is met again while it is being compared is taken to fit, and later it
//! has the answer that it had (Java repeats the differences then; here each is told once). What is found goes into a
//! log. Trying the branches of a union leaves entries in it that do not count, which `Event::Skip` jumps over.

use std::collections::{BTreeMap, BTreeSet};

use super::Node;
use super::fields::{Found as FieldFound, Lookup};
use super::location::{Location, Locations, Step};
use super::words;
use crate::avro::model::{FullName, NamedKind, NamedType, Symbol, Type};
use crate::avro::text::java_alias;
use crate::avro::{Document, Field};
use crate::compatibility::{Difference, Direction};

/// How many pairs of types are compared at most. Schemas in use need a few thousand.
pub(super) const MAX_STEPS: usize = 100_000;

/// How many fields or symbols are looked up in the time that a pair of types takes.
const NAMES_PER_STEP: usize = 16;

/// How many steps the places of all differences have together at most. A chain of records of which each differs would
/// otherwise be told in the square of its length.
pub(super) const MAX_PLACES: usize = 1_000_000;

pub(super) fn differences(reader: &Document, writer: &Document, direction: Direction) -> Vec<Difference> {
    let mut checker = Checker::default();
    let (reader, writer) = (Node::root(reader), Node::root(writer));
    checker.tasks.push(Task::Pair(reader, writer, Locations::ROOT));
    checker.run();
    let mut differences = Vec::new();
    let mut steps = 0;
    for found in checker.in_order() {
        steps += checker.locations.depth(found.at);
        if steps > MAX_PLACES {
            let rest = Found { problem: Problem::TooDeep, reader, writer, at: Locations::ROOT };
            differences.push(words::difference(&rest, &checker.locations, direction));
            break;
        }
        differences.push(words::difference(&found, &checker.locations, direction));
    }
    differences
}

/// One incompatibility.
#[derive(Clone)]
pub(super) struct Found<'a> {
    pub(super) problem: Problem<'a>,
    pub(super) reader: Node<'a>,
    pub(super) writer: Node<'a>,
    pub(super) at: Location,
}

/// What does not fit.
#[derive(Clone)]
pub(super) enum Problem<'a> {
    Name,
    FixedSize {
        reader: u32,
        writer: u32,
    },
    /// The reader's enum lacks symbols of the writer's.
    Symbols,
    MissingDefault(&'a Field),
    SeveralFields(&'a Field),
    Kinds,
    /// The type of the writer that no branch of the reader reads.
    Branch(Node<'a>),
    TooLarge,
    /// There are more differences, too deep to be told.
    TooDeep,
}

#[derive(Clone)]
enum Task<'a> {
    Pair(Node<'a>, Node<'a>, Location),
    EndPair(usize),
    Report(Found<'a>),
    /// Tries the branches of the reader's union from this position on.
    Try {
        found: Found<'a>,
        position: usize,
    },
    /// The end of such a trial, with the event that skips it.
    EndTry {
        found: Found<'a>,
        position: usize,
        skip: usize,
    },
    /// Looks for a branch of the reader's union that reads this branch of the writer's.
    Branch(Found<'a>),
    EndBranch {
        found: Found<'a>,
        skip: usize,
    },
}

enum Event {
    Found(usize),
    /// The comparison of this pair starts here.
    Begin(usize),
    /// This pair, which does not fit, is met again.
    Again(usize),
    /// What follows up to this event does not count.
    Skip(usize),
}

/// The comparison of a pair of types of which one has a name.
struct Compared {
    /// Whether it fits; `None` while that is not known.
    fits: Option<bool>,
    events: std::ops::Range<usize>,
}

#[derive(Default)]
struct Checker<'a> {
    tasks: Vec<Task<'a>>,
    /// How many pairs were met.
    steps: usize,
    /// Whether everything fits so far, for each comparison or trial that has begun and not ended.
    scopes: Vec<bool>,
    pairs: BTreeMap<(usize, usize), usize>,
    compared: Vec<Compared>,
    events: Vec<Event>,
    found: Vec<Found<'a>>,
    locations: Locations,
}

impl<'a> Checker<'a> {
    fn run(&mut self) {
        while let Some(task) = self.tasks.pop() {
            match task {
                Task::Pair(reader, writer, at) => self.pair(reader, writer, at),
                Task::EndPair(pair) => self.end_pair(pair),
                Task::Report(found) => self.report(found),
                Task::Try { found, position } => self.try_branch(found, position),
                Task::EndTry { found, position, skip } => {
                    if !self.end_trial(skip) {
                        self.tasks.push(Task::Try { found, position: position + 1 });
                    }
                }
                Task::Branch(found) => {
                    let (reader, Problem::Branch(branch)) = (found.reader, &found.problem) else { continue };
                    let branch = *branch;
                    let skip = self.begin_trial();
                    self.tasks.push(Task::EndBranch { found, skip });
                    self.tasks.push(Task::Pair(reader, branch, Locations::ROOT));
                }
                Task::EndBranch { found, skip } => {
                    if !self.end_trial(skip) {
                        self.report(found);
                    }
                }
            }
        }
    }

    /// Drops everything but the fact that the schemas could not be compared to the end.
    fn give_up(&mut self, reader: Node<'a>, writer: Node<'a>) {
        let (reader, writer) = (Node::root(reader.document), Node::root(writer.document));
        self.tasks.clear();
        self.events.clear();
        self.report(Found { problem: Problem::TooLarge, reader, writer, at: Locations::ROOT });
    }

    fn report(&mut self, found: Found<'a>) {
        if matches!(found.problem, Problem::SeveralFields(_)) {
            // Java throws here, also while it tries a branch: this is all that is known.
            self.tasks.clear();
            self.events.clear();
        }
        // Trials leave many behind that are never told.
        self.steps += 1;
        self.events.push(Event::Found(self.found.len()));
        self.found.push(found);
        self.does_not_fit();
    }

    fn does_not_fit(&mut self) {
        if let Some(fits) = self.scopes.last_mut() {
            *fits = false;
        }
    }

    fn begin_trial(&mut self) -> usize {
        self.scopes.push(true);
        self.events.push(Event::Skip(0));
        self.events.len() - 1
    }

    fn end_trial(&mut self, skip: usize) -> bool {
        self.events[skip] = Event::Skip(self.events.len());
        self.scopes.pop().unwrap_or_default()
    }

    fn try_branch(&mut self, found: Found<'a>, position: usize) {
        let Some(branch) = found.reader.branch(position) else { return self.report(found) };
        let writer = found.writer;
        let skip = self.begin_trial();
        self.tasks.push(Task::EndTry { found, position, skip });
        self.tasks.push(Task::Pair(branch, writer, Locations::ROOT));
    }

    fn pair(&mut self, reader: Node<'a>, writer: Node<'a>, at: Location) {
        self.steps += 1;
        if self.steps > MAX_STEPS {
            return self.give_up(reader, writer);
        }
        if reader.named().is_none() && writer.named().is_none() {
            return self.compare(reader, writer, at);
        }
        let key = (identity(reader), identity(writer));
        if let Some(&pair) = self.pairs.get(&key) {
            if self.compared[pair].fits == Some(false) {
                self.events.push(Event::Again(pair));
                self.does_not_fit();
            }
            return;
        }
        let pair = self.compared.len();
        self.pairs.insert(key, pair);
        self.compared.push(Compared { fits: None, events: self.events.len()..self.events.len() });
        self.events.push(Event::Begin(pair));
        self.scopes.push(true);
        self.tasks.push(Task::EndPair(pair));
        self.compare(reader, writer, at);
    }

    fn end_pair(&mut self, pair: usize) {
        let fits = self.scopes.pop().unwrap_or_default();
        let compared = &mut self.compared[pair];
        compared.fits = Some(fits);
        compared.events.end = self.events.len();
        if !fits {
            self.does_not_fit();
        }
    }

    fn compare(&mut self, reader: Node<'a>, writer: Node<'a>, at: Location) {
        match (reader.schema, writer.schema) {
            (Type::Named(left), Type::Named(right)) => {
                let types = (reader.document.schemas().get(*left), writer.document.schemas().get(*right));
                self.compare_named(types, reader, writer, at);
            }
            (Type::Array(left), Type::Array(right)) => {
                let at = self.locations.below(at, Step::Key("items"));
                self.tasks.push(Task::Pair(reader.inner(left), writer.inner(right), at));
            }
            (Type::Map(left), Type::Map(right)) => {
                let at = self.locations.below(at, Step::Key("values"));
                self.tasks.push(Task::Pair(reader.inner(left), writer.inner(right), at));
            }
            (Type::Union(_), Type::Union(_)) => {
                for (position, branch) in writer.branches().enumerate().rev() {
                    let at = self.locations.below(at, Step::Position(position));
                    self.tasks.push(Task::Branch(Found { problem: Problem::Branch(branch), reader, writer, at }));
                }
            }
            (_, Type::Union(_)) => {
                for (position, branch) in writer.branches().enumerate().rev() {
                    let at = self.locations.below(at, Step::Position(position));
                    self.tasks.push(Task::Pair(reader, branch, at));
                }
            }
            (Type::Union(_), _) => {
                let found = Found { problem: Problem::Branch(writer), reader, writer, at };
                self.tasks.push(Task::Try { found, position: 0 });
            }
            _ => {
                let (left, right) = (reader.kind(), writer.kind());
                if left != right && !left.reads(right) {
                    self.report(Found { problem: Problem::Kinds, reader, writer, at });
                }
            }
        }
    }

    fn compare_named(
        &mut self,
        (left, right): (&'a NamedType, &'a NamedType),
        reader: Node<'a>,
        writer: Node<'a>,
        at: Location,
    ) {
        if !matches!(
            (&left.kind, &right.kind),
            (NamedKind::Record(_), NamedKind::Record(_))
                | (NamedKind::Enum { .. }, NamedKind::Enum { .. })
                | (NamedKind::Fixed { .. }, NamedKind::Fixed { .. })
        ) {
            return self.report(Found { problem: Problem::Kinds, reader, writer, at });
        }
        let (reader, writer) = (reader.definition(), writer.definition());
        if !is_name_accepted(left, &right.name) {
            let at = self.locations.below(at, Step::Key("name"));
            self.report(Found { problem: Problem::Name, reader, writer, at });
        }
        match (&left.kind, &right.kind) {
            (NamedKind::Record(_), NamedKind::Record(_)) => self.compare_fields(reader, writer, at),
            (NamedKind::Enum { symbols, default }, NamedKind::Enum { symbols: written, .. }) => {
                self.steps += (symbols.len() + written.len()) / NAMES_PER_STEP;
                let is_default_known =
                    || default.as_ref().is_some_and(|default| symbols.iter().any(|symbol| *symbol.name == **default));
                if !missing_symbols(symbols, written).is_empty() && !is_default_known() {
                    let at = self.locations.below(at, Step::Key("symbols"));
                    self.report(Found { problem: Problem::Symbols, reader, writer, at });
                }
            }
            (NamedKind::Fixed { size, .. }, NamedKind::Fixed { size: written, .. }) if size != written => {
                let at = self.locations.below(at, Step::Key("size"));
                let problem = Problem::FixedSize { reader: *size, writer: *written };
                self.report(Found { problem, reader, writer, at });
            }
            _ => {}
        }
    }

    fn compare_fields(&mut self, reader: Node<'a>, writer: Node<'a>, at: Location) {
        let at = self.locations.below(at, Step::Key("fields"));
        let (fields, others) = (reader.fields(), writer.fields());
        self.steps += fields.declared.len() / NAMES_PER_STEP;
        let mut lookup = Lookup::new(fields, others);
        let first = self.tasks.len();
        for position in 0..fields.declared.len() {
            if lookup.same(position).is_some() {
                continue;
            }
            let Some((field, node)) = fields.get(position) else { break };
            let report = |problem| Err(Found { problem, reader, writer, at });
            let task = match lookup.find(position) {
                FieldFound::One(position) => match others.get(position) {
                    Some((_, other)) if !node.is_same_without_names(other) => Ok((node, other)),
                    _ => continue,
                },
                FieldFound::None if field.default.is_some() => continue,
                // Java compares an enum that has a default with the whole record, which never fits.
                FieldFound::None if has_enum_default(node) => Ok((node, writer)),
                FieldFound::None => report(Problem::MissingDefault(field)),
                FieldFound::Several => report(Problem::SeveralFields(field)),
            };
            let at = self.locations.below(at, Step::Position(position));
            self.tasks.push(match task {
                Ok((node, other)) => Task::Pair(node, other, self.locations.below(at, Step::Key("type"))),
                Err(found) => Task::Report(Found { at, ..found }),
            });
        }
        self.tasks[first..].reverse();
    }

    /// What was found, each once, in Java's order.
    fn in_order(&self) -> Vec<Found<'a>> {
        let mut is_told = vec![false; self.found.len()];
        let mut is_expanded = vec![false; self.compared.len()];
        let mut found = Vec::new();
        let mut ranges: Vec<_> = std::iter::once(0..self.events.len()).collect();
        while let Some(mut range) = ranges.pop() {
            let Some(position) = range.next() else { continue };
            match self.events[position] {
                Event::Found(index) if !std::mem::replace(&mut is_told[index], true) => {
                    found.push(self.found[index].clone());
                }
                Event::Begin(pair) => is_expanded[pair] = true,
                Event::Skip(to) => range.start = to,
                Event::Again(pair) if !std::mem::replace(&mut is_expanded[pair], true) => {
                    ranges.push(range);
                    range = self.compared[pair].events.clone();
                }
                Event::Found(_) | Event::Again(_) => {}
            }
            ranges.push(range);
        }
        found
    }
}

fn has_enum_default(node: Node<'_>) -> bool {
    matches!(node.named().map(|named| &named.kind), Some(NamedKind::Enum { default: Some(_), .. }))
}

/// A named type by its id, another by its address: each is visited at one place only.
fn identity(node: Node<'_>) -> usize {
    match node.schema {
        Type::Named(id) => 2 * id.0 as usize + 1,
        other => std::ptr::from_ref(other).addr() & !1,
    }
}

/// Java compares names without namespaces; a full name counts in aliases only.
pub(super) fn is_name_accepted(reader: &NamedType, writer: &FullName) -> bool {
    reader.name.name == writer.name || is_alias(reader, writer)
}

/// Java keeps an alias without a namespace, in a type that has one, in a way that never matches.
pub(super) fn is_alias(reader: &NamedType, writer: &FullName) -> bool {
    let namespace = reader.name.namespace.as_deref();
    if reader.aliases.is_empty() {
        return false;
    }
    let writer = writer.to_string();
    reader.aliases.iter().any(|alias| java_alias(alias, namespace) == writer)
}

/// The symbols of a writer's enum that a reader's lacks, in the order of the writer's.
pub(super) fn missing_symbols<'a>(symbols: &[Symbol], written: &'a [Symbol]) -> Vec<&'a str> {
    let known: BTreeSet<&str> = symbols.iter().map(|symbol| &*symbol.name).collect();
    written.iter().map(|symbol| &*symbol.name).filter(|name| !known.contains(name)).collect()
}
