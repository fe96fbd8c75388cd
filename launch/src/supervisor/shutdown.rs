//! Stopping everything, in reverse dependency order, while telling whom it waits for.

use std::sync::PoisonError;
use std::time::Duration;

use tokio::sync::watch;

use super::runner::Order;
use super::{Event, StopState, Supervisor, Urgency, order};

/// How often a stop tells whom it waits for.
const TELL_EVERY: Duration = Duration::from_secs(1);

/// Stops every process and then frees the project.
pub(super) async fn run(supervisor: Supervisor) {
    let mut stop = supervisor.inner.stop.subscribe();
    // Only for the messages of other commands: a disk that refuses it must not keep anything from stopping.
    drop(supervisor.shared().state.change(|state| state.is_stopping = true));
    // A reconciliation in progress may still start processes, so the list of levels is made after it.
    let graceful = async {
        let _turn = supervisor.inner.reconciling.lock().await;
        for level in order::stop_levels(&supervisor.current_specs()) {
            end_level(&supervisor, &level, Order::Terminate).await;
        }
    };
    tokio::select! {
        () = graceful => {}
        () = killed(&mut stop) => {
            let everything: Vec<String> = supervisor.current_specs().into_keys().collect();
            end_level(&supervisor, &everything, Order::Kill).await;
        }
    }
    supervisor.inner.runners.lock().unwrap_or_else(PoisonError::into_inner).clear();
    drop(supervisor.inner.run.lock().unwrap_or_else(PoisonError::into_inner).take());
    supervisor.inner.stop.send_replace(StopState::Stopped);
}

async fn killed(stop: &mut watch::Receiver<StopState>) {
    if stop.wait_for(|state| *state == StopState::Stopping(Urgency::Kill)).await.is_err() {
        std::future::pending::<()>().await;
    }
}

/// Ends some processes at once and waits until all have ended.
pub(super) async fn end_level(supervisor: &Supervisor, names: &[String], order: Order) {
    let mut waiting = Vec::new();
    {
        let runners = supervisor.inner.runners.lock().unwrap_or_else(PoisonError::into_inner);
        for name in names {
            if let Some(runner) = runners.get(name) {
                runner.order(order);
                waiting.push((name.clone(), runner.ended()));
            }
        }
    }
    loop {
        waiting.retain(|(_, ended)| !*ended.borrow());
        let Some((_, next)) = waiting.first() else { return };
        let names = waiting.iter().map(|(name, _)| name.clone()).collect();
        drop(supervisor.shared().events.send(Event::WaitingFor { names }));
        let mut next = next.clone();
        // One that ends sooner than the first is noticed at the next telling at the latest.
        drop(tokio::time::timeout(TELL_EVERY, next.wait_for(|ended| *ended)).await);
    }
}
