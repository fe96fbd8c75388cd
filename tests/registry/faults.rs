//! What happens to registries when their cluster fails them, or when two of them want to write.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use rdkafka::admin::{AdminClient, AdminOptions, NewTopic, TopicReplication};
use rdkafka::client::DefaultClientContext;
use rdkafka::config::ClientConfig;
use serde_json::json;
use topology_tests::poll;

use crate::crash::{Told, check, view};
use crate::fleet::{Cluster, Registry, ask, record};

#[test]
fn a_follower_forwards_writes_and_knows_them_when_it_answers() {
    let cluster = Cluster::start();
    let (leader, follower) = (Registry::start(&cluster, &[]), Registry::start(&cluster, &["--follow"]));
    for number in 0..20 {
        let schema = record(&format!("F{number}"));
        let subject = format!("s{number}");
        let id = follower.register(&subject, &schema);
        let (status, answer) = ask("GET", &follower.url(&format!("/schemas/ids/{id}")), None).expect("it answers");
        assert_eq!(status, 200, "{answer}");
        assert_eq!(leader.register(&subject, &schema), id, "the leader has it too");
    }
    assert_eq!(follower.get("/subjects"), leader.get("/subjects"));
    assert!(!follower.said().contains("this registry leads"), "{}", follower.said());
}

#[test]
fn without_a_leader_that_may_lead_a_write_is_refused_with_50004() {
    let cluster = Cluster::start();
    drop(Registry::start(&cluster, &[]));
    let follower = Registry::start(&cluster, &["--follow"]);
    let body = json!({ "schema": record("A") });
    let (status, answer) = ask("POST", &follower.url("/subjects/s/versions"), Some(&body)).expect("it answers");
    assert_eq!((status, answer["error_code"].as_u64()), (500, Some(50004)), "{answer}");
}

#[test]
fn two_registries_that_cannot_reach_each_other_fence_one_another_and_fork_nothing() {
    let cluster = Cluster::start();
    // Both say that they are where nobody is, so that each takes the lead when it has to write.
    let nowhere = ["--advertise", "http://127.0.0.1:9"];
    let other = ["--advertise", "http://127.0.0.1:10"];
    let (one, two) = (Registry::start(&cluster, &nowhere), Registry::start(&cluster, &other));
    let mut ids = Vec::new();
    for number in 0..6 {
        let registry = if number % 2 == 0 { &one } else { &two };
        ids.push(registry.register(&format!("s{number}"), &record(&format!("T{number}"))));
    }
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 6, "each schema has an id of its own: {ids:?}");
    for number in 0..6 {
        let schema = record(&format!("T{number}"));
        let subject = format!("s{number}");
        assert_eq!(one.register(&subject, &schema), two.register(&subject, &schema));
    }
}

#[test]
fn a_leader_that_was_stopped_and_goes_on_has_lost_the_lead_and_forks_nothing() {
    let cluster = Cluster::start();
    let (leader, others) = led(&cluster);
    leader.ask("PUT", "/config", Some(&json!({ "compatibility": "NONE" })));
    let register = |registry: &Registry, name: String| {
        let (subject, schema) = (format!("s{}", name.len() % 3), record(&name));
        let id = registry.register(&subject, &schema);
        (subject, schema, id)
    };
    let gone_on = AtomicBool::new(false);
    let told: Told = thread::scope(|scope| {
        // Some of these requests are with the leader when it stops, and are answered when it has lost the lead.
        let clients: Vec<_> = (0..2)
            .map(|client| {
                let (leader, gone_on) = (&leader, &gone_on);
                scope.spawn(move || {
                    let mut told = Told::new();
                    let mut left = 5;
                    while left > 0 {
                        left -= usize::from(gone_on.load(Ordering::Relaxed));
                        told.push(register(leader, format!("L{client}N{}", told.len())));
                    }
                    told
                })
            })
            .collect();
        poll::until("the clients are at it", 20, || {
            if leader.get("/subjects").as_array().is_some_and(|all| !all.is_empty()) {
                Ok(())
            } else {
                Err(String::new())
            }
        });
        leader.pause();
        let meanwhile: Told = (0..10).map(|number| register(&others[number % 2], format!("Other{number}"))).collect();
        gone_on.store(true, Ordering::Relaxed);
        leader.go_on();
        clients.into_iter().flat_map(|client| client.join().expect("a client comes through")).chain(meanwhile).collect()
    });
    let last = leader.register("last", &record("Last"));
    let views = [&leader, &others[0], &others[1]].map(|registry| view(registry, last));
    assert!(views.iter().all(|view| *view == views[0]), "the registries differ");
    check(&views[0], &told);
}

#[test]
fn registries_that_give_one_address_say_so_and_write_all_the_same() {
    let cluster = Cluster::start();
    let shared = ["--advertise", "http://127.0.0.1:9"];
    let both = [Registry::start(&cluster, &shared), Registry::start(&cluster, &shared)];
    poll::until("one of them says so", 30, || {
        let said = both.each_ref().map(Registry::said);
        if said.iter().any(|said| said.contains("start each with its own --advertise")) {
            Ok(())
        } else {
            Err(said.concat())
        }
    });
    let ids: Vec<_> = (0..4).map(|number| both[number % 2].register("s", &record("A"))).collect();
    assert_eq!(ids, [1, 1, 1, 1]);
    assert_ne!(both[0].register("t", &record("B")), both[1].register("t2", &record("C")));
}

#[test]
fn two_logs_on_one_cluster_know_nothing_of_each_other() {
    let cluster = Cluster::start();
    let [one, two] = ["one", "two"].map(|topic| Registry::start(&cluster, &["--topic", topic]));
    assert_eq!((one.register("a", &record("A")), two.register("b", &record("B"))), (1, 1));
    assert_eq!(
        (one.register("a2", &record("A2")), two.register("b2", &record("B2"))),
        (2, 2),
        "no one fences the other"
    );
    assert_eq!((one.get("/subjects"), two.get("/subjects")), (json!(["a", "a2"]), json!(["b", "b2"])));
}

#[test]
fn requests_under_way_are_answered_when_the_registry_is_told_to_end() {
    let cluster = Cluster::start();
    let mut registry = Registry::start(&cluster, &[]);
    registry.register("s", &record("A"));
    cluster.fault(&["delay", "1s", "--api", "Produce", "--times", "1"]);
    let body = json!({ "schema": record("B") });
    let url = registry.url("/subjects/under-way/versions");
    let answer = thread::scope(|scope| {
        let client = scope.spawn(|| ask("POST", &url, Some(&body)));
        poll::until("the request has begun", 10, || match registry.get("/metrics").as_str() {
            Some(text) if text.contains("topology_registry_requests_under_way 2") => Ok(()),
            other => Err(format!("{other:?}")),
        });
        registry.terminate();
        client.join().expect("the client does not panic")
    });
    assert!(matches!(answer, Ok((200, _))), "{answer:?}\n{}", registry.said());
    assert_eq!(registry.exit_code(20), 0, "{}", registry.said());
}

#[test]
fn a_full_disk_refuses_writes_and_serves_reads_until_there_is_room() {
    let cluster = Cluster::start();
    let registry = Registry::start(&cluster, &[]);
    let id = registry.register("s", &record("A"));
    cluster.fault(&["fill-disk"]);
    let body = json!({ "schema": record("B") });
    let (status, answer) = ask("POST", &registry.url("/subjects/b/versions"), Some(&body)).expect("it answers");
    assert_eq!(status, 500, "{answer}");
    let code = answer["error_code"].as_u64();
    assert!(matches!(code, Some(50001 | 50002)), "{answer}");
    assert!(registry.get(&format!("/schemas/ids/{id}"))["schema"].is_string(), "reads go on");
    cluster.fault(&["free-disk"]);
    let next =
        poll::until("there is room", 60, || match ask("POST", &registry.url("/subjects/b/versions"), Some(&body)) {
            Ok((200, answer)) => Ok(answer["id"].as_u64().expect("an id is a number")),
            other => Err(format!("{other:?}")),
        });
    assert_eq!(next, id + 1, "nothing of what was refused is in the log");
}

#[test]
fn a_slow_broker_slows_writes_down_and_loses_none() {
    let cluster = Cluster::start();
    let registry = Registry::start(&cluster, &[]);
    cluster.fault(&["delay", "300ms", "--api", "Produce"]);
    let ids: Vec<u64> = thread::scope(|scope| {
        let register = |number: usize| registry.register("s", &record("S").replace("\"a\"", &format!("\"a{number}\"")));
        let clients: Vec<_> = (0..8).map(|number| scope.spawn(move || register(number))).collect();
        clients.into_iter().map(|client| client.join().expect("it is answered")).collect()
    });
    let mut sorted = ids.clone();
    sorted.sort_unstable();
    assert_eq!(sorted, (sorted[0]..sorted[0] + 8).collect::<Vec<_>>(), "eight schemas, eight ids in a row");
    assert_eq!(registry.get("/subjects/s/versions"), json!([1, 2, 3, 4, 5, 6, 7, 8]));
}

#[test]
fn a_reader_that_lags_behind_its_own_writes_gives_no_id_twice() {
    let cluster = Cluster::start();
    let registry = Registry::start(&cluster, &[]);
    registry.register("first", &record("First"));
    // Longer than a write may take: what is written is not known before it is refused.
    cluster.fault(&["delay", "12s", "--api", "Fetch", "--times", "1"]);
    let mut number = 0;
    poll::until("a write is not confirmed", 60, || {
        number += 1;
        let body = json!({ "schema": record(&format!("L{number}")) });
        match ask("POST", &registry.url(&format!("/subjects/lagging{number}/versions")), Some(&body)) {
            Ok((500, answer)) if answer["error_code"] == json!(50002) => Ok(()),
            other => Err(format!("{other:?}")),
        }
    });
    let id = registry.register("next", &record("Next"));
    let unconfirmed = registry.get(&format!("/subjects/lagging{number}/versions/1"));
    assert!(unconfirmed["id"].as_u64().is_some_and(|unconfirmed| unconfirmed < id), "{unconfirmed} comes before {id}");
    assert!(registry.get(&format!("/schemas/ids/{id}"))["schema"].to_string().contains("Next"));
    assert!(!registry.said().contains("passed over a record"), "{}", registry.said());
}

#[test]
fn a_broker_that_restarts_keeps_nobody_from_writing_for_long() {
    let cluster = Cluster::start();
    let registry = Registry::start(&cluster, &[]);
    for (number, broker) in ["1", "2", "3"].into_iter().enumerate() {
        cluster.fault(&["stop", broker]);
        poll::until("the others take over", 60, || {
            let body = json!({ "schema": record(&format!("R{number}")) });
            match ask("POST", &registry.url(&format!("/subjects/r{number}/versions")), Some(&body)) {
                Ok((200, _)) => Ok(()),
                other => Err(format!("{other:?}")),
            }
        });
        cluster.fault(&["start", broker]);
    }
    assert_eq!(registry.get("/subjects"), json!(["r0", "r1", "r2"]));
}

#[test]
fn a_topic_that_is_deleted_ends_the_registry_and_is_not_made_again() {
    let cluster = Cluster::start();
    let mut registry = Registry::start(&cluster, &[]);
    registry.register("s", &record("A"));
    administer(&cluster, async |admin| {
        let deleted = admin.delete_topics(&["_schemas"], &AdminOptions::new()).await.expect("the cluster answers");
        assert!(deleted.iter().all(Result::is_ok), "{deleted:?}");
    });
    assert_ne!(registry.exit_code(60), 0);
    assert!(registry.said().contains("_schemas was deleted, recreated or truncated"), "{}", registry.said());
    let admin: AdminClient<DefaultClientContext> = client(&cluster).create().expect("a client can be made");
    let metadata = admin.inner().fetch_metadata(None, Duration::from_secs(10)).expect("the cluster answers");
    assert!(metadata.topics().iter().all(|topic| topic.name() != "_schemas"), "it is not made again");
}

#[test]
fn topics_that_would_lose_schemas_are_refused_with_the_repair() {
    let cluster = Cluster::start();
    administer(&cluster, async |admin| {
        let topics = [
            NewTopic::new("forgetful", 1, TopicReplication::Fixed(1)).set("cleanup.policy", "compact,delete"),
            NewTopic::new("wide", 2, TopicReplication::Fixed(1)).set("cleanup.policy", "compact"),
        ];
        let created = admin.create_topics(&topics, &AdminOptions::new()).await.expect("the cluster answers");
        assert!(created.iter().all(Result::is_ok), "{created:?}");
    });
    for (topic, repair) in [("forgetful", "--add-config cleanup.policy=compact"), ("wide", "needs exactly 1")] {
        let mut registry = Registry::launch(&cluster, &["--topic", topic]);
        assert_ne!(registry.exit_code(30), 0);
        assert!(registry.said().contains(repair), "{}", registry.said());
    }
}

/// A registry that leads, and two that follow it: they start when it has said so, and have no reason to try.
fn led(cluster: &Cluster) -> (Registry, [Registry; 2]) {
    let leader = Registry::start(cluster, &[]);
    poll::until("it leads", 30, || match leader.get("/health/ready") {
        ready if ready["role"] == json!("leader") => Ok(()),
        ready => Err(ready.to_string()),
    });
    (leader, [Registry::start(cluster, &[]), Registry::start(cluster, &[])])
}

fn client(cluster: &Cluster) -> ClientConfig {
    let mut config = ClientConfig::new();
    config.set("bootstrap.servers", &cluster.servers);
    config
}

fn administer(cluster: &Cluster, work: impl AsyncFnOnce(&AdminClient<DefaultClientContext>)) {
    let admin: AdminClient<DefaultClientContext> = client(cluster).create().expect("a client can be made");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime can be made");
    runtime.block_on(work(&admin));
}
