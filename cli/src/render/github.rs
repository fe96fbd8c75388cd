//! Findings as workflow commands, which GitHub shows beside the changed lines of a pull request.

use topology::source::Sources;
use topology::{Diagnostic, Severity};

/// One line for each finding.
pub(crate) fn render(sources: &Sources, diagnostics: &[Diagnostic]) -> String {
    diagnostics.iter().map(|diagnostic| line(sources, diagnostic) + "\n").collect()
}

fn line(sources: &Sources, diagnostic: &Diagnostic) -> String {
    let command = match diagnostic.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Advice => "notice",
    };
    let place = diagnostic.labels.first().map(|label| {
        let (start, end) = (sources.line_column(label.location), sources.end_line_column(label.location));
        let file = property(&sources.get(label.location.file).name);
        // GitHub ignores columns of a range over several lines.
        let columns = if start.line == end.line {
            format!(",col={},endColumn={}", start.column, end.column)
        } else {
            String::new()
        };
        format!("file={file},line={},endLine={}{columns},", start.line, end.line)
    });
    let parts = [Some(&diagnostic.message), diagnostic.note.as_ref(), diagnostic.help.as_ref()];
    let message: Vec<&str> = parts.into_iter().flatten().map(String::as_str).collect();
    format!(
        "::{command} {}title={}::{}",
        place.unwrap_or_default(),
        property(diagnostic.code),
        data(&message.join("\n"))
    )
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
