//! A cluster that ends in good order, and one that is controlled from outside.

use std::sync::mpsc;
use std::thread;

use topology_broker::remote::{Client as Remote, ClientError};
use topology_broker::{BrokerState, Cluster, Error, Fault, FaultError, serve};

use super::client::Client;

#[test]
fn ports_are_free_when_a_cluster_was_dropped() {
    let cluster = Cluster::builder().start().expect("free ports");
    let mut client = Client::connect(&cluster, 1).expect("it listens");
    client.create_topic("t", &[1]);
    let ports = || cluster.addresses().values().map(|address| address.rsplit(':').next()?.parse().ok());
    let ports: Vec<u16> = ports().map(|port| port.expect("an address ends with a port")).collect();
    let taken = Cluster::builder().ports(ports.clone()).start().expect_err("they are taken");
    assert!(matches!(taken, Error::Port { broker: 1, .. }), "{taken:?}");
    drop(cluster);
    Cluster::builder().ports(ports).start().expect("they are free again");
}

#[test]
fn a_folder_remembers_its_ports() {
    let folder = tempfile::tempdir().expect("a folder");
    let first = Cluster::builder().folder(folder.path()).start().expect("free ports");
    let addresses = first.addresses().clone();
    drop(first);
    let second = Cluster::builder().folder(folder.path()).start().expect("the same ports");
    assert_eq!(*second.addresses(), addresses);
}

#[tokio::test]
async fn a_cluster_starts_and_ends_inside_a_runtime() {
    let cluster = Cluster::builder().brokers(1).start().expect("a free port");
    cluster.broker(1).stop().expect("it is up");
    cluster.broker(1).start().expect("it is stopped");
}

#[test]
fn a_process_is_asked_and_told_over_its_socket() {
    let (ready, started) = mpsc::channel();
    let process = thread::spawn(move || {
        let builder = Cluster::builder();
        serve(&builder, |started| ready.send(started.clone()).expect("the test waits"), std::future::pending())
    });
    let started = started.recv().expect("it starts");
    let socket = started.control.expect("a process has a socket");
    let mut remote = Remote::connect(&socket).expect("it listens");
    let status = remote.status().expect("an answer");
    assert_eq!((status.brokers.len(), status.pid), (3, std::process::id()));
    let id = remote.inject(Fault::BrokerStopped { broker: 3 }).expect("it is up");
    let status = remote.status().expect("an answer");
    assert_eq!(status.brokers[2].state, BrokerState::Stopped);
    assert_eq!(remote.faults().expect("an answer")[0].id, id);
    remote.clear(id).expect("it is in force");
    let again = remote.clear(id).expect_err("it is no longer in force");
    assert!(matches!(again, ClientError::Refused(FaultError::NotInForce)), "{again:?}");
    remote.stop().expect("it ends");
    process.join().expect("no panic").expect("it has served");
    assert!(matches!(Remote::connect(&socket), Err(ClientError::Unreachable { .. })));
    assert!(!socket.parent().expect("a folder").exists(), "what was private is gone");
}
