//! Starting, restarting and stopping.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use topology_launch::command::Helper;
use topology_launch::proc::identity::{Identity, RunId};
use topology_launch::state::Phase;
use topology_launch::supervisor::{Changes, Event, Others, Probe, Restart, Urgency};
use topology_launch::{Error, ProcessSpec};

use super::fixture::{Fixture, LIMIT, gone, shell, sleeper};

#[tokio::test]
async fn a_process_starts_when_its_dependencies_are_ready() {
    let mut fixture = Fixture::new().await;
    let open = Arc::new(AtomicBool::new(false));
    let gate = open.clone();
    let mut broker = sleeper("broker", &[]);
    broker.probe = Probe::custom("gate", move || {
        let is_open = gate.load(Ordering::SeqCst);
        async move { if is_open { Ok(()) } else { Err("not yet".to_owned()) } }
    });
    fixture.supervisor.reconcile(vec![sleeper("service", &["broker"]), broker], Others::Keep).await.unwrap();
    let detail = fixture.wait_phase("service", Phase::Waiting).await;
    assert_eq!(detail.as_deref(), Some("waits for `broker`"));
    open.store(true, Ordering::SeqCst);
    let mut order = Vec::new();
    fixture
        .wait(|event| match event {
            Event::State { name, new: Phase::Ready, .. } => {
                order.push(name);
                (order.len() == 2).then_some(())
            }
            Event::State { name, new: Phase::Starting, .. } if name == "service" => {
                assert_eq!(order, ["broker"]);
                None
            }
            _ => None,
        })
        .await;
    assert_eq!(order, ["broker", "service"]);
}

#[tokio::test]
async fn a_process_that_falls_is_restarted_and_counted() {
    let mut fixture = Fixture::new().await;
    fixture.up(vec![sleeper("service", &[])]).await;
    let first = fixture.identity("service").await;
    rustix::process::kill_process(
        rustix::process::Pid::from_raw(first.pid.cast_signed()).unwrap(),
        rustix::process::Signal::KILL,
    )
    .unwrap();
    let detail = fixture.wait_phase("service", Phase::Waiting).await.unwrap();
    assert!(detail.starts_with("was ended by SIGKILL (9); restarts in 0.0"), "{detail}");
    fixture.wait_phase("service", Phase::Ready).await;
    let status = fixture.supervisor.status().await;
    let record = &status.processes[0].record;
    assert_eq!((record.restarts, record.last_exit.as_deref()), (1, Some("was ended by SIGKILL (9)")));
    assert_ne!(record.identity, Some(first));
    assert!(status.processes[0].usage.unwrap().resident_bytes > 0);
}

#[tokio::test]
async fn lines_of_an_earlier_run_do_not_explain_this_one() {
    let fixture = Fixture::new().await;
    let log = fixture.supervisor.folder().log("service");
    std::fs::write(log, "of an earlier run\n").unwrap();
    let mut spec = shell("service", "echo of this one; exit 1");
    spec.restart = Restart::Never;
    spec.probe = Probe::custom("never", || async { Err("not yet".to_owned()) });
    fixture.supervisor.reconcile(vec![spec], Others::Keep).await.unwrap();
    let error = fixture.supervisor.wait_ready(&["service".to_owned()], LIMIT).await.unwrap_err();
    let Error::NotReady { processes } = error else { panic!("{error}") };
    assert_eq!(processes[0].lines, ["of this one"]);
}

#[tokio::test]
async fn a_crash_loop_ends_with_the_last_lines() {
    let mut fixture = Fixture::new().await;
    let mut spec = shell("service", "echo out; echo no such table >&2; exit 3");
    spec.probe = Probe::custom("never", || async { Err("not yet".to_owned()) });
    fixture.supervisor.reconcile(vec![spec, sleeper("after", &["service"])], Others::Keep).await.unwrap();
    let names = ["after".to_owned()];
    let error = fixture.supervisor.wait_ready(&names, LIMIT).await.unwrap_err();
    let Error::NotReady { processes } = &error else { panic!("{error}") };
    assert_eq!(processes.len(), 1);
    assert_eq!(processes[0].reason, "ended with status 3; it ended 5 times in a short time and is not restarted");
    assert!(error.to_string().contains("    no such table"), "{error}");
    let lines = fixture
        .wait(|event| match event {
            Event::State { new: Phase::CrashLooping, lines, .. } => Some(lines),
            _ => None,
        })
        .await;
    assert_eq!(lines.len(), 10);
}

#[tokio::test]
async fn what_is_not_restarted_has_exited() {
    let mut fixture = Fixture::new().await;
    let mut never = shell("never", "exit 1");
    never.restart = Restart::Never;
    fixture.supervisor.reconcile(vec![never, shell("done", "exit 0")], Others::Keep).await.unwrap();
    let mut left = vec!["never", "done"];
    fixture
        .wait(|event| {
            if let Event::State { name, new: Phase::Exited, .. } = event {
                left.retain(|expected| *expected != name);
            }
            left.is_empty().then_some(())
        })
        .await;
}

#[tokio::test]
async fn a_program_that_is_not_there_is_told() {
    let fixture = Fixture::new().await;
    let mut spec = sleeper("service", &[]);
    spec.program = "/no/such/program".into();
    spec.restart = Restart::Never;
    fixture.supervisor.reconcile(vec![spec], Others::Keep).await.unwrap();
    let error = fixture.supervisor.wait_ready(&["service".to_owned()], LIMIT).await.unwrap_err();
    assert!(error.to_string().contains("cannot start `/no/such/program`: No such file"), "{error}");
}

#[tokio::test]
async fn everything_stops_in_reverse_order_and_frees_the_project() {
    let mut fixture = Fixture::new().await;
    let specs = vec![sleeper("a", &[]), sleeper("b", &["a"]), sleeper("c", &["b"])];
    fixture.up(specs).await;
    fixture.supervisor.stop(Urgency::Graceful);
    let mut ended = Vec::new();
    let mut waited = Vec::new();
    fixture
        .wait(|event| {
            match event {
                Event::State { name, new: Phase::Exited, detail, .. } => {
                    assert_eq!(detail.as_deref(), Some("stopped"));
                    ended.push(name);
                }
                Event::WaitingFor { names } => waited.extend(names),
                _ => {}
            }
            (ended.len() == 3).then_some(())
        })
        .await;
    assert_eq!(ended, ["c", "b", "a"]);
    waited.dedup();
    assert_eq!(waited, ["c", "b", "a"]);
    fixture.stopped().await;
    assert!(!fixture.project().state_file().exists());
    let refused = fixture.supervisor.reconcile(vec![sleeper("d", &[])], Others::Keep).await;
    assert!(matches!(refused, Err(Error::Stopping)));
}

#[tokio::test]
async fn a_process_that_will_not_end_is_killed_after_its_grace() {
    let mut fixture = Fixture::new().await;
    let mut spec = shell("stubborn", "trap '' TERM; echo $$; while :; do sleep 0.05; done");
    spec.grace = Duration::from_millis(100);
    fixture.supervisor.reconcile(vec![spec], Others::Keep).await.unwrap();
    let identity = fixture.wait_pid("stubborn").await;
    fixture.supervisor.stop(Urgency::Graceful);
    assert_eq!(fixture.wait_phase("stubborn", Phase::Exited).await.as_deref(), Some("killed after 0.1 s"));
    assert!(!identity.is_alive());
}

#[tokio::test]
async fn a_process_that_has_saved_everything_is_not_waited_for() {
    let mut fixture = Fixture::new().await;
    let saved = fixture.folder.path().join("saved");
    let script = format!("trap ': > {}' TERM; echo $$; while :; do sleep 0.05; done", saved.display());
    let mut spec = shell("broker", &script);
    spec.grace = Duration::from_secs(1000);
    spec.saved_file = Some(saved);
    fixture.supervisor.reconcile(vec![spec], Others::Keep).await.unwrap();
    fixture.wait_pid("broker").await;
    fixture.supervisor.stop(Urgency::Graceful);
    assert_eq!(fixture.wait_phase("broker", Phase::Exited).await.as_deref(), Some("stopped"));
}

#[tokio::test]
async fn a_second_request_kills_at_once() {
    let mut fixture = Fixture::new().await;
    let mut spec = shell("stubborn", "trap '' TERM; echo $$; while :; do sleep 0.05; done");
    spec.grace = Duration::from_secs(1000);
    fixture.supervisor.reconcile(vec![spec, sleeper("other", &["stubborn"])], Others::Keep).await.unwrap();
    fixture.wait_pid("stubborn").await;
    fixture.supervisor.stop(Urgency::Graceful);
    fixture.wait_phase("stubborn", Phase::Stopping).await;
    fixture.supervisor.stop(Urgency::Kill);
    fixture.stopped().await;
}

#[tokio::test]
async fn grandchildren_end_with_their_parent_however_it_ends() {
    let mut fixture = Fixture::new().await;
    let told = shell("told", "sleep 1000 & echo $!; wait");
    let mut falls = shell("falls", "sleep 1000 & echo $!; exit 1");
    falls.restart = Restart::Never;
    fixture.supervisor.reconcile(vec![told], Others::Keep).await.unwrap();
    let of_told = fixture.wait_pid("told").await;
    fixture.supervisor.reconcile(vec![falls], Others::Keep).await.unwrap();
    let of_falls = fixture.wait(|event| match event {
        Event::Log { name, line, .. } if name == "falls" => line.parse::<u32>().ok(),
        _ => None,
    });
    let of_falls = of_falls.await;
    fixture.wait_phase("falls", Phase::Exited).await;
    if let Some(identity) = Identity::of(of_falls) {
        gone(identity).await;
    }
    fixture.supervisor.stop(Urgency::Graceful);
    fixture.stopped().await;
    gone(of_told).await;
}

#[tokio::test]
async fn a_dropped_supervisor_leaves_nothing() {
    let mut fixture = Fixture::new().await;
    fixture.up(vec![sleeper("service", &[])]).await;
    let identity = fixture.identity("service").await;
    drop(fixture);
    gone(identity).await;
}

#[tokio::test]
async fn a_reconciliation_touches_only_what_changed() {
    let mut fixture = Fixture::new().await;
    fixture.up(vec![sleeper("same", &[]), sleeper("changed", &["same"]), sleeper("removed", &[])]).await;
    let (same, old) = (fixture.identity("same").await, fixture.identity("changed").await);
    let removed = fixture.identity("removed").await;
    let mut new = sleeper("changed", &["same"]);
    new.fingerprint = "other".to_owned();
    let specs = vec![sleeper("same", &[]), new, sleeper("added", &[])];
    let changes = fixture.supervisor.reconcile(specs, Others::Stop).await.unwrap();
    assert_eq!((changes.started, changes.restarted), (vec!["added".to_owned()], vec!["changed".to_owned()]));
    assert_eq!((changes.stopped, changes.unchanged), (vec!["removed".to_owned()], vec!["same".to_owned()]));
    let names = ["same", "changed", "added"].map(str::to_owned);
    fixture.supervisor.wait_ready(&names, LIMIT).await.unwrap();
    assert_eq!(fixture.identity("same").await, same);
    assert_ne!(fixture.identity("changed").await, old);
    assert!(!removed.is_alive());
    assert!(fixture.supervisor.status().await.processes.iter().all(|process| process.record.name != "removed"));
}

#[tokio::test]
async fn what_has_failed_is_started_by_the_next_reconciliation() {
    let mut fixture = Fixture::new().await;
    let mut spec = shell("service", "exit 1");
    spec.restart = Restart::Never;
    fixture.supervisor.reconcile(vec![spec.clone()], Others::Keep).await.unwrap();
    fixture.wait_phase("service", Phase::Exited).await;
    let changes = fixture.supervisor.reconcile(vec![spec], Others::Keep).await.unwrap();
    assert_eq!(changes.started, ["service"]);
}

/// A service that ends with status 0 before its probe has succeeded.
fn finisher(fingerprint: &str) -> ProcessSpec {
    let mut spec = shell("producer", "exit 0");
    spec.probe = Probe::custom("never", || async { Err("not yet".to_owned()) });
    fingerprint.clone_into(&mut spec.fingerprint);
    spec
}

#[tokio::test]
async fn what_finishes_before_it_is_ready_is_done_and_no_failure() {
    let fixture = Fixture::new().await;
    let specs = vec![finisher("1"), sleeper("after", &["producer"])];
    fixture.supervisor.reconcile(specs, Others::Keep).await.unwrap();
    let names = ["producer", "after"].map(str::to_owned);
    fixture.supervisor.wait_ready(&names, LIMIT).await.unwrap();
    let status = fixture.supervisor.status().await;
    let record = &status.processes.iter().find(|process| process.record.name == "producer").unwrap().record;
    assert!(record.has_finished());
    assert_eq!((record.phase, record.exit_status, record.restarts), (Phase::Exited, Some(0), 0));
}

#[tokio::test]
async fn what_has_finished_is_started_again_only_when_it_changed() {
    let mut fixture = Fixture::new().await;
    fixture.up(vec![finisher("1")]).await;
    let changes = fixture.supervisor.reconcile(vec![finisher("1")], Others::Stop).await.unwrap();
    assert_eq!(changes, Changes { unchanged: vec!["producer".to_owned()], ..Changes::default() });
    let changes = fixture.supervisor.reconcile(vec![finisher("2")], Others::Stop).await.unwrap();
    assert_eq!(changes.started, ["producer"]);
    fixture.supervisor.wait_ready(&changes.started, LIMIT).await.unwrap();
}

#[tokio::test]
async fn a_ready_process_whose_probe_goes_silent_is_unready_and_runs_on() {
    let mut fixture = Fixture::new().await;
    let works = Arc::new(AtomicBool::new(true));
    let probed = works.clone();
    let mut spec = sleeper("service", &[]);
    spec.probe = Probe::custom("switch", move || {
        let works = probed.load(Ordering::SeqCst);
        async move { if works { Ok(()) } else { Err("lost its broker".to_owned()) } }
    });
    fixture.up(vec![spec]).await;
    let identity = fixture.identity("service").await;
    works.store(false, Ordering::SeqCst);
    assert_eq!(fixture.wait_phase("service", Phase::Unready).await.as_deref(), Some("lost its broker"));
    works.store(true, Ordering::SeqCst);
    fixture.wait_phase("service", Phase::Ready).await;
    assert_eq!(fixture.identity("service").await, identity);
}

#[tokio::test]
async fn a_cancelled_helper_dies_with_its_children() {
    let run = RunId::new().unwrap();
    let (sender, mut receiver) = tokio::sync::mpsc::unbounded_channel();
    let task = tokio::spawn(async move {
        let helper = Helper::new("sh", &run).args(["-c", "sleep 1000 & echo $!; wait"]);
        helper.run(|_, line| sender.send(line.parse::<u32>().unwrap()).unwrap()).await
    });
    let grandchild = Identity::of(receiver.recv().await.unwrap()).unwrap();
    task.abort();
    gone(grandchild).await;
}

#[tokio::test]
async fn a_helper_tells_its_status_and_its_last_lines() {
    let run = RunId::new().unwrap();
    let helper = Helper::new("sh", &run).args(["-c", "seq 100; echo last >&2; exit 7"]);
    let mut count = 0;
    let outcome = helper.run(|_, _| count += 1).await.unwrap();
    assert_eq!((count, outcome.in_words().as_str()), (101, "ended with status 7"));
    assert_eq!(outcome.lines.len(), 30);
    let missing = Helper::new("no-such-program-at-all", &run).run(|_, _| {}).await.unwrap_err();
    assert_eq!(missing.to_string(), "cannot start `no-such-program-at-all`");
}
