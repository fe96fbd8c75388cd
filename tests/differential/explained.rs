//! What may differ, and why.

/// A scenario (empty: all of them), text that a line contains, and why that line may differ.
type Explanation = (&'static str, &'static str, &'static str);

/// The differences that are meant.
pub(crate) const EXPLAINED: &[Explanation] = &[];

/// A transcript without the lines that may differ.
pub(crate) fn strip(scenario: &str, transcript: &str) -> String {
    let excused = |line: &str| {
        EXPLAINED.iter().any(|(name, text, _)| (name.is_empty() || *name == scenario) && line.contains(text))
    };
    transcript.lines().filter(|line| !excused(line)).map(|line| format!("{line}\n")).collect()
}
