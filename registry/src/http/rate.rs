//! How often an address may ask.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZeroU32;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::fault::Fault;

/// A bucket of requests per address: it holds a second's worth and is filled as time passes.
#[derive(Debug)]
pub(crate) struct RateLimit {
    per_second: f64,
    buckets: Mutex<HashMap<IpAddr, Bucket>>,
}

#[derive(Clone, Copy, Debug)]
struct Bucket {
    left: f64,
    seen: Instant,
}

/// Addresses that are remembered at once. A full bucket says nothing, so it is the first to be forgotten.
const MOST_ADDRESSES: usize = 10_000;

impl RateLimit {
    /// A limit of so many requests in a second.
    pub(crate) fn new(per_second: NonZeroU32) -> Self {
        Self { per_second: f64::from(per_second.get()), buckets: Mutex::default() }
    }

    /// Takes one request from the bucket of an address.
    pub(crate) fn take(&self, address: IpAddr, now: Instant) -> Result<(), Fault> {
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        if buckets.len() >= MOST_ADDRESSES {
            buckets.retain(|_, bucket| self.filled(*bucket, now) < self.per_second);
        }
        if buckets.len() >= MOST_ADDRESSES {
            // Every one of them is at its limit: that is an attack, and forgetting is all that is left.
            buckets.clear();
        }
        let bucket = buckets.entry(network(address)).or_insert(Bucket { left: self.per_second, seen: now });
        let left = self.filled(*bucket, now);
        *bucket = Bucket { left, seen: now };
        if left < 1.0 {
            let seconds = ((1.0 - left) / self.per_second).ceil().max(1.0);
            return Err(Fault::TooManyRequests { retry_after: Duration::from_secs_f64(seconds) });
        }
        bucket.left = left - 1.0;
        Ok(())
    }

    fn filled(&self, bucket: Bucket, now: Instant) -> f64 {
        let passed = now.saturating_duration_since(bucket.seen).as_secs_f64();
        (bucket.left + passed * self.per_second).min(self.per_second)
    }
}

/// One customer has one IPv4 address or one IPv6 network of 64 bits.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(v6) => IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits() & !u128::from(u64::MAX))),
        v4 @ IpAddr::V4(_) => v4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(10, 0, 0, 1));

    fn limit(per_second: u32) -> RateLimit {
        RateLimit::new(NonZeroU32::new(per_second).unwrap())
    }

    #[test]
    fn an_address_gets_what_it_is_given_per_second() {
        let (limit, start) = (limit(2), Instant::now());
        let at = |millis| start + Duration::from_millis(millis);
        assert!(limit.take(ONE, at(0)).is_ok() && limit.take(ONE, at(0)).is_ok());
        let Err(Fault::TooManyRequests { retry_after }) = limit.take(ONE, at(0)) else { panic!("a third request") };
        assert_eq!(retry_after, Duration::from_secs(1));
        assert!(limit.take(ONE, at(400)).is_err());
        assert!(limit.take(ONE, at(600)).is_ok() && limit.take(ONE, at(600)).is_err());
        assert!(limit.take("10.0.0.2".parse().unwrap(), at(600)).is_ok());
        assert!(limit.take(ONE, at(60_000)).is_ok() && limit.take(ONE, at(60_000)).is_ok());
        assert!(limit.take(ONE, at(60_000)).is_err(), "what was not used is not kept for ever");
    }

    #[test]
    fn a_network_of_ipv6_is_one_address() {
        let (limit, now) = (limit(1), Instant::now());
        assert!(limit.take("2001:db8::1".parse().unwrap(), now).is_ok());
        assert!(limit.take("2001:db8::2".parse().unwrap(), now).is_err());
        assert!(limit.take("2001:db8:0:1::1".parse().unwrap(), now).is_ok());
        assert!(limit.take(ONE, now).is_ok());
        assert!(limit.take("::ffff:10.0.0.1".parse().unwrap(), now).is_err());
    }

    #[test]
    fn many_addresses_do_not_fill_the_memory() {
        let (limit, now) = (limit(1), Instant::now());
        for number in 0..30_000_u32 {
            drop(limit.take(IpAddr::V4(number.into()), now));
        }
        assert!(limit.buckets.lock().unwrap().len() <= MOST_ADDRESSES);
    }
}
