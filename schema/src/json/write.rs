//! Writes JSON as compact text: members in their order, numbers as they were written.

use std::fmt::{Display, Formatter, Result, Write};

use super::{Json, JsonKind, Member, write_quoted};

impl Display for Json {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match &self.kind {
            JsonKind::Null => f.write_str("null"),
            JsonKind::Bool(value) => write!(f, "{value}"),
            JsonKind::Number(text) => f.write_str(text),
            JsonKind::String(text) => write!(f, "{}", Quoted(text)),
            JsonKind::Array(items) => write_list(f, ['[', ']'], items),
            JsonKind::Object(members) => write_list(f, ['{', '}'], members),
        }
    }
}

impl Display for Member {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        write!(f, "{}:{}", Quoted(&self.key), self.value)
    }
}

fn write_list<T: Display>(f: &mut Formatter<'_>, brackets: [char; 2], items: &[T]) -> Result {
    f.write_char(brackets[0])?;
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            f.write_char(',')?;
        }
        write!(f, "{item}")?;
    }
    f.write_char(brackets[1])
}

/// A text as a JSON string, quotes included.
pub(crate) struct Quoted<'a>(pub(crate) &'a str);

impl Display for Quoted<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        let mut quoted = String::with_capacity(self.0.len() + 2);
        write_quoted(&mut quoted, self.0);
        f.write_str(&quoted)
    }
}
