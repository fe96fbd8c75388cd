//! What is wrong with a new schema, beyond being readable.
//!
//! * [`metaschema`]: values that a keyword does not take.
//! * `reference` and [`endless`]: references that lead nowhere, or round in a circle.
//! * [`ignored`]: keywords that mean nothing where they stand.
//! * [`bounds`], [`pattern`], [`names`]: schemas that say something else than was meant.
//! * [`near`]: what may have been meant by a name that is not there.

mod metaschema;
mod reference;
mod endless;
mod ignored;
mod bounds;
mod pattern;
mod names;
mod near;

use super::{Document, walk};
use crate::{Finding, Severity};

/// Adds what is wrong to the findings, in the order of the text, and answers whether the schema can be used.
pub(super) fn check(document: &Document, findings: &mut Vec<Finding>) -> bool {
    let schemas = walk::schemas(document);
    metaschema::check(document, findings);
    reference::check(document, &schemas, findings);
    endless::check(&schemas, findings);
    for node in schemas.into_iter().filter(|node| node.own_place().file == 0) {
        ignored::check(node, findings);
        bounds::check(node, findings);
        pattern::check(node, findings);
        names::check(node, findings);
    }
    findings.sort_by_key(|finding| (finding.place.file, finding.place.span));
    findings.iter().all(|finding| finding.severity < Severity::Error)
}
