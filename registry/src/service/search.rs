//! What a registry that has a write for a leader learns from those it asks.
//!
//! Nothing here asks anybody: what an answer means is decided from the answer, so that it can be tested as such.

use std::time::{Duration, Instant};

use crate::core::refusal::Refusal;
use crate::forward::{Answer, Forwarded, Silence};
use crate::log::claim::Claim;

/// How long a registry may say of itself that it does not lead while its claim is the last: it has just started again.
const DENIAL: Duration = Duration::from_millis(500);

/// How much a claim is believed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Trust {
    #[default]
    Full,
    /// Whoever claimed at this offset did not answer.
    Doubted(i64),
    /// Whoever claimed at this offset says that it does not lead.
    Denied(i64),
}

/// What was learned so far.
#[derive(Debug, Default)]
pub(super) struct Search {
    trust: Trust,
    /// Which claim was denied by whoever made it, and since when.
    denied: Option<(i64, Instant)>,
    /// Whether one of those that were asked may have done it.
    was_taken: bool,
}

/// What an answer means.
#[derive(Debug)]
pub(super) enum Heard {
    /// The leader's.
    Answer(Answer),
    /// It may have been done, and nobody can tell: asking again could do harm.
    Refusal(Refusal),
    /// Nobody said anything that counts, and why.
    Nothing(String),
}

impl Search {
    /// How much the claim to lead is to be believed next.
    pub(super) fn trust(&self) -> Trust {
        self.trust
    }

    /// Takes note of what whoever made `claim` said to `request`.
    pub(super) fn hear(
        &mut self,
        claim: &Claim,
        request: &Forwarded,
        answer: Result<Answer, Silence>,
        now: Instant,
    ) -> Heard {
        let url = &claim.instance.url;
        match answer {
            Ok(answer) if answer.is_from_a_follower() => {
                self.deny(claim.offset, now);
                Heard::Nothing(format!("{url}: it says that it does not lead"))
            }
            Ok(answer) => Heard::Answer(answer),
            Err(Silence::Lost(why)) if !request.is_repeatable() => {
                Heard::Refusal(Refusal::ForwardedInVain(format!("{url}: {why}")))
            }
            Err(silence) => {
                self.trust = Trust::Doubted(claim.offset);
                self.was_taken |= matches!(silence, Silence::Lost(_));
                Heard::Nothing(format!("{url}: {}", silence.into_reason()))
            }
        }
    }

    fn deny(&mut self, offset: i64, now: Instant) {
        let since = self.denied.filter(|(denied, _)| *denied == offset).map_or(now, |(_, since)| since);
        self.denied = Some((offset, since));
        let is_new = now.saturating_duration_since(since) <= DENIAL;
        self.trust = if is_new { Trust::Full } else { Trust::Denied(offset) };
    }

    /// What a client is told when the time is up.
    pub(super) fn in_vain(&self, reason: String) -> Refusal {
        if self.was_taken { Refusal::ForwardedInVain(reason) } else { Refusal::Forwarding(reason) }
    }
}

#[cfg(test)]
mod tests {
    use reqwest::Method;
    use reqwest::header::HeaderMap;

    use super::*;
    use crate::log::claim::Instance;

    fn claim(offset: i64) -> Claim {
        Claim { instance: Instance::new("http://leader:8081"), offset }
    }

    fn request(method: Method) -> Forwarded {
        Forwarded { method, path: "/".to_owned(), headers: HeaderMap::new(), body: Vec::new() }
    }

    fn answer(status: u16, body: &str) -> Answer {
        Answer { status, headers: HeaderMap::new(), body: body.into(), applied: None }
    }

    #[test]
    fn a_refusal_of_the_leader_is_its_answer() {
        let mut search = Search::default();
        let heard = search.hear(&claim(1), &request(Method::POST), Ok(answer(409, "{}")), Instant::now());
        assert!(matches!(heard, Heard::Answer(Answer { status: 409, .. })), "{heard:?}");
    }

    #[test]
    fn a_claim_is_not_believed_any_more_when_it_is_denied_for_long() {
        let (mut search, now) = (Search::default(), Instant::now());
        let mut deny = |offset, now| {
            let denial = answer(500, r#"{"error_code": 50004}"#);
            let heard = search.hear(&claim(offset), &request(Method::DELETE), Ok(denial), now);
            assert!(matches!(heard, Heard::Nothing(_)), "{heard:?}");
            search.trust()
        };
        assert_eq!(deny(1, now), Trust::Full, "it has just started again");
        assert_eq!(deny(1, now + DENIAL * 2), Trust::Denied(1));
        assert_eq!(deny(2, now + DENIAL * 2), Trust::Full, "another claim is another matter");
        assert!(matches!(search.in_vain(String::new()), Refusal::Forwarding(_)), "nobody took it");
    }

    #[test]
    fn what_may_have_been_done_is_not_asked_for_twice_unless_that_is_harmless() {
        let (mut search, now) = (Search::default(), Instant::now());
        let lost = || Err(Silence::Lost("reset".to_owned()));
        let heard = search.hear(&claim(1), &request(Method::DELETE), lost(), now);
        assert!(matches!(heard, Heard::Refusal(Refusal::ForwardedInVain(_))), "{heard:?}");
        let heard = search.hear(&claim(1), &request(Method::POST), lost(), now);
        assert!(matches!(heard, Heard::Nothing(_)), "{heard:?}");
        assert_eq!(search.trust(), Trust::Doubted(1));
        let unreached = Err(Silence::Unreached("refused".to_owned()));
        drop(search.hear(&claim(1), &request(Method::POST), unreached, now));
        assert!(matches!(search.in_vain(String::new()), Refusal::ForwardedInVain(_)), "the first may have done it");
    }
}
