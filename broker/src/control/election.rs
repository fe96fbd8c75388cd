//! Who leads a partition: a pure decision over one partition and the brokers that are up.

use crate::metadata::change::PartitionState;

/// How a leader is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Election {
    /// The leader stays where it can; else the first replica in sync that is up.
    Online,
    /// The first replica where it is in sync and up; else as online.
    Preferred,
    /// As online; where no replica in sync is up, any replica that is up, and what only the others had is given up.
    Unclean,
}

/// Where a partition stands after it was brought to `target`: a reassignment that is through ends, and a leader is
/// elected. The ISR never becomes empty: its last members stay, without a leader.
pub(crate) fn decide(
    known: &PartitionState,
    mut target: PartitionState,
    election: Election,
    is_up: impl Fn(i32) -> bool,
) -> PartitionState {
    complete(&mut target);
    let (leader, clean) = choose(known.leader, &target, election, is_up);
    if target.isr.is_empty() {
        target.isr.clone_from(&known.isr);
        target.isr.retain(|broker| target.replicas.contains(broker));
    }
    if !clean {
        target.isr = vec![leader];
    }
    // Clients must notice both a new leader and a replica that is gone.
    let dropped = known.replicas.iter().any(|broker| !target.replicas.contains(broker));
    target.leader_epoch = known.leader_epoch + i32::from(leader != known.leader || dropped);
    target.leader = leader;
    target
}

/// Ends a reassignment whose final replicas are all in sync.
fn complete(target: &mut PartitionState) {
    if target.adding.is_empty() && target.removing.is_empty() {
        return;
    }
    let stays = |broker: &i32| !target.removing.contains(broker);
    let replicas: Vec<i32> = target.replicas.iter().copied().filter(stays).collect();
    let isr: Vec<i32> = target.isr.iter().copied().filter(stays).collect();
    if !replicas.is_empty() && replicas.iter().all(|broker| isr.contains(broker)) {
        target.replicas = replicas;
        target.isr = isr;
        target.adding.clear();
        target.removing.clear();
    }
}

/// The leader, and whether it has everything that was acknowledged.
fn choose(leader: i32, target: &PartitionState, election: Election, is_up: impl Fn(i32) -> bool) -> (i32, bool) {
    let fits = |broker: i32| target.isr.contains(&broker) && is_up(broker);
    let preferred = target.replicas.first().copied().filter(|first| election == Election::Preferred && fits(*first));
    let stays = Some(leader).filter(|leader| fits(*leader));
    let next = || target.replicas.iter().copied().find(|broker| fits(*broker));
    if let Some(leader) = preferred.or(stays).or_else(next) {
        return (leader, true);
    }
    let unclean = target.replicas.iter().copied().find(|broker| election == Election::Unclean && is_up(*broker));
    unclean.map_or((-1, true), |broker| (broker, false))
}
