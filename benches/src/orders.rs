//! Orders as a shop has them.

use shop_events::{Line, Order, Region, Status, TimestampMillis};

/// How many distinct orders there are.
pub(crate) const ORDERS: u32 = 512;

const NOTES: [&str; 4] = [
    "Please ring twice.",
    "Bitte beim Nachbarn abgeben, wenn niemand öffnet.",
    "Leave it at the back door, the dog is friendly.",
    "左側の玄関へ",
];

/// The orders, the same in every run.
pub(crate) fn orders() -> Vec<Order> {
    (0..ORDERS).map(order).collect()
}

fn order(number: u32) -> Order {
    let mixed = number.wrapping_mul(2_654_435_761).rotate_left(number % 29);
    let lines: Vec<Line> = (0..=mixed % 5).map(|position| line(mixed, position)).collect();
    let pick = |count: u32| (mixed >> 7) % count;
    Order {
        id: format!("ord-{mixed:08x}-{number:06}"),
        customer: format!("customer-{}", mixed % 100_000),
        region: [Region::Eu, Region::Us, Region::Apac][pick(3) as usize],
        status: [Status::New, Status::Paid, Status::Cancelled][pick(7) as usize % 3],
        amount: lines.iter().map(|line| f64::from(line.quantity) * line.price).sum(),
        note: NOTES.get(pick(9) as usize).map(|note| (*note).to_owned()),
        created_at: TimestampMillis(1_790_000_000_000 + i64::from(mixed)),
        lines,
    }
}

fn line(mixed: u32, position: u32) -> Line {
    let article = mixed.rotate_left(position * 3) % 40_000;
    Line {
        sku: format!("SKU-{article:05}"),
        quantity: i32::try_from(1 + article % 4).unwrap_or(1),
        price: f64::from(article % 20_000) / 100.0,
    }
}
