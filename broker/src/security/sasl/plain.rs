//! PLAIN (RFC 4616): name and password in one message.

use std::collections::BTreeMap;

use super::{Refused, Step};
use crate::security::secret::Secret;

/// Checks `[authorization id] NUL name NUL password`.
pub(super) fn evaluate(users: &BTreeMap<String, Secret>, token: &[u8]) -> Result<Step, Refused> {
    let refused = |why: &str| Err(Refused::Told(format!("Authentication failed: {why}")));
    let text = String::from_utf8_lossy(token);
    let parts: Vec<&str> = text.split('\0').collect();
    let [authorization_id, name, password] = parts[..] else {
        // Kafka does not count beyond one too many.
        let got = parts.len().min(4);
        return Err(Refused::Told(format!("Invalid SASL/PLAIN response: expected 3 tokens, got {got}")));
    };
    if name.is_empty() {
        return refused("username not specified");
    }
    if password.is_empty() {
        return refused("password not specified");
    }
    if users.get(name).is_none_or(|known| known.0 != password) {
        return refused("Invalid username or password");
    }
    if !authorization_id.is_empty() && authorization_id != name {
        return refused("Client requested an authorization id that is different from username");
    }
    Ok(Step::Done { last: Vec::new(), name: name.to_owned(), credential_ends: None })
}
