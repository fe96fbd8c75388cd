//! Orders flow, and every view of the system agrees.

use std::process::Command;

use serde_json::Value;
use topology_tests::{binary, kafka, poll};

use crate::audit::{nothing_is_lost, python};
use crate::story::{Story, pid_in, process};

const PROCESSES: [&str; 5] = ["billing", "checkout", "cluster", "registry", "revenue"];

pub(crate) fn up_brings_orders_from_the_producer_to_the_handler(story: &mut Story) {
    let up = story.up();
    let started = up.lines().len();
    up.wait_for("billing  | ", started, 30);
    for part in ["Checked", "Cluster", "Built", "Services", "brokers", "registry"] {
        assert!(up.text().contains(part), "`up` does not say {part}:\n{}", up.text());
    }
    nothing_is_lost(story);
}

pub(crate) fn status_shows_every_process_ready_and_the_lag(story: &mut Story) {
    let has_lag = |group: &Value| group["lag"].is_u64() && group["members"].as_u64() == Some(1);
    let status = story.status_until("every process is ready and every group has a lag", 60, |status| {
        let ready = PROCESSES.iter().all(|name| process(status, name).is_some_and(|found| found["phase"] == "ready"));
        ready && status["groups"].as_array().is_some_and(|groups| groups.len() == 2 && groups.iter().all(has_lag))
    });
    for name in PROCESSES {
        let found = process(&status, name).expect("it is there");
        assert!(pid_in(&status, name).is_some(), "{found:#}");
        assert!(found["usage"]["resident_bytes"].as_u64() > Some(1_000_000), "{found:#}");
        assert!(found["uptime_ms"].is_u64() && found["restarts"] == 0, "{found:#}");
        assert!(found["ports"].as_array().is_some_and(|ports| !ports.is_empty()), "{found:#}");
    }
    let text = story.run(&["status"]).expect_code(0).stdout;
    for expected in ["shop-billing", "shop-revenue", "payments", "LAG", "broker-3"] {
        assert!(text.contains(expected), "{expected}:\n{text}");
    }
}

pub(crate) fn logs_follow_one_service(story: &mut Story) {
    story.up();
    let outcome = story.run(&["logs", "billing", "-n", "5"]).expect_code(0);
    assert_eq!(outcome.stdout.lines().count(), 5, "{}", outcome.transcript());
    let unknown = story.run(&["logs", "biling"]).expect_code(2);
    assert!(unknown.stderr.contains("billing"), "{}", unknown.transcript());

    let shop = story.shop();
    let mut follow = binary::command();
    follow.args(["logs", "billing", "--follow", "-n", "0"]).current_dir(&shop).stdout(std::process::Stdio::piped());
    let mut child = follow.spawn().expect("the binary starts");
    let mut lines = std::io::BufRead::lines(std::io::BufReader::new(child.stdout.take().expect("stdout is piped")));
    assert!(lines.next().is_some_and(|line| line.is_ok()), "a new line comes");
    child.kill().and_then(|()| child.wait()).expect("the follower ends");
}

pub(crate) fn kafkas_own_tool_sees_the_topics_as_declared(story: &mut Story) {
    let status = story.status_until("the endpoints are known", 30, |status| status["endpoints"].is_object());
    let servers = status["endpoints"]["bootstrap_servers"].as_str().expect("brokers are known");
    let kafka = kafka::distribution();
    let mut tool = Command::new(&kafka.java.program);
    tool.arg("-cp").arg(kafka.class_path()).args([
        "org.apache.kafka.tools.TopicCommand",
        "--bootstrap-server",
        servers,
    ]);
    let output = tool.args(["--describe", "--topic", "orders"]).output().expect("java starts");
    let text = String::from_utf8_lossy(&output.stdout);
    for expected in ["PartitionCount: 12", "ReplicationFactor: 3", "min.insync.replicas=2", "retention.ms=604800000"] {
        assert!(text.contains(expected), "{expected}:\n{text}\n{}", String::from_utf8_lossy(&output.stderr));
    }
}

pub(crate) fn a_plan_after_up_is_empty(story: &mut Story) {
    story.up();
    story.run(&["plan", "--detailed-exitcode"]).expect_code(0);
    let json = story.run(&["plan", "--format", "json"]).expect_code(0).stdout;
    let plan: Value = serde_json::from_str(&json).expect("the plan is JSON");
    assert_eq!(plan["steps"].as_array().map(Vec::len), Some(0), "{plan:#}");
}

pub(crate) fn a_second_client_library_exchanges_records(story: &mut Story) {
    let sent = python(story, "order.py", &["python-1"]);
    assert_eq!(sent["unsent"], 0, "{sent}");
    let shop = story.shop();
    poll::until("billing handles the payment of the order from python", 30, || {
        let log = binary::run(&shop, &["logs", "billing", "-n", "100000"]).stdout;
        if log.contains("python-1") { Ok(()) } else { Err(log.lines().rev().take(3).collect()) }
    });
    // And back: the audit decodes our records with the unmodified Avro deserializer.
    nothing_is_lost(story);
}
