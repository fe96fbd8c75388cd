//! Texts of blocks in braces, line by line: indentation by depth, no blanks at ends, at most one empty line in a row.
//!
//! Lines are not joined or broken, so that comments stay where their author put them.

use super::INDENT;

/// Lays a `.proto` or `.avdl` text out.
pub fn braces(text: &str) -> String {
    let mut output = String::with_capacity(text.len() + text.len() / 8);
    let mut state = State::default();
    let mut empty_lines = 0;
    for line in text.trim_start_matches('\u{feff}').lines() {
        let inside_comment = state.in_comment;
        let trimmed = line.trim();
        if trimmed.is_empty() {
            empty_lines += 1;
            continue;
        }
        let closes = is_closing(trimmed) && !inside_comment;
        if empty_lines > 0 && !output.is_empty() && !closes {
            output.push('\n');
        }
        empty_lines = 0;
        let depth = if closes { state.depth.saturating_sub(1) } else { state.depth };
        let written = line.chars().take_while(|letter| letter.is_whitespace()).count();
        let indent = match inside_comment {
            false => depth * INDENT,
            true if trimmed.starts_with('*') => depth * INDENT + 1,
            // The lines of a comment keep their places below its first one.
            true => (written + state.comment.laid_out).saturating_sub(state.comment.written),
        };
        if !inside_comment {
            state.comment = Indent { written, laid_out: indent };
        }
        output.extend(std::iter::repeat_n(' ', indent));
        output.push_str(trimmed);
        output.push('\n');
        state.read(trimmed);
    }
    output
}

fn is_closing(line: &str) -> bool {
    line.starts_with(['}', ']', ')'])
}

/// Where a line ends: how deep, and whether in a comment.
#[derive(Default)]
struct State {
    depth: usize,
    in_comment: bool,
    /// The indentation of the line that a comment begins in.
    comment: Indent,
}

/// How far a line was indented, and how far it is.
#[derive(Default)]
struct Indent {
    written: usize,
    laid_out: usize,
}

impl State {
    fn read(&mut self, line: &str) {
        let mut letters = line.chars().peekable();
        let mut quote = None;
        while let Some(letter) = letters.next() {
            let next = letters.peek().copied();
            if self.in_comment {
                if (letter, next) == ('*', Some('/')) {
                    letters.next();
                    self.in_comment = false;
                }
            } else if let Some(open) = quote {
                if letter == '\\' {
                    letters.next();
                } else if letter == open {
                    quote = None;
                }
            } else {
                match (letter, next) {
                    ('/', Some('/')) => return,
                    ('/', Some('*')) => {
                        letters.next();
                        self.in_comment = true;
                    }
                    ('"' | '\'', _) => quote = Some(letter),
                    ('{' | '[' | '(', _) => self.depth += 1,
                    ('}' | ']' | ')', _) => self.depth = self.depth.saturating_sub(1),
                    _ => {}
                }
            }
        }
    }
}
