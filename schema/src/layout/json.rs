//! JSON, two blanks a level; what fits on a line stays on one.

use super::{INDENT, WIDTH};
use crate::json::{Json, JsonKind};

/// Lays a JSON text out. Keys keep their order, strings and numbers the letters in which they are written.
///
/// `value` must have been read from `text`.
pub fn json(text: &str, value: &Json) -> String {
    let mut output = String::with_capacity(text.len() * 2);
    let mut layout = Layout { text, output: &mut output };
    layout.value(value, 0, 0);
    output.push('\n');
    output
}

struct Layout<'a> {
    text: &'a str,
    output: &'a mut String,
}

impl Layout<'_> {
    /// Writes a value whose line already has `used` columns.
    fn value(&mut self, value: &Json, depth: usize, used: usize) {
        let start = self.output.len();
        if self.inline(value, start + WIDTH.saturating_sub(used)) {
            return;
        }
        self.output.truncate(start);
        match &value.kind {
            JsonKind::Array(items) => {
                self.block(('[', ']'), items, depth, |layout, item, column| layout.value(item, depth + 1, column));
            }
            JsonKind::Object(members) => self.block(('{', '}'), members, depth, |layout, member, column| {
                let key = &layout.text[member.key_span.range()];
                layout.output.push_str(key);
                layout.output.push_str(": ");
                let column = column + key.chars().count() + 2;
                layout.value(&member.value, depth + 1, column);
            }),
            _ => self.output.push_str(&self.text[value.span.range()]),
        }
    }

    fn block<T>(
        &mut self,
        (open, close): (char, char),
        parts: &[T],
        depth: usize,
        mut write: impl FnMut(&mut Self, &T, usize),
    ) {
        self.output.push(open);
        let column = (depth + 1) * INDENT;
        for (position, part) in parts.iter().enumerate() {
            self.output.push_str(if position == 0 { "\n" } else { ",\n" });
            self.output.extend(std::iter::repeat_n(' ', column));
            // The comma behind it needs a column as well.
            write(self, part, column + 1);
        }
        self.output.push('\n');
        self.output.extend(std::iter::repeat_n(' ', depth * INDENT));
        self.output.push(close);
    }

    /// Writes a value on the line; `false` once the output is longer than `end` or an object holds another one, which is
    /// hard to read on a line.
    fn inline(&mut self, value: &Json, end: usize) -> bool {
        match &value.kind {
            JsonKind::Array(items) => {
                self.output.push('[');
                for (position, item) in items.iter().enumerate() {
                    self.output.push_str(if position == 0 { "" } else { ", " });
                    if !self.inline(item, end) {
                        return false;
                    }
                }
                self.output.push(']');
            }
            JsonKind::Object(members) => {
                if members.iter().any(|member| has_nested_object(&member.value)) {
                    return false;
                }
                self.output.push_str(if members.is_empty() { "{" } else { "{ " });
                for (position, member) in members.iter().enumerate() {
                    self.output.push_str(if position == 0 { "" } else { ", " });
                    self.output.push_str(&self.text[member.key_span.range()]);
                    self.output.push_str(": ");
                    if !self.inline(&member.value, end) {
                        return false;
                    }
                }
                self.output.push_str(if members.is_empty() { "}" } else { " }" });
            }
            _ => self.output.push_str(&self.text[value.span.range()]),
        }
        self.output.len() <= end
    }
}

/// Whether an array of objects is inside: an object on a line may hold plain values, lists of them, and one more object.
fn has_nested_object(value: &Json) -> bool {
    match &value.kind {
        JsonKind::Array(items) => items.iter().any(|item| matches!(&item.kind, JsonKind::Object(_))),
        JsonKind::Object(members) => {
            members.iter().any(|member| matches!(&member.value.kind, JsonKind::Object(_) | JsonKind::Array(_)))
        }
        _ => false,
    }
}
