//! `schema diff OLD NEW`: every difference, and what it does to readers on both sides.

use std::collections::BTreeMap;

use schema::compatibility::{Difference, Direction, Effect, Level, Older, check, differences};
use schema::{Document, Strictness};
use serde_json::{Value, json};
use topology::source::Sources;

use super::text::{self, Text};
use crate::args::{Format, SchemaDiffArgs};
use crate::command::Scope;
use crate::exit::ExitStatus;
use crate::failure::Failure;

/// A difference as both sides see it.
struct Row {
    rule: &'static str,
    path: String,
    what: String,
    /// What it does to readers with the new schema, and to those with the old one; `None` where only the other side
    /// sees it.
    effects: BTreeMap<Direction, Effect>,
}

pub(crate) fn run(args: &SchemaDiffArgs, scope: &Scope) -> Result<ExitStatus, Failure> {
    let mut sources = Sources::default();
    let old = text::read(&args.old, &args.text, Strictness::Lenient, &mut sources)?;
    let new = text::read(&args.new, &args.text, Strictness::Lenient, &mut sources)?;
    let (Some(old_document), Some(document)) = (&old.document, &new.document) else {
        return Err(unreadable(&sources, scope, &[&old, &new]));
    };
    let rows = rows(old_document, document, args)?;
    let levels = levels(old_document, document, args);
    match args.format {
        Format::Human => scope.terminal.result(&page(&rows, &levels)),
        Format::Json => scope.terminal.result(&format!("{:#}\n", document_of(&rows, &levels))),
    }
    Ok(ExitStatus::Clean)
}

pub(super) fn unreadable(sources: &Sources, scope: &Scope, texts: &[&Text]) -> Failure {
    let found: Vec<_> = texts.iter().flat_map(|text| text.diagnostics.clone()).collect();
    scope.terminal.findings(sources, &found);
    Failure::findings("the schema cannot be read")
}

fn rows(old: &Document, new: &Document, args: &SchemaDiffArgs) -> Result<Vec<Row>, Failure> {
    let policy = args.policy.into();
    let formats = || {
        Failure::findings(format!("one schema is {} and the other {}", old.format(), new.format()))
            .help("only schemas of one format can be compared")
    };
    let found = |direction| differences(new, old, direction, policy).ok_or_else(formats);
    let mut rows: Vec<Row> = Vec::new();
    let mut known = BTreeMap::new();
    for direction in [Direction::Backward, Direction::Forward] {
        for difference in found(direction)? {
            add(&mut rows, &mut known, direction, difference);
        }
    }
    Ok(rows)
}

/// A row for each difference, in the order in which they come; `known` says where a row is.
fn add(
    rows: &mut Vec<Row>,
    known: &mut BTreeMap<(&'static str, String, String), usize>,
    direction: Direction,
    difference: Difference,
) {
    let Difference { rule, effect, path, what, .. } = difference;
    let position = *known.entry((rule.name, path.clone(), what.clone())).or_insert(rows.len());
    match rows.get_mut(position) {
        Some(row) => drop(row.effects.insert(direction, effect)),
        None => rows.push(Row { rule: rule.name, path, what, effects: BTreeMap::from([(direction, effect)]) }),
    }
}

/// Which levels the new schema keeps.
fn levels(old: &Document, new: &Document, args: &SchemaDiffArgs) -> Vec<(Level, bool)> {
    let kept = |level| check(new, &[Older { version: 0, document: old }], level, args.policy.into()).is_compatible();
    [Level::Backward, Level::Forward, Level::Full].map(|level| (level, kept(level))).to_vec()
}

fn word(effect: Effect) -> &'static str {
    match effect {
        Effect::Safe => "safe",
        Effect::Risky => "risky",
        Effect::Breaking => "breaks",
    }
}

fn page(rows: &[Row], levels: &[(Level, bool)]) -> String {
    let mut page = String::new();
    if rows.is_empty() {
        page += "no difference that matters to a reader\n";
    } else {
        page += &format!("{:<16} {:<16} {}\n", "NEW READS OLD", "OLD READS NEW", "DIFFERENCE");
    }
    for row in rows {
        let effect = |direction| row.effects.get(&direction).map_or("-", |effect| word(*effect));
        let (backward, forward) = (effect(Direction::Backward), effect(Direction::Forward));
        page += &format!("{backward:<16} {forward:<16} {}\n", row.what);
        page += &format!("{:<33} {} at {}\n", "", row.rule, if row.path.is_empty() { "/" } else { &row.path });
    }
    let kept: Vec<String> =
        levels.iter().map(|(level, kept)| format!("{level} {}", if *kept { "yes" } else { "no" })).collect();
    page + &format!("\n{}\n", kept.join(" · "))
}

fn document_of(rows: &[Row], levels: &[(Level, bool)]) -> Value {
    let row = |row: &Row| {
        json!({
            "rule": row.rule,
            "path": row.path,
            "what": row.what,
            "backward": row.effects.get(&Direction::Backward).map(|effect| word(*effect)),
            "forward": row.effects.get(&Direction::Forward).map(|effect| word(*effect)),
        })
    };
    let levels: serde_json::Map<String, Value> =
        levels.iter().map(|(level, kept)| (level.as_str().to_owned(), json!(kept))).collect();
    json!({ "format_version": 1, "differences": rows.iter().map(row).collect::<Vec<_>>(), "levels": levels })
}
