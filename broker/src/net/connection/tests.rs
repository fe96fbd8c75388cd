//! Connections over a pipe in memory, with the clock stopped: what a client sees, and what a hostile one does not get.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};
use tokio::task::JoinHandle;

use super::{Ended, serve};
use crate::log::Logs;
use crate::machine::{ConnectionId, Machine, Settings};
use crate::metadata::Metadata;
use crate::metadata::journal::Journal;
use crate::net::shared::Shared;

fn connect(configs: &[(&str, &str)], pipe: usize) -> (DuplexStream, JoinHandle<Result<(), Ended>>) {
    let configs: BTreeMap<String, String> =
        configs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let settings = Settings { configs, ..Settings::default() };
    let machine = Machine::new(settings, Metadata::default(), Journal::default(), Logs::default(), 0);
    let shared = Arc::new(Shared::new(machine));
    let peer = IpAddr::V4(Ipv4Addr::LOCALHOST);
    let known = shared.with(|machine| machine.connected(ConnectionId(1), 1, "PLAINTEXT", peer));
    let (client, server) = duplex(pipe);
    (client, tokio::spawn(serve(shared, known, server)))
}

/// ApiVersions 0 with a correlation id and no client id.
fn api_versions(correlation: u8) -> Vec<u8> {
    vec![0, 0, 0, 10, 0, 18, 0, 0, 0, 0, 0, correlation, 0xff, 0xff]
}

async fn answer(client: &mut DuplexStream) -> Vec<u8> {
    let length = client.read_u32().await.unwrap();
    let mut answer = vec![0; usize::try_from(length).unwrap()];
    client.read_exact(&mut answer).await.unwrap();
    answer
}

#[tokio::test(start_paused = true)]
async fn requests_sent_ahead_are_answered_in_order() {
    let (mut client, _server) = connect(&[], 1 << 20);
    let requests: Vec<u8> = (1..=5).flat_map(api_versions).collect();
    client.write_all(&requests).await.unwrap();
    for correlation in 1..=5 {
        assert_eq!(answer(&mut client).await[..4], [0, 0, 0, correlation]);
    }
}

#[tokio::test(start_paused = true)]
async fn a_length_over_the_limit_closes_the_connection() {
    let (mut client, server) = connect(&[("socket.request.max.bytes", "1000")], 1 << 20);
    client.write_all(&1001_u32.to_be_bytes()).await.unwrap();
    assert!(matches!(server.await.unwrap(), Err(Ended::Frame(_))));
}

#[tokio::test(start_paused = true)]
async fn a_malformed_frame_closes_the_connection() {
    let (mut client, server) = connect(&[], 1 << 20);
    client.write_all(&[0, 0, 0, 14, 0, 3, 0, 1, 0, 0, 0, 1, 0xff, 0xff, 0x7f, 0xff, 0xff, 0xff]).await.unwrap();
    assert!(matches!(server.await.unwrap(), Err(Ended::Frame(_))));
}

#[tokio::test(start_paused = true)]
async fn who_never_speaks_is_closed_when_idle_for_too_long() {
    let (_client, server) = connect(&[("connections.max.idle.ms", "5000")], 1 << 20);
    let before = tokio::time::Instant::now();
    assert!(matches!(server.await.unwrap(), Err(Ended::Idle)));
    assert_eq!(before.elapsed(), Duration::from_secs(5));
}

#[tokio::test(start_paused = true)]
async fn who_does_not_read_is_not_read_from() {
    let (mut client, server) = connect(&[("connections.max.idle.ms", "60000")], 1024);
    // Each request of 14 bytes has an answer of some hundred: with nobody reading them the pipe fills both ways.
    let flood = async {
        loop {
            client.write_all(&api_versions(1)).await.unwrap();
        }
    };
    assert!(tokio::time::timeout(Duration::from_secs(30), flood).await.is_err(), "requests are read without end");
    assert!(matches!(server.await.unwrap(), Err(Ended::Idle)));
}
