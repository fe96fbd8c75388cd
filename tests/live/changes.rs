//! The manifest and the code change while the system runs.

use topology_tests::project::edit;

use crate::story::{Story, pid_in, status};

pub(crate) fn a_change_is_planned_applied_and_gone(story: &mut Story) {
    story.up();
    let manifest = story.shop().join("topology.yaml");
    edit(&manifest, "partitions: 12", "partitions: 14");
    edit(&manifest, "retention: 30d", "retention: 31d");
    let plan = story.run(&["plan", "--detailed-exitcode"]).expect_code(2);
    for expected in ["orders", "12", "14", "payments", "retention.ms"] {
        assert!(plan.stdout.contains(expected), "{expected}: {}", plan.transcript());
    }
    story.run(&["plan", "--output", "reviewed.json"]).expect_code(0);
    edit(&manifest, "retention: 31d", "retention: 32d");
    let stale = story.run(&["apply", "reviewed.json"]).expect_code(1);
    assert!(stale.stderr.contains("stale"), "{}", stale.transcript());
    edit(&manifest, "retention: 32d", "retention: 31d");
    story.run(&["apply"]).expect_code(2); // Nobody can be asked: stdin is no terminal.
    story.run(&["plan", "--detailed-exitcode"]).expect_code(2);
    story.run(&["apply", "reviewed.json"]).expect_code(0);
    story.run(&["apply", "reviewed.json"]).expect_code(0);
    story.run(&["apply", "--yes"]).expect_code(0);
    story.run(&["plan", "--detailed-exitcode"]).expect_code(0);
    edit(&manifest, "partitions: 14", "partitions: 12");
    let fewer = story.run(&["plan"]).expect_code(1);
    assert!(fewer.stdout.contains("14") && fewer.stdout.contains("12"), "{}", fewer.transcript());
    edit(&manifest, "partitions: 12", "partitions: 14");
}

pub(crate) fn an_expression_that_rustc_rejects_is_shown(story: &mut Story) {
    story.up();
    let shop = story.shop();
    let before = status(&shop);
    let manifest = shop.join("topology.yaml");
    edit(&manifest, "amount > 0.0", "amount.len() > 0");
    let outcome = story.run(&["up"]).expect_code(1);
    for expected in ["topology.yaml", "len", "expression::rejected"] {
        assert!(outcome.stderr.contains(expected), "{expected}: {}", outcome.transcript());
    }
    edit(&manifest, "amount.len() > 0", "amount > 0.0");
    story.run(&["generate"]).expect_code(0);
    let after = status(&shop);
    assert_eq!(pid_in(&before, "revenue"), pid_in(&after, "revenue"), "what ran goes on running");
}

pub(crate) fn up_again_restarts_only_what_changed(story: &mut Story) {
    story.up();
    let shop = story.shop();
    // The build without a change first, so that the change is all that differs.
    story.run(&["up"]).expect_code(0);
    let before = status(&shop);
    edit(&shop.join("topology.yaml"), "amount > 0.0", "amount > 0.01");
    let outcome = story.run(&["up"]).expect_code(0);
    let after = status(&shop);
    for name in ["billing", "checkout", "registry", "cluster"] {
        assert_eq!(pid_in(&before, name), pid_in(&after, name), "{name}: {}", outcome.transcript());
    }
    assert_ne!(pid_in(&before, "revenue"), pid_in(&after, "revenue"), "{}", outcome.transcript());

    let handler = shop.join("services/billing/src/main.rs");
    let text = std::fs::read_to_string(&handler).expect("the handler is there");
    std::fs::write(&handler, text.replace("fn main()", "/// Changed.\n#[inline(never)]\nfn main()")).expect("writable");
    edit(&handler, "fn main()", "fn main()");
    let again = story.run(&["up"]).expect_code(0);
    let last = status(&shop);
    assert_eq!(pid_in(&after, "revenue"), pid_in(&last, "revenue"), "{}", again.transcript());
    assert_ne!(pid_in(&after, "billing"), pid_in(&last, "billing"), "{}", again.transcript());
}

pub(crate) fn a_service_comes_and_goes_while_the_system_runs(story: &mut Story) {
    story.up();
    let shop = story.shop();
    let manifest = shop.join("topology.yaml");
    let text = std::fs::read_to_string(&manifest).expect("the manifest is there");
    std::fs::write(&manifest, format!("{text}  audit: {{ topics: [orders] }}\n")).expect("the manifest is writable");
    let outcome = story.run(&["up"]).expect_code(0);
    assert!(pid_in(&status(&shop), "audit").is_some(), "{}", outcome.transcript());

    std::fs::write(&manifest, text).expect("the manifest is writable");
    let left = story.run(&["up"]).expect_code(1);
    assert!(left.stderr.contains("delete services/audit"), "{}", left.transcript());
    std::fs::remove_dir_all(shop.join("services/audit")).expect("the code can be removed");
    story.run(&["up"]).expect_code(0);
    assert_eq!(pid_in(&status(&shop), "audit"), None, "it is stopped");
}

pub(crate) fn another_environment_is_refused_while_one_runs(story: &mut Story) {
    story.up();
    let outcome = story.run(&["up", "--env", "legacy"]).expect_code(2);
    assert!(outcome.stderr.contains("topology down"), "{}", outcome.transcript());
    story.run(&["down", "--env", "legacy"]).expect_code(2);
    story.run(&["down", "--env", "nowhere"]).expect_code(2);
    status(&story.shop());
}
