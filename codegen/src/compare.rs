//! What is on disk against what should be.
//!
//! Texts are compared letter for letter: the formatter and the parser of Rust are pinned to exact versions, so that
//! layout cannot differ between machines, and a file that was edited by hand is stale even where the edit is only a
//! comment. Line ends may be CRLF on disk, as Git makes them on Windows.

use std::collections::BTreeSet;
use std::fmt;

use similar::TextDiff;

use crate::file::{File, Ownership};
use crate::lock;

/// A generated file that is not as it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// The file.
    pub path: String,
    /// What is wrong with it.
    pub kind: DifferenceKind,
}

/// What is wrong with a generated file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DifferenceKind {
    /// It should exist.
    Missing,
    /// It has another text.
    Stale {
        /// A unified diff from the text on disk to the one that should be.
        diff: String,
    },
    /// It should not exist.
    Extra,
}

/// The differences between `expected` and what `actual` reads, in the order of paths; `listed` are the files that are
/// under `generated/`. Files that a person owns are not compared.
pub fn compare(expected: &[File], actual: impl Fn(&str) -> Option<String>, listed: &[String]) -> Vec<Difference> {
    let generated = || expected.iter().filter(|file| file.ownership == Ownership::Generated);
    let known: BTreeSet<&str> = generated().map(|file| file.path.as_str()).collect();
    let changed = generated().filter_map(|file| {
        let kind = match actual(&file.path) {
            None => DifferenceKind::Missing,
            Some(text) if text == file.text || text.replace("\r\n", "\n") == file.text => return None,
            Some(text) => DifferenceKind::Stale { diff: diff(&file.path, &text, &file.text) },
        };
        Some(Difference { path: file.path.clone(), kind })
    });
    let extra = listed.iter().filter(|path| !known.contains(path.as_str()));
    let extra = extra.map(|path| Difference { path: path.clone(), kind: DifferenceKind::Extra });
    let mut differences: Vec<Difference> = changed.chain(extra).collect();
    differences.sort_by(|a, b| a.path.cmp(&b.path));
    differences
}

fn diff(path: &str, old: &str, new: &str) -> String {
    // Its hashes say nothing that the other files' differences do not.
    if path == lock::PATH {
        return String::new();
    }
    let diff = TextDiff::from_lines(old, new);
    diff.unified_diff().context_radius(3).header(&format!("a/{path}"), &format!("b/{path}")).to_string()
}

impl fmt::Display for Difference {
    /// The path and what is wrong, then the diff if there is one.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = &self.path;
        match &self.kind {
            DifferenceKind::Missing => write!(f, "missing: {path}"),
            DifferenceKind::Extra => write!(f, "extra: {path}"),
            DifferenceKind::Stale { diff } if diff.is_empty() => write!(f, "stale: {path}"),
            DifferenceKind::Stale { diff } => write!(f, "stale: {path}\n{}", diff.trim_end()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{DifferenceKind, compare};
    use crate::file::File;

    #[test]
    fn tells_missing_stale_and_extra_files_apart_and_leaves_a_persons_alone() {
        let expected = [
            File::generated("generated/a.rs", "a\n"),
            File::generated("generated/b.rs", "new\n"),
            File::generated("generated/c.rs", "same\n"),
            File::scaffold("services/d.rs", "scaffold\n"),
        ];
        let actual = |path: &str| match path {
            "generated/b.rs" => Some("old\n".to_owned()),
            "generated/c.rs" => Some("same\r\n".to_owned()),
            "services/d.rs" => Some("mine\n".to_owned()),
            _ => None,
        };
        let listed = ["generated/b.rs", "generated/c.rs", "generated/z.rs"].map(str::to_owned);
        let differences = compare(&expected, actual, &listed);
        let texts: Vec<String> = differences.iter().map(ToString::to_string).collect();
        assert_eq!(
            texts,
            [
                "missing: generated/a.rs",
                "stale: generated/b.rs\n--- a/generated/b.rs\n+++ b/generated/b.rs\n@@ -1 +1 @@\n-old\n+new",
                "extra: generated/z.rs",
            ]
        );
        assert_eq!(differences[2].kind, DifferenceKind::Extra);
    }
}
