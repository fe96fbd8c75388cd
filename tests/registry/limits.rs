//! What a registry refuses to carry: bodies, addresses, clients that are too many or too fast.

use std::io::{Read as _, Write as _};
use std::time::Duration;

use crate::client::{Ask, connect, read};
use crate::server::{Registry, shared};

const PATH: &str = "/contexts/.limits/subjects/a/versions";

/// What a body of 100 MB may cost in memory: the limit of a body, and what a build without optimisation adds.
const MEGABYTES: u64 = 30;

#[test]
fn a_body_of_100_megabytes_is_refused_without_being_kept() {
    let registry = shared();
    registry.get("/subjects");
    let before = registry.resident_megabytes();
    let mut stream = connect(registry.address);
    let head = format!("POST {PATH} HTTP/1.1\r\nHost: r\r\nConnection: close\r\nContent-Type: application/json\r\n");
    stream.write_all(format!("{head}Content-Length: 100000000\r\n\r\n").as_bytes()).expect("the head is read");
    for _ in 0..100 {
        stream.write_all(&vec![b' '; 1_000_000]).expect("the body is read, and thrown away");
    }
    assert_eq!(read(stream).expect("there is an answer").refusal(), (413, 413));
    let after = registry.resident_megabytes();
    assert!(after < before + MEGABYTES, "{before} MB before, {after} MB after");
}

#[test]
fn a_body_that_does_not_say_how_long_it_is_is_refused_at_the_limit() {
    let registry = shared();
    let mut stream = connect(registry.address);
    let head = format!("POST {PATH} HTTP/1.1\r\nHost: r\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n");
    stream.write_all(head.as_bytes()).expect("the head is read");
    for _ in 0..10 {
        stream.write_all(b"f4240\r\n").and_then(|()| stream.write_all(&vec![b' '; 1_000_000])).expect("it is read");
        stream.write_all(b"\r\n").expect("it is read");
    }
    stream.write_all(b"0\r\n\r\n").expect("it is read");
    assert_eq!(read(stream).expect("there is an answer").refusal(), (413, 413));
}

#[test]
fn a_client_that_asks_first_is_told_before_it_sends() {
    let registry = shared();
    let mut stream = connect(registry.address);
    let head = format!("POST {PATH} HTTP/1.1\r\nHost: r\r\nConnection: close\r\nExpect: 100-continue\r\n");
    stream.write_all(format!("{head}Content-Length: 100000000\r\n\r\n").as_bytes()).expect("the head is read");
    assert_eq!(read(stream).expect("there is an answer").refusal(), (413, 413));
}

#[test]
fn long_paths_and_heads_are_refused() {
    let registry = shared();
    let answer = registry.get(&format!("/subjects/{}/versions", "a".repeat(20_000)));
    assert_eq!(answer.refusal(), (414, 414));
    let headed = Ask::new("GET", "/subjects").header("X-Long", &"a".repeat(200_000));
    let mut stream = connect(registry.address);
    // The registry stops reading at its limit, so writing the rest may fail.
    drop(stream.write_all(&headed.bytes()));
    let mut first = [0; 12];
    if stream.read_exact(&mut first).is_ok() {
        assert_eq!(&first, b"HTTP/1.1 431");
    }
    assert_eq!(registry.get("/subjects").status, 200);
}

#[test]
fn connections_that_say_nothing_hold_up_nobody() {
    let registry = Registry::start(&["--idle-timeout", "1s", "--max-connections", "8"]);
    let mut silent: Vec<_> = (0..8).map(|_| connect(registry.address)).collect();
    let mut slow = connect(registry.address);
    slow.write_all(b"GET /subjects HTTP/1.1\r\nHost").expect("it is read");
    assert_eq!(registry.get("/subjects").status, 200, "they are closed, and others get their places");
    for stream in &mut silent {
        let mut rest = Vec::new();
        assert!(stream.read_to_end(&mut rest).is_ok(), "a silent connection is closed");
    }
}

#[test]
fn connections_that_wait_make_room_for_who_has_something_to_ask() {
    let registry = Registry::start(&["--idle-timeout", "10m", "--max-connections", "8"]);
    let mut kept = connect(registry.address);
    let request = b"GET /schemas/types HTTP/1.1\r\nHost: r\r\n\r\n";
    let _silent: Vec<_> = (0..40).map(|_| connect(registry.address)).collect();
    let mut slow = connect(registry.address);
    slow.write_all(b"GET /subjects HTTP/1.1\r\nHost").expect("it is read");
    let begun = std::time::Instant::now();
    assert_eq!(registry.get("/health/live").status, 200);
    assert!(begun.elapsed() < Duration::from_secs(10), "{:?}", begun.elapsed());
    // It was the first to wait, and so the first to make room.
    drop(kept.write_all(request));
    let mut rest = Vec::new();
    assert!(kept.read_to_end(&mut rest).is_err() || rest.is_empty());
}

#[test]
fn an_address_that_asks_too_often_is_told_to_wait() {
    let registry = Registry::start(&["--rate-limit", "20"]);
    let answers: Vec<_> = (0..60).map(|_| registry.get("/subjects")).collect();
    let refused = answers.iter().find(|answer| answer.status != 200).expect("60 requests in a moment are too many");
    assert_eq!(refused.refusal(), (429, 429));
    assert_eq!(refused.header("retry-after"), Some("1"));
    topology_tests::poll::until("requests are answered again", 10, || match registry.get("/subjects").status {
        200 => Ok(()),
        status => Err(status.to_string()),
    });
}

#[test]
fn a_connection_serves_many_requests() {
    let registry = shared();
    let mut stream = connect(registry.address);
    stream.set_read_timeout(Some(Duration::from_secs(20))).expect("a socket takes a timeout");
    for _ in 0..3 {
        stream.write_all(b"GET /schemas/types HTTP/1.1\r\nHost: r\r\n\r\n").expect("it is read");
        let mut bytes = [0; 4096];
        let count = stream.read(&mut bytes).expect("it is answered");
        assert!(bytes[..count].starts_with(b"HTTP/1.1 200"));
    }
}

#[test]
fn an_answer_does_not_wait_for_the_rest_of_the_next_request() {
    let registry = shared();
    let mut stream = connect(registry.address);
    let request = b"GET /schemas/types HTTP/1.1\r\nHost: r\r\n\r\n";
    let (begun, rest) = request.split_at(20);
    stream.write_all(&[&request[..], begun].concat()).expect("it is read");
    let mut bytes = [0; 4096];
    let count = stream.read(&mut bytes).expect("the first request is answered");
    assert!(bytes[..count].starts_with(b"HTTP/1.1 200"));
    stream.write_all(rest).expect("it is read");
    let count = stream.read(&mut bytes).expect("the second one too");
    assert!(bytes[..count].starts_with(b"HTTP/1.1 200"));
}

#[test]
fn what_is_not_http_is_answered_all_the_same() {
    let registry = shared();
    let requests: [(&[u8], u16); 5] = [
        (b"GET /sub jects HTTP/1.1\r\nHost: r\r\n\r\n", 400),
        (b"GET /subjects HTTP/1.1\r\nHost r\r\n\r\n", 400),
        (b"GET /subjects HTTP/3.7\r\n\r\n", 400),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", 400),
        (b"POST /subjects/a HTTP/1.1\r\nHost: r\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n", 400),
    ];
    for (request, status) in requests {
        let mut stream = connect(registry.address);
        stream.write_all(request).expect("it is read");
        let shown = String::from_utf8_lossy(request);
        assert_eq!(read(stream).map(|answer| answer.status), Ok(status), "{shown}");
    }
}

#[test]
fn answers_that_nobody_takes_give_up_their_place() {
    let registry = Registry::start(&["--idle-timeout", "1s", "--max-connections", "1"]);
    let mut deaf = connect(registry.address);
    let request = b"GET /openapi.json HTTP/1.1\r\nHost: r\r\n\r\n";
    // More than the system keeps for a connection: 94 kB each.
    deaf.write_all(&request.repeat(500)).expect("there is room for the requests");
    assert_eq!(registry.get("/subjects").status, 200, "the place is free again");
}
