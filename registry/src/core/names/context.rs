//! Contexts: name spaces for subjects and ids.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use serde::{Serialize, Serializer};

use crate::core::refusal::{Refusal, quoted};

/// A context: `.` is the default one, others have a name that starts with a dot, such as `.staging`.
///
/// It is one word long, because every entry of every index has one. Ids are unique in a context. `.__GLOBAL` is above all others: it has settings and no subjects.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Context(Option<Arc<Box<str>>>);

impl Context {
    /// The context of subjects that name none.
    pub(crate) const DEFAULT: Self = Self(None);

    pub(crate) fn global() -> Self {
        Self(Some(Arc::new(".__GLOBAL".into())))
    }

    pub(crate) fn as_str(&self) -> &str {
        self.0.as_ref().map_or(".", |name| name)
    }

    pub(crate) fn is_default(&self) -> bool {
        self.0.is_none()
    }

    pub(crate) fn is_global(&self) -> bool {
        self.as_str() == ".__GLOBAL"
    }

    /// What stands before the names of its subjects: nothing, or `:.name:`.
    pub(crate) fn qualifier(&self) -> String {
        self.0.as_ref().map(|name| format!(":{name}:")).unwrap_or_default()
    }

    /// The context with this name, which may have any characters but a colon and control characters.
    pub(super) fn named(name: &str) -> Option<Self> {
        let is_name = name.starts_with('.') && !name.contains(':') && !name.chars().any(char::is_control);
        is_name.then(|| Self((name != ".").then(|| Arc::new(name.into()))))
    }
}

impl FromStr for Context {
    type Err = Refusal;

    /// Reads `.name`, `:.name:` or `name`.
    fn from_str(text: &str) -> Result<Self, Refusal> {
        let name = text.strip_prefix(':').unwrap_or(text);
        let name = name.strip_suffix(':').unwrap_or(name);
        let dotted = if name.starts_with('.') { name.to_owned() } else { format!(".{name}") };
        let why = "a context is a dot and a name without colons and control characters, such as `.staging`";
        Self::named(&dotted).ok_or_else(|| Refusal::InvalidSubject { subject: quoted(text), why })
    }
}

impl fmt::Display for Context {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Serialize for Context {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}
