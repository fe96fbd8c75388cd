//! Findings for people: the lines of the file with the places marked, why it matters, what to do.

use std::fmt;

use miette::{GraphicalReportHandler, GraphicalTheme, LabeledSpan, NamedSource, SourceCode};
use topology::source::{FileId, Sources};
use topology::{Diagnostic, Severity};

use super::clip::Clipped;

/// More findings than this help nobody at a terminal; `--format json` has them all.
const SHOWN: usize = 100;

/// How to draw.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Style {
    pub(crate) color: bool,
    pub(crate) width: usize,
}

/// All findings, the summary last.
pub(crate) fn render(sources: &Sources, diagnostics: &[Diagnostic], style: Style) -> String {
    let mut text = String::new();
    for diagnostic in diagnostics.iter().take(SHOWN) {
        text += &render_one(sources, diagnostic, style);
        text.push('\n');
    }
    if diagnostics.len() > SHOWN {
        let hidden = diagnostics.len() - SHOWN;
        text += &format!("... and {hidden} more; `--format json` lists all of them\n\n");
    }
    text
}

fn render_one(sources: &Sources, diagnostic: &Diagnostic, style: Style) -> String {
    let theme = if style.color { GraphicalTheme::unicode() } else { GraphicalTheme::unicode_nocolor() };
    let mut handler = GraphicalReportHandler::new_themed(theme).with_width(style.width).with_links(false);
    handler = handler.with_primary_span_start();
    if let Some(note) = &diagnostic.note {
        handler = handler.with_footer(format!("  why: {note}"));
    }
    let mut text = String::new();
    // Writing into a String cannot fail, and miette's own errors come from spans outside of the text, which
    // `Excerpt` clamps; a finding must be readable even then.
    if handler.render_report(&mut text, &Report::new(sources, diagnostic)).is_err() {
        text = format!("{}: {}\n", diagnostic.code, diagnostic.message);
    }
    text
}

/// A finding in miette's terms. Places in other files than the first one's follow as related excerpts.
#[derive(Debug)]
struct Report {
    code: &'static str,
    severity: Severity,
    message: String,
    help: Option<String>,
    excerpt: Option<Excerpt>,
    related: Vec<Report>,
}

#[derive(Debug)]
struct Excerpt {
    source: NamedSource<String>,
    labels: Vec<LabeledSpan>,
}

impl Report {
    fn new(sources: &Sources, diagnostic: &Diagnostic) -> Self {
        let mut files: Vec<FileId> = Vec::new();
        for label in &diagnostic.labels {
            if !files.contains(&label.location.file) {
                files.push(label.location.file);
            }
        }
        let mut excerpts = files.into_iter().map(|file| Excerpt::new(sources, diagnostic, file));
        Self {
            code: diagnostic.code,
            severity: diagnostic.severity,
            message: diagnostic.message.clone(),
            help: diagnostic.help.clone(),
            excerpt: excerpts.next(),
            related: excerpts.map(Self::elsewhere).collect(),
        }
    }

    fn elsewhere(excerpt: Excerpt) -> Self {
        Self {
            code: "",
            severity: Severity::Advice,
            message: format!("see also {}", excerpt.source.name()),
            help: None,
            excerpt: Some(excerpt),
            related: Vec::new(),
        }
    }
}

impl Excerpt {
    fn new(sources: &Sources, diagnostic: &Diagnostic, file: FileId) -> Self {
        let source = sources.get(file);
        let of_file: Vec<_> = diagnostic.labels.iter().filter(|label| label.location.file == file).collect();
        let starts: Vec<usize> = of_file.iter().map(|label| label.location.span.start as usize).collect();
        let clipped = Clipped::new(&source.text, &starts);
        let labels = of_file.into_iter().enumerate().map(|(position, label)| {
            let span = label.location.span;
            let start = clipped.locate(span.start as usize);
            let end = clipped.locate(span.end as usize).max(start);
            let text = if clipped.is_cut(span.start as usize) {
                let column = sources.line_column(label.location).column;
                format!("{} (column {column} of the whole line)", label.text)
            } else {
                label.text.clone()
            };
            // The first place is the one that the header names.
            let new = if position == 0 { LabeledSpan::new_primary_with_span } else { LabeledSpan::new_with_span };
            new(Some(text), (start, end - start))
        });
        let labels = labels.collect();
        Self { labels, source: NamedSource::new(&source.name, clipped.text) }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Report {}

impl miette::Diagnostic for Report {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        (!self.code.is_empty()).then(|| Box::new(self.code) as Box<dyn fmt::Display>)
    }

    fn severity(&self) -> Option<miette::Severity> {
        Some(match self.severity {
            Severity::Error => miette::Severity::Error,
            Severity::Warning => miette::Severity::Warning,
            Severity::Advice => miette::Severity::Advice,
        })
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.help.as_ref().map(|help| Box::new(help) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.excerpt.as_ref().map(|excerpt| &excerpt.source as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        self.excerpt.as_ref().map(|excerpt| Box::new(excerpt.labels.iter().cloned()) as Box<dyn Iterator<Item = _>>)
    }

    fn related<'a>(&'a self) -> Option<Box<dyn Iterator<Item = &'a dyn miette::Diagnostic> + 'a>> {
        if self.related.is_empty() {
            return None;
        }
        Some(Box::new(self.related.iter().map(|report| report as &dyn miette::Diagnostic)))
    }
}
