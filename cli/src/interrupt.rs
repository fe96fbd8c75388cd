//! Running futures to their end, unless the user interrupts.
//!
//! Dropping a future ends what it started (builds, downloads, formats run in process groups that die with it), so an
//! interrupt is nothing but a race that the signal wins.

use std::future::Future;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::oneshot;

use crate::failure::Failure;
use crate::terminal::Terminal;

/// Runs a future on a runtime of its own until it is done or SIGINT, SIGTERM or SIGHUP comes.
pub(crate) fn block_on<T>(future: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    runtime()?.block_on(async {
        let mut signals = Signals::listen()?;
        tokio::select! {
            done = future => done,
            name = signals.next() => Err(Failure::interrupt(name)),
        }
    })
}

/// Runs work that must not be cut off in the middle, and says which signal came meanwhile. The first signal sets the
/// flag that the work looks at, so that it can put things in order; the second ends the process.
pub(crate) fn orderly<T: Send>(
    terminal: Terminal,
    work: impl FnOnce(&AtomicBool) -> T + Send,
) -> Result<(T, Option<&'static str>), Failure> {
    let runtime = runtime()?;
    let _context = runtime.enter();
    let mut signals = Signals::listen()?;
    let stop = AtomicBool::new(false);
    thread::scope(|scope| {
        let (done, mut finished) = oneshot::channel();
        scope.spawn(|| drop(done.send(work(&stop))));
        let mut came = None;
        runtime.block_on(async {
            loop {
                tokio::select! {
                    result = &mut finished => {
                        return Ok((result.expect("a thread that panics takes this one with it"), came));
                    }
                    name = signals.next() => {
                        if came.is_some() {
                            end_at_once();
                        }
                        came = Some(name);
                        stop.store(true, Ordering::Relaxed);
                        terminal.step("Stopping", &format!("({name}; again to kill)"));
                    }
                }
            }
        })
    })
}

#[expect(clippy::exit, reason = "whoever asks twice does not want to wait for what still runs")]
fn end_at_once() -> ! {
    std::process::exit(130)
}

/// A runtime for one command.
pub(crate) fn runtime() -> Result<tokio::runtime::Runtime, Failure> {
    tokio::runtime::Runtime::new().map_err(|error| Failure::world("no threads can be started").because(&error))
}

/// The signals that ask a process to end.
#[derive(Debug)]
pub(crate) struct Signals {
    interrupt: Signal,
    terminate: Signal,
    hangup: Signal,
}

impl Signals {
    /// Takes the signals over from the system, which would end the process at once.
    pub(crate) fn listen() -> Result<Self, Failure> {
        let listen = |kind| signal(kind).map_err(|error| Failure::world("signals cannot be received").because(&error));
        Ok(Self {
            interrupt: listen(SignalKind::interrupt())?,
            terminate: listen(SignalKind::terminate())?,
            hangup: listen(SignalKind::hangup())?,
        })
    }

    /// Waits for the next one and gives its name for people.
    pub(crate) async fn next(&mut self) -> &'static str {
        tokio::select! {
            _ = self.interrupt.recv() => "Ctrl-C",
            _ = self.terminate.recv() => "SIGTERM",
            _ = self.hangup.recv() => "SIGHUP",
        }
    }
}
