//! Lines, blocks and sections.

/// A block in braces; empty braces if there is nothing in them.
pub(super) fn block(head: &str, body: &str, end: &str) -> String {
    if body.is_empty() {
        return format!("{head} {{}}{end}");
    }
    format!("{head} {{\n{}}}{end}", indented(body))
}

/// Sections with a blank line between; those without content are left out.
pub(super) fn sections(parts: &[String]) -> String {
    let parts: Vec<_> = parts.iter().filter(|part| !part.is_empty()).map(String::as_str).collect();
    parts.join("\n")
}

/// Every line two spaces further in.
pub(super) fn indented(text: &str) -> String {
    text.lines().map(|line| if line.is_empty() { "\n".to_owned() } else { format!("  {line}\n") }).collect()
}
