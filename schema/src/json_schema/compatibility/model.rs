//! A JSON Schema as Confluent's rules see it: every schema is of one kind.
//!
//! JSON Schema has keywords; the everit library, on whose classes the rules are stated, has kinds of schemas. A text with
//! keywords of several families, such as `type` beside `enum`, becomes an `allOf` that nobody wrote, and a list of types
//! an `anyOf`. A [`Part`] names such a schema without making it: schemas refer to themselves, so they are loaded when
//! the comparison comes to them.

mod array;
mod families;
mod object;

use crate::json::{Json, JsonKind};
use crate::json_schema::{Draft, Node};
use crate::span::Place;

pub(super) use array::Array;
pub(super) use families::Primitive;
pub(super) use object::{Declared, Object, Rest};

/// How many references are followed before a schema is taken to be none.
const MAX_REFERENCES: usize = 256;

const REFERENCES: [&str; 3] = ["$ref", "$dynamicRef", "$recursiveRef"];

/// Which of the schemas that are written at one place is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Aspect {
    /// All of it.
    Whole,
    /// What this keyword refers to.
    Reference(&'static str),
    /// Its `enum`.
    Enumeration,
    /// Its `const`.
    Constant,
    /// Its `allOf`, `anyOf` or `oneOf`.
    Combination(Criterion),
    /// Its `not`.
    Negation,
    /// Its `if`, `then` and `else`.
    Condition,
    /// Its list of types.
    Types,
    /// The keywords of this type, which `type` names.
    Typed(Primitive),
    /// The keywords of this type, which nothing names: values of other types pass.
    Sniffed(Primitive),
}

/// How many of several schemas must accept a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Criterion {
    All,
    Any,
    One,
}

impl Criterion {
    pub(super) const EVERY: [Self; 3] = [Self::All, Self::Any, Self::One];

    pub(super) const fn keyword(self) -> &'static str {
        match self {
            Self::All => "allOf",
            Self::Any => "anyOf",
            Self::One => "oneOf",
        }
    }
}

/// A schema that has not been loaded: where it is written, and which of those that are written there.
#[derive(Clone, Copy, Debug)]
pub(super) struct Part<'a> {
    pub(super) node: Node<'a>,
    pub(super) aspect: Aspect,
}

/// What tells parts apart.
pub(super) type Key = (usize, Aspect);

/// A schema of one kind.
#[derive(Debug)]
pub(super) struct Schema<'a> {
    /// Where references have led to.
    pub(super) node: Node<'a>,
    /// Which of the schemas there.
    aspect: Aspect,
    /// Whether `type` says so, so that no value of another type passes.
    pub(super) is_typed: bool,
    pub(super) kind: Kind<'a>,
}

/// The kinds.
#[derive(Debug)]
pub(super) enum Kind<'a> {
    /// Accepts everything: `{}` and `true`.
    Empty,
    /// Accepts nothing: `false`.
    False,
    /// A reference that leads nowhere or in a circle, or a type that is none.
    Unknown,
    String,
    Number,
    Integer,
    Boolean,
    Null,
    Object(Box<Object<'a>>),
    Array(Box<Array<'a>>),
    Enum(&'a [Json]),
    Const(&'a Json),
    Combined(Combined<'a>),
    Not(Part<'a>),
    Conditional,
}

/// Several schemas in one.
#[derive(Debug)]
pub(super) struct Combined<'a> {
    pub(super) criterion: Criterion,
    pub(super) parts: Vec<Part<'a>>,
    /// The keyword that combines them; `None` for combinations that nobody wrote.
    pub(super) keyword: Option<&'static str>,
}

impl<'a> Part<'a> {
    pub(super) fn whole(node: Node<'a>) -> Self {
        Self { node, aspect: Aspect::Whole }
    }

    pub(super) fn key(self) -> Key {
        (std::ptr::from_ref(self.node.json()).addr(), self.aspect)
    }

    /// The schema that is written under this keyword.
    pub(super) fn under(node: Node<'a>, keyword: &str) -> Option<Self> {
        node.get(keyword).map(|json| Self::whole(node.child(json)))
    }

    /// The part that this one stands for if it is nothing but a reference.
    pub(super) fn settled(self) -> Self {
        let mut part = self;
        for _ in 0..MAX_REFERENCES {
            match part.target() {
                Some(next) => part = next,
                None => return part,
            }
        }
        self
    }

    fn target(self) -> Option<Self> {
        let keyword = match self.aspect {
            Aspect::Reference(keyword) => keyword,
            Aspect::Whole if REFERENCES.iter().all(|keyword| self.node.get(keyword).is_none()) => return None,
            Aspect::Whole if self.node.ref_overrides_siblings() => "$ref",
            Aspect::Whole => match aspects(self.node).as_slice() {
                [Aspect::Reference(keyword)] => keyword,
                _ => return None,
            },
            _ => return None,
        };
        let reference = self.node.get(keyword)?.as_str()?;
        self.node.resolve(reference).map(Self::whole)
    }

    /// Loads the schema, following references.
    pub(super) fn load(self) -> Schema<'a> {
        let mut part = self;
        for _ in 0..MAX_REFERENCES {
            match part.step() {
                Step::Loaded(schema) => return schema,
                Step::Another(next) => part = next,
            }
        }
        Schema { node: part.node, aspect: part.aspect, is_typed: false, kind: Kind::Unknown }
    }

    fn step(self) -> Step<'a> {
        let node = self.node;
        let loaded = |is_typed, kind| Step::Loaded(Schema { node, aspect: self.aspect, is_typed, kind });
        match self.aspect {
            Aspect::Whole => whole(node),
            Aspect::Reference(keyword) => {
                let target = node.get(keyword).and_then(Json::as_str).and_then(|reference| node.resolve(reference));
                target.map_or(loaded(false, Kind::Unknown), |target| Step::Another(Self::whole(target)))
            }
            Aspect::Typed(primitive) => loaded(true, primitive.kind(node)),
            Aspect::Sniffed(primitive) => loaded(false, primitive.kind(node)),
            other => loaded(false, keyword_kind(node, other)),
        }
    }

    /// The place of this part's keyword.
    pub(super) fn place(self) -> Place {
        let keyword = match self.aspect {
            Aspect::Reference(keyword) => keyword,
            Aspect::Enumeration => "enum",
            Aspect::Constant => "const",
            Aspect::Combination(criterion) => criterion.keyword(),
            Aspect::Negation => "not",
            Aspect::Condition => "if",
            Aspect::Types | Aspect::Typed(_) => "type",
            Aspect::Whole | Aspect::Sniffed(_) => return self.node.place(),
        };
        keyword_place(self.node, keyword).unwrap_or(self.node.place())
    }
}

enum Step<'a> {
    Loaded(Schema<'a>),
    Another(Part<'a>),
}

/// The place of a keyword and its value.
pub(super) fn keyword_place(node: Node<'_>, keyword: &str) -> Option<Place> {
    let member = node.member(keyword)?;
    let place = node.place_of(&member.value);
    Some(if node.is_built_in() { place } else { Place { span: member.key_span.to(place.span), ..place } })
}

fn whole(node: Node<'_>) -> Step<'_> {
    let loaded = |kind| Step::Loaded(Schema { node, aspect: Aspect::Whole, is_typed: false, kind });
    match &node.json().kind {
        JsonKind::Bool(false) => return loaded(Kind::False),
        JsonKind::Object(_) => {}
        _ => return loaded(Kind::Empty),
    }
    if node.ref_overrides_siblings() {
        return Step::Another(Part { node, aspect: Aspect::Reference("$ref") });
    }
    let aspects = aspects(node);
    match aspects.as_slice() {
        [] => loaded(Kind::Empty),
        [aspect] => Step::Another(Part { node, aspect: *aspect }),
        _ => {
            let parts = aspects.into_iter().map(|aspect| Part { node, aspect }).collect();
            loaded(Kind::Combined(Combined { criterion: Criterion::All, parts, keyword: None }))
        }
    }
}

/// Every schema that is written at this place.
fn aspects(node: Node<'_>) -> Vec<Aspect> {
    let draft = node.draft();
    let mut found = Vec::new();
    if !draft.ref_overrides_siblings() {
        let named = |keyword: &&str| node.get(keyword).is_some_and(|json| json.as_str().is_some());
        found.extend(REFERENCES.into_iter().filter(named).map(Aspect::Reference));
    }
    let is_list = |keyword| node.get(keyword).and_then(Json::as_array).is_some();
    let is_filled = |keyword| node.get(keyword).and_then(Json::as_array).is_some_and(|items| !items.is_empty());
    let is_combined = |criterion: &Criterion| is_filled(criterion.keyword());
    found.extend(is_list("enum").then_some(Aspect::Enumeration));
    found.extend(Criterion::EVERY.into_iter().filter(is_combined).map(Aspect::Combination));
    found.extend(node.get("not").map(|_| Aspect::Negation));
    found.extend(node.get("const").filter(|_| draft >= Draft::Draft6).map(|_| Aspect::Constant));
    let is_conditional = node.get("if").is_some() && (node.get("then").or(node.get("else"))).is_some();
    found.extend((is_conditional && draft >= Draft::Draft7).then_some(Aspect::Condition));
    match node.get("type") {
        Some(json) if json.as_array().is_some() => found.push(Aspect::Types),
        Some(json) => found.push(Aspect::Typed(json.as_str().map_or(Primitive::Unknown, Primitive::named))),
        None => found.extend(families::used(node).map(Aspect::Sniffed)),
    }
    found
}

fn keyword_kind(node: Node<'_>, aspect: Aspect) -> Kind<'_> {
    let list = |keyword| node.get(keyword).and_then(Json::as_array).unwrap_or_default();
    match aspect {
        Aspect::Enumeration => Kind::Enum(list("enum")),
        Aspect::Constant => node.get("const").map_or(Kind::Empty, Kind::Const),
        Aspect::Negation => Part::under(node, "not").map_or(Kind::Empty, Kind::Not),
        Aspect::Combination(criterion) => {
            let mut parts: Vec<_> =
                list(criterion.keyword()).iter().map(|json| Part::whole(node.child(json))).collect();
            if criterion != Criterion::One {
                without_repetitions(&mut parts);
            }
            Kind::Combined(Combined { criterion, parts, keyword: Some(criterion.keyword()) })
        }
        Aspect::Types => {
            let primitive = |json: &Json| json.as_str().map_or(Primitive::Unknown, Primitive::named);
            let mut named: Vec<_> = list("type").iter().map(primitive).collect();
            named.sort_unstable();
            named.dedup();
            let parts = named.into_iter().map(|primitive| Part { node, aspect: Aspect::Typed(primitive) }).collect();
            Kind::Combined(Combined { criterion: Criterion::Any, parts, keyword: Some("type") })
        }
        _ => Kind::Conditional,
    }
}

/// Saying something twice asks for no more than saying it once, except in `oneOf`.
fn without_repetitions(parts: &mut Vec<Part<'_>>) {
    let mut seen = std::collections::BTreeSet::new();
    parts.retain(|part| seen.insert(part.node.json().to_string()));
}

impl<'a> Schema<'a> {
    /// The part that it was loaded from, after all references.
    pub(super) fn part(&self) -> Part<'a> {
        Part { node: self.node, aspect: self.aspect }
    }

    /// What it is, with its article.
    pub(super) fn describe(&self) -> String {
        match &self.kind {
            Kind::Empty => "a schema that accepts everything".into(),
            Kind::False => "a schema that accepts nothing".into(),
            Kind::Unknown => "a schema that cannot be found".into(),
            Kind::String => "a string".into(),
            Kind::Number => "a number".into(),
            Kind::Integer => "an integer".into(),
            Kind::Boolean => "a boolean".into(),
            Kind::Null => "`null`".into(),
            Kind::Object(_) => "an object".into(),
            Kind::Array(_) => "an array".into(),
            Kind::Enum(values) => format!("an `enum` of {} value{}", values.len(), plural(values.len())),
            Kind::Const(value) => format!("the constant {}", super::value::shown(value)),
            Kind::Not(_) => "a `not`".into(),
            Kind::Conditional => "an `if` with `then` or `else`".into(),
            Kind::Combined(combined) => combined.describe(),
        }
    }
}

impl Combined<'_> {
    pub(super) fn describe(&self) -> String {
        let count = self.parts.len();
        match self.keyword {
            Some("type") => format!("any of {count} type{}", plural(count)),
            Some(keyword) => format!("`{keyword}` of {count} schema{}", plural(count)),
            None => format!("{count} conditions at once"),
        }
    }
}

pub(super) fn plural(count: usize) -> &'static str {
    if count == 1 { "" } else { "s" }
}
