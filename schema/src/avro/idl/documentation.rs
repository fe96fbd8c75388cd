//! Documentation comments as the texts that they stand for: without stars and common indents, as Java takes them off.

/// The text of a comment with its delimiters.
pub(super) fn text(comment: &str) -> String {
    let inner = comment.get(3..comment.len().saturating_sub(2)).unwrap_or_default();
    let inner = inner.trim_matches(|c: char| c <= ' ');
    let lines = lines(inner);
    for stars in ["**", "*"] {
        if let Some(stripped) = without_stars(&lines, stars) {
            return stripped;
        }
    }
    without_indent(&lines)
}

/// The lines, each with what separates it from the one before.
fn lines(text: &str) -> Vec<(&str, &str)> {
    let mut lines = Vec::new();
    let (mut separator, mut rest) = ("", text);
    while let Some(end) = rest.find(['\n', '\r', '\u{85}', '\u{2028}', '\u{2029}']) {
        lines.push((separator, &rest[..end]));
        let tail = &rest[end..];
        let length = if tail.starts_with("\r\n") { 2 } else { tail.chars().next().map_or(1, char::len_utf8) };
        separator = &tail[..length];
        rest = &tail[length..];
    }
    lines.push((separator, rest));
    lines
}

/// The lines without their stars, if each has them.
fn without_stars(lines: &[(&str, &str)], stars: &str) -> Option<String> {
    let mut out = String::new();
    for (position, (separator, line)) in lines.iter().enumerate() {
        let line = if position == 0 { line } else { line.trim_start_matches(is_horizontal) };
        let line = line.strip_prefix(stars)?;
        out.push_str(separator);
        out.push_str(line.strip_prefix(is_horizontal).unwrap_or(line));
    }
    Some(out)
}

/// The lines without the indent that all but the first have in common.
fn without_indent(lines: &[(&str, &str)]) -> String {
    let indent = |line: &str| line.len() - line.trim_start_matches(is_horizontal).len();
    let mut common = lines.get(1).map_or("", |(_, line)| &line[..indent(line)]);
    for (_, line) in lines.iter().skip(1) {
        while !line.starts_with(common) {
            common = common.char_indices().next_back().map_or("", |(last, _)| &common[..last]);
        }
    }
    let mut out = String::new();
    for (position, (separator, line)) in lines.iter().enumerate() {
        out.push_str(separator);
        out.push_str(if position == 0 { line } else { &line[common.len()..] });
    }
    out
}

fn is_horizontal(c: char) -> bool {
    matches!(
        c,
        ' ' | '\t' | '\u{a0}' | '\u{1680}' | '\u{180e}' | '\u{2000}'
            ..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}'
    )
}
