//! Whether everything that a JSON Schema accepts is accepted by another.

use super::Document;
use crate::compatibility::{Difference, Policy, Rule};

/// Every rule, in the order of the explanation.
pub const RULES: &[Rule] = &[];

/// Every difference between the reader's and the writer's schema.
pub(crate) fn compare(_reader: &Document, _writer: &Document, _policy: Policy) -> Vec<Difference> {
    Vec::new()
}
