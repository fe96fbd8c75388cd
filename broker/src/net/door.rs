//! The doors of brokers: each listens on a port and lets connections in; while its broker is stopped it refuses, and
//! keeps the port.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;

use super::connection;
use super::shared::Shared;
use super::tls;
use crate::machine::ConnectionId;
use crate::quota;

/// How many connections may wait to be accepted.
const BACKLOG: u32 = 1024;
/// How long whoever stops or starts a broker waits for its doors.
const PATIENCE: Duration = Duration::from_secs(5);

/// What is behind a door: a listener, and its TLS where it has any.
pub(crate) struct Door {
    pub(crate) listener: String,
    pub(crate) tls: Option<TlsAcceptor>,
}

/// Which brokers' doors are to be open, and how far that has come.
#[derive(Debug)]
pub(crate) struct Doors {
    wanted: BTreeMap<i32, watch::Sender<bool>>,
    /// Each broker's doors, and how many of them are open.
    reached: Mutex<BTreeMap<i32, (usize, usize)>>,
    moved: Condvar,
}

impl Doors {
    pub(crate) fn new(brokers: impl Iterator<Item = i32>) -> Self {
        let wanted = brokers.map(|broker| (broker, watch::Sender::new(true))).collect();
        Self { wanted, reached: Mutex::default(), moved: Condvar::new() }
    }

    /// Says whether a broker's doors are to be open.
    pub(crate) fn want(&self, broker: i32, open: bool) {
        if let Some(wanted) = self.wanted.get(&broker) {
            wanted.send_replace(open);
        }
    }

    /// Waits until every door is as it is wanted.
    pub(crate) fn settle(&self) {
        let reached = self.reached.lock().unwrap_or_else(PoisonError::into_inner);
        let differs = |reached: &mut BTreeMap<i32, (usize, usize)>| {
            let open = |broker: &i32| self.wanted.get(broker).is_some_and(|wanted| *wanted.borrow());
            reached.iter().any(|(broker, (all, opened))| *opened != if open(broker) { *all } else { 0 })
        };
        drop(self.moved.wait_timeout_while(reached, PATIENCE, differs));
    }

    fn add(&self, broker: i32) {
        let mut reached = self.reached.lock().unwrap_or_else(PoisonError::into_inner);
        let (all, open) = reached.entry(broker).or_default();
        (*all, *open) = (*all + 1, *open + 1);
    }

    fn turned(&self, broker: i32, open: bool) {
        let mut reached = self.reached.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, opened)) = reached.get_mut(&broker) {
            *opened = if open { *opened + 1 } else { opened.saturating_sub(1) };
        }
        self.moved.notify_all();
    }
}

/// Keeps one listener of one broker until the task is ended.
pub(crate) async fn keep(shared: Arc<Shared>, broker: i32, door: Arc<Door>, socket: TcpListener) {
    let Some(wanted) = shared.doors.wanted.get(&broker) else { return };
    let (mut wanted, Ok(address)) = (wanted.subscribe(), socket.local_addr()) else { return };
    shared.doors.add(broker);
    let mut socket = Some(socket);
    loop {
        if let Some(open) = socket.take() {
            let mut connections = JoinSet::new();
            tokio::select! {
                () = admit(&shared, broker, &door, &open, &mut connections) => {}
                _ = wanted.wait_for(|open| !open) => {}
            }
            drop(open);
            connections.shutdown().await;
        }
        let kept = reserve(address);
        shared.doors.turned(broker, false);
        if wanted.wait_for(|open| *open).await.is_err() {
            return;
        }
        match kept.and_then(|kept| kept.listen(BACKLOG)) {
            Ok(open) => socket = Some(open),
            Err(error) => tracing::error!(%error, %address, "a broker could not listen again"),
        }
        shared.doors.turned(broker, true);
    }
}

/// Keeps a port without listening on it: whoever connects is refused, and nobody else is given it.
fn reserve(address: SocketAddr) -> std::io::Result<TcpSocket> {
    let socket = TcpSocket::new_v4()?;
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    Ok(socket)
}

async fn admit(
    shared: &Arc<Shared>,
    broker: i32,
    door: &Arc<Door>,
    socket: &TcpListener,
    connections: &mut JoinSet<()>,
) {
    loop {
        match socket.accept().await {
            Ok((stream, peer)) => {
                connections.spawn(serve(Arc::clone(shared), broker, Arc::clone(door), stream, peer));
            }
            Err(error) => {
                // Out of file descriptors, most likely: existing connections go on, and some of them end.
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        }
        while connections.try_join_next().is_some() {}
    }
}

async fn serve(shared: Arc<Shared>, broker: i32, door: Arc<Door>, stream: TcpStream, peer: SocketAddr) {
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "nodelay");
    }
    if let Some(delay) = shared.with(|machine| quota::connection_delay(machine, broker, peer.ip())) {
        tokio::time::sleep(delay).await;
        return;
    }
    let id = ConnectionId(shared.next_id());
    let mut known = shared.with(|machine| machine.connected(id, broker, &door.listener, peer.ip()));
    let _leaves = Leaves { shared: &shared, id };
    let served = match &door.tls {
        None => connection::serve(Arc::clone(&shared), known, stream).await,
        Some(acceptor) => {
            let stream = match tokio::time::timeout(PATIENCE, acceptor.accept(stream)).await {
                Ok(Ok(stream)) => stream,
                Ok(Err(error)) => return tracing::debug!(%peer, %error, "no TLS came about"),
                Err(_) => return tracing::debug!(%peer, "TLS took too long"),
            };
            let certificate = stream.get_ref().1.peer_certificates().and_then(<[_]>::first);
            if let Some(principal) = certificate.and_then(tls::principal) {
                known.principal = principal;
            }
            connection::serve(Arc::clone(&shared), known, stream).await
        }
    };
    if let Err(error) = served {
        tracing::debug!(%peer, error = %error, "connection closed");
    }
}

/// Tells the machine that a connection is gone, also when its task was cut short.
struct Leaves<'a> {
    shared: &'a Shared,
    id: ConnectionId,
}

impl Drop for Leaves<'_> {
    fn drop(&mut self) {
        self.shared.disconnected(self.id);
    }
}
