//! Offsets that nobody needs any more, and groups that nothing is left of.

use super::{Committed, Offsets, Place, delete::forget};
use crate::config::broker_i64;
use crate::control::coordinator::{CoordinatorKind, known_partition};
use crate::group::classic::group::{Classic, State};
use crate::group::{Group, Kind, admin};
use crate::machine::{Machine, Timestamp};

/// Forgets what is older than `offsets.retention.minutes`, and groups without members and offsets.
pub(crate) fn expire(machine: &mut Machine) {
    let (now, retention) = (machine.now(), broker_i64(machine, "offsets.retention.minutes").saturating_mul(60_000));
    for id in machine.groups.all.keys().cloned().collect::<Vec<_>>() {
        let Some(key) = known_partition(machine, CoordinatorKind::Group, &id) else { continue };
        let Some(group) = machine.groups.all.get(&id) else { continue };
        let old = expired(group, now, retention);
        let nothing_is_left = old.len() == group.offsets.len() && group.kind.is_empty() && !machine.groups.awaits(&id);
        let done = if nothing_is_left { admin::remove(machine, key, &id) } else { forget(machine, key, &id, old) };
        if let Err(error) = done {
            tracing::warn!(group = id, %error, "expired offsets remain");
        }
    }
}

/// The offsets of a group that are too old to keep.
pub(crate) fn expired(group: &Group, now: Timestamp, retention: i64) -> Vec<Place> {
    let too_old = |committed: &Committed, base: Timestamp| match committed.expires {
        Some(at) => now >= at,
        None => now - base >= retention,
    };
    let unread = |offsets: &Offsets, base: &dyn Fn(&Committed) -> Timestamp| {
        let old = |(place, committed): (&Place, &Committed)| {
            (!group.kind.is_subscribed(&place.0) && too_old(committed, base(committed))).then(|| place.clone())
        };
        offsets.iter().filter_map(old).collect()
    };
    match &group.kind {
        Kind::Classic(classic) => match base(classic) {
            Base::Never => Vec::new(),
            Base::Commit => unread(&group.offsets, &|committed| committed.timestamp),
            Base::Since(at) => unread(&group.offsets, &|_| at),
        },
        Kind::Consumer(_) => unread(&group.offsets, &|committed| committed.timestamp),
    }
}

/// From when on an offset's age counts.
enum Base {
    Never,
    Commit,
    /// Since the group has no members any more.
    Since(Timestamp),
}

fn base(group: &Classic) -> Base {
    match (group.protocol_type.as_deref(), group.state) {
        (None, _) | (Some("consumer"), State::Stable) => Base::Commit,
        (Some(_), State::Empty) => Base::Since(group.since),
        _ => Base::Never,
    }
}
