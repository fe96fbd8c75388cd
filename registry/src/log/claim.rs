//! Who leads: what a writer says of itself in the log when it opens it.
//!
//! The claim travels in the headers of the NOOP record that shows a new leader where the log ends. So it is ordered
//! with everything else in the log, costs no record of its own, and nobody but us sees it: other registries know NOOP
//! and read no headers. A record with a key type of our own would not do: Confluent's reader stops at one.
//!
//! A claim says where writes go. It keeps nobody from writing; the fencing of the transactional id does.

use std::fmt::Write as _;
use std::hash::{BuildHasher as _, Hasher as _, RandomState};

use rdkafka::message::{Header, Headers, OwnedHeaders};

const URL: &str = "topology-leader";
const INSTANCE: &str = "topology-instance";

/// A registry among those on one topic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Instance {
    /// Where the others reach it.
    pub(crate) url: Box<str>,
    /// Another one for every start of a process.
    pub(crate) id: Box<str>,
}

impl Instance {
    pub(crate) fn new(url: &str) -> Self {
        let mut id = String::new();
        for _ in 0..2 {
            // Each `RandomState` is random; 128 bits of it do not repeat.
            write!(id, "{:016x}", RandomState::new().build_hasher().finish()).expect("writing to a String cannot fail");
        }
        Self { url: url.trim_end_matches('/').into(), id: id.into() }
    }

    pub(crate) fn headers(&self) -> OwnedHeaders {
        OwnedHeaders::new()
            .insert(Header { key: URL, value: Some(self.url.as_bytes()) })
            .insert(Header { key: INSTANCE, value: Some(self.id.as_bytes()) })
    }
}

/// An instance that opened the log for writing, and where in the log it says so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Claim {
    pub(crate) instance: Instance,
    pub(crate) offset: i64,
}

impl Claim {
    /// Reads the claim in a record's headers, if there is one.
    pub(crate) fn read(headers: &impl Headers, offset: i64) -> Option<Self> {
        let text = |name: &str| {
            let value = headers.iter().find(|header| header.key == name)?.value?;
            Some(Box::<str>::from(str::from_utf8(value).ok()?))
        };
        Some(Self { instance: Instance { url: text(URL)?, id: text(INSTANCE)? }, offset })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_claim_that_an_instance_writes() {
        let instance = Instance::new("http://a:8081/");
        let claim = Claim::read(&instance.headers(), 7).unwrap();
        assert_eq!((&*claim.instance.url, claim.offset), ("http://a:8081", 7));
        assert_eq!(claim.instance, instance);
    }

    #[test]
    fn two_starts_of_one_address_are_two_instances() {
        assert_ne!(Instance::new("http://a"), Instance::new("http://a"));
    }

    #[test]
    fn other_headers_are_no_claim() {
        let headers = OwnedHeaders::new().insert(Header { key: URL, value: Some("http://a") });
        assert_eq!(Claim::read(&headers, 0), None);
    }
}
