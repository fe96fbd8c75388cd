//! Claims about requests, against a server that answers from a script.

mod dialects;

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::ops::ControlFlow;
use std::sync::mpsc::{Receiver, channel};
use std::thread;

use schema::Format;

use super::{Against, Client, ImportPlan, Imported, Listing, NewSchema, SchemaVersion, Scope, Settings};
use crate::connection::{RegistryEndpoint, Timeouts};

/// A registry that gives these answers, one for each request, and tells what it was asked.
fn registry(answers: &[(u16, &str)]) -> (Client, Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let mut answers: VecDeque<(u16, String)> =
        answers.iter().map(|(status, text)| (*status, (*text).to_owned())).collect();
    let (asked, requests) = channel();
    thread::spawn(move || {
        while let Some((status, text)) = answers.pop_front() {
            let Ok((mut stream, _)) = listener.accept() else { return };
            let mut reader = BufReader::new(stream.try_clone().unwrap());
            let mut head = Vec::new();
            loop {
                let mut line = String::new();
                reader.read_line(&mut line).unwrap();
                if line.trim().is_empty() {
                    break;
                }
                head.push(line.trim().to_owned());
            }
            let length =
                head.iter().find_map(|line| line.to_lowercase().strip_prefix("content-length: ")?.parse().ok());
            let mut body = vec![0; length.unwrap_or(0)];
            reader.read_exact(&mut body).unwrap();
            let authorization = head.iter().find(|line| line.to_lowercase().starts_with("authorization: "));
            let authorization = authorization.map(|line| format!(" [{}]", &line[15..])).unwrap_or_default();
            let request = head[0].trim_end_matches(" HTTP/1.1");
            drop(
                asked.send(
                    format!("{request}{authorization} {}", String::from_utf8(body).unwrap()).trim_end().to_owned(),
                ),
            );
            let length = text.len();
            write!(stream, "HTTP/1.1 {status} X\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{text}")
                .unwrap();
        }
    });
    let client = Client::new(&RegistryEndpoint::new(&url, None), Timeouts::default(), None).unwrap();
    (client, requests)
}

#[test]
fn nothing_empty_is_sent_and_normalize_always_is() {
    let (client, requests) = registry(&[(200, r#"{"id":7}"#)]);
    let answer = client.register("a b/c", &NewSchema::new(Format::Avro, "\"int\""), false).unwrap();
    assert_eq!((answer.id, answer.version), (7, None));
    assert_eq!(requests.recv().unwrap(), r#"POST /subjects/a%20b%2Fc/versions?normalize=false {"schema":"\"int\""}"#);
}

#[test]
fn answers_with_less_and_with_more_are_read() {
    let answer = r#"{"subject":"s","version":2,"id":9,"schema":"x","references":null,"metadata":null,"ts":1,"new":{}}"#;
    let (client, _requests) = registry(&[(200, answer)]);
    let latest = client.latest("s").unwrap().unwrap();
    assert_eq!((latest.id, latest.version, latest.format()), (9, 2, Some(Format::Avro)));
    assert!(latest.references.is_empty() && latest.metadata.is_none());
}

#[test]
fn what_may_pass_is_asked_again() {
    let (client, requests) =
        registry(&[(503, "{}"), (500, r#"{"error_code":50001,"message":"store"}"#), (200, "[\"a\"]")]);
    assert_eq!(client.subjects(Listing::default()).unwrap(), ["a"]);
    assert_eq!(requests.iter().take(3).count(), 3);
}

#[test]
fn a_deletion_that_failed_halfway_is_not_repeated() {
    let (client, _requests) = registry(&[(500, "{}"), (200, "1")]);
    assert_eq!(client.delete_version("s", 1, false).unwrap_err().status, 500);
}

#[test]
fn lists_come_in_pages_and_from_servers_that_know_none() {
    let page = |numbers: std::ops::Range<u32>| {
        serde_json::to_string(&numbers.map(|n| format!("s{n:05}")).collect::<Vec<_>>()).unwrap()
    };
    let (client, requests) = registry(&[(200, &page(0..1000)), (200, &page(1000..1003))]);
    assert_eq!(client.subjects(Listing::default()).unwrap().len(), 1003);
    assert_eq!(requests.iter().nth(1).unwrap(), "GET /subjects?offset=1000&limit=1000");
    let (client, _requests) = registry(&[(200, &page(0..1000)), (200, &page(0..1000))]);
    assert_eq!(client.subjects(Listing::default()).unwrap().len(), 1000);
}

#[test]
fn incompatible_is_409_whatever_the_finer_code() {
    for body in [r#"{"error_code":409,"message":"m"}"#, r#"{"error_code":40901,"message":"m"}"#, ""] {
        let (client, _requests) = registry(&[(409, body)]);
        let refusal = client.register("s", &NewSchema::new(Format::Avro, "\"int\""), false).unwrap_err();
        assert!(refusal.is_incompatible(), "{body}");
    }
}

#[test]
fn the_messages_of_a_verdict_are_kept_word_by_word() {
    let (client, requests) = registry(&[(200, r#"{"is_compatible":false,"messages":["{errorType:'X', \"a\": 1}"]}"#)]);
    let schema = NewSchema::new(Format::Json, "{}");
    let verdict = client.test("s", Against::Latest, &schema, true).unwrap().unwrap();
    assert_eq!(verdict.messages, ["{errorType:'X', \"a\": 1}"]);
    let asked = requests.recv().unwrap();
    assert!(asked.starts_with("POST /compatibility/subjects/s/versions/latest?normalize=true&verbose=true"), "{asked}");
    let (client, _requests) = registry(&[(404, "<html>not here</html>")]);
    assert_eq!(client.test("s", Against::Level, &schema, true).unwrap(), None);
}

#[test]
fn settings_that_are_not_known_here_are_kept_apart() {
    let (client, _requests) = registry(&[(200, r#"{"compatibilityLevel":"SOMETHING_NEW","defaultMetadata":"other"}"#)]);
    let config = client.config(Scope::Subject("s")).unwrap().unwrap();
    assert_eq!(config.compatibility, None);
    assert_eq!(config.others["defaultMetadata"], "other");
}

#[test]
fn what_is_no_registry_is_called_what_it_is() {
    let reason = |status: u16, text: &str| {
        let (client, _requests) = registry(&[(status, text)]);
        client.latest("s").unwrap_err().reason.to_string()
    };
    assert!(reason(200, "<html>Log in</html>").ends_with("it answers with a web page"));
    assert_eq!(reason(403, "<html>Forbidden</html>"), "not authorized: a web page (HTTP 403)");
    assert_eq!(reason(302, ""), "it sends on to nowhere");
    assert_eq!(reason(418, "short\u{7} and\nstout"), "short and (HTTP 418)");
}

#[test]
fn a_token_goes_before_a_password() {
    let (client, requests) = registry(&[(200, "[]")]);
    let endpoint = RegistryEndpoint::new(client.url(), Some(("u".into(), "p".into()))).with_token("secret");
    let client = Client::new(&endpoint, Timeouts::default(), None).unwrap();
    assert_eq!(client.versions("s", true).unwrap(), Vec::<u32>::new());
    assert_eq!(requests.recv().unwrap(), "GET /subjects/s/versions?deleted=true&offset=0&limit=1000 [Bearer secret]");
}

/// A plan that writes one version of `a`.
fn one_version() -> ImportPlan {
    let version = SchemaVersion { subject: "a".to_owned(), version: 1, id: 7, ..SchemaVersion::default() };
    ImportPlan { steps: vec![vec![version]], ..ImportPlan::default() }
}

#[test]
fn a_failed_import_says_which_subjects_stay_in_mode_import() {
    let (client, _requests) = registry(&[
        (404, r#"{"error_code":40409,"message":"none"}"#),
        (200, "{}"),
        (422, r#"{"error_code":42205,"message":"taken"}"#),
        (403, r#"{"error_code":40301,"message":"not you"}"#),
    ]);
    let refusal = client.import(&one_version(), &|_| ControlFlow::Continue(())).unwrap_err();
    assert_eq!(
        refusal.reason.to_string(),
        "taken (HTTP 422); the mode IMPORT could not be taken back from `a` (not authorized: not you (HTTP 403))"
    );
}

#[test]
fn modes_are_written_in_the_words_of_whoever_had_them_and_last() {
    let (client, requests) = registry(&[
        (200, r#"{"mode":"READONLY_OVERRIDE"}"#),
        (200, "{}"),
        (200, r#"{"id":7}"#),
        (200, "{}"),
        (200, "{}"),
        (200, "{}"),
    ]);
    let config = serde_json::json!({ "compatibility": "NONE" }).as_object().cloned().unwrap();
    let settings = [
        (String::new(), Settings { mode: Some("FORWARD".to_owned()), ..Settings::default() }),
        ("b".to_owned(), Settings { config, mode: None }),
    ];
    let plan = ImportPlan { settings: settings.into(), ..one_version() };
    assert_eq!(client.import(&plan, &|_| ControlFlow::Continue(())).unwrap(), Imported::Whole);
    let asked: Vec<String> = requests.iter().take(6).collect();
    assert_eq!(
        asked,
        [
            "GET /mode/a",
            r#"PUT /mode/a?force=true {"mode":"IMPORT"}"#,
            r#"POST /subjects/a/versions?normalize=false {"schema":"","version":1,"id":7}"#,
            r#"PUT /mode/a?force=true {"mode":"READONLY_OVERRIDE"}"#,
            r#"PUT /config/b {"compatibility":"NONE"}"#,
            r#"PUT /mode?force=true {"mode":"FORWARD"}"#,
        ]
    );
}

#[test]
fn an_archive_has_the_aliases_of_its_subjects() {
    let listed = r#"[{"subject":"a","version":1,"id":7,"schema":"\"int\"","aliases":["old"]}]"#;
    let settings = r#"{"alias":"a","mode":"READWRITE"}"#;
    let (client, requests) = registry(&[
        (200, "{}"),
        (200, r#"{"mode":"READWRITE"}"#),
        (200, listed),
        (200, "[]"),
        // In whatever order the settings of both are asked for.
        (200, settings),
        (200, settings),
        (200, settings),
        (200, settings),
    ]);
    let archive = client.archive(":*:").unwrap();
    assert!(requests.iter().nth(2).unwrap().contains("aliases=true"));
    assert_eq!(archive.subjects.keys().collect::<Vec<_>>(), ["a", "old"]);
    assert!(archive.subjects["old"].versions.is_empty());
    assert!(archive.subjects["a"].versions[&1].aliases.is_empty(), "they are no part of a version");
}
