//! `kill -9` of the leader while clients register through every registry.
//!
//! At the end ids are unique for their content, versions are dense, everything acknowledged is there with the id that
//! was acknowledged, and all registries answer alike. `TOPOLOGY_REGISTRY_KILLS` says how often; 200 is the long form.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};
use topology_tests::poll;

use crate::fleet::{Cluster, Registry, ask, record};

const CLIENTS: usize = 4;
const SUBJECTS: usize = 3;

/// Schemas that several clients register at the same time under different subjects.
const SHARED: usize = 3;

/// What a client was told: subject, schema, id.
pub(crate) type Told = Vec<(String, String, u64)>;

#[test]
fn killed_leaders_lose_nothing_and_fork_no_id() {
    let kills = std::env::var("TOPOLOGY_REGISTRY_KILLS").ok().and_then(|text| text.parse().ok()).unwrap_or(20);
    survive(&Cluster::start(), kills);
}

#[expect(clippy::print_stdout, reason = "the figures are what the long form is run for")]
pub(crate) fn survive(cluster: &Cluster, kills: usize) {
    let mut registries: Vec<Registry> = (0..3).map(|_| Registry::start(cluster, &[])).collect();
    let urls: Vec<String> = registries.iter().map(|registry| registry.url("")).collect();
    registries[0].ask("PUT", "/config", Some(&json!({ "compatibility": "NONE" })));
    let (stop, count) = (AtomicBool::new(false), AtomicUsize::new(0));
    let told: Told = thread::scope(|scope| {
        let clients: Vec<_> = (0..CLIENTS)
            .map(|client| {
                scope.spawn({
                    let (urls, stop, count) = (&urls, &stop, &count);
                    move || register(client, urls, stop, count)
                })
            })
            .collect();
        for kill in 0..kills {
            let before = count.load(Ordering::Relaxed);
            poll::until(&format!("registrations after kill {kill}"), 60, || {
                let now = count.load(Ordering::Relaxed);
                if now >= before + 10 { Ok(()) } else { Err(format!("{before} {now}")) }
            });
            // The moment of the kill is what is tried: each comes elsewhere in what the leader does.
            thread::sleep(Duration::from_micros(u64::try_from(kill * 377 % 2900).expect("it is small")));
            let leader = leader(&registries).unwrap_or(kill % 3);
            registries[leader].kill();
            registries[leader].again();
        }
        stop.store(true, Ordering::Relaxed);
        clients.into_iter().flat_map(|client| client.join().expect("a client comes through")).collect()
    });
    registries.iter().for_each(Registry::wait);
    let last = registries[1].register("last", &record("Last"));
    let views: Vec<Value> = registries.iter().map(|registry| view(registry, last)).collect();
    assert!(views.iter().all(|view| *view == views[0]), "the registries differ");
    check(&views[0], &told);
    println!("{kills} kills, {} registrations acknowledged, none lost", told.len());
}

/// The registry that says in its log that it leads and said nothing else since.
fn leader(registries: &[Registry]) -> Option<usize> {
    let last = |registry: &Registry| {
        let said = registry.said();
        let leads = said.rfind("this registry leads")?;
        (said.rfind("this registry follows").is_none_or(|follows| follows < leads)).then_some(())
    };
    registries.iter().position(|registry| last(registry).is_some())
}

/// Registers schemas through one registry after another until told to stop; every one is acknowledged in the end.
fn register(client: usize, urls: &[String], stop: &AtomicBool, count: &AtomicUsize) -> Told {
    let mut told = Told::new();
    for number in 0.. {
        if stop.load(Ordering::Relaxed) {
            break;
        }
        let name = if number % SHARED == 0 { format!("Shared{number}") } else { format!("C{client}N{number}") };
        let (subject, schema) = (format!("s{}", (client + number) % SUBJECTS), record(&name));
        let id = poll::until(&format!("client {client} registers {name}"), 60, || {
            let url = &urls[(client + number) % urls.len()];
            let others = urls.iter().filter(|other| *other != url);
            let mut last = String::new();
            for url in std::iter::once(url).chain(others) {
                let body = json!({ "schema": schema });
                match ask("POST", &format!("{url}/subjects/{subject}/versions"), Some(&body)) {
                    Ok((200, answer)) => return Ok(answer["id"].as_u64().expect("an id is a number")),
                    other => last = format!("{other:?}"),
                }
            }
            Err(last)
        });
        told.push((subject, schema, id));
        count.fetch_add(1, Ordering::Relaxed);
    }
    told
}

/// Everything that a registry knows, once it knows the schema that was registered last.
pub(crate) fn view(registry: &Registry, last: u64) -> Value {
    poll::until("the registry has read the log", 20, || {
        match ask("GET", &registry.url(&format!("/schemas/ids/{last}")), None) {
            Ok((200, _)) => Ok(()),
            other => Err(format!("{other:?}")),
        }
    });
    let subjects = registry.get("/subjects");
    let subjects = subjects.as_array().expect("subjects are a list").iter().map(|name| {
        let name = name.as_str().expect("a subject is a name");
        let versions = registry.get(&format!("/subjects/{name}/versions"));
        let versions = versions.as_array().expect("versions are a list");
        let all = versions.iter().map(|version| registry.get(&format!("/subjects/{name}/versions/{version}")));
        (name.to_owned(), Value::Array(all.collect()))
    });
    Value::Object(subjects.collect())
}

pub(crate) fn check(view: &Value, told: &Told) {
    let mut ids: BTreeMap<u64, &str> = BTreeMap::new();
    let mut contents: BTreeMap<&str, u64> = BTreeMap::new();
    let mut known = BTreeMap::new();
    for (subject, versions) in view.as_object().expect("it was made as one") {
        for (index, version) in versions.as_array().expect("it was made as one").iter().enumerate() {
            let (id, schema) = (version["id"].as_u64().expect("a number"), version["schema"].as_str().expect("a text"));
            assert_eq!(version["version"].as_u64(), u64::try_from(index + 1).ok(), "versions of {subject} are dense");
            assert_eq!(*ids.entry(id).or_insert(schema), schema, "id {id} is of one schema");
            assert_eq!(*contents.entry(schema).or_insert(id), id, "a schema has one id");
            let name = serde_json::from_str::<Value>(schema).expect("it is JSON")["name"].clone();
            let again = known.insert((subject.clone(), name.to_string()), id);
            assert_eq!(again, None, "{name} has one version of {subject}");
        }
    }
    for (subject, schema, id) in told {
        let name = serde_json::from_str::<Value>(schema).expect("it is JSON")["name"].to_string();
        assert_eq!(known.get(&(subject.clone(), name.clone())), Some(id), "{name} of {subject} was acknowledged");
    }
}
