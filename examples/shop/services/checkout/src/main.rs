//! The service `checkout`: places orders at a steady rate, as a shop with many customers would.
//!
//! `ORDERS_PER_SECOND` sets the rate. Default: 10.

use std::process::ExitCode;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use shop_checkout::events::{Line, Order, Region, Status, TimestampMillis};
use shop_checkout::{Checkout, Context, Delivery, HandlerError, SendError};
use tokio::task::JoinSet;

/// Records on their way to the brokers at once; a slow cluster slows the shop down instead of filling its memory.
const IN_FLIGHT: usize = 1_000;

fn main() -> ExitCode {
    shop_checkout::run(place_orders)
}

async fn place_orders(checkout: Checkout, context: Context) -> Result<(), HandlerError> {
    let rate = orders_per_second()?;
    let mut ticks = tokio::time::interval(Duration::from_secs_f64(1.0 / rate));
    let mut sending: JoinSet<Result<Delivery, SendError>> = JoinSet::new();
    let opened = UNIX_EPOCH.elapsed().unwrap_or_default().as_secs();
    tracing::info!(rate, "the shop is open");
    for number in 1_u64.. {
        tokio::select! {
            () = context.stopping() => break,
            _ = ticks.tick() => {}
        }
        let order = order(opened, number);
        let checkout = checkout.clone();
        sending.spawn(async move { checkout.send_orders(&order.id, &order).await });
        while sending.len() >= IN_FLIGHT {
            acknowledge(sending.join_next().await)?;
        }
        while let Some(sent) = sending.try_join_next() {
            acknowledge(Some(sent))?;
        }
    }
    while let Some(sent) = sending.join_next().await {
        acknowledge(Some(sent))?;
    }
    tracing::info!("the shop is closed; every order was delivered");
    Ok(())
}

/// An order that was not delivered closes the shop: its customer must not wait for nothing.
fn acknowledge(sent: Option<Result<Result<Delivery, SendError>, tokio::task::JoinError>>) -> Result<(), HandlerError> {
    if let Some(sent) = sent {
        sent??;
    }
    Ok(())
}

fn orders_per_second() -> Result<f64, HandlerError> {
    let Ok(text) = std::env::var("ORDERS_PER_SECOND") else {
        return Ok(10.0);
    };
    let rate: f64 = text.parse()?;
    if rate.is_finite() && rate > 0.0 {
        Ok(rate)
    } else {
        Err(HandlerError::reject(format!("ORDERS_PER_SECOND is {text}; it must be above 0")))
    }
}

/// The order of this number since the shop opened: any two differ, and each is the same whenever it is made.
fn order(opened: u64, number: u64) -> Order {
    let dice = number.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 32;
    let lines = lines(dice);
    Order {
        id: format!("order-{opened}-{number:06}"),
        customer: format!("customer-{:03}", dice % 500),
        region: Region::ALL[pick(dice, Region::ALL.len())],
        // Six of ten are paid, three are new, one is cancelled.
        status: match dice % 10 {
            0..6 => Status::Paid,
            6..9 => Status::New,
            _ => Status::Cancelled,
        },
        amount: lines.iter().map(|line| f64::from(line.quantity) * line.price).sum(),
        lines,
        note: dice.is_multiple_of(7).then(|| "Please ring twice.".to_owned()),
        created_at: TimestampMillis::from(SystemTime::now()),
    }
}

fn lines(dice: u64) -> Vec<Line> {
    const ARTICLES: [(&str, f64); 5] =
        [("tea-assam", 8.90), ("tea-sencha", 12.50), ("pot-small", 34.00), ("cup-blue", 9.95), ("biscuits", 3.20)];
    let count = 1 + pick(dice >> 3, 3);
    (0..count)
        .map(|index| {
            let (sku, price) = ARTICLES[(pick(dice, ARTICLES.len()) + index) % ARTICLES.len()];
            let quantity = if index == 0 { 1 } else { 2 };
            Line { sku: sku.to_owned(), quantity, price }
        })
        .collect()
}

/// A position below `count`.
fn pick(dice: u64, count: usize) -> usize {
    usize::try_from(dice).unwrap_or_default() % count
}
