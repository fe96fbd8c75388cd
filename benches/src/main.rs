//! Times encoding and decoding of the shop's `order` with the generated code and with `apache-avro`.
//!
//! All contenders run in one process and take turns, so that what else the machine does hits them alike. Each sample
//! goes through all of [`orders::ORDERS`] distinct orders, so that the branch predictor cannot learn one by heart.
//! The minimum says what the code costs, the median what one gets; the ratios are the point, for absolute times are
//! the machine's.
//!
//! Run with `cargo run --release --package topology-bench`.

mod orders;
mod oracle;
mod timing;

use std::hint::black_box;
use std::io::{self, Write};

use codec::Encode;

use oracle::Oracle;
use timing::{Contender, Timing};

fn main() -> io::Result<()> {
    let orders = orders::orders();
    let encoded: Vec<Vec<u8>> = orders.iter().map(codec::to_bytes).collect();
    let oracle = Oracle::new();
    let twins: Vec<oracle::Order> = encoded.iter().map(|bytes| oracle.decode_value(bytes)).collect();
    assert_agreement(&oracle, &twins, &encoded);

    let bytes: usize = encoded.iter().map(Vec::len).sum();
    let mut out = io::stdout().lock();
    writeln!(out, "order: {} distinct values, {} bytes on average", orders.len(), bytes / orders.len())?;
    report(&mut out, "encode", &encode(&orders, &oracle, &twins))?;
    report(&mut out, "decode", &decode(&encoded, &oracle))
}

/// A benchmark of code that does something else would be worth nothing.
fn assert_agreement(oracle: &Oracle, twins: &[oracle::Order], encoded: &[Vec<u8>]) {
    let mut buffer = Vec::new();
    for (twin, bytes) in twins.iter().zip(encoded) {
        buffer.clear();
        oracle.encode_value(twin, &mut buffer);
        assert_eq!(buffer, *bytes, "both write the same bytes");
    }
}

fn encode(orders: &[shop_events::Order], oracle: &Oracle, twins: &[oracle::Order]) -> Vec<(&'static str, Timing)> {
    let mut buffer = Vec::with_capacity(4096);
    let generated = Contender::new("generated", || {
        for order in orders {
            buffer.clear();
            order.encode(&mut buffer);
            black_box(&buffer);
        }
    });
    let generated_new = Contender::new("generated, new buffer", || {
        for order in orders {
            black_box(codec::to_bytes(order));
        }
    });
    let mut serde_buffer = Vec::with_capacity(4096);
    let serde = Contender::new("apache-avro, serde", || {
        for twin in twins {
            serde_buffer.clear();
            oracle.encode_serde(twin, &mut serde_buffer);
            black_box(&serde_buffer);
        }
    });
    let mut value_buffer = Vec::with_capacity(4096);
    let value = Contender::new("apache-avro, Value", || {
        for twin in twins {
            value_buffer.clear();
            oracle.encode_value(twin, &mut value_buffer);
            black_box(&value_buffer);
        }
    });
    timing::race(vec![generated, generated_new, serde, value], orders.len(), timing::SAMPLES)
}

fn decode(encoded: &[Vec<u8>], oracle: &Oracle) -> Vec<(&'static str, Timing)> {
    let generated = Contender::new("generated", || {
        for bytes in encoded {
            black_box(codec::from_bytes::<shop_events::Order>(bytes).is_ok());
        }
    });
    let serde = Contender::new("apache-avro, serde", || {
        for bytes in encoded {
            black_box(oracle.decode_serde(bytes));
        }
    });
    let value = Contender::new("apache-avro, Value", || {
        for bytes in encoded {
            black_box(oracle.decode_value(bytes));
        }
    });
    timing::race(vec![generated, serde, value], encoded.len(), timing::SAMPLES)
}

fn report(out: &mut impl Write, title: &str, timings: &[(&'static str, Timing)]) -> io::Result<()> {
    writeln!(out, "\n{title:<24} {:>10} {:>10} {:>14} {:>14}", "min ns", "median ns", "times (min)", "times (median)")?;
    let first = timings.first().map(|(_, timing)| *timing).unwrap_or_default();
    for (name, timing) in timings {
        let (min, median) = (timing.min / first.min, timing.median / first.median);
        writeln!(out, "{name:<24} {:>10.1} {:>10.1} {min:>14.2} {median:>14.2}", timing.min, timing.median)?;
    }
    Ok(())
}
