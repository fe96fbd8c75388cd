//! Supervisors that were killed, and two that want the same project.

use std::path::Path;
use std::process::{Child, Command, Stdio};

use tempfile::TempDir;
use topology_launch::folder::Project;
use topology_launch::proc::identity::{Identity, PROCESS_VARIABLE, PROJECT_VARIABLE, RUN_VARIABLE};
use topology_launch::run::{Run, recover};
use topology_launch::state::{Phase, State};
use topology_launch::supervisor::{Event, Others, Settings, Supervisor, Urgency};
use topology_launch::{Error, control};

use super::fixture::{Fixture, LIMIT, gone, shell, sleeper};

/// The folder of the project that the victim runs.
const VICTIM: &str = "TEST_VICTIM_FOLDER";

/// Not a test of its own: what [`spawn_victim`] runs in another process. It prints when everything is ready.
#[tokio::test]
async fn victim() {
    let Some(folder) = std::env::var_os(VICTIM) else { return };
    let (run, _) = Run::begin(&Project::new(Path::new(&folder)), "local", &|_| {}).await.unwrap();
    let supervisor = Supervisor::new(run, Settings::default());
    let stubborn = shell("parent", "sleep 1000 & wait");
    let changes = supervisor.reconcile(vec![sleeper("broker", &[]), stubborn], Others::Keep).await.unwrap();
    supervisor.wait_ready(&changes.started, LIMIT).await.unwrap();
    std::fs::write(Path::new(&folder).join("ready"), "").unwrap();
    std::future::pending::<()>().await;
}

async fn spawn_victim(folder: &Path) -> Child {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "recovery::victim"]).env(VICTIM, folder).stdout(Stdio::null()).stderr(Stdio::null());
    let child = command.spawn().unwrap();
    let ready = async {
        while !folder.join("ready").exists() {
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(LIMIT, ready).await.unwrap();
    child
}

#[tokio::test]
async fn the_next_run_ends_what_a_killed_supervisor_left() {
    let folder = TempDir::new().unwrap();
    let project = Project::new(folder.path());
    let mut victim = spawn_victim(folder.path()).await;
    let old = State::load(&project).unwrap().unwrap();
    let left: Vec<Identity> = old.processes.values().map(|record| record.identity.unwrap()).collect();
    assert_eq!(left.len(), 2);

    let refused = Run::begin(&project, "local", &|_| {}).await.unwrap_err();
    assert_eq!(refused.to_string(), format!("process {} already runs this project", victim.id()));

    victim.kill().unwrap();
    victim.wait().unwrap();
    assert!(left.iter().all(|identity| identity.is_alive()), "a killed supervisor cannot end its children");
    assert!(control::connect(&project).await.unwrap().is_none());

    let (run, orphans) = Run::begin(&project, "local", &|_| {}).await.unwrap();
    // The grandchild is found by the name of the run in its environment.
    let mut names: Vec<&str> = orphans.iter().map(|orphan| orphan.name.as_str()).collect();
    names.sort_unstable();
    assert_eq!(names, ["broker", "parent", "parent"]);
    for identity in left {
        gone(identity).await;
    }
    drop(run);
    assert!(recover(&project, &|_| {}).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_child_that_the_state_does_not_know_is_found_by_the_run() {
    let folder = TempDir::new().unwrap();
    let project = Project::new(folder.path());
    let mut victim = spawn_victim(folder.path()).await;
    victim.kill().unwrap();
    victim.wait().unwrap();
    // As if the supervisor had been killed between the start of a child and the note about it.
    let mut state = State::load(&project).unwrap().unwrap();
    let unknown = state.processes.get_mut("broker").unwrap().identity.take().unwrap();
    std::fs::write(project.state_file(), serde_json::to_vec(&state).unwrap()).unwrap();
    let orphans = recover(&project, &|_| {}).await.unwrap();
    assert!(orphans.iter().any(|orphan| orphan.pid == unknown.pid && orphan.name == "broker"));
    gone(unknown).await;
}

#[tokio::test]
async fn a_reused_process_id_is_left_alone() {
    let folder = TempDir::new().unwrap();
    let project = Project::new(folder.path());
    let mut victim = spawn_victim(folder.path()).await;
    victim.kill().unwrap();
    victim.wait().unwrap();
    let mut stranger = Command::new("sleep").arg("1000").spawn().unwrap();
    let mut state = State::load(&project).unwrap().unwrap();
    let record = state.processes.get_mut("broker").unwrap();
    let stranger_identity = Identity::of(stranger.id()).unwrap();
    // The process that had this id before began earlier. Its real start would do, but both may begin in one tick.
    record.identity = Some(Identity { pid: stranger.id(), start_ticks: stranger_identity.start_ticks - 1 });
    std::fs::write(project.state_file(), serde_json::to_vec(&state).unwrap()).unwrap();
    recover(&project, &|_| {}).await.unwrap();
    assert!(stranger_identity.is_alive());
    stranger.kill().unwrap();
    stranger.wait().unwrap();
}

#[tokio::test]
async fn a_state_that_does_not_read_does_not_block_the_project() {
    let folder = TempDir::new().unwrap();
    let project = Project::new(folder.path());
    project.create().unwrap();
    std::fs::write(project.state_file(), "{").unwrap();
    assert!(recover(&project, &|_| {}).await.unwrap().is_empty());
    assert!(!project.state_file().exists());
}

#[tokio::test]
async fn a_state_that_is_lost_leaves_no_orphans() {
    for lose in [|file: &Path| std::fs::remove_file(file).unwrap(), |file: &Path| std::fs::write(file, "{").unwrap()] {
        let folder = TempDir::new().unwrap();
        let project = Project::new(folder.path());
        let mut victim = spawn_victim(folder.path()).await;
        let mut stranger = spawn_stranger(&folder.path().join("other/.topology"));
        victim.kill().unwrap();
        victim.wait().unwrap();
        let left = processes(&project);
        lose(&project.state_file());

        let error = State::load(&project).err();
        assert!(error.is_none_or(|error| error.help().unwrap().starts_with("run `topology down`")));
        let (run, orphans) = Run::begin(&project, "local", &|_| {}).await.unwrap();
        assert_eq!(orphans.len(), 3, "{orphans:?}");
        for identity in left {
            gone(identity).await;
        }
        assert!(stranger.try_wait().unwrap().is_none(), "another project's processes are left alone");
        stranger.kill().unwrap();
        stranger.wait().unwrap();
        drop(run);
        assert!(!project.state_file().exists());
    }
}

#[tokio::test]
async fn a_folder_that_is_deleted_while_it_runs_leaves_no_orphans() {
    let folder = TempDir::new().unwrap();
    let project = Project::new(folder.path());
    let mut victim = spawn_victim(folder.path()).await;
    let left = processes(&project);
    let supervisor = Identity::of(victim.id()).unwrap();
    std::fs::remove_dir_all(project.root()).unwrap();

    let orphans = recover(&project, &|_| {}).await.unwrap();
    assert_eq!((orphans[0].name.as_str(), orphans[0].pid), ("supervisor", victim.id()));
    assert!(!supervisor.is_alive());
    victim.wait().unwrap();
    for identity in left {
        gone(identity).await;
    }
}

#[tokio::test]
async fn a_project_that_never_ran_gets_no_folder() {
    let folder = TempDir::new().unwrap();
    let project = Project::new(folder.path());
    assert!(recover(&project, &|_| {}).await.unwrap().is_empty());
    assert!(!project.root().exists());
}

fn processes(project: &Project) -> Vec<Identity> {
    let state = State::load(project).unwrap().unwrap();
    state.processes.values().map(|record| record.identity.unwrap()).collect()
}

/// A process that a supervisor of another project might have started.
fn spawn_stranger(project: &Path) -> Child {
    let mut command = Command::new("sleep");
    command.arg("1000").env(RUN_VARIABLE, "another").env(PROCESS_VARIABLE, "broker").env(PROJECT_VARIABLE, project);
    command.spawn().unwrap()
}

#[tokio::test]
async fn two_runs_of_one_project_do_not_fight() {
    let fixture = Fixture::new().await;
    let error = Run::begin(&fixture.project(), "other", &|_| {}).await.unwrap_err();
    assert!(matches!(error, Error::Locked { holder: Some(pid), is_stopping: false } if pid == std::process::id()));
    assert!(error.help().unwrap().contains("topology down"));
}

#[tokio::test]
async fn a_project_that_is_stopping_says_so() {
    let mut fixture = Fixture::new().await;
    let stubborn = "trap '' TERM; echo ready; while :; do sleep 0.05; done";
    fixture.up(vec![shell("service", stubborn)]).await;
    fixture.wait(|event| matches!(event, Event::Log { .. }).then_some(())).await;
    fixture.supervisor.stop(Urgency::Graceful);
    fixture.wait_phase("service", Phase::Stopping).await;
    let error = Run::begin(&fixture.project(), "local", &|_| {}).await.unwrap_err();
    assert_eq!(error.to_string(), format!("process {} runs this project and is stopping", std::process::id()));
    fixture.supervisor.stop(Urgency::Kill);
    fixture.stopped().await;
}
