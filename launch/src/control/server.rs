//! The supervisor's side of the socket.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::unix::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{UnixListener, UnixStream};
use tokio::task::{JoinHandle, JoinSet};

use super::{Answer, Request, socket};
use crate::Error;
use crate::state::{self, State};
use crate::supervisor::{Check, Events, Probe, ProcessSpec, Supervisor};

/// Builds the check of a custom probe from its label, in the process that supervises. None for a label it does not know.
pub type ProbeFactory = Arc<dyn Fn(&str) -> Option<Check> + Send + Sync>;

/// A socket that listens until this value is dropped.
#[derive(Debug)]
pub struct Server {
    path: PathBuf,
    task: JoinHandle<()>,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
        drop(state::remove(&self.path));
    }
}

/// Listens for other commands of the same project, and records the socket's path in the state.
pub fn serve(supervisor: Supervisor, probes: ProbeFactory) -> Result<Server, Error> {
    let path = socket::path(supervisor.project());
    // Whoever made it is gone: this supervisor holds the project's lock.
    state::remove(&path)?;
    let listener = UnixListener::bind(&path).map_err(Error::file("listen on", &path))?;
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).map_err(Error::file("protect", &path))?;
    supervisor.shared().state.change(|state| state.socket = Some(path.clone()))?;
    let task = tokio::spawn(accept(listener, supervisor, probes));
    Ok(Server { path, task })
}

async fn accept(listener: UnixListener, supervisor: Supervisor, probes: ProbeFactory) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => { connections.spawn(answer(stream, supervisor.clone(), probes.clone())); }
                // Too many open files, most likely: others may close some.
                Err(_) => tokio::time::sleep(Duration::from_millis(100)).await,
            },
            Some(_) = connections.join_next() => {}
        }
    }
}

/// Answers one request. A client that hangs up takes back nothing that it asked for.
async fn answer(stream: UnixStream, supervisor: Supervisor, probes: ProbeFactory) {
    let (read, mut write) = stream.into_split();
    let events = supervisor.events();
    let last = match read_request(read).await {
        Err(message) => Answer::Refused { message, help: Some("use the same version of this tool as `up`".to_owned()) },
        Ok(Request::State) => Answer::State { state: saved_state(&supervisor) },
        Ok(Request::Status) => Answer::Status { status: supervisor.status().await },
        Ok(Request::Events) => with_events(&mut write, events, std::future::pending()).await,
        Ok(Request::Stop { urgency }) => {
            supervisor.stop(urgency);
            with_events(&mut write, events, stop(&supervisor)).await
        }
        Ok(Request::Reconcile { mut specs, others, limit_ms }) => {
            for spec in &mut specs {
                bind(spec, &probes);
            }
            let work = async {
                let changes = supervisor.reconcile(specs, others).await?;
                let names: Vec<String> = changes.started.iter().chain(&changes.restarted).cloned().collect();
                supervisor.wait_ready(&names, Duration::from_millis(limit_ms)).await?;
                Ok(Answer::Changes { changes })
            };
            with_events(&mut write, events, refused(work)).await
        }
        Ok(Request::Restart { name }) => {
            let work = async { supervisor.restart(&name).await.map(|()| Answer::Done) };
            with_events(&mut write, events, refused(work)).await
        }
    };
    drop(send(&mut write, &last).await);
}

/// The state, which is also written anew: who asks for it did not find it on disk.
fn saved_state(supervisor: &Supervisor) -> State {
    let store = &supervisor.shared().state;
    if !supervisor.is_stopping() {
        // Without the folder there is no place for it, and the answer is as good.
        drop(store.change(|_| {}));
    }
    store.snapshot()
}

async fn stop(supervisor: &Supervisor) -> Answer {
    supervisor.stopped().await;
    Answer::Done
}

async fn refused(work: impl Future<Output = Result<Answer, Error>>) -> Answer {
    work.await.unwrap_or_else(|error| Answer::Refused { message: error.to_string(), help: error.help() })
}

/// Sends what happens while the work goes on. A client that hangs up does not end the work.
async fn with_events(write: &mut OwnedWriteHalf, mut events: Events, work: impl Future<Output = Answer>) -> Answer {
    tokio::pin!(work);
    let mut listens = true;
    let last = loop {
        tokio::select! {
            answer = &mut work => break answer,
            Some(happened) = events.next(), if listens => {
                listens = send(write, &Answer::Happened { happened }).await.is_ok();
            }
        }
    };
    while let Some(happened) = events.try_next() {
        if !listens || send(write, &Answer::Happened { happened }).await.is_err() {
            break;
        }
    }
    last
}

async fn read_request(read: OwnedReadHalf) -> Result<Request, String> {
    let mut line = String::new();
    BufReader::new(read).read_line(&mut line).await.map_err(|error| error.to_string())?;
    serde_json::from_str(&line).map_err(|error| format!("the running supervisor does not know this request: {error}"))
}

async fn send(write: &mut OwnedWriteHalf, answer: &Answer) -> std::io::Result<()> {
    let mut line = serde_json::to_vec(answer)?;
    line.push(b'\n');
    write.write_all(&line).await
}

fn bind(spec: &mut ProcessSpec, probes: &ProbeFactory) {
    if let Probe::Custom(custom) = &mut spec.probe
        && let Some(check) = probes(&custom.label)
    {
        custom.check = check;
    }
}
