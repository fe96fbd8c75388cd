//! The service `counter`: takes a parcel every 200 ms, and a complaint about every fifth.

use std::process::ExitCode;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use parcels_counter::events::json::complaint::ComplaintKind;
use parcels_counter::events::protobuf::parcels::v1::dispatch::Contact;
use parcels_counter::events::protobuf::parcels::v1::{Place, Speed};
use parcels_counter::events::{Complaint, Dispatch, Parcel};
use parcels_counter::{Context, Counter, HandlerError};

const CITIES: [&str; 4] = ["Riga", "Porto", "Gent", "Lund"];

fn main() -> ExitCode {
    parcels_counter::run(open)
}

async fn open(counter: Counter, context: Context) -> Result<(), HandlerError> {
    let opened = UNIX_EPOCH.elapsed().unwrap_or_default().as_secs();
    let mut ticks = tokio::time::interval(Duration::from_millis(200));
    for number in 1_usize.. {
        tokio::select! {
            () = context.stopping() => break,
            _ = ticks.tick() => {}
        }
        let parcel = Parcel { number: format!("p-{opened}-{number}") };
        counter.send_dispatches(&parcel, &dispatch(number)).await?;
        if number.is_multiple_of(5) {
            counter.send_complaints(&parcel, &complaint(number)).await?;
        }
    }
    Ok(())
}

fn dispatch(number: usize) -> Dispatch {
    let place = |number: usize| Place { street: format!("Elm {number}"), city: CITIES[number % 4].to_owned() };
    let speed = if number.is_multiple_of(3) { Speed::Express } else { Speed::Standard };
    Dispatch {
        customer: format!("customer-{}", number % 50),
        from: Some(place(number)),
        to: Some(place(number + 1)),
        speed: speed.into(),
        at: Some(SystemTime::now().into()),
        contact: Some(match number % 2 {
            0 => Contact::Mail(format!("customer-{}@example.com", number % 50)),
            _ => Contact::Phone("+371 2000 0000".to_owned()),
        }),
    }
}

fn complaint(number: usize) -> Complaint {
    Complaint {
        customer: format!("customer-{}", number % 50),
        kind: if number.is_multiple_of(10) { ComplaintKind::Lost } else { ComplaintKind::Late },
        message: "it did not come".to_owned(),
        value: number.is_multiple_of(20).then_some(4_900),
    }
}
