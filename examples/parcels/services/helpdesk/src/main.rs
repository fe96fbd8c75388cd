//! The service `helpdesk`: writes down what customers ask about.
//!
//! A handler gets the type of its topic whatever the format; of a topic with several types it is an enum.

use std::process::ExitCode;

use parcels_helpdesk::events::{Claim, Notification, Parcel, Tracking};
use parcels_helpdesk::{Context, HandlerError, Helpdesk, Message};

fn main() -> ExitCode {
    parcels_helpdesk::run(Journal)
}

struct Journal;

impl Helpdesk for Journal {
    async fn tracking(&self, message: Message<Parcel, Tracking>, _: &Context) -> Result<(), HandlerError> {
        match message.value {
            Tracking::Sent(sent) => tracing::info!("parcel {} was sent to {}", sent.parcel, sent.city),
            Tracking::Lost(lost) => tracing::info!("parcel {} was lost: {}", lost.parcel, lost.reason),
        }
        Ok(())
    }

    async fn notifications(&self, message: Message<Parcel, Notification>, _: &Context) -> Result<(), HandlerError> {
        let Notification { parcel, customer, channel, .. } = message.value;
        tracing::info!("parcel {parcel}: {customer} was told by {channel:?}");
        Ok(())
    }

    async fn claims(&self, message: Message<Parcel, Claim>, _: &Context) -> Result<(), HandlerError> {
        let claim = message.value;
        let Some(amount) = &claim.amount else {
            // Trying again would not put an amount in.
            return Err(HandlerError::reject(format!("the claim of {} has no amount", claim.customer)));
        };
        let (cents, currency) = (amount.cents, &amount.currency);
        tracing::info!("parcel {}: {} gets {cents} cents {currency}", message.key.number, claim.customer);
        Ok(())
    }
}
