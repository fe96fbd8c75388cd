//! What reaches the user: results on stdout, everything else on stderr.

use std::io::{self, BufRead as _, IsTerminal, Write};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};
use topology::Diagnostic;
use topology::source::Sources;

use crate::args::{Color, Global};
use crate::failure::Failure;
use crate::render::human;

/// The line that redraws itself, below all others. Whatever is written to stderr steps around it.
static PROGRESS: LazyLock<MultiProgress> = LazyLock::new(MultiProgress::new);

/// Whether a result could not be written.
static LOST: AtomicBool = AtomicBool::new(false);

/// Whether some result did not reach stdout, so that the command has failed whatever it did.
pub(crate) fn lost() -> bool {
    LOST.load(Ordering::Relaxed)
}

/// How much to say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Verbosity {
    /// Only findings, failures and results.
    Quiet,
    Normal,
    /// The lines of brokers too.
    Verbose,
}

/// How to talk to the user.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Terminal {
    pub(crate) verbosity: Verbosity,
    /// Whether stderr is coloured.
    pub(crate) color: bool,
    /// Whether stdout is coloured.
    pub(crate) color_stdout: bool,
    /// Whether stderr is a terminal, where progress may redraw.
    pub(crate) live: bool,
}

impl Terminal {
    pub(crate) fn new(global: &Global) -> Self {
        let wanted = |is_terminal: bool| match global.color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => is_terminal && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty()),
        };
        let live = io::stderr().is_terminal();
        Self {
            verbosity: match (global.quiet, global.verbose) {
                (true, _) => Verbosity::Quiet,
                (_, true) => Verbosity::Verbose,
                _ => Verbosity::Normal,
            },
            color: wanted(live),
            color_stdout: wanted(io::stdout().is_terminal()),
            live,
        }
    }

    /// Writes a result to stdout. A reader that went away (`| head`) is not a failure; a full disk is, see [`lost`].
    pub(crate) fn result(self, text: &str) {
        let mut stdout = io::stdout().lock();
        match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
                LOST.store(true, Ordering::Relaxed);
                self.report(&format!("the result could not be written: {error}"));
            }
            _ => {}
        }
    }

    /// Says how it goes, on stderr, unless quiet.
    pub(crate) fn say(self, text: &str) {
        if self.verbosity > Verbosity::Quiet {
            self.report(text);
        }
    }

    /// Writes a line to stderr, quiet or not. Where stderr is closed there is nobody left to tell.
    #[expect(clippy::unused_self, reason = "whatever the user reads goes through this value")]
    pub(crate) fn report(self, text: &str) {
        PROGRESS.suspend(|| drop(writeln!(io::stderr().lock(), "{}", text.trim_end_matches('\n'))));
    }

    /// Shows findings as source excerpts on stderr.
    pub(crate) fn findings(self, sources: &Sources, diagnostics: &[Diagnostic]) {
        if !diagnostics.is_empty() {
            self.report(&human::render(sources, diagnostics, self.style()));
        }
    }

    /// A line that redraws itself while something long runs: how many, since when, and what now. Hidden where stderr is
    /// no terminal.
    pub(crate) fn progress(self, template: &str) -> ProgressBar {
        if !self.live || self.verbosity == Verbosity::Quiet {
            return ProgressBar::hidden();
        }
        let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_spinner());
        let bar = PROGRESS.add(ProgressBar::new_spinner().with_style(style));
        bar.enable_steady_tick(Duration::from_millis(200));
        bar
    }

    /// Asks a question that only `yes` answers. `otherwise` is what to do where nobody can be asked.
    #[expect(clippy::unused_self, reason = "whatever the user reads goes through this value")]
    pub(crate) fn confirm(self, question: &str, otherwise: &str) -> Result<bool, Failure> {
        if !io::stdin().is_terminal() {
            return Err(Failure::usage("nobody can be asked: stdin is no terminal").help(otherwise));
        }
        let mut answer = String::new();
        drop(write!(io::stderr(), "{question} Only `yes` does: "));
        io::stdin().lock().read_line(&mut answer).map_err(|error| Failure::world("no answer came").because(&error))?;
        Ok(answer.trim() == "yes")
    }

    /// A step of a longer command, as `Verb` and its object, in columns.
    pub(crate) fn step(self, verb: &str, object: &str) {
        let (green, plain) = if self.color { ("\x1b[1;32m", "\x1b[0m") } else { ("", "") };
        self.say(&format!("{green}{verb:>12}{plain} {object}"));
    }

    fn style(self) -> human::Style {
        let width = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok()).unwrap_or(110);
        human::Style { color: self.color, width: usize::clamp(width, 60, 140) }
    }
}
