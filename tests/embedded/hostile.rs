//! Clients that mean harm, or are broken: what they do costs the cluster little, and the others nothing.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use rdkafka::config::ClientConfig;
use rdkafka::consumer::{BaseConsumer, Consumer};

use crate::server::Server;

/// What all of it together may cost in memory.
const MEGABYTES: u64 = 60;

#[test]
fn hostile_clients_cost_little_and_disturb_nobody() {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let server = Server::start(folder.path());
    assert_answers(&server);
    let before = server.resident_megabytes();
    let address = server.servers.split(',').next().expect("there are three").to_owned();
    let connect = || TcpStream::connect(&address).expect("the broker listens");

    let silent: Vec<TcpStream> = (0..500).map(|_| connect()).collect();
    let promising: Vec<TcpStream> = (0..100).map(|_| sent(connect(), &100_000_000_i32.to_be_bytes())).collect();
    let slow: Vec<TcpStream> = (0..3).map(|_| unread(connect())).collect();
    for frame in garbage() {
        let mut stream = sent(connect(), &frame);
        stream.set_read_timeout(Some(Duration::from_secs(20))).expect("a socket takes a timeout");
        let mut rest = Vec::new();
        // Closed, at once or after an answer, and not left open.
        assert!(stream.read_to_end(&mut rest).is_ok() || rest.is_empty(), "{frame:?} leaves the connection open");
    }
    assert_answers(&server);
    let after = server.resident_megabytes();
    assert!(after < before + MEGABYTES, "{before} MB before, {after} MB with hostile clients");
    drop((silent, promising, slow));
    assert_answers(&server);
}

fn sent(mut stream: TcpStream, bytes: &[u8]) -> TcpStream {
    stream.write_all(bytes).expect("the broker takes bytes");
    stream
}

/// Asks for all metadata until the socket takes no more, and never reads an answer.
fn unread(mut stream: TcpStream) -> TcpStream {
    let request = [0, 0, 0, 16, 0, 3, 0, 1, 0, 0, 0, 7, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0];
    stream.set_write_timeout(Some(Duration::from_millis(200))).expect("a socket takes a timeout");
    while stream.write_all(&request.repeat(1000)).is_ok() {}
    stream
}

/// Frames that are no requests.
fn garbage() -> Vec<Vec<u8>> {
    let mut frames = vec![
        (-1_i32).to_be_bytes().to_vec(),
        i32::MAX.to_be_bytes().to_vec(),
        vec![0, 0, 0, 0],
        vec![0, 0, 0, 4, 0x7f, 0xff, 0, 0],
        b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".to_vec(),
        vec![0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, 0xfc, 0x03, 0x03],
    ];
    // A Metadata of two billion topics.
    frames.push(vec![0, 0, 0, 14, 0, 3, 0, 1, 0, 0, 0, 7, 0xff, 0xff, 0x7f, 0xff, 0xff, 0xff]);
    frames
}

#[track_caller]
fn assert_answers(server: &Server) {
    let client: BaseConsumer =
        ClientConfig::new().set("bootstrap.servers", &server.servers).create().expect("a client can be made");
    let metadata = client.fetch_metadata(None, Duration::from_secs(20)).expect("the cluster answers");
    assert_eq!(metadata.brokers().len(), 3);
}
