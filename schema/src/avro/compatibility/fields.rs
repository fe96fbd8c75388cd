//! Which field of the writer's record a field of the reader's record takes its value from.

use std::collections::BTreeMap;

use crate::avro::model::Field;

/// The fields of a writer's record by name. Fields of two versions mostly stand in the same order, so the next field is
/// looked at first; an index is made when that guess first fails.
pub(super) struct Lookup<'a> {
    fields: &'a [Field],
    next: usize,
    positions: Option<BTreeMap<&'a str, usize>>,
}

/// What a reader's field finds.
pub(super) enum Found {
    /// No field of its name or of one of its aliases.
    None,
    /// The field at this position.
    One(usize),
    /// Several, which leaves no answer.
    Several,
}

impl<'a> Lookup<'a> {
    pub(super) fn new(fields: &'a [Field]) -> Self {
        Self { fields, next: 0, positions: None }
    }

    pub(super) fn find(&mut self, reader: &Field) -> Found {
        let mut found = self.position(&reader.name);
        for alias in &reader.aliases {
            match (found, self.position(alias)) {
                (Some(_), Some(_)) => return Found::Several,
                (None, one) => found = one,
                (Some(_), None) => {}
            }
        }
        found.map_or(Found::None, Found::One)
    }

    fn position(&mut self, name: &str) -> Option<usize> {
        if self.fields.get(self.next).is_some_and(|field| &*field.name == name) {
            self.next += 1;
            return Some(self.next - 1);
        }
        let fields = self.fields;
        let positions = self.positions.get_or_insert_with(|| {
            fields.iter().enumerate().map(|(position, field)| (&*field.name, position)).collect()
        });
        let position = positions.get(name).copied()?;
        self.next = position + 1;
        Some(position)
    }
}
