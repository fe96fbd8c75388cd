//! Configuration and modes, at every scope.

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::transport::Repeat;
use super::{Client, Config, Refusal, Scope, absent, encode};

#[derive(Deserialize)]
struct ModeAnswer {
    mode: String,
}

impl Client {
    /// The settings of a scope itself, not those that it inherits; `None` if it has none.
    pub fn config(&self, scope: Scope<'_>) -> Result<Option<Config>, Refusal> {
        absent(self.get(&scope.path("/config")))
    }

    /// Changes settings of a scope: keys as Confluent's, `null` takes a setting away, and what is not named stays.
    pub fn set_config(&self, scope: Scope<'_>, settings: Map<String, Value>) -> Result<(), Refusal> {
        let body = Value::Object(settings);
        self.transport.text("PUT", &scope.path("/config"), Some(&body), Repeat::Harmless).map(drop)
    }

    /// Takes all settings of a scope away.
    pub fn delete_config(&self, scope: Scope<'_>) -> Result<(), Refusal> {
        // Taking away what is not there is what was asked for.
        absent(self.transport.text("DELETE", &scope.path("/config"), None, Repeat::Harmless)).map(drop)
    }

    /// The mode of a scope itself, as the registry writes it; `None` if it has none.
    pub fn mode(&self, scope: Scope<'_>) -> Result<Option<String>, Refusal> {
        let mode: Option<ModeAnswer> = absent(self.get(&scope.path("/mode")))?;
        Ok(mode.map(|mode| mode.mode))
    }

    /// The settings that count for a subject: its own, or those of its context or of the registry.
    pub fn effective_config(&self, subject: &str) -> Result<Config, Refusal> {
        let path = Scope::Subject(subject).path("/config") + "?defaultToGlobal=true";
        match self.get(&path) {
            // Not every registry knows the question.
            Err(refusal) if refusal.is_unknown_request() || refusal.is_absent() => {
                let own = self.config(Scope::Subject(subject))?;
                own.map_or_else(|| self.config(Scope::Global).map(Option::unwrap_or_default), Ok)
            }
            answer => answer,
        }
    }

    /// The mode that counts for a subject: its own, or that of its context or of the registry. `None` where the registry
    /// does not tell.
    pub fn effective_mode(&self, subject: &str) -> Result<Option<String>, Refusal> {
        let path = Scope::Subject(subject).path("/mode") + "?defaultToGlobal=true";
        match self.get::<ModeAnswer>(&path) {
            Err(refusal) if refusal.is_unknown_request() || refusal.is_absent() => Ok(None),
            answer => answer.map(|answer| Some(answer.mode)),
        }
    }

    /// Sets the mode of a scope, in Confluent's word. `force` lets a subject with versions become one that is imported.
    pub fn set_mode(&self, scope: Scope<'_>, mode: &str, force: bool) -> Result<(), Refusal> {
        let path = scope.path("/mode") + if force { "?force=true" } else { "" };
        self.transport.text("PUT", &path, Some(&json!({ "mode": mode })), Repeat::Harmless).map(drop)
    }

    /// Takes the mode of a scope away.
    pub fn delete_mode(&self, scope: Scope<'_>) -> Result<(), Refusal> {
        absent(self.transport.text("DELETE", &scope.path("/mode"), None, Repeat::Harmless)).map(drop)
    }
}

impl Scope<'_> {
    fn path(self, root: &str) -> String {
        match self {
            Self::Global => root.to_owned(),
            Self::Subject(subject) => format!("{root}/{}", encode(subject)),
        }
    }
}
