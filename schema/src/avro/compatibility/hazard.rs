//! Differences that Java's comparison accepts, and that go wrong all the same.
//!
//! The two schemas are walked together along the fields and branches that a reader would take. Types that do not fit
//! are left alone: `check` has told them.

mod likeness;

use std::collections::BTreeSet;

use super::check::{MAX_PLACES, is_alias};
use super::fields::{Found, Lookup};
use super::location::{Location, Locations, Step};
use super::words::shown;
use super::{Kind, Node, rules};
use crate::avro::model::{FixedLogical, Logical, NamedKind, Symbol, Type, TypeId};
use crate::avro::{Document, Field, NamedType};
use crate::compatibility::{Difference, Direction, Rule};
use crate::json::Json;
use crate::span::Place;
use likeness::Likeness;

/// How many pairs of types are looked at.
const MAX_STEPS: usize = 100_000;
/// Up to how many pairs of branches are looked at for two unions.
const MAX_BRANCH_PAIRS: usize = 2_500;
/// How many fields of a record that nobody reads are taken for old names of new fields.
const MAX_UNREAD: usize = 64;
/// For how many new fields of a record an old name is looked for.
const MAX_MISSING: usize = 1_000;

/// A field with its position and its type.
type Written<'a> = (usize, &'a Field, Node<'a>);

pub(super) fn differences(reader: &Document, writer: &Document, direction: Direction) -> Vec<Difference> {
    let mut walk = Walk::new(direction);
    walk.work.push((Node::root(reader), Node::root(writer), Locations::ROOT));
    for _ in 0..MAX_STEPS {
        let Some((reader, writer, at)) = walk.work.pop().filter(|_| walk.told < MAX_PLACES) else { break };
        walk.visit(reader, writer, at);
    }
    walk.found
}

struct Walk<'a> {
    direction: Direction,
    work: Vec<(Node<'a>, Node<'a>, Location)>,
    visited: BTreeSet<(TypeId, TypeId)>,
    locations: Locations,
    found: Vec<Difference>,
    /// How many steps the places of what was found have together.
    told: usize,
}

/// What is told of a hazard.
struct Hazard {
    what: String,
    help: Option<String>,
    reader: Place,
    writer: Place,
}

impl<'a> Walk<'a> {
    fn new(direction: Direction) -> Self {
        Self {
            direction,
            work: Vec::new(),
            visited: BTreeSet::new(),
            locations: Locations::default(),
            found: Vec::new(),
            told: 0,
        }
    }

    fn visit(&mut self, reader: Node<'a>, writer: Node<'a>, at: Location) {
        match (reader.schema, writer.schema) {
            (Type::Array(left), Type::Array(right)) => {
                let at = self.locations.below(at, Step::Key("items"));
                self.work.push((reader.inner(left), writer.inner(right), at));
            }
            (Type::Map(left), Type::Map(right)) => {
                let at = self.locations.below(at, Step::Key("values"));
                self.work.push((reader.inner(left), writer.inner(right), at));
            }
            (Type::Union(_), _) | (_, Type::Union(_)) => self.union(reader, writer, at),
            (Type::Named(left), Type::Named(right)) => {
                if self.visited.insert((*left, *right)) {
                    self.named(reader.definition(), writer.definition(), at);
                }
            }
            _ => {
                self.promotion(reader, writer, at);
                self.logical(reader, writer, at);
            }
        }
    }

    fn tell(&mut self, rule: &'static Rule, at: Location, hazard: Hazard) {
        self.told += self.locations.depth(at);
        let path = self.locations.show(at);
        self.found.push(Difference {
            rule,
            effect: rule.effect,
            message: format!("{{errorType:'{}', description:'{}', additionalInfo:'{path}'}}", rule.name, hazard.what),
            path,
            what: hazard.what,
            help: hazard.help,
            reader: Some(hazard.reader),
            writer: Some(hazard.writer),
        });
    }

    /// Branches are paired by kind and name, as a reader does that has the same branch.
    fn union(&mut self, reader: Node<'a>, writer: Node<'a>, at: Location) {
        let alone = |node: Node<'a>| if node.kind() == Kind::Union { None } else { Some(node) };
        let left: Vec<Node<'a>> = alone(reader).map_or_else(|| reader.branches().collect(), |node| vec![node]);
        let right: Vec<Node<'a>> = alone(writer).map_or_else(|| writer.branches().collect(), |node| vec![node]);
        if left.len() * right.len() > MAX_BRANCH_PAIRS {
            return;
        }
        let mut pairs = Vec::new();
        for branch in &right {
            let same = left.iter().enumerate().find(|(_, other)| is_same_branch(**other, *branch));
            if let Some((position, other)) = same.or_else(|| only_value(&left).filter(|_| right.len() <= 2)) {
                pairs.push((position, *other, *branch));
            }
        }
        for (position, other, branch) in pairs.into_iter().rev() {
            let at = if left.len() == 1 { at } else { self.locations.below(at, Step::Position(position)) };
            self.work.push((other, branch, at));
        }
    }

    fn named(&mut self, reader: Node<'a>, writer: Node<'a>, at: Location) {
        let (Some(left), Some(right)) = (reader.named(), writer.named()) else { return };
        self.namespace(left, right, at);
        match (&left.kind, &right.kind) {
            (NamedKind::Record(_), NamedKind::Record(_)) => self.fields(reader, writer, at),
            (NamedKind::Enum { symbols, .. }, NamedKind::Enum { symbols: written, default }) => {
                let at = self.locations.below(at, Step::Key("symbols"));
                // Which symbols old readers do not know is asked of the newer schema alone.
                if default.is_none() && self.direction == Direction::Backward {
                    self.new_symbols((symbols, written), reader, writer, at);
                }
                self.order((symbols, written), reader, at);
            }
            (NamedKind::Fixed { .. }, NamedKind::Fixed { .. }) => self.logical(reader, writer, at),
            _ => {}
        }
    }

    fn namespace(&mut self, left: &NamedType, right: &NamedType, at: Location) {
        if left.name == right.name || left.name.name != right.name.name || is_alias(left, &right.name) {
            return;
        }
        let at = self.locations.below(at, Step::Key("name"));
        let [new, old] = self.direction.by_age(&left.name, &right.name);
        let what = format!("`{new}` was `{old}`, and is taken for it because only the namespace differs");
        let help = Some(match self.direction {
            Direction::Backward => format!("keep the name `{old}`, or add `\"aliases\": [\"{old}\"]`"),
            Direction::Forward => format!("keep the name `{old}`"),
        });
        self.tell(&rules::NAMESPACE_CHANGED, at, Hazard { what, help, reader: left.place, writer: right.place });
    }

    fn fields(&mut self, reader: Node<'a>, writer: Node<'a>, at: Location) {
        let at = self.locations.below(at, Step::Key("fields"));
        let (fields, others) = (reader.fields(), writer.fields());
        let mut lookup = Lookup::new(fields, others);
        let mut is_read = vec![false; others.declared.len()];
        let mut missing = Vec::new();
        let first = self.work.len();
        for position in 0..fields.declared.len() {
            let same = lookup.same(position);
            if let Some((other, is_same_default)) = same {
                is_read[other] = true;
                if is_same_default {
                    continue;
                }
            }
            let found = same.map_or_else(|| lookup.find(position), |(other, _)| Found::One(other));
            let Some((field, node)) = fields.get(position) else { break };
            match found {
                Found::One(other) => {
                    is_read[other] = true;
                    let Some((written, branch)) = others.get(other) else { continue };
                    let is_same = same.is_some() || node.is_same_without_names(branch);
                    if is_same && have_same_default(field, written) {
                        continue;
                    }
                    let at = self.locations.below(at, Step::Position(position));
                    self.defaults((field, node), (written, branch), at);
                    if !is_same {
                        let at = self.locations.below(at, Step::Key("type"));
                        self.work.push((node, branch, at));
                    }
                }
                Found::None if field.default.is_some() => missing.push((position, field, node)),
                Found::None | Found::Several => {}
            }
        }
        self.work[first..].reverse();
        let unread = is_read.iter().enumerate().filter(|(_, is_read)| !**is_read).take(MAX_UNREAD);
        let unread = unread.filter_map(|(other, _)| others.get(other).map(|(field, node)| (other, field, node)));
        let unread: Vec<(Likeness, Written<'a>)> = unread.map(|written| (Likeness::of(written.1), written)).collect();
        for field in missing.into_iter().take(MAX_MISSING) {
            self.renamed(field, &unread, at);
        }
    }

    /// A new field with a default where a field of the same type is gone: at the same position, or of a similar name.
    fn renamed(&mut self, (position, field, node): Written<'a>, unread: &[(Likeness, Written<'a>)], at: Location) {
        let likeness = Likeness::of(field);
        let is_old = |(old, (other, _, was)): &&(Likeness, Written<'a>)| {
            likeness.may_have_the_type_of(old)
                && (*other == position || likeness.has_a_name_like(old))
                && node.says_the_same(*was)
        };
        let Some((_, (_, old, _))) = unread.iter().find(is_old) else { return };
        let at = self.locations.below(at, Step::Position(position));
        let [new, was] = self.direction.by_age(&field.name, &old.name);
        let what = format!("field `{new}` may be the old field `{was}` under a new name");
        let help = Some(match self.direction {
            Direction::Backward => format!("if it is, add `\"aliases\": [\"{was}\"]` to `{new}`"),
            Direction::Forward => format!("if it is, keep the name `{was}`, by which the old schema looks for it"),
        });
        self.tell(&rules::FIELD_RENAMED, at, Hazard { what, help, reader: field.place, writer: old.place });
    }

    fn defaults(&mut self, left: (&'a Field, Node<'a>), right: (&'a Field, Node<'a>), at: Location) {
        let (Some(new), Some(old)) = (&left.0.default, &right.0.default) else { return };
        let place = |(field, node): (&Field, Node<'_>), json: &Json| {
            let span = if json.span.end > json.span.start { json.span } else { field.place.span };
            Place { file: node.file, span }
        };
        if !new.same(old) {
            let [now, before] = self.direction.by_age(new, old);
            let what = format!("the default of field `{}` is `{now}` and was `{before}`", left.0.name);
            let help = Some(format!("keep `{before}`, unless no stored record lacks the field"));
            let (reader, writer) = (place(left, new), place(right, old));
            self.tell(&rules::DEFAULT_CHANGED, at, Hazard { what, help, reader, writer });
        }
        let first = |node: Node<'a>| node.branch(0);
        if let (Some(now), Some(before)) = (first(left.1), first(right.1)) {
            let are_same_size = left.1.branches().len() == right.1.branches().len();
            if !is_same_branch(now, before) && are_same_size {
                let [new, old] = self.direction.by_age(shown(now), shown(before));
                let what = format!("the union starts with {new} and started with {old}");
                let help = Some(format!("keep {old} first: the default is a value of it"));
                let (reader, writer) = (now.place(), before.place());
                self.tell(&rules::UNION_FIRST_BRANCH_CHANGED, at, Hazard { what, help, reader, writer });
            }
        }
    }

    fn new_symbols(
        &mut self,
        (symbols, written): (&'a [Symbol], &'a [Symbol]),
        reader: Node<'a>,
        writer: Node<'a>,
        at: Location,
    ) {
        let known: BTreeSet<&str> = written.iter().map(|symbol| &*symbol.name).collect();
        let mut new = symbols.iter().filter(|symbol| !known.contains(&*symbol.name));
        let Some(first) = new.next() else { return };
        let more = new.count();
        let more = if more == 0 { String::new() } else { format!(" and {more} more") };
        let what =
            format!("enum {} has the new symbol `{}`{more}, and no default before it", shown(reader), first.name);
        let help = Some("roll out the readers before anybody writes it, and give the enum a `default`".to_owned());
        let (reader, writer) = (first.place, writer.attribute("symbols"));
        self.tell(&rules::ENUM_SYMBOL_WITHOUT_DEFAULT, at, Hazard { what, help, reader, writer });
    }

    fn order(&mut self, (symbols, written): (&'a [Symbol], &'a [Symbol]), reader: Node<'a>, at: Location) {
        let names =
            |symbols: &'a [Symbol]| -> BTreeSet<&'a str> { symbols.iter().map(|symbol| &*symbol.name).collect() };
        let (left, right) = (names(symbols), names(written));
        let now = symbols.iter().filter(|symbol| right.contains(&*symbol.name));
        let before = written.iter().filter(|symbol| left.contains(&*symbol.name));
        let Some((now, before)) = now.zip(before).find(|(now, before)| now.name != before.name) else { return };
        let [new, old] = self.direction.by_age(&now.name, &before.name);
        let what = format!("enum {} has `{new}` where `{old}` was", shown(reader));
        let help = Some("leave the symbols in their order and add new ones at the end".to_owned());
        self.tell(&rules::ENUM_SYMBOLS_REORDERED, at, Hazard { what, help, reader: now.place, writer: before.place });
    }

    fn promotion(&mut self, reader: Node<'a>, writer: Node<'a>, at: Location) {
        let rule = match (reader.kind(), writer.kind()) {
            (Kind::Float, Kind::Int | Kind::Long) | (Kind::Double, Kind::Long) => &rules::LOSSY_PROMOTION,
            (Kind::String, Kind::Bytes) => &rules::BYTES_READ_AS_STRING,
            _ => return,
        };
        let what = format!("{} is read as {}", shown(writer), shown(reader));
        let [_, old] = self.direction.by_age(shown(reader), shown(writer));
        let help = Some(format!("keep {old}"));
        self.tell(rule, at, Hazard { what, help, reader: reader.place(), writer: writer.place() });
    }

    fn logical(&mut self, reader: Node<'a>, writer: Node<'a>, at: Location) {
        if reader.kind() != writer.kind() && !reader.kind().reads(writer.kind()) {
            return;
        }
        let decimals = (decimal(reader), decimal(writer));
        let place = |node: Node<'_>| node.place();
        if let (Some(new), Some(old)) = decimals {
            if new != old {
                let shown = |(precision, scale)| format!("decimal({precision}, {scale})");
                let [now, before] = self.direction.by_age(shown(new), shown(old));
                let what = format!("the value is {now} and was {before}");
                let help = Some(format!("keep {before}"));
                let (reader, writer) = (place(reader), place(writer));
                self.tell(&rules::DECIMAL_CHANGED, at, Hazard { what, help, reader, writer });
            }
            return;
        }
        let name = |node: Node<'a>| node.json.get("logicalType").and_then(Json::as_str);
        let (new, old) = (name(reader), name(writer));
        if new == old {
            return;
        }
        let shown = |node: Node<'_>, name: Option<&str>| name.map_or_else(|| shown(node), |name| format!("`{name}`"));
        let [now, before] = self.direction.by_age(shown(reader, new), shown(writer, old));
        let what = format!("the value is {now} and was {before}");
        let help = Some(format!("keep {before}"));
        let (reader, writer) = (place(reader), place(writer));
        self.tell(&rules::LOGICAL_TYPE_CHANGED, at, Hazard { what, help, reader, writer });
    }
}

fn have_same_default(left: &Field, right: &Field) -> bool {
    match (&left.default, &right.default) {
        (Some(left), Some(right)) => left.same(right),
        _ => true,
    }
}

fn decimal(node: Node<'_>) -> Option<(u32, u32)> {
    match node.schema {
        Type::Logical(Logical::Decimal { precision, scale }) => Some((*precision, *scale)),
        Type::Named(_) => match node.named()?.kind {
            NamedKind::Fixed { logical: Some(FixedLogical::Decimal { precision, scale }), .. } => {
                Some((precision, scale))
            }
            _ => None,
        },
        _ => None,
    }
}

fn is_same_branch(reader: Node<'_>, writer: Node<'_>) -> bool {
    match (reader.named(), writer.named()) {
        (Some(left), Some(right)) => left.name.name == right.name.name || is_alias(left, &right.name),
        (None, None) => reader.kind() == writer.kind(),
        _ => false,
    }
}

/// The only branch that is not null, with its position.
fn only_value<'n, 'a>(branches: &'n [Node<'a>]) -> Option<(usize, &'n Node<'a>)> {
    let mut values = branches.iter().enumerate().filter(|(_, node)| node.kind() != Kind::Null);
    let first = values.next()?;
    values.next().is_none().then_some(first)
}
