//! The other commands' side of the socket.

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::UnixStream;

use super::{Answer, Request, socket};
use crate::Error;
use crate::folder::Project;
use crate::state::State;
use crate::status::Status;
use crate::supervisor::{Changes, Event, Others, ProcessSpec, Urgency};

/// How long a supervisor may take to tell its state.
const STATE_LIMIT: Duration = Duration::from_secs(5);

/// How long a supervisor may take to exit when nothing of it runs any more.
const MARGIN: Duration = Duration::from_secs(10);

/// A running supervisor, as another command sees it.
#[derive(Clone, Debug)]
pub struct Client {
    socket: PathBuf,
    state: State,
}

/// Finds the running supervisor of a project. None if none runs, whatever its files say.
///
/// A supervisor that holds the project but does not answer (it has just begun, or it is ending) counts as none here;
/// [`Run::begin`](crate::run::Run::begin) then says that the project is locked.
pub async fn connect(project: &Project) -> Result<Option<Client>, Error> {
    let state = match State::load(project) {
        Ok(Some(state)) if state.supervisor.is_alive() => state,
        // The file is lost, or it is not that of the supervisor that may run.
        Ok(_) | Err(Error::Corrupt { .. }) => return connect_without_state(project).await,
        Err(error) => return Err(error),
    };
    let Some(socket) = state.socket.clone() else { return Ok(None) };
    let listens = open(&socket).await?.is_some();
    Ok(listens.then_some(Client { socket, state }))
}

/// Asks at the usual place for the state. A supervisor of this user that answers has it, whatever is on disk.
async fn connect_without_state(project: &Project) -> Result<Option<Client>, Error> {
    let socket = socket::path(project);
    let Some(stream) = open(&socket).await? else { return Ok(None) };
    // In a folder that everyone may write to, anyone may listen.
    if !stream.peer_cred().is_ok_and(|peer| peer.uid() == rustix::process::geteuid().as_raw()) {
        return Ok(None);
    }
    match tokio::time::timeout(STATE_LIMIT, ask(stream, &socket, &Request::State, &mut |_| {})).await {
        Ok(Ok(Answer::State { state })) => Ok(Some(Client { socket, state })),
        Ok(Ok(other)) => Err(unexpected(&socket, &other)),
        Ok(Err(Error::Control { .. })) | Err(_) => Ok(None),
        Ok(Err(error)) => Err(error),
    }
}

/// Connects to a socket. None if nobody listens on it.
async fn open(socket: &Path) -> Result<Option<UnixStream>, Error> {
    match UnixStream::connect(socket).await {
        Ok(stream) => Ok(Some(stream)),
        Err(error) if is_nobody(&error) => Ok(None),
        Err(source) => Err(Error::Control { socket: socket.to_owned(), source }),
    }
}

impl Client {
    /// The state that the supervisor had saved when it was found: its run, environment, endpoints and ports.
    pub fn state(&self) -> &State {
        &self.state
    }

    /// What runs now.
    pub async fn status(&self) -> Result<Status, Error> {
        match self.ask(&Request::Status, &mut |_| {}).await? {
            Answer::Status { status } => Ok(status),
            other => Err(self.unexpected(&other)),
        }
    }

    /// Stops everything and waits for the end, telling what happens on the way. The supervisor exits afterwards.
    pub async fn stop(&self, urgency: Urgency, mut on_event: impl FnMut(Event)) -> Result<(), Error> {
        match self.ask(&Request::Stop { urgency }, &mut on_event).await {
            Ok(Answer::Done) => Ok(()),
            Ok(other) => Err(self.unexpected(&other)),
            // The supervisor may exit between its last process and its answer. Then it has stopped as well.
            Err(Error::Control { source, .. }) if self.supervisor_ends(&source).await => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// Makes the processes match the specifications and waits until what was started is ready, at most `limit`.
    ///
    /// The specifications must be of the environment that runs ([`State::environment`]): the supervisor cannot tell.
    /// Custom probes travel by their labels; the supervisor builds the checks. See [`Supervisor::reconcile`].
    ///
    /// [`Supervisor::reconcile`]: crate::supervisor::Supervisor::reconcile
    pub async fn reconcile(
        &self,
        specs: Vec<ProcessSpec>,
        others: Others,
        limit: Duration,
        mut on_event: impl FnMut(Event),
    ) -> Result<Changes, Error> {
        let limit_ms = u64::try_from(limit.as_millis()).unwrap_or(u64::MAX);
        match self.ask(&Request::Reconcile { specs, others, limit_ms }, &mut on_event).await? {
            Answer::Changes { changes } => Ok(changes),
            other => Err(self.unexpected(&other)),
        }
    }

    /// Restarts one process.
    pub async fn restart(&self, name: &str, mut on_event: impl FnMut(Event)) -> Result<(), Error> {
        match self.ask(&Request::Restart { name: name.to_owned() }, &mut on_event).await? {
            Answer::Done => Ok(()),
            other => Err(self.unexpected(&other)),
        }
    }

    /// Tells everything that happens until the supervisor ends.
    pub async fn watch(&self, mut on_event: impl FnMut(Event)) -> Result<(), Error> {
        match self.ask(&Request::Events, &mut on_event).await {
            Ok(_) => Ok(()),
            Err(Error::Control { source, .. }) if self.supervisor_ends(&source).await => Ok(()),
            Err(error) => Err(error),
        }
    }

    /// Whether the supervisor is gone in time. One that has hung up is stopping, and gets the time that this may take; one
    /// that no longer listens at all must be about to exit.
    async fn supervisor_ends(&self, hung_up: &io::Error) -> bool {
        let limit = if is_nobody(hung_up) { MARGIN } else { longest_stop(&self.state) };
        let ended = async {
            while self.state.supervisor.is_alive() {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        };
        tokio::time::timeout(limit, ended).await.is_ok()
    }

    async fn ask(&self, request: &Request, on_event: &mut impl FnMut(Event)) -> Result<Answer, Error> {
        let connected = UnixStream::connect(&self.socket).await;
        let stream = connected.map_err(|source| Error::Control { socket: self.socket.clone(), source })?;
        ask(stream, &self.socket, request, on_event).await
    }

    fn unexpected(&self, answer: &Answer) -> Error {
        unexpected(&self.socket, answer)
    }
}

/// Whether nobody listens on the socket.
fn is_nobody(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::ConnectionRefused)
}

/// How long a stop may take: at worst every process uses up its grace, one after the other.
fn longest_stop(state: &State) -> Duration {
    state.processes.values().map(|record| record.kind.grace()).sum::<Duration>() + MARGIN
}

/// Sends a request, hands over the events and returns the last answer.
async fn ask(
    stream: UnixStream,
    socket: &Path,
    request: &Request,
    on_event: &mut impl FnMut(Event),
) -> Result<Answer, Error> {
    let failed = |source| Error::Control { socket: socket.to_owned(), source };
    let (read, mut write) = stream.into_split();
    let mut line = serde_json::to_vec(request).map_err(|error| failed(error.into()))?;
    line.push(b'\n');
    write.write_all(&line).await.map_err(failed)?;
    let mut lines = BufReader::new(read).lines();
    while let Some(line) = lines.next_line().await.map_err(failed)? {
        match serde_json::from_str(&line).map_err(|error| failed(error.into()))? {
            Answer::Happened { happened } => on_event(happened),
            Answer::Refused { message, help } => return Err(Error::Refused { message, help }),
            last => return Ok(last),
        }
    }
    Err(failed(io::ErrorKind::UnexpectedEof.into()))
}

fn unexpected(socket: &Path, answer: &Answer) -> Error {
    let source = io::Error::other(format!("an answer to another question: {answer:?}"));
    Error::Control { socket: socket.to_owned(), source }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::proc::identity::{Identity, RunId};
    use crate::state::ProcessRecord;
    use crate::supervisor::Kind;

    #[test]
    fn a_stop_may_use_up_every_grace() {
        let record = |name: &str, kind| {
            let spec = ProcessSpec::new(name, kind, "sh");
            (name.to_owned(), ProcessRecord::planned(&spec, PathBuf::new()))
        };
        let state = State {
            run: RunId::new().unwrap(),
            boot: String::new(),
            supervisor: Identity { pid: 1, start_ticks: 0 },
            environment: "local".to_owned(),
            started_at: 0,
            is_stopping: false,
            socket: None,
            endpoints: BTreeMap::new(),
            processes: [record("broker", Kind::Broker), record("service", Kind::Service)].into(),
        };
        assert_eq!(longest_stop(&state), Kind::Broker.grace() + Kind::Service.grace() + MARGIN);
    }
}
