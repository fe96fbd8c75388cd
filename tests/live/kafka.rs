//! The same manifest on Apache Kafka.

use topology_tests::{binary, project};

use crate::audit::nothing_is_lost;
use crate::faults::orders_flow_again;
use crate::story::{Story, started};

pub(crate) fn the_shop_runs_on_apache_kafka(_: &mut Story) {
    let shop = project::shop("live-kafka");
    let up = started(&shop, &["--env", "kafka"]);
    let mut story = Story::of(shop.clone(), up);
    let before = nothing_is_lost(&mut story)["orders"].as_u64();
    story.kill("broker-2");
    orders_flow_again(&mut story, before);
    let mut up = story.take_up();
    up.interrupt();
    assert_eq!(up.wait_end(60), 0, "{}", up.text());
    binary::run(&shop, &["down", "--purge", "--env", "kafka"]).expect_code(0);
}

pub(crate) fn the_shop_runs_on_zookeeper(_: &mut Story) {
    let shop = project::shop("live-legacy");
    let mut up = started(&shop, &["--env", "legacy"]);
    let said = up.lines().len();
    up.wait_for("billing  | ", said, 60);
    let text = binary::run(&shop, &["status"]).expect_code(0).stdout;
    assert!(text.contains("zookeeper"), "{text}");
    up.interrupt();
    assert_eq!(up.wait_end(60), 0, "{}", up.text());
    binary::run(&shop, &["down", "--purge", "--env", "legacy"]).expect_code(0);
}
