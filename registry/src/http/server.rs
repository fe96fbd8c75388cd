//! Connections: served up to a number, encrypted if there is a certificate, and ended in good order.
//!
//! HTTP/1.1 with keep-alive. A connection that says nothing, says it too slowly, or does not take its
//! answers is closed.

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::time::{sleep, timeout};

use super::gate::Gate;
use super::idle::{Idle, Place};
use super::settings::HttpSettings;
use super::stall::Unstalled;
use crate::tls::Tls;

/// The longest head of a request that is read. A head beyond it is answered with 431 by hyper.
const HEAD_LIMIT: usize = 32 * 1024;

/// How long a client may take to agree on encryption.
const HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(10);

/// How often the files of certificates and users are looked at.
const RELOAD_INTERVAL: Duration = Duration::from_secs(2);

/// How long a connection may take to make room before another one is asked to.
const ROOM_TIMEOUT: Duration = Duration::from_millis(50);

/// A server that has not begun to accept.
pub(crate) struct Server {
    pub(crate) listener: TcpListener,
    pub(crate) gate: Arc<Gate>,
    pub(crate) tls: Option<Arc<Tls>>,
}

/// What each connection needs.
struct Acceptance {
    gate: Arc<Gate>,
    tls: Option<Arc<Tls>>,
    builder: Builder<TokioExecutor>,
    places: Arc<Semaphore>,
    idle: Arc<Idle>,
}

impl Server {
    /// Accepts connections until told to stop, and then lets requests under way end.
    pub(crate) async fn run(self, mut stopped: watch::Receiver<bool>) -> io::Result<()> {
        let Self { listener, gate, tls } = self;
        let places = Arc::new(Semaphore::new(gate.settings().max_connections));
        let builder = builder(gate.settings());
        let acceptance = Arc::new(Acceptance { gate, tls, builder, places, idle: Arc::default() });
        let graceful = GracefulShutdown::new();
        let reloading = tokio::spawn(keep_files_current(Arc::clone(&acceptance)));
        loop {
            // One client at a time waits here for a place; others wait in the system's queue, not in this process.
            let next = async {
                let accepted = listener.accept().await?;
                Ok((accepted, acceptance.place().await))
            };
            let accepted = tokio::select! {
                next = next => next,
                // The sender lives as long as `serve`: its end is a reason to stop as well.
                _ = stopped.wait_for(|stopped| *stopped) => break,
            };
            match accepted {
                Ok(((stream, peer), place)) => {
                    tokio::spawn(Arc::clone(&acceptance).serve(stream, peer, graceful.watcher(), place));
                }
                Err(error) => rest_after(&error).await,
            }
        }
        reloading.abort();
        drop(listener);
        graceful.shutdown().await;
        Ok(())
    }
}

impl Acceptance {
    /// A place for one more connection. Where there is none, those that wait for a request are ended one by one.
    async fn place(&self) -> OwnedSemaphorePermit {
        let closed = "the semaphore is never closed";
        if let Ok(place) = Arc::clone(&self.places).try_acquire_owned() {
            return place;
        }
        loop {
            self.idle.end_one();
            if let Ok(place) = timeout(ROOM_TIMEOUT, Arc::clone(&self.places).acquire_owned()).await {
                return place.expect(closed);
            }
        }
    }

    async fn serve(
        self: Arc<Self>,
        stream: TcpStream,
        peer: SocketAddr,
        watcher: Watcher,
        place: OwnedSemaphorePermit,
    ) {
        // Answers are small and complete: waiting to join them with the next only delays them.
        drop(stream.set_nodelay(true));
        let Some(tls) = &self.tls else {
            return self.converse(stream, peer, watcher, place).await;
        };
        match timeout(HANDSHAKE_TIMEOUT, tls.acceptor().accept(stream)).await {
            Ok(Ok(stream)) => self.converse(stream, peer, watcher, place).await,
            Ok(Err(error)) => tracing::debug!(%peer, "no agreement on encryption: {error}"),
            Err(_) => tracing::debug!(%peer, "no agreement on encryption in time"),
        }
    }

    async fn converse<S>(&self, stream: S, peer: SocketAddr, watcher: Watcher, _place: OwnedSemaphorePermit)
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let (gate, place) = (&self.gate, Arc::new(Place::new(&self.idle)));
        let service = service_fn(|request| {
            let (gate, place) = (Arc::clone(gate), Arc::clone(&place));
            async move {
                let _busy = place.begin();
                Ok::<_, Infallible>(gate.answer(request, peer.ip()).await)
            }
        });
        let stream = TokioIo::new(Unstalled::new(stream, gate.settings().idle_timeout, place.is_writing()));
        let connection = self.builder.serve_connection(stream, service);
        tokio::select! {
            // In this order: what has arrived already is answered.
            biased;
            ended = watcher.watch(connection) => if let Err(error) = ended {
                tracing::debug!(%peer, "a connection ended early: {error}");
            },
            () = place.ended() => tracing::debug!(%peer, "a connection made room for another one"),
        }
    }
}

fn builder(settings: &HttpSettings) -> Builder<TokioExecutor> {
    let mut builder = Builder::new(TokioExecutor::new()).http1_only();
    builder
        .http1()
        .timer(TokioTimer::new())
        // Also ends connections that are kept alive without a request.
        .header_read_timeout(settings.idle_timeout)
        .max_buf_size(HEAD_LIMIT);
    builder
}

/// A failed accept is the client's, or this process is out of files, which only time can change.
async fn rest_after(error: &io::Error) {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    if !matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset) {
        tracing::warn!("a connection could not be accepted: {error}");
        sleep(Duration::from_millis(100)).await;
    }
}

async fn keep_files_current(acceptance: Arc<Acceptance>) {
    let (mut certificate, mut file_of_users) = (Watched::new("certificate"), Watched::new("file of users"));
    loop {
        sleep(RELOAD_INTERVAL).await;
        if let Some(tls) = &acceptance.tls {
            certificate.report(tls.reload().map_err(|error| describe(&error)));
        }
        if let Some(users) = acceptance.gate.users() {
            file_of_users.report(users.reload().map_err(|error| describe(&error)));
        }
    }
}

/// A file that is looked at again and again, and what was last said of it.
struct Watched {
    what: &'static str,
    said: Option<String>,
}

impl Watched {
    fn new(what: &'static str) -> Self {
        Self { what, said: None }
    }

    /// A file that cannot be used is tried each time, since a permission may be all that it lacks, and said once.
    fn report(&mut self, reloaded: Result<bool, String>) {
        let what = self.what;
        match reloaded {
            Ok(is_new) => {
                self.said = None;
                if is_new {
                    tracing::info!("the {what} was read again");
                }
            }
            Err(error) if self.said.as_ref() == Some(&error) => {}
            Err(error) => {
                tracing::warn!("the {what} has changed and cannot be used, the old one stays: {error}");
                self.said = Some(error);
            }
        }
    }
}

fn describe(error: &dyn std::error::Error) -> String {
    let cause = error.source().map(|cause| format!(": {cause}")).unwrap_or_default();
    format!("{error}{cause}")
}
