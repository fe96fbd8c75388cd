//! A schema file as JSON, whichever of Avro's notations it is written in.
//!
//! What follows (`parse`, `text`, `compatibility`) sees only this, so that a schema means the same in every notation and
//! every finding has its place in the text that a person wrote.

use std::sync::Arc;

use super::idl;
use super::parse::{duplicate_finding, syntax_finding};
use crate::json::{Comments, Json, JsonKind, Reading, read_noticing};
use crate::{Finding, Severity, Span};

/// How the text of an Avro schema is written.
///
/// A registry takes JSON only, so the caller says when a text may be something else.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Notation {
    /// One JSON value: `.avsc`.
    #[default]
    Json,
    /// Avro IDL: `.avdl`.
    Idl,
    /// The JSON of a protocol, of which only the types count: `.avpr`.
    Protocol,
}

impl Notation {
    /// The notation that the extension of a path stands for; JSON if it stands for none.
    pub fn of_path(path: &str) -> Self {
        let name = path.rsplit(['/', '\\']).next().unwrap_or(path);
        match name.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase()).as_deref() {
            Some("avdl") => Self::Idl,
            Some("avpr") => Self::Protocol,
            _ => Self::Json,
        }
    }
}

/// The schemas of one file.
#[derive(Clone, Debug)]
pub(super) struct Tree {
    /// In the order of the text: one for JSON, each definition and the main schema for the other notations.
    pub(super) items: Vec<Json>,
    /// Which of them the file stands for; none in a file that defines nothing.
    pub(super) root: Option<usize>,
    /// The namespace around the items.
    pub(super) namespace: Option<String>,
    pub(super) notation: Notation,
}

impl Tree {
    fn of_json(json: Json) -> Self {
        Self { items: vec![json], root: Some(0), namespace: None, notation: Notation::Json }
    }

    /// The types of a protocol, the last of which the file stands for. What is no list of types is one wrong type, of
    /// which the parser says what is wrong.
    fn of_protocol(mut json: Json) -> Self {
        let namespace = json.get("namespace").and_then(Json::as_str).map(str::to_owned);
        let JsonKind::Object(members) = &mut json.kind else { return Self::of_json(json) };
        let types = members.iter().position(|member| member.key == "types");
        let items = match types.map(|position| members.swap_remove(position).value) {
            None => Vec::new(),
            Some(Json { kind: JsonKind::Array(items), .. }) => items,
            Some(other) => vec![other],
        };
        let root = items.len().checked_sub(1);
        Self { items, root, namespace, notation: Notation::Protocol }
    }

    /// What the file stands for.
    pub(super) fn root(&self) -> Option<&Json> {
        self.items.get(self.root?)
    }

    /// The value that was read from exactly these bytes.
    pub(super) fn at(&self, span: Span) -> Option<&Json> {
        let after = self.items.partition_point(|item| item.span.start <= span.start);
        self.items.get(after.checked_sub(1)?)?.at(span)
    }
}

/// Which JSON is taken, and how bad a key is that is given twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum JsonRules {
    /// RFC 8259: a file of a project.
    Plain,
    /// What Java's parser takes: comments, and the last of two values.
    Java,
}

/// Reads one file, unless a finding says why not.
pub(super) fn read_tree(
    (file, name): (usize, &str),
    text: &Arc<str>,
    (notation, rules): (Notation, JsonRules),
    findings: &mut Vec<Finding>,
) -> Option<Tree> {
    let comments = if rules == JsonRules::Java { Comments::Skipped } else { Comments::Refused };
    let (mut tree, may_repeat_keys) = match notation {
        Notation::Idl => (idl::read(file, text, findings)?, true),
        Notation::Json | Notation::Protocol => match read_noticing(text, comments) {
            Ok(Reading { json, may_repeat_keys }) if notation == Notation::Protocol => {
                (Tree::of_protocol(json), may_repeat_keys)
            }
            Ok(Reading { json, may_repeat_keys }) => (Tree::of_json(json), may_repeat_keys),
            Err(error) => {
                findings.push(syntax_finding(file, name, &error));
                return None;
            }
        },
    };
    if may_repeat_keys {
        tree.items.iter_mut().for_each(|item| settle_duplicates(item, file, rules, findings));
    }
    Some(tree)
}

fn settle_duplicates(item: &mut Json, file: usize, rules: JsonRules, findings: &mut Vec<Finding>) {
    let duplicates: Vec<Finding> = item.duplicate_keys().iter().map(|key| duplicate_finding(file, key)).collect();
    if rules == JsonRules::Java && !duplicates.is_empty() {
        // Java's parser lets the last of them win without a word.
        findings.extend(duplicates.into_iter().map(|finding| Finding { severity: Severity::Warning, ..finding }));
        item.keep_last_of_duplicates();
    } else {
        findings.extend(duplicates);
    }
}
