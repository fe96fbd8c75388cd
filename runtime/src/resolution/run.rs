//! The steps over a record's bytes.
//!
//! The bytes are not trusted: nesting, items without bytes and the size of the result are limited, so that a small
//! record cannot ask for much.

use topology_codec::{Cursor, encode};

use super::{MAX_DEPTH, ResolutionError};

/// How many items without bytes one record may hold, as in the decoder.
const MAX_EMPTY_ITEMS: usize = 65_536;
/// How large a rewritten record may become: defaults can make it larger than what was read.
const MAX_OUTPUT: usize = 64 << 20;

/// The place of a step in its plan.
#[derive(Clone, Copy, Debug)]
pub(super) struct StepId(pub(super) usize);

/// Reads one value of the writer's and writes it as ours.
#[derive(Debug)]
pub(super) enum Step {
    Nothing,
    Boolean,
    Int,
    Long,
    LongToFloat,
    LongToDouble,
    FloatToDouble,
    Bytes,
    String,
    Fixed(usize),
    /// Ours for each of the writer's symbols.
    Enum(Vec<Result<usize, String>>),
    Array(StepId),
    Map(StepId),
    /// A step for each of the writer's branches, or why there is none.
    FromUnion(Vec<Result<StepId, String>>),
    /// Our branch, and the step of its value.
    ToUnion(usize, StepId),
    Record(Record),
}

/// The fields of a record.
#[derive(Debug)]
pub(super) struct Record {
    /// In the writer's order, each with the place among ours that it goes to.
    fields: Vec<(StepId, Option<usize>)>,
    /// In our order.
    slots: Vec<Slot>,
    /// Whether the fields that stay have the same order, so that nothing needs to be moved.
    is_in_order: bool,
}

/// Where a field of ours comes from.
#[derive(Debug)]
pub(super) enum Slot {
    /// From the writer's field at this place.
    Written(usize),
    /// From its default.
    Default(Vec<u8>),
}

impl Record {
    pub(super) fn new(fields: Vec<(StepId, Option<usize>)>, slots: Vec<Slot>) -> Self {
        let is_in_order = fields.iter().filter_map(|(_, slot)| *slot).is_sorted();
        Self { fields, slots, is_in_order }
    }
}

/// One record on its way.
pub(super) struct Run<'a> {
    steps: &'a [Step],
    cursor: Cursor<'a>,
    out: Vec<u8>,
    depth: usize,
    empty_items: usize,
}

impl<'a> Run<'a> {
    pub(super) fn new(steps: &'a [Step], body: &'a [u8]) -> Self {
        let out = Vec::with_capacity(body.len() + 64);
        Self { steps, cursor: Cursor::new(body), out, depth: 0, empty_items: 0 }
    }

    /// Rewrites the whole record; bytes behind it are an error.
    pub(super) fn whole(mut self, start: StepId) -> Result<Vec<u8>, ResolutionError> {
        self.step(start)?;
        self.cursor.finish()?;
        Ok(self.out)
    }

    fn step(&mut self, id: StepId) -> Result<(), ResolutionError> {
        let steps = self.steps;
        let Some(step) = steps.get(id.0) else { return Ok(()) };
        match step {
            Step::Nothing => {}
            Step::Boolean => encode::boolean(self.cursor.boolean()?, &mut self.out),
            Step::Int => encode::int(self.cursor.int()?, &mut self.out),
            Step::Long => encode::long(self.cursor.long()?, &mut self.out),
            #[expect(clippy::cast_precision_loss, reason = "the specification promotes to the nearest float")]
            Step::LongToFloat => encode::float(self.cursor.long()? as f32, &mut self.out),
            #[expect(clippy::cast_precision_loss, reason = "the specification promotes to the nearest double")]
            Step::LongToDouble => encode::double(self.cursor.long()? as f64, &mut self.out),
            Step::FloatToDouble => encode::double(f64::from(self.cursor.float()?), &mut self.out),
            Step::Bytes => encode::bytes(self.cursor.byte_slice()?, &mut self.out),
            Step::String => encode::string(self.cursor.str()?, &mut self.out),
            Step::Fixed(size) => {
                for _ in 0..*size {
                    self.out.push(u8::from_le_bytes(self.cursor.fixed()?));
                }
            }
            Step::Enum(table) => {
                let ours = *self.choice(table, "symbol")?;
                encode::index(ours, &mut self.out);
            }
            Step::Array(item) => self.blocks(|run| run.step(*item))?,
            Step::Map(value) => self.blocks(|run| {
                encode::string(run.cursor.str()?, &mut run.out);
                run.step(*value)
            })?,
            Step::FromUnion(branches) => {
                let branch = *self.choice(branches, "branch")?;
                self.deeper(|run| run.step(branch))?;
            }
            Step::ToUnion(index, value) => {
                encode::index(*index, &mut self.out);
                self.deeper(|run| run.step(*value))?;
            }
            Step::Record(record) => self.deeper(|run| run.record(record))?,
        }
        Ok(())
    }

    /// Reads an index and takes what the plan has for it.
    fn choice<T>(&mut self, table: &'a [Result<T, String>], what: &str) -> Result<&'a T, ResolutionError> {
        let offset = self.cursor.offset();
        let index = self.cursor.long()?;
        let chosen = usize::try_from(index).ok().and_then(|index| table.get(index));
        match chosen {
            Some(Ok(chosen)) => Ok(chosen),
            Some(Err(why)) => Err(ResolutionError::Unreadable { offset, what: why.clone() }),
            None => Err(ResolutionError::Unreadable { offset, what: format!("the writer has no {what} {index}") }),
        }
    }

    fn record(&mut self, record: &'a Record) -> Result<(), ResolutionError> {
        if record.is_in_order {
            self.record_in_order(record)?;
        } else {
            self.record_moved(record)?;
        }
        if self.out.len() > MAX_OUTPUT {
            let what = format!("our form of the record has more than {MAX_OUTPUT} bytes");
            return Err(ResolutionError::Unreadable { offset: self.cursor.offset(), what });
        }
        Ok(())
    }

    fn record_in_order(&mut self, record: &'a Record) -> Result<(), ResolutionError> {
        let mut slots = record.slots.iter();
        for (step, slot) in &record.fields {
            if slot.is_none() {
                self.skip(*step)?;
                continue;
            }
            // Up to the slot of this field there are only defaults.
            for default in slots.by_ref().map_while(Slot::default) {
                self.out.extend_from_slice(default);
            }
            self.step(*step)?;
        }
        slots.filter_map(Slot::default).for_each(|default| self.out.extend_from_slice(default));
        Ok(())
    }

    fn record_moved(&mut self, record: &'a Record) -> Result<(), ResolutionError> {
        let begin = self.out.len();
        let mut spans = Vec::with_capacity(record.fields.len());
        for (step, slot) in &record.fields {
            let start = self.out.len() - begin;
            match slot {
                Some(_) => self.step(*step)?,
                None => self.skip(*step)?,
            }
            spans.push(start..self.out.len() - begin);
        }
        let written = self.out.split_off(begin);
        for slot in &record.slots {
            let bytes = match slot {
                Slot::Default(bytes) => Some(bytes.as_slice()),
                Slot::Written(place) => spans.get(*place).and_then(|span| written.get(span.clone())),
            };
            self.out.extend_from_slice(bytes.unwrap_or_default());
        }
        Ok(())
    }

    /// Reads a field that we do not have.
    fn skip(&mut self, step: StepId) -> Result<(), ResolutionError> {
        let mark = self.out.len();
        self.step(step)?;
        self.out.truncate(mark);
        Ok(())
    }

    /// The blocks of an array or map, one by one.
    fn blocks(
        &mut self,
        mut item: impl FnMut(&mut Self) -> Result<(), ResolutionError>,
    ) -> Result<(), ResolutionError> {
        loop {
            let count = self.cursor.long()?;
            if count < 0 {
                // The block's size in bytes, for readers that skip it.
                self.cursor.long()?;
            }
            encode::long(i64::try_from(count.unsigned_abs()).unwrap_or(i64::MAX), &mut self.out);
            if count == 0 {
                return Ok(());
            }
            for _ in 0..count.unsigned_abs() {
                let before = self.cursor.offset();
                self.deeper(&mut item)?;
                self.empty_items += usize::from(self.cursor.offset() == before);
                if self.empty_items > MAX_EMPTY_ITEMS {
                    let what = format!("more than {MAX_EMPTY_ITEMS} items without bytes");
                    return Err(ResolutionError::Unreadable { offset: before, what });
                }
            }
        }
    }

    fn deeper(&mut self, run: impl FnOnce(&mut Self) -> Result<(), ResolutionError>) -> Result<(), ResolutionError> {
        if self.depth >= MAX_DEPTH {
            let what = format!("values nest more than {MAX_DEPTH} deep");
            return Err(ResolutionError::Unreadable { offset: self.cursor.offset(), what });
        }
        self.depth += 1;
        run(self)?;
        self.depth -= 1;
        Ok(())
    }
}

impl Slot {
    fn default(&self) -> Option<&[u8]> {
        match self {
            Self::Default(bytes) => Some(bytes),
            Self::Written(_) => None,
        }
    }
}
