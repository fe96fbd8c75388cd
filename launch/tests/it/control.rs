//! The socket between commands.

use std::os::unix::fs::PermissionsExt;
use std::process::Command;
use std::sync::Arc;

use tokio::net::UnixListener;
use topology_launch::control::{connect, serve};
use topology_launch::proc::identity::Identity;
use topology_launch::state::{Phase, State};
use topology_launch::supervisor::{Check, Event, Others, Probe, Urgency};
use topology_launch::{Error, control};

use super::fixture::{Fixture, LIMIT, shell, sleeper};

fn probes() -> control::ProbeFactory {
    Arc::new(|label: &str| {
        let check: Check = Arc::new(|| Box::pin(async { Ok(()) }));
        (label == "kafka").then_some(check)
    })
}

#[tokio::test]
async fn another_command_sees_reconciles_restarts_and_stops() {
    let fixture = Fixture::new().await;
    let server = serve(fixture.supervisor.clone(), probes()).unwrap();
    let socket = State::load(&fixture.project()).unwrap().unwrap().socket.unwrap();
    assert_eq!(socket.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    let client = connect(&fixture.project()).await.unwrap().unwrap();

    // The check of a custom probe does not travel; the server's own takes its place.
    let mut broker = sleeper("broker", &[]);
    broker.probe = Probe::custom("kafka", || async { Err("the client's own".to_owned()) });
    let mut ready = Vec::new();
    let specs = vec![broker, sleeper("service", &["broker"])];
    let changes = client
        .reconcile(specs, Others::Stop, LIMIT, |event| {
            if let Event::State { name, new: Phase::Ready, .. } = event {
                ready.push(name);
            }
        })
        .await
        .unwrap();
    assert_eq!(changes.started, ["broker", "service"]);
    assert_eq!(ready, ["broker", "service"]);

    let before = client.status().await.unwrap();
    assert_eq!((before.environment.as_str(), before.supervisor), ("local", std::process::id()));
    client.restart("service", |_| {}).await.unwrap();
    fixture.supervisor.wait_ready(&["service".to_owned()], LIMIT).await.unwrap();
    let after = client.status().await.unwrap();
    assert_eq!(after.processes[0].record.identity, before.processes[0].record.identity);
    assert_ne!(after.processes[1].record.identity, before.processes[1].record.identity);
    let unknown = client.restart("nothing", |_| {}).await.unwrap_err();
    assert_eq!(unknown.to_string(), "no process is named `nothing`; there are broker, service");

    let mut waited = Vec::new();
    let stop = client.stop(Urgency::Graceful, |event| {
        if let Event::WaitingFor { names } = event {
            waited.extend(names);
        }
    });
    stop.await.unwrap();
    waited.dedup();
    assert_eq!(waited, ["service", "broker"]);
    fixture.stopped().await;
    drop(server);
    assert!(!socket.exists());
    assert!(connect(&fixture.project()).await.unwrap().is_none());
}

#[tokio::test]
async fn a_process_that_does_not_start_is_an_error_with_its_last_lines() {
    let fixture = Fixture::new().await;
    let _server = serve(fixture.supervisor.clone(), probes()).unwrap();
    let client = connect(&fixture.project()).await.unwrap().unwrap();
    let specs = vec![shell("service", "echo port taken; exit 1")];
    let error = client.reconcile(specs, Others::Keep, LIMIT, |_| {}).await;
    // Without a probe it is ready for a moment; what counts is that it is told.
    if let Err(error) = error {
        assert!(matches!(error, Error::Refused { .. }) && error.to_string().contains("port taken"), "{error}");
    }
}

#[tokio::test]
async fn a_supervisor_whose_state_is_lost_still_answers_and_writes_it_anew() {
    let mut fixture = Fixture::new().await;
    let _server = serve(fixture.supervisor.clone(), probes()).unwrap();
    fixture.up(vec![sleeper("service", &[])]).await;
    let project = fixture.project();
    let whole = State::load(&project).unwrap();
    std::fs::write(project.state_file(), "{").unwrap();
    let client = connect(&project).await.unwrap().unwrap();
    assert_eq!(Some(client.state()), whole.as_ref());
    assert_eq!(State::load(&project).unwrap(), whole);

    std::fs::remove_file(project.state_file()).unwrap();
    let client = connect(&project).await.unwrap().unwrap();
    client.stop(Urgency::Graceful, |_| {}).await.unwrap();
    fixture.stopped().await;
    assert!(!project.state_file().exists());
}

#[tokio::test]
async fn a_socket_that_nobody_listens_on_is_no_supervisor() {
    let fixture = Fixture::new().await;
    let server = serve(fixture.supervisor.clone(), probes()).unwrap();
    let project = fixture.project();
    let client = connect(&project).await.unwrap().unwrap();
    drop(server);
    assert!(connect(&project).await.unwrap().is_none());
    assert!(matches!(client.status().await, Err(Error::Control { .. })));
}

#[tokio::test]
async fn a_stop_waits_for_a_supervisor_that_hangs_up_before_it_exits() {
    let fixture = Fixture::new().await;
    let project = fixture.project();
    let mut exiting = Command::new("sh").args(["-c", "sleep 0.5"]).spawn().unwrap();
    let socket = project.root().join("other.sock");
    let mut state = State::load(&project).unwrap().unwrap();
    state.supervisor = Identity::of(exiting.id()).unwrap();
    state.socket = Some(socket.clone());
    std::fs::write(project.state_file(), serde_json::to_vec(&state).unwrap()).unwrap();
    let listener = UnixListener::bind(&socket).unwrap();
    let hang_up = tokio::spawn(async move { while listener.accept().await.is_ok() {} });

    let client = connect(&project).await.unwrap().unwrap();
    client.stop(Urgency::Graceful, |_| {}).await.unwrap();
    assert!(!state.supervisor.is_alive());
    hang_up.abort();
    exiting.wait().unwrap();
}
