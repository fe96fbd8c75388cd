//! Schemas against what a registry has, where the registry answers from a script.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::transcript;

const ORDER: &str = r#"{"type":"record","name":"Order","fields":[{"name":"id","type":"string"}]}"#;
const MANIFEST: &str = "topology: shop
version: 1
schemas: { order: order.avsc }
topics: { orders: { key: string, value: order } }
producers: { checkout: { topics: [orders] } }
consumers: { billing: { topics: [orders] } }
";

/// A registry that has these versions of `orders-value`; its URL.
fn registry(versions: &[Value]) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("loopback has a free port");
    let url = format!("http://{}", listener.local_addr().expect("it is bound"));
    let mut answers = BTreeMap::from([
        ("GET /subjects".to_owned(), json!(["orders-value"])),
        ("GET /config".to_owned(), json!({"compatibilityLevel": "BACKWARD"})),
        ("GET /config/orders-value".to_owned(), json!({"compatibilityLevel": "BACKWARD"})),
        ("GET /mode/orders-value".to_owned(), json!({"mode": "READWRITE"})),
        ("GET /subjects/orders-value/versions".to_owned(), (1..=versions.len()).collect()),
    ]);
    for (version, number) in versions.iter().zip(1..) {
        let mut version = version.clone();
        for (key, value) in [("subject", json!("orders-value")), ("version", json!(number)), ("id", json!(number))] {
            version[key] = value;
        }
        answers.insert("GET /subjects/orders-value/versions/latest".to_owned(), version.clone());
        answers.insert(format!("GET /subjects/orders-value/versions/{number}"), version);
    }
    thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            answer(stream, &answers);
        }
    });
    url
}

/// Answers one request; what is not in the script is not there.
fn answer(mut stream: TcpStream, answers: &BTreeMap<String, Value>) -> Option<()> {
    let mut reader = BufReader::new(stream.try_clone().ok()?);
    let mut first = String::new();
    reader.read_line(&mut first).ok()?;
    let mut length = 0;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        if line.trim().is_empty() {
            break;
        }
        length = line
            .to_lowercase()
            .strip_prefix("content-length:")
            .map_or(length, |text| text.trim().parse().expect("it is a length"));
    }
    reader.read_exact(&mut vec![0; length]).ok()?;
    let request = first.split(['?', ' ']).take(2).collect::<Vec<_>>().join(" ");
    let (status, body) = match answers.get(&request) {
        Some(answer) => ("200 OK", answer.to_string()),
        None => ("404 Not Found", json!({"error_code": 40403, "message": "not found"}).to_string()),
    };
    write!(stream, "HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}", body.len()).ok()
}

fn project() -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    fs::write(folder.path().join("topology.yaml"), MANIFEST).expect("the folder is writable");
    let order = ORDER.replace("]}", r#",{"name":"total","type":"int"}]}"#);
    fs::write(folder.path().join("order.avsc"), order).expect("the folder is writable");
    folder
}

fn check(versions: &[Value], words: &[&str]) -> String {
    let url = registry(versions);
    let fixed = ["schema", "check", "--against", "registry", "--registry-url", &url];
    transcript(project().path(), &[&fixed, words].concat())
}

const OF_FILE: [&str; 3] = ["--subject", "orders-value", "order.avsc"];

/// Version 1 would break, and is not the latest: nothing takes the place of a version that cannot be read.
#[test]
fn a_version_that_cannot_be_read_is_said_not_to_be_compared() {
    let versions = [json!({"schema": ORDER}), json!({"schema": "\"NoSuchType\""})];
    insta::assert_snapshot!("unreadable_file", check(&versions, &OF_FILE));
    insta::assert_snapshot!("unreadable_project", check(&versions, &[]));
}

#[test]
fn the_others_are_compared_all_the_same() {
    let versions = [json!({"schema": ORDER}), json!({"schema": "\"NoSuchType\""})];
    let transitive = ["--level", "BACKWARD_TRANSITIVE"];
    insta::assert_snapshot!("transitive_file", check(&versions, &[&OF_FILE[..], &transitive].concat()));
    insta::assert_snapshot!("transitive_project", check(&versions, &transitive));
}

#[test]
fn a_subject_of_another_format_is_no_clean_bill() {
    let versions = [json!({"schema": "{}", "schemaType": "JSON"})];
    insta::assert_snapshot!("other_format_file", check(&versions, &OF_FILE));
    insta::assert_snapshot!("other_format_project", check(&versions, &[]));
}
