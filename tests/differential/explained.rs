//! What may differ, and why.

/// A scenario (empty: all of them), text that a line contains, and why that line may differ.
type Explanation = (&'static str, &'static str, &'static str);

/// The differences that are meant.
pub(crate) const EXPLAINED: &[Explanation] = &[
    ("describe log dirs: sizes", "total_bytes", "a cluster in memory is on no disk, and Kafka says −1 for unknown"),
    ("describe log dirs: sizes", "usable_bytes", "a cluster in memory is on no disk, and Kafka says −1 for unknown"),
    (
        "denied: acls quotas and users",
        " permission.",
        "Kafka's words for this denial are its internal request, with addresses in memory",
    ),
    (
        "denied: acls quotas and users",
        "Cluster authorization failed.",
        "Kafka's words for this denial are its internal request, with addresses in memory",
    ),
    (
        "denied: the cluster",
        " permission.",
        "Kafka's words for this denial are its internal request, with addresses in memory",
    ),
    (
        "denied: the cluster",
        "Cluster authorization failed.",
        "Kafka's words for this denial are its internal request, with addresses in memory",
    ),
];

/// A transcript without the lines that may differ.
pub(crate) fn strip(scenario: &str, transcript: &str) -> String {
    let excused = |line: &str| {
        EXPLAINED.iter().any(|(name, text, _)| (name.is_empty() || *name == scenario) && line.contains(text))
    };
    transcript.lines().filter(|line| !excused(line)).map(|line| format!("{line}\n")).collect()
}
