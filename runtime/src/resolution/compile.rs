//! From two schemas to the steps between them.

use std::collections::HashMap;

use super::default;
use super::run::{Record, Slot, Step, StepId};
use super::same::fit;
use super::schema::{Arena, Field, Name, Node, NodeId, Primitive, simple};
use super::{MAX_DEPTH, ResolutionError};

/// More pairs of types than this are taken for an attack on our memory.
const MAX_STEPS: usize = 100_000;

/// Compiles pairs of types to steps, each pair once.
pub(super) struct Compiler<'a> {
    arena: &'a Arena,
    steps: Vec<Step>,
    /// The steps that exist or are being compiled; in the order in which they began, so that a failed branch of a
    /// union can take its own back.
    known: HashMap<(NodeId, NodeId), StepId>,
    order: Vec<(NodeId, NodeId)>,
    path: Vec<String>,
    depth: usize,
}

impl<'a> Compiler<'a> {
    pub(super) fn new(arena: &'a Arena) -> Self {
        Self { arena, steps: Vec::new(), known: HashMap::new(), order: Vec::new(), path: Vec::new(), depth: 0 }
    }

    pub(super) fn into_steps(self) -> Vec<Step> {
        self.steps
    }

    /// The step that reads `writer` and writes `reader`.
    pub(super) fn step(&mut self, writer: NodeId, reader: NodeId) -> Result<StepId, ResolutionError> {
        if let Some(id) = self.known.get(&(writer, reader)) {
            return Ok(*id);
        }
        if self.depth > MAX_DEPTH || self.steps.len() > MAX_STEPS {
            return Err(self.mismatch("the schemas are too deep or too large to resolve".to_owned()));
        }
        let id = StepId(self.steps.len());
        self.steps.push(Step::Nothing);
        self.known.insert((writer, reader), id);
        self.order.push((writer, reader));
        self.depth += 1;
        let step = self.compile(writer, reader);
        self.depth -= 1;
        if let Some(place) = self.steps.get_mut(id.0) {
            *place = step?;
        }
        Ok(id)
    }

    /// Like `step`, for one way among several: a failure leaves nothing behind.
    fn try_step(&mut self, writer: NodeId, reader: NodeId) -> Result<StepId, ResolutionError> {
        let (mark, path) = (self.order.len(), self.path.len());
        let step = self.step(writer, reader);
        if step.is_err() {
            for pair in self.order.drain(mark..) {
                self.known.remove(&pair);
            }
            self.path.truncate(path);
        }
        step
    }

    fn compile(&mut self, writer: NodeId, reader: NodeId) -> Result<Step, ResolutionError> {
        let arena = self.arena;
        match (arena.node(writer), arena.node(reader)) {
            (Node::Union(branches), _) => self.read_union(branches, reader),
            (_, Node::Union(branches)) => self.write_union(writer, branches),
            (
                Node::Primitive { primitive: from, logical: written },
                Node::Primitive { primitive: to, logical: read },
            ) => {
                self.check_logical(written.as_ref(), read.as_ref())?;
                promotion(*from, *to).ok_or_else(|| self.differ(writer, reader))
            }
            (
                Node::Fixed { name: from, size, logical: written },
                Node::Fixed { name: to, size: expected, logical: read },
            ) if size == expected && names_match(from, to) => {
                self.check_logical(written.as_ref(), read.as_ref())?;
                Ok(Step::Fixed(*size))
            }
            (Node::Enum { name: from, symbols, .. }, Node::Enum { name: to, symbols: known, default })
                if names_match(from, to) =>
            {
                Ok(enumeration(symbols, known, default.as_deref()))
            }
            (Node::Array(from), Node::Array(to)) => self.step(*from, *to).map(Step::Array),
            (Node::Map(from), Node::Map(to)) => self.step(*from, *to).map(Step::Map),
            (Node::Record { name: from, fields: written }, Node::Record { name: to, fields: read }) => {
                // The outermost names are those of the topic's type: the subject already says that they belong together.
                if self.depth > 1 && !names_match(from, to) {
                    return Err(self.differ(writer, reader));
                }
                self.record(written, read)
            }
            _ => Err(self.differ(writer, reader)),
        }
    }

    fn read_union(&mut self, branches: &[NodeId], reader: NodeId) -> Result<Step, ResolutionError> {
        let steps: Vec<_> = branches.iter().map(|branch| self.try_step(*branch, reader)).collect();
        // A branch that does not fit is an error for the records that use it; none that fits is one for all.
        if steps.iter().any(Result::is_ok) {
            return Ok(Step::FromUnion(
                steps.into_iter().map(|step| step.map_err(|error| error.to_string())).collect(),
            ));
        }
        Err(steps.into_iter().find_map(Result::err).unwrap_or_else(|| self.mismatch("an empty union".to_owned())))
    }

    fn write_union(&mut self, writer: NodeId, branches: &[NodeId]) -> Result<Step, ResolutionError> {
        let arena = self.arena;
        let same_kind = |reader: &NodeId| is_same_kind(arena.node(writer), arena.node(*reader));
        // The specification takes the first branch that matches; like Java's, we prefer one that needs no promotion.
        let mut order: Vec<(usize, NodeId)> = branches.iter().copied().enumerate().collect();
        order.sort_by_key(|(_, branch)| !same_kind(branch));
        for (index, branch) in order {
            if let Ok(step) = self.try_step(writer, branch) {
                return Ok(Step::ToUnion(index, step));
            }
        }
        Err(self.mismatch(format!("no branch of the reader's union takes {}", self.describe(writer))))
    }

    fn record(&mut self, written: &[Field], read: &[Field]) -> Result<Step, ResolutionError> {
        let mut slots: Vec<Option<Slot>> = read.iter().map(|_| None).collect();
        let mut fields = Vec::with_capacity(written.len());
        for (place, field) in written.iter().enumerate() {
            self.path.push(field.name.clone());
            let target = target(field, read).filter(|(slot, _)| matches!(slots.get(*slot), Some(None)));
            let step = match target {
                Some((slot, reader)) => {
                    if let Some(open) = slots.get_mut(slot) {
                        *open = Some(Slot::Written(place));
                    }
                    self.step(field.node, reader.node)?
                }
                // Read as what it is and thrown away.
                None => self.step(field.node, field.node)?,
            };
            self.path.pop();
            fields.push((step, target.map(|(slot, _)| slot)));
        }
        let slots = slots.into_iter().zip(read).map(|(slot, field)| match slot {
            Some(slot) => Ok(slot),
            None => self.default(field).map(Slot::Default),
        });
        let slots: Vec<Slot> = slots.collect::<Result<_, _>>()?;
        Ok(Step::Record(Record::new(fields, slots)))
    }

    fn default(&self, field: &Field) -> Result<Vec<u8>, ResolutionError> {
        let Some(value) = &field.default else {
            return Err(self.mismatch(format!("the writer has no field `{}`, and ours has no default", field.name)));
        };
        let mut bytes = Vec::new();
        default::encode(self.arena, field.node, value, &mut bytes)
            .map_err(|what| self.mismatch(format!("the default of `{}` {what}", field.name)))?;
        Ok(bytes)
    }

    fn check_logical(&self, written: Option<&String>, read: Option<&String>) -> Result<(), ResolutionError> {
        if fit(written, read) {
            return Ok(());
        }
        let name = |logical: Option<&String>| logical.cloned().unwrap_or_default();
        Err(self.mismatch(format!("the writer's is {}, ours is {}", name(written), name(read))))
    }

    fn differ(&self, writer: NodeId, reader: NodeId) -> ResolutionError {
        self.mismatch(format!("{} cannot be read as {}", self.describe(writer), self.describe(reader)))
    }

    fn mismatch(&self, what: String) -> ResolutionError {
        if self.path.is_empty() {
            return ResolutionError::Mismatch(what);
        }
        ResolutionError::Mismatch(format!("at `{}`: {what}", self.path.join(".")))
    }

    fn describe(&self, id: NodeId) -> String {
        match self.arena.node(id) {
            Node::Primitive { primitive, .. } => primitive.name().to_owned(),
            Node::Fixed { name, size, .. } => format!("fixed `{}` of {size} bytes", name.full),
            Node::Enum { name, .. } => format!("enum `{}`", name.full),
            Node::Array(_) => "an array".to_owned(),
            Node::Map(_) => "a map".to_owned(),
            Node::Union(_) => "a union".to_owned(),
            Node::Record { name, .. } => format!("record `{}`", name.full),
            Node::Pending => "an undefined type".to_owned(),
        }
    }
}

/// The reader's field that a writer's field goes to: by name, else by the reader's alias.
fn target<'r>(written: &Field, read: &'r [Field]) -> Option<(usize, &'r Field)> {
    let by_name = read.iter().position(|field| field.name == written.name);
    let slot = by_name.or_else(|| read.iter().position(|field| field.aliases.contains(&written.name)))?;
    read.get(slot).map(|field| (slot, field))
}

fn names_match(writer: &Name, reader: &Name) -> bool {
    writer.simple() == reader.simple()
        || reader.aliases.iter().any(|alias| *alias == writer.full || simple(alias) == writer.simple())
}

fn is_same_kind(writer: &Node, reader: &Node) -> bool {
    match (writer, reader) {
        (Node::Primitive { primitive: a, .. }, Node::Primitive { primitive: b, .. }) => a == b,
        (Node::Fixed { name: a, .. }, Node::Fixed { name: b, .. })
        | (Node::Enum { name: a, .. }, Node::Enum { name: b, .. })
        | (Node::Record { name: a, .. }, Node::Record { name: b, .. }) => a.full == b.full,
        (Node::Array(_), Node::Array(_)) | (Node::Map(_), Node::Map(_)) => true,
        _ => false,
    }
}

fn enumeration(symbols: &[String], known: &[String], default: Option<&str>) -> Step {
    let index = |symbol: &str| known.iter().position(|known| known == symbol);
    let table = symbols.iter().map(|symbol| {
        index(symbol)
            .or_else(|| default.and_then(index))
            .ok_or_else(|| format!("our enum has no symbol `{symbol}` and no default"))
    });
    Step::Enum(table.collect())
}

fn promotion(from: Primitive, to: Primitive) -> Option<Step> {
    use Primitive::{Boolean, Bytes, Double, Float, Int, Long, Null, String};
    Some(match (from, to) {
        (Null, Null) => Step::Nothing,
        (Boolean, Boolean) => Step::Boolean,
        (Int, Int) => Step::Int,
        (Int | Long, Long) => Step::Long,
        (Int | Long, Float) => Step::LongToFloat,
        (Int | Long, Double) => Step::LongToDouble,
        (Float, Float) => Step::Fixed(size_of::<f32>()),
        (Float, Double) => Step::FloatToDouble,
        (Double, Double) => Step::Fixed(size_of::<f64>()),
        (Bytes, Bytes | String) | (String, Bytes) => Step::Bytes,
        (String, String) => Step::String,
        _ => return None,
    })
}
