//! Whether an Avro schema reads what another wrote.

use super::Document;
use crate::compatibility::{Difference, Rule};

/// Every rule, in the order of the explanation.
pub const RULES: &[Rule] = &[];

/// Every difference between the reader's and the writer's schema.
pub(crate) fn compare(_reader: &Document, _writer: &Document) -> Vec<Difference> {
    Vec::new()
}
