//! Log files, as they are written and read.

use std::time::Duration;

use tokio::time::timeout;
use topology_launch::logs::{Follow, Rotation, tail};
use topology_launch::run::Run;
use topology_launch::state::Phase;
use topology_launch::supervisor::{Others, Settings, Supervisor};

use super::fixture::{Fixture, LIMIT, quick, shell};

#[tokio::test]
async fn a_log_rotates_and_a_follower_misses_nothing() {
    let folder = tempfile::TempDir::new().unwrap();
    let project = topology_launch::folder::Project::new(folder.path());
    let (run, _) = Run::begin(&project, "local", &|_| {}).await.unwrap();
    let log_rotation = Rotation { max_bytes: 700, older_files: 5 };
    let supervisor = Supervisor::new(run, Settings { log_rotation, ..quick() });
    let mut follow = Follow::new(supervisor.folder(), &["service"]).unwrap();
    // Fast enough for two rotations between two looks of a follower.
    let script = "i=0; while [ $i -lt 400 ]; do echo line $i; i=$((i+1)); [ $((i%150)) -eq 0 ] && sleep 0.3; done";
    supervisor.reconcile(vec![shell("service", script)], Others::Keep).await.unwrap();
    for expected in 0..400 {
        let (name, line) = timeout(LIMIT, follow.next()).await.unwrap().unwrap();
        assert_eq!((name.as_str(), line), ("service", format!("line {expected}")));
    }
    let files = std::fs::read_dir(supervisor.folder().logs()).unwrap().flatten();
    let mut sizes: Vec<_> = files.map(|file| (file.file_name(), file.metadata().unwrap().len())).collect();
    sizes.sort();
    assert_eq!(sizes.len(), 6, "{sizes:?}");
    assert!(sizes.iter().all(|(_, size)| *size <= 700), "{sizes:?}");
}

#[tokio::test]
async fn the_tail_reaches_into_the_file_before() {
    let fixture = Fixture::new().await;
    let log = fixture.supervisor.folder().log("service");
    std::fs::write(log.with_extension("log.1"), "one\ntwo\n").unwrap();
    std::fs::write(&log, "three\nfour\nfi").unwrap();
    let last = |count| tail(fixture.supervisor.folder(), "service", count).unwrap();
    assert_eq!(last(2), ["four", "fi"]);
    assert_eq!(last(4), ["two", "three", "four", "fi"]);
    assert_eq!(last(100).len(), 5);
    assert_eq!(last(0), [""; 0]);
    assert_eq!(tail(fixture.supervisor.folder(), "unknown", 5).unwrap(), [""; 0]);
}

#[tokio::test]
async fn a_tail_longer_than_a_block_is_whole() {
    let fixture = Fixture::new().await;
    let text: Vec<String> = (0..50_000).map(|number| format!("line {number}\n")).collect();
    std::fs::write(fixture.supervisor.folder().log("service"), text.concat()).unwrap();
    let lines = tail(fixture.supervisor.folder(), "service", 20_000).unwrap();
    assert_eq!((lines.len(), lines[0].as_str()), (20_000, "line 30000"));
}

#[tokio::test]
async fn output_of_the_last_moment_and_without_an_end_is_kept() {
    let mut fixture = Fixture::new().await;
    fixture.supervisor.reconcile(vec![shell("service", "printf 'one\\ntwo'")], Others::Keep).await.unwrap();
    timeout(Duration::from_secs(10), fixture.wait_phase("service", Phase::Exited)).await.unwrap();
    assert_eq!(tail(fixture.supervisor.folder(), "service", 5).unwrap(), ["one", "two"]);
}
