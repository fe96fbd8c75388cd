//! Faults while orders flow.

use topology_tests::poll;
use topology_tests::project::edit;

use crate::audit::{nothing_is_lost, python};
use crate::story::Story;

pub(crate) fn poison_records_are_skipped_and_counted(story: &mut Story) {
    let metrics = story.http("billing") + "/metrics";
    let before = failed(&metrics);
    let written = python(story, "poison.py", &["payments"]);
    assert_eq!(written["unsent"], 0, "{written}");
    poll::until("three poison records are counted", 30, || {
        let now = failed(&metrics);
        if now - before >= 3.0 { Ok(()) } else { Err(format!("{now} failed, {before} before")) }
    });
    let log = story.run(&["logs", "billing", "-n", "100000"]).stdout;
    for reason in ["payments", "999999"] {
        assert!(log.contains(reason), "the log does not name {reason}");
    }
    nothing_is_lost(story);
}

pub(crate) fn an_expression_that_panics_costs_one_record(story: &mut Story) {
    story.up();
    let manifest = story.shop().join("topology.yaml");
    let text = std::fs::read_to_string(&manifest).expect("the manifest is there");
    let panics = text
        .replace("status == Status::Paid && amount", "assert_marker(id) && status == Status::Paid && amount")
        .replace("assert_marker(id)", "{ assert!(id != \\\"panics-1\\\", \\\"told to\\\"); true }")
        .replace(
            "    doc: Turns paid orders into payments.\n",
            "    doc: Turns paid orders into payments.\n    on_error: { then: skip }\n",
        );
    assert_ne!(text, panics, "the manifest has the filter");
    std::fs::write(&manifest, panics).expect("the manifest is writable");
    story.run(&["up"]).expect_code(0);
    python(story, "order.py", &["panics-1"]);
    python(story, "order.py", &["python-2"]);
    let shop = story.shop();
    poll::until("the processor says which record its expression panicked on, and goes on", 60, || {
        let revenue = topology_tests::binary::run(&shop, &["logs", "revenue", "-n", "100000"]).stdout;
        let billing = topology_tests::binary::run(&shop, &["logs", "billing", "-n", "100000"]).stdout;
        if revenue.contains("told to") && billing.contains("python-2") {
            Ok(())
        } else {
            Err(revenue.lines().rev().take(5).collect::<Vec<_>>().join("\n"))
        }
    });
    std::fs::write(&manifest, text).expect("the manifest is writable");
    story.run(&["up"]).expect_code(0);
    // The record that the expression refused is handled by nobody again: it was skipped and committed. Hand it in anew.
    python(story, "order.py", &["panics-1"]);
    nothing_is_lost(story);
}

pub(crate) fn a_broker_stopped_while_orders_flow_loses_nothing(story: &mut Story) {
    let before = nothing_is_lost(story)["orders"].as_u64();
    story.run(&["cluster", "fault", "stop", "2"]).expect_code(0);
    let status = story.run(&["cluster", "status"]).expect_code(0);
    assert!(status.stdout.contains("stopped"), "{}", status.transcript());
    orders_flow_again(story, before);
    story.run(&["cluster", "fault", "start", "2"]).expect_code(0);
}

pub(crate) fn a_cluster_killed_while_orders_flow_loses_nothing(story: &mut Story) {
    let before = nothing_is_lost(story)["orders"].as_u64();
    story.kill("cluster");
    orders_flow_again(story, before);
}

/// Orders flow, none is missing, and there are twenty more than before.
pub(crate) fn orders_flow_again(story: &mut Story, before: Option<u64>) {
    poll::until("orders flow again", 60, || {
        let now = nothing_is_lost(story)["orders"].as_u64();
        if now > before.map(|count| count + 20) { Ok(()) } else { Err(format!("{now:?} after {before:?}")) }
    });
}

pub(crate) fn a_registry_that_is_killed_comes_back_with_its_ids(story: &mut Story) {
    let before = python(story, "order.py", &["registry-1"]);
    story.kill("registry");
    let after = python(story, "order.py", &["registry-2"]);
    assert_eq!(before["id"], after["id"]);
    nothing_is_lost(story);
}

pub(crate) fn a_service_that_is_killed_loses_nothing(story: &mut Story) {
    for name in ["revenue", "billing", "checkout"] {
        story.kill(name);
    }
    nothing_is_lost(story);
    // Put the manifest's own shape back for whoever runs next.
    let manifest = story.shop().join("topology.yaml");
    if std::fs::read_to_string(&manifest).is_ok_and(|text| text.contains("amount > 0.01")) {
        edit(&manifest, "amount > 0.01", "amount > 0.0");
    }
}

/// How many tries have failed, by the metrics of a service.
pub(crate) fn failed(metrics: &str) -> f64 {
    let text = ureq::get(metrics).call().and_then(|mut answer| answer.body_mut().read_to_string()).unwrap_or_default();
    let counters = text.lines().filter(|line| line.starts_with("topology_records_failed_total"));
    counters.filter_map(|line| line.rsplit(' ').next()?.parse::<f64>().ok()).sum()
}
