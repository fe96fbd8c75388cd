//! The service `billing`: sends an invoice for each payment.
//!
//! The mail is a line in the log here. A payment may come twice after a crash, so an invoice carries the order's id
//! for its receiver to know it by.

use std::process::ExitCode;

use shop_billing::{Billing, Context, HandlerError, Message, events};

fn main() -> ExitCode {
    shop_billing::run(Invoices)
}

struct Invoices;

impl Billing for Invoices {
    async fn payments(&self, message: Message<String, events::Payment>, _: &Context) -> Result<(), HandlerError> {
        let payment = message.value;
        if payment.amount <= 0.0 {
            // Trying again would not make it payable.
            return Err(HandlerError::reject(format!("order {} was paid with nothing", payment.order_id)));
        }
        let events::Payment { order_id, customer, region, amount, .. } = payment;
        tracing::info!("invoice to {customer} ({region}): {amount:.2} EUR for {order_id}");
        Ok(())
    }
}
