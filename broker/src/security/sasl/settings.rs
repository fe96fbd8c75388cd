//! What the static configs say about one listener's SASL, by Kafka's names: those that begin with
//! `listener.name.<listener>.` outweigh the plain ones.

use std::collections::BTreeMap;

use super::Mechanism;
use super::oauth::Validator;
use crate::machine::Timestamp;
use crate::security::jaas;
use crate::security::secret::Secret;

/// How clients of one listener say who they are.
#[derive(Debug)]
pub(crate) struct SaslSettings {
    pub(super) mechanisms: Vec<Mechanism>,
    /// Who may come in with PLAIN.
    pub(super) users: BTreeMap<String, Secret>,
    pub(super) validator: Validator,
    /// For each enabled mechanism how long a session may last (`connections.max.reauth.ms`), where it has an end.
    longest_session: Vec<(Mechanism, Timestamp)>,
}

impl SaslSettings {
    /// Reads a listener's settings. `users` are known to PLAIN besides those of its JAAS config.
    pub(crate) fn new(configs: &BTreeMap<String, String>, listener: &str, users: &BTreeMap<String, Secret>) -> Self {
        let listener = listener.to_lowercase();
        let find = |mechanism: Option<Mechanism>, key: &str| {
            let mechanism = mechanism.map(|mechanism| format!("{}.", mechanism.name().to_lowercase()));
            let mechanism = mechanism.unwrap_or_default();
            let own = configs.get(&format!("listener.name.{listener}.{mechanism}{key}"));
            own.or_else(|| configs.get(&format!("listener.name.{listener}.{key}"))).or_else(|| configs.get(key))
        };
        let enabled = find(None, "sasl.enabled.mechanisms").map(String::as_str);
        let is_enabled = |mechanism: &Mechanism| {
            enabled.is_none_or(|text| text.split(',').any(|name| name.trim() == mechanism.name()))
        };
        let mechanisms: Vec<Mechanism> = Mechanism::EACH.into_iter().filter(is_enabled).collect();
        let options =
            |mechanism| find(Some(mechanism), "sasl.jaas.config").map(|text| jaas::options(text)).unwrap_or_default();
        let mut users = users.clone();
        for (key, password) in options(Mechanism::Plain) {
            if let Some(user) = key.strip_prefix("user_") {
                users.insert(user.to_owned(), Secret(password));
            }
        }
        let longest = |mechanism: &Mechanism| {
            let text = find(Some(*mechanism), "connections.max.reauth.ms")?;
            Some((*mechanism, text.trim().parse().ok().filter(|limit| *limit > 0)?))
        };
        let longest_session = mechanisms.iter().filter_map(longest).collect();
        Self { mechanisms, users, validator: Validator::new(&options(Mechanism::OauthBearer)), longest_session }
    }

    /// How long a session may last, in milliseconds, where it has an end.
    pub(super) fn longest_session(&self, mechanism: Mechanism) -> Option<Timestamp> {
        self.longest_session.iter().find(|(known, _)| *known == mechanism).map(|(_, limit)| *limit)
    }
}
