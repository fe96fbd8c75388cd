//! Claims about other registries: each answers as it does, and the client makes the same of it.
//!
//! Karapace has no contexts, settings that cannot be taken away, and ids alone after a registration. Apicurio writes its
//! one context with colons, says more in refusals and knows levels alone. Redpanda lists no schemas. What none of them
//! knows is refused by each in a way of its own.

use std::collections::HashMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::thread;

use schema::Format;

use super::super::{Against, Archive, Client, Listing, NewSchema, Scope};
use crate::connection::{RegistryEndpoint, Timeouts};

type Answer = (u16, &'static str);

/// How a registry refuses what it does not know, and what it answers otherwise.
struct Dialect {
    unknown: Answer,
    answers: &'static [(&'static str, u16, &'static str)],
}

const KARAPACE: Dialect = Dialect {
    unknown: (404, r#"{"detail":"Not Found"}"#),
    answers: &[
        ("GET /subjects", 200, r#"["a","b"]"#),
        ("GET /subjects/a/versions", 200, "[1,2]"),
        ("GET /subjects/a/versions/1", 200, r#"{"subject":"a","version":1,"id":1,"schema":"\"int\""}"#),
        ("GET /subjects/a/versions/2", 200, r#"{"subject":"a","version":2,"id":2,"schema":"\"long\""}"#),
        ("GET /subjects/b/versions", 200, "[1]"),
        (
            "GET /subjects/b/versions/1",
            200,
            r#"{"subject":"b","version":1,"id":3,"schema":"{}","schemaType":"JSON","references":[]}"#,
        ),
        ("POST /subjects/a/versions", 200, r#"{"id":3}"#),
        (
            "POST /subjects/b/versions",
            422,
            r#"{"error_code":44302,"message":"Schema references are not supported for 'JSON' schema type"}"#,
        ),
        (
            "POST /compatibility/subjects/none/versions/latest",
            404,
            r#"{"error_code":40402,"message":"Version latest not found."}"#,
        ),
        (
            "POST /compatibility/subjects/a/versions/latest",
            200,
            r#"{"is_compatible":false,"messages":["reader type: int"]}"#,
        ),
        ("GET /config", 200, r#"{"compatibilityLevel":"BACKWARD"}"#),
        ("GET /config/a", 200, r#"{"compatibilityLevel":"FULL"}"#),
        (
            "GET /config/b",
            404,
            r#"{"error_code":40408,"message":"Subject 'b' does not have subject-level compatibility configured"}"#,
        ),
        ("DELETE /config/a", 405, r#"{"detail":"Method Not Allowed"}"#),
        ("GET /mode", 200, r#"{"mode":"READWRITE"}"#),
        ("GET /mode/a", 200, r#"{"mode":"READWRITE"}"#),
        ("GET /mode/b", 200, r#"{"mode":"READWRITE"}"#),
    ],
};

const APICURIO: Dialect = Dialect {
    unknown: (404, r#"{"error_code":404,"message":"HTTP 404 Not Found","detail":"NotFoundException","name":null}"#),
    answers: &[
        ("GET /contexts", 200, r#"[":.:"]"#),
        (
            "GET /schemas",
            200,
            r#"[
            {"subject":"a","version":1,"id":1,"schema":"\"int\"","schemaType":"AVRO","references":[],"metadata":null,"ruleSet":null},
            {"subject":"a","version":2,"id":2,"schema":"\"long\"","schemaType":"AVRO","references":null,"deleted":null},
            {"subject":"b","version":1,"id":3,"schema":"{}","schemaType":"JSON","references":[],"artifactType":"JSON"}]"#,
        ),
        ("GET /subjects", 200, r#"["b","a"]"#),
        ("POST /subjects/a/versions", 200, r#"{"id":3,"version":null}"#),
        (
            "POST /subjects/b/versions",
            409,
            r#"{"error_code":409,"message":"Incompatible artifact: b","detail":"RuleViolationException"}"#,
        ),
        ("GET /config", 200, r#"{"compatibilityLevel":"NONE"}"#),
        ("GET /config/a", 200, r#"{"compatibilityLevel":"FULL"}"#),
        ("GET /mode", 200, r#"{"mode":"READWRITE"}"#),
    ],
};

const REDPANDA: Dialect = Dialect {
    unknown: (404, r#"{"message": "Not found", "code": 404}"#),
    answers: &[
        ("GET /subjects", 200, r#"["a","b"]"#),
        ("GET /subjects/a/versions", 200, "[1,2]"),
        ("GET /subjects/a/versions/1", 200, r#"{"subject":"a","id":1,"version":1,"schema":"\"int\""}"#),
        ("GET /subjects/a/versions/2", 200, r#"{"subject":"a","id":2,"version":2,"schema":"\"long\""}"#),
        ("GET /subjects/b/versions", 200, "[1]"),
        ("GET /subjects/b/versions/1", 200, r#"{"subject":"b","id":3,"version":1,"schema":"{}","schemaType":"JSON"}"#),
        ("POST /subjects/a/versions", 200, r#"{"id":3}"#),
        ("POST /subjects/b/versions", 409, r#"{"error_code":409,"message":"Schema being registered is incompatible"}"#),
        ("GET /config", 200, r#"{"compatibilityLevel":"BACKWARD"}"#),
        ("GET /config/a", 200, r#"{"compatibilityLevel":"FULL"}"#),
        (
            "GET /config/b",
            404,
            r#"{"error_code":40408,"message":"Subject 'b' does not have subject-level compatibility configured"}"#,
        ),
        ("GET /mode", 200, r#"{"mode":"READWRITE"}"#),
        (
            "GET /mode/a",
            404,
            r#"{"error_code":40409,"message":"Subject 'a' does not have subject-level mode configured"}"#,
        ),
        (
            "GET /mode/b",
            404,
            r#"{"error_code":40409,"message":"Subject 'b' does not have subject-level mode configured"}"#,
        ),
    ],
};

/// A registry of this dialect, which answers as long as the test runs.
fn client(dialect: &Dialect) -> Client {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let answers: HashMap<&str, Answer> =
        dialect.answers.iter().map(|(request, status, text)| (*request, (*status, *text))).collect();
    let (answers, unknown) = (Arc::new(answers), dialect.unknown);
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let answers = answers.clone();
            thread::spawn(move || answer(stream, &answers, unknown));
        }
    });
    Client::new(&RegistryEndpoint::new(&url, None), Timeouts::default(), None).unwrap()
}

fn answer(mut stream: TcpStream, answers: &HashMap<&str, Answer>, unknown: Answer) {
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    let (mut request, mut length) = (String::new(), 0);
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).unwrap();
        if line.trim().is_empty() {
            break;
        }
        if let Some(number) = line.to_lowercase().strip_prefix("content-length: ") {
            length = number.trim().parse().unwrap();
        }
        if request.is_empty() {
            request = line;
        }
    }
    reader.read_exact(&mut vec![0; length]).unwrap();
    // None of them minds a parameter that it does not know.
    let request = request.trim_end().trim_end_matches(" HTTP/1.1").split('?').next().unwrap_or_default();
    let (status, text) = answers.get(request).copied().unwrap_or(unknown);
    let length = text.len();
    write!(stream, "HTTP/1.1 {status} X\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{text}").unwrap();
}

fn every() -> [Client; 3] {
    [&KARAPACE, &APICURIO, &REDPANDA].map(client)
}

#[test]
fn the_same_archive_is_taken_from_each() {
    let told = |archive: Archive| {
        let versions = archive.subjects.iter().flat_map(|(name, subject)| {
            let of =
                |version: &super::super::SchemaVersion| (name.clone(), version.version, version.id, version.format());
            subject.versions.values().map(of).collect::<Vec<_>>()
        });
        let versions: Vec<_> = versions.collect();
        let level = |name: &str| archive.subjects[name].settings.config.get("compatibility").cloned();
        (versions, level("a"), level("b"), archive.contexts.len())
    };
    for client in every() {
        let (avro, json) = (Some(Format::Avro), Some(Format::Json));
        let versions = [("a", 1, 1, avro), ("a", 2, 2, avro), ("b", 1, 3, json)];
        let versions = versions.map(|(name, version, id, format)| (name.to_owned(), version, id, format));
        let expected = (versions.to_vec(), Some("FULL".into()), None, 0);
        assert_eq!(told(client.archive(":*:").unwrap()), expected);
    }
}

#[test]
fn whoever_has_no_contexts_has_the_default_one_at_most() {
    let contexts = every().map(|client| client.contexts().unwrap());
    assert_eq!(contexts, [vec![], vec![".".to_owned()], vec![]]);
}

#[test]
fn a_registration_may_yield_an_id_alone() {
    for client in every() {
        let answer = client.register("a", &NewSchema::new(Format::Avro, "\"int\""), true).unwrap();
        assert_eq!((answer.id, answer.version), (3, None));
        assert_eq!(client.subjects(Listing::default()).unwrap(), ["a", "b"]);
    }
}

#[test]
fn a_refusal_is_told_in_the_words_of_whoever_refuses() {
    let refusals = every().map(|client| client.register("b", &NewSchema::new(Format::Json, "{}"), true).unwrap_err());
    let told = refusals.map(|refusal| (refusal.is_incompatible(), refusal.reason.to_string()));
    let expected = [
        (false, "Schema references are not supported for 'JSON' schema type (HTTP 422)"),
        (true, "Incompatible artifact: b (HTTP 409)"),
        (true, "Schema being registered is incompatible (HTTP 409)"),
    ];
    assert_eq!(told, expected.map(|(incompatible, text)| (incompatible, text.to_owned())));
}

#[test]
fn a_test_against_nothing_has_no_verdict() {
    for client in every() {
        let schema = NewSchema::new(Format::Avro, "\"int\"");
        assert_eq!(client.test("none", Against::Latest, &schema, true).unwrap(), None);
    }
    let schema = NewSchema::new(Format::Avro, "\"int\"");
    let verdict = client(&KARAPACE).test("a", Against::Latest, &schema, true).unwrap().unwrap();
    assert_eq!((verdict.is_compatible, verdict.messages.len()), (false, 1));
}

#[test]
fn settings_that_cannot_be_taken_away_are_no_success() {
    let refusal = client(&KARAPACE).delete_config(Scope::Subject("a")).unwrap_err();
    assert!(refusal.is_unknown_request());
}
