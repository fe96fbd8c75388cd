//! The system ends, in order or not, and starts again.

use std::fs;

use rustix::process::Signal;
use topology_tests::binary;
use topology_tests::up::Up;

use crate::audit::nothing_is_lost;
use crate::story::{COLD, Story, all_gone, processes, started, status};

pub(crate) fn ctrl_c_leaves_no_process_and_keeps_the_data(story: &mut Story) {
    let mut up = story.take_up();
    let shop = story.shop();
    let running = processes(&status(&shop));
    up.interrupt();
    assert_eq!(up.wait_end(60), 0, "{}", up.text());
    all_gone(&running);
    assert!(up.text().contains("Waiting for"), "it says whom it waits for:\n{}", up.text());
    assert!(shop.join(".topology/local/cluster").exists(), "the data stays");
}

pub(crate) fn up_continues_where_it_was(story: &mut Story) {
    let shop = story.shop();
    let seen = invoices(&fs::read_to_string(shop.join(".topology/local/logs/billing.log")).expect("the log stays"));
    let mut up = started(&shop, &[]);
    let said = up.lines().len();
    up.wait_for("billing  | ", said, 30);
    story.put_up(up);
    nothing_is_lost(story);
    let mut up = story.take_up();
    up.interrupt();
    assert_eq!(up.wait_end(60), 0, "{}", up.text());
    let all = invoices(&fs::read_to_string(shop.join(".topology/local/logs/billing.log")).expect("the log stays"));
    let again: Vec<&String> = all[seen.len()..].iter().filter(|order| seen.contains(order)).collect();
    assert!(all.len() > seen.len(), "payments are handled again after the restart");
    assert!(again.is_empty(), "committed before the stop and handled again: {again:?}");
}

pub(crate) fn orphans_of_a_killed_supervisor_are_ended(story: &mut Story) {
    let shop = story.shop();
    let mut up = story.take_up();
    let running = processes(&status(&shop));
    up.signal(Signal::KILL);
    assert_eq!(up.wait_end(10), -1);
    let mut again = started(&shop, &[]);
    all_gone(&running);
    assert!(again.text().contains("that a killed `up` had left"), "{}", again.text());

    let running = processes(&status(&shop));
    again.signal(Signal::KILL);
    assert_eq!(again.wait_end(10), -1);
    binary::run(&shop, &["down"]).expect_code(0);
    all_gone(&running);
}

pub(crate) fn purge_removes_the_data(story: &mut Story) {
    story.end();
    let shop = story.shop();
    assert!(shop.join(".topology/local/cluster").exists(), "there is data");
    binary::run(&shop, &["down", "--purge"]).expect_code(0);
    assert!(!shop.join(".topology/local").exists(), "the data is gone");
}

pub(crate) fn ctrl_c_in_every_phase_leaves_nothing(story: &mut Story) {
    story.end();
    let shop = story.shop();
    for phase in ["Checked", "Generated", "Ready cluster", "Ready registry", "Cluster", "Built", "Topics"] {
        let mut up = Up::start(&shop, &[]);
        let seen = up.wait_for(phase, 0, 300);
        let running = processes(&status(&shop));
        up.interrupt();
        let code = up.wait_end(60);
        // Whoever is interrupted at work says so with 3; whoever has begun to serve stops in order.
        assert!([0, 3].contains(&code), "{phase} (line {seen}): {code}\n{}", up.text());
        all_gone(&running);
    }
    binary::run(&shop, &["down", "--purge"]).expect_code(0);
}

pub(crate) fn a_new_project_runs_without_java(_: &mut Story) {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    binary::run(folder.path(), &["new", "shop2"]).expect_code(0);
    let programs = binary::path_without_java();
    let path = programs.path().to_string_lossy();
    let mut up = Up::start_with(&folder.path().join("shop2"), &[], &[("PATH", &*path), ("JAVA_HOME", "")]);
    up.wait_for("in another terminal shows more", 0, COLD);
    up.interrupt();
    assert_eq!(up.wait_end(60), 0, "{}", up.text());
}

/// The orders that `billing` has written an invoice for, in order.
fn invoices(log: &str) -> Vec<String> {
    let invoices = log.lines().filter(|line| line.contains("invoice to "));
    invoices.filter_map(|line| line.rsplit(" for ").next()).map(|order| order.trim().to_owned()).collect()
}
