//! The APIs that are served: each area names its own.

use crate::{admin, control, data, group, quota, security, share, transaction};

/// An API key with the lowest and the highest version that are served.
pub(crate) type Api = (i16, i16, i16);

/// Every API that is served, by key.
pub(crate) fn served() -> Vec<Api> {
    let mut all: Vec<Api> = areas().into_iter().flatten().copied().collect();
    all.sort_unstable();
    all
}

/// Whether a version of an API is served. Produce says 0 as Kafka does (KAFKA-18659), but begins at 3.
pub(crate) fn is_served(key: i16, version: i16) -> bool {
    let serves = |(known, min, max): &Api| *known == key && (*min..=*max).contains(&version);
    areas().into_iter().flatten().any(serves) && !(key == 0 && version < 3)
}

fn areas() -> [&'static [Api]; 8] {
    [
        admin::SERVED,
        control::SERVED,
        data::SERVED,
        group::SERVED,
        quota::SERVED,
        security::SERVED,
        share::SERVED,
        transaction::SERVED,
    ]
}
