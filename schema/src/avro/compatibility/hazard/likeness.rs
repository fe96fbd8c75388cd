//! What tells quickly that a field cannot be another one under a new name.
//!
//! Each field that is gone is compared with each new one, for each version of a history.

use crate::avro::Field;
use crate::avro::model::Type;
use crate::near::distance;

/// A name longer than this is taken for like no other.
const LONGEST: usize = 64;

pub(super) struct Likeness {
    /// The name without what is only style: underscores and upper case.
    letters: [u8; LONGEST],
    /// How many letters there are; none of a name that is too long.
    len: usize,
    /// The same for types that say the same.
    shape: u64,
}

impl Likeness {
    pub(super) fn of(field: &Field) -> Self {
        let mut likeness = Self { letters: [0; LONGEST], len: 0, shape: shape(&field.schema) };
        if field.name.len() <= LONGEST {
            for byte in field.name.bytes().filter(|byte| *byte != b'_') {
                likeness.letters[likeness.len] = byte.to_ascii_lowercase();
                likeness.len += 1;
            }
        }
        likeness
    }

    pub(super) fn may_have_the_type_of(&self, other: &Self) -> bool {
        self.shape == other.shape
    }

    /// Whether one name may be a new spelling of the other: at most a third of its letters differ.
    pub(super) fn has_a_name_like(&self, other: &Self) -> bool {
        let limit = self.len.min(other.len) / 3;
        self.len > 0 && other.len > 0 && distance(self.letters(), other.letters(), limit).is_some()
    }

    fn letters(&self) -> &[u8] {
        &self.letters[..self.len]
    }
}

/// A number that differs for most types that differ. Names are not looked at: they are ids of their schemas.
fn shape(schema: &Type) -> u64 {
    let within = |kind: u64, inner: u64| kind.wrapping_add(inner.rotate_left(5)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    match schema {
        Type::Null => 1,
        Type::Boolean => 2,
        Type::Int => 3,
        Type::Long => 4,
        Type::Float => 5,
        Type::Double => 6,
        Type::Bytes => 7,
        Type::String => 8,
        Type::Logical(_) => 9,
        Type::Named(_) => 10,
        Type::Array(item) => within(11, shape(item)),
        Type::Map(value) => within(12, shape(value)),
        Type::Union(branches) => branches.iter().fold(13, |all, branch| within(all, shape(branch))),
    }
}
