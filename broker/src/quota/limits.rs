//! Which quota applies to whom.

use std::collections::BTreeMap;

use super::Entity;

/// The set quotas.
pub(super) type Set = BTreeMap<Entity, BTreeMap<String, f64>>;

/// A limit, and who shares it: each of the two is named where it tells one client's use from another's.
#[derive(Debug, PartialEq)]
pub(super) struct Limit {
    pub(super) value: f64,
    pub(super) user: Option<String>,
    pub(super) client_id: Option<String>,
}

/// The most specific limit of a key for a user and a client id: what is set for both outweighs what is set for the user
/// alone, and that what is set for the client id alone; in each, a name outweighs the default.
pub(super) fn of(set: &Set, key: &str, user: &str, client_id: &str) -> Option<Limit> {
    let named = |name: &str| Some(name.to_owned());
    let entities = [
        (Some(named(user)), Some(named(client_id))),
        (Some(named(user)), Some(None)),
        (Some(named(user)), None),
        (Some(None), Some(named(client_id))),
        (Some(None), Some(None)),
        (Some(None), None),
        (None, Some(named(client_id))),
        (None, Some(None)),
    ];
    entities.into_iter().find_map(|(for_user, for_client)| {
        let mut entity: Entity = Vec::with_capacity(2);
        entity.extend(for_client.clone().map(|name| ("client-id".to_owned(), name)));
        entity.extend(for_user.clone().map(|name| ("user".to_owned(), name)));
        let value = *set.get(&entity)?.get(key)?;
        Some(Limit {
            value,
            user: for_user.map(|_| user.to_owned()),
            client_id: for_client.map(|_| client_id.to_owned()),
        })
    })
}

/// The limit of new connections per second for an address.
pub(super) fn of_address(set: &Set, address: &str) -> Option<f64> {
    let entity = |name: Option<&str>| vec![("ip".to_owned(), name.map(str::to_owned))];
    let find = |name| set.get(&entity(name))?.get("connection_creation_rate").copied();
    find(Some(address)).or_else(|| find(None))
}

#[cfg(test)]
mod tests {
    use super::{Limit, Set, of, of_address};

    type Parts = [(&'static str, Option<&'static str>)];

    fn set(entities: &[(&Parts, f64)]) -> Set {
        let mut set = Set::new();
        for (parts, value) in entities {
            let own = |(kind, name): &(&str, Option<&str>)| ((*kind).to_owned(), name.map(str::to_owned));
            set.insert(parts.iter().map(own).collect(), [("rate".to_owned(), *value)].into());
        }
        set
    }

    #[test]
    fn the_most_specific_limit_is_found() {
        let all: [(&Parts, f64); 8] = [
            (&[("client-id", Some("c")), ("user", Some("u"))], 1.0),
            (&[("client-id", None), ("user", Some("u"))], 2.0),
            (&[("user", Some("u"))], 3.0),
            (&[("client-id", Some("c")), ("user", None)], 4.0),
            (&[("client-id", None), ("user", None)], 5.0),
            (&[("user", None)], 6.0),
            (&[("client-id", Some("c"))], 7.0),
            (&[("client-id", None)], 8.0),
        ];
        for from in 0..all.len() {
            let found = of(&set(&all[from..]), "rate", "u", "c").map(|limit| limit.value);
            assert_eq!(found, Some(all[from].1));
        }
        assert_eq!(of(&set(&all), "other", "u", "c"), None);
    }

    #[test]
    fn a_limit_is_shared_by_whom_it_does_not_name() {
        let by_user = set(&[(&[("user", None)], 6.0)]);
        let limit = Limit { value: 6.0, user: Some("u".to_owned()), client_id: None };
        assert_eq!(of(&by_user, "rate", "u", "c"), Some(limit));
    }

    #[test]
    fn an_address_outweighs_the_default() {
        let mut set = set(&[(&[("ip", None)], 0.0), (&[("ip", Some("127.0.0.1"))], 0.0)]);
        for (value, quotas) in (1u8..).zip(set.values_mut()) {
            *quotas = [("connection_creation_rate".to_owned(), f64::from(value))].into();
        }
        assert_eq!(of_address(&set, "10.0.0.1"), Some(1.0));
        assert_eq!(of_address(&set, "127.0.0.1"), Some(2.0));
    }
}
