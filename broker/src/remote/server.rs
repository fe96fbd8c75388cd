//! The cluster's end of the control socket.

use std::io;
use std::os::fd::AsRawFd;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{UnixListener, UnixStream};
use tokio::task::JoinSet;

use super::{Line, Reply, Request, VERSION};
use crate::error::{Error, FaultError};
use crate::fault::inject;
use crate::net::shared::Shared;

/// How long a path of a Unix socket may be on every system.
const PATH_LIMIT: usize = 100;
/// How long a request may be.
const LINE_LIMIT: u64 = 1024 * 1024;

/// Opens the socket; the future serves it until it is dropped.
///
/// # Errors
///
/// When it cannot be opened. A socket that nobody listens on is taken over.
pub(crate) fn open(shared: Arc<Shared>, path: &Path) -> Result<impl Future<Output = ()> + Send + use<>, Error> {
    let failed = |source| Error::ControlSocket { path: path.to_owned(), source };
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(failed(error)),
        _ => {}
    }
    let socket = short(path, |path| UnixListener::bind(path)).map_err(failed)?;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600)).map_err(failed)?;
    let left = Left(path.to_owned());
    Ok(async move {
        let _left = left;
        let mut conversations = JoinSet::new();
        while let Ok((stream, _)) = socket.accept().await {
            conversations.spawn(converse(Arc::clone(&shared), stream));
            while conversations.try_join_next().is_some() {}
        }
    })
}

/// Removes the socket's name when it is no longer served.
struct Left(PathBuf);

impl Drop for Left {
    fn drop(&mut self) {
        drop(std::fs::remove_file(&self.0));
    }
}

/// Uses a socket's path; one that is too long for a socket is reached through its folder.
pub(crate) fn short<T>(path: &Path, open: impl FnOnce(&Path) -> io::Result<T>) -> io::Result<T> {
    let (Some(folder), Some(name)) = (path.parent(), path.file_name()) else { return open(path) };
    if path.as_os_str().len() <= PATH_LIMIT {
        return open(path);
    }
    let folder = std::fs::File::open(folder)?;
    open(&Path::new("/proc/self/fd").join(folder.as_raw_fd().to_string()).join(name))
}

async fn converse(shared: Arc<Shared>, stream: UnixStream) {
    let (reader, mut writer) = stream.into_split();
    let mut lines = BufReader::new(tokio::io::AsyncReadExt::take(reader, LINE_LIMIT)).lines();
    while let Ok(Some(line)) = lines.next_line().await {
        lines.get_mut().get_mut().set_limit(LINE_LIMIT);
        let (reply, ends) = answer(&shared, &line).await;
        let mut text = serde_json::to_string(&reply).unwrap_or_default();
        text.push('\n');
        if writer.write_all(text.as_bytes()).await.is_err() {
            return;
        }
        if ends {
            shared.ask_to_stop();
            // The connection closes when everything else has ended.
            return std::future::pending().await;
        }
    }
}

/// The reply, and whether the cluster is to end.
async fn answer(shared: &Arc<Shared>, line: &str) -> (Reply, bool) {
    let not_understood = |reason: String| (Reply::NotUnderstood { reason, version: VERSION }, false);
    match serde_json::from_str::<Line>(line) {
        Ok(Line { version, .. }) if version != VERSION => not_understood(format!("a request of version {version}")),
        Ok(Line { request: Request::Stop, .. }) => (Reply::Done, true),
        Ok(Line { request, .. }) => {
            let shared = Arc::clone(shared);
            // Stopping a broker waits for its listeners.
            let done = tokio::task::spawn_blocking(move || perform(&shared, request)).await;
            done.map_or_else(|error| not_understood(error.to_string()), |reply| (reply, false))
        }
        Err(error) => not_understood(error.to_string()),
    }
}

fn perform(shared: &Shared, request: Request) -> Reply {
    let done = |result: Result<(), FaultError>| match result {
        Ok(()) => Reply::Done,
        Err(reason) => Reply::Refused { reason },
    };
    match request {
        Request::Status => Reply::Status { status: Box::new(shared.status()) },
        Request::Inject { fault } => match shared.fault(|machine| inject::inject(machine, fault)) {
            Ok(id) => Reply::Injected { id },
            Err(reason) => Reply::Refused { reason },
        },
        Request::Lift { fault } => done(shared.fault(|machine| inject::lift(machine, &fault))),
        Request::Clear { id } => done(shared.fault(|machine| inject::clear(machine, id))),
        Request::ClearAll => done(shared.fault(inject::clear_all)),
        Request::Perform { action } => done(shared.fault(|machine| inject::perform(machine, action))),
        Request::Stop => Reply::Done,
    }
}
