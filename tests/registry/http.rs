//! Each endpoint with good and bad input, as whole exchanges.

use crate::client::Ask;
use crate::server::{Registry, shared};

/// Runs lines of `METHOD /path body` in a context, and gives what was asked and answered.
///
/// A path that begins with `!` is outside the context.
fn exchange(context: &str, script: &str) -> String {
    let registry = shared();
    let mut transcript = String::new();
    for line in script.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let (method, rest) = line.split_once(' ').expect("a line has a method and a path");
        let (path, body) = rest.split_once(' ').unwrap_or((rest, ""));
        let path = path.strip_prefix('!').map_or_else(|| format!("/contexts/{context}{path}"), str::to_owned);
        let answer = Ask::new(method, &path).json(body).of(registry.address);
        transcript += &format!("{line}\n{} {}\n", answer.status, without_details(&answer.body));
    }
    without_times(&transcript)
}

/// What the engine finds wrong with a schema is its own tests' business.
fn without_details(body: &str) -> String {
    match body.split_once(", details: ") {
        Some((refusal, _)) if refusal.starts_with("{\"error_code\"") => format!("{refusal}, details: ..\"}}"),
        _ => body.to_owned(),
    }
}

/// Times differ from run to run.
fn without_times(text: &str) -> String {
    let mut parts = text.split("\"ts\":");
    let mut result = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        result += "\"ts\":0";
        result += part.trim_start_matches(|c: char| c.is_ascii_digit());
    }
    result
}

#[test]
fn versions_of_a_subject_are_registered_found_and_deleted() {
    insta::assert_snapshot!(exchange(
        ".versions",
        r#"
        GET /subjects/a/versions
        POST /subjects/a/versions {"schema":"\"string\""}
        POST /subjects/a/versions {"schema":" {\"type\" : \"string\"} ","schemaType":"AVRO"}
        POST /subjects/b/versions {"schema":"\"string\""}
        POST /subjects/r/versions {"schema":"{\"type\":\"record\",\"name\":\"R\",\"fields\":[{\"name\":\"a\",\"type\":\"int\"}]}"}
        POST /subjects/r/versions {"schema":"{\"type\":\"record\",\"name\":\"R\",\"fields\":[{\"name\":\"a\",\"type\":\"long\"}]}"}
        GET /subjects
        GET /subjects?subjectPrefix=a
        GET /subjects/r/versions
        GET /subjects/r/versions?limit=1&offset=1
        GET /subjects/r/versions/1
        GET /subjects/r/versions/latest
        GET /subjects/r/versions/-1/schema
        GET /subjects/r/versions/3
        GET /subjects/r/versions/0
        GET /subjects/r/versions/x
        GET /subjects/none/versions/1
        POST /subjects/a {"schema":"\"string\""}
        POST /subjects/a {"schema":"\"int\""}
        POST /subjects/none {"schema":"\"string\""}
        DELETE /subjects/r/versions/1?permanent=true
        DELETE /subjects/r/versions/1
        DELETE /subjects/r/versions/1
        GET /subjects/r/versions
        GET /subjects/r/versions?deleted=true
        GET /subjects/r/versions?deletedOnly=true
        GET /subjects/r/versions?deleted=true&deletedAsNegative=true
        GET /subjects/r/versions/1
        GET /subjects/r/versions/1?deleted=true
        DELETE /subjects/r/versions/1?permanent=true
        GET /subjects/r/versions?deleted=true
        DELETE /subjects/b
        DELETE /subjects/b
        GET /subjects?deletedOnly=true
        DELETE /subjects/b?permanent=true
        DELETE /subjects/b?permanent=true
        DELETE /subjects/none
    "#
    ));
}

#[test]
fn schemas_are_read_by_id_and_by_guid() {
    insta::assert_snapshot!(exchange(
        ".ids",
        r#"
        POST /subjects/a/versions {"schema":"\"string\""}
        POST /subjects/b/versions {"schema":"\"string\""}
        POST /subjects/j/versions {"schema":"{\"type\":\"object\"}","schemaType":"JSON"}
        POST /subjects/p/versions {"schema":"syntax = \"proto3\";\n\nmessage M {\n  int32 a = 1;\n}\n","schemaType":"PROTOBUF"}
        GET /schemas/ids/1
        GET /schemas/ids/1?subject=a&fetchMaxId=true
        GET /schemas/ids/1/schema
        GET /schemas/ids/3/schema
        GET /schemas/ids/3?format=serialized
        GET /schemas/ids/1/subjects
        GET /schemas/ids/1/versions
        GET /schemas/ids/1/versions?limit=1
        GET /schemas/ids/99
        GET /schemas/ids/0
        GET /schemas/ids/x
        GET /schemas/ids/99999999999
        GET !/schemas/guids/00000000-0000-0000-0000-000000000000
        GET !/schemas/guids/x
        GET /schemas
        GET /schemas?latestOnly=true&limit=1
        GET /schemas?subjectPrefix=p
        GET !/schemas/types
    "#
    ));
}

#[test]
fn references_hold_what_they_refer_to() {
    insta::assert_snapshot!(exchange(
        ".references",
        r#"
        POST /subjects/status/versions {"schema":"{\"type\":\"enum\",\"name\":\"Status\",\"symbols\":[\"NEW\"]}"}
        POST /subjects/order/versions {"schema":"{\"type\":\"record\",\"name\":\"Order\",\"fields\":[{\"name\":\"s\",\"type\":\"Status\"}]}","references":[{"name":"Status","subject":"status","version":1}]}
        GET /subjects/status/versions/1/referencedby
        GET /subjects/order/versions/1/referencedby
        GET /schemas/ids/2?format=resolved
        GET /schemas/ids/2?referenceFormat=qualified
        DELETE /subjects/status/versions/1
        DELETE /subjects/status
        POST /subjects/x/versions {"schema":"{\"type\":\"array\",\"items\":\"Status\"}","references":[{"name":"Status","subject":"none","version":1}]}
        POST /subjects/x/versions {"schema":"{\"type\":\"array\",\"items\":\"Status\"}"}
        DELETE /subjects/order
        DELETE /subjects/status/versions/1?permanent=true
        DELETE /subjects/order?permanent=true
        DELETE /subjects/status
        POST /subjects/x/versions {"schema":"{\"type\":\"array\",\"items\":\"Status\"}","references":[{"name":"Status","subject":"status","version":1}]}
    "#
    ));
}

#[test]
fn compatibility_is_checked_before_and_at_registration() {
    insta::assert_snapshot!(exchange(
        ".compatibility",
        r#"
        POST /subjects/r/versions {"schema":"{\"type\":\"record\",\"name\":\"R\",\"fields\":[{\"name\":\"a\",\"type\":\"int\"}]}"}
        POST /compatibility/subjects/r/versions/latest {"schema":"{\"type\":\"record\",\"name\":\"R\",\"fields\":[{\"name\":\"b\",\"type\":\"int\"}]}"}
        POST /compatibility/subjects/r/versions/latest?verbose=true {"schema":"{\"type\":\"record\",\"name\":\"R\",\"fields\":[{\"name\":\"b\",\"type\":\"int\"}]}"}
        POST /compatibility/subjects/r/versions?verbose=true {"schema":"{\"type\":\"record\",\"name\":\"R\",\"fields\":[{\"name\":\"a\",\"type\":\"long\"}]}"}
        POST /compatibility/subjects/r/versions/2 {"schema":"\"int\""}
        POST /compatibility/subjects/none/versions/latest {"schema":"\"int\""}
        POST /compatibility/subjects/none/versions/1 {"schema":"\"int\""}
        POST /compatibility/subjects/none/versions {"schema":"\"int\""}
        POST /subjects/r/versions {"schema":"{\"type\":\"record\",\"name\":\"R\",\"fields\":[{\"name\":\"b\",\"type\":\"int\"}]}"}
        GET /subjects/r/versions
        PUT /config/r {"compatibility":"NONE"}
        POST /subjects/r/versions {"schema":"{\"type\":\"record\",\"name\":\"R\",\"fields\":[{\"name\":\"b\",\"type\":\"int\"}]}"}
        DELETE /config/r
        POST /subjects/r/versions?force=true {"schema":"\"int\""}
    "#
    ));
}

#[test]
fn configurations_are_merged_and_fall_back() {
    insta::assert_snapshot!(exchange(
        ".config",
        r#"
        GET !/config
        GET /config/a
        GET /config/a?defaultToGlobal=true
        PUT /config/a {"compatibility":"full"}
        PUT /config/a {"normalize":true}
        GET /config/a
        PUT /config/a {"normalize":null}
        GET /config/a
        PUT /config {"compatibility":"FORWARD_TRANSITIVE"}
        GET /config
        GET /config/b?defaultToGlobal=true
        PUT /config/a {"compatibility":"SIDEWAYS"}
        PUT /config/a {"compatibilityPolicy":"HARSH"}
        PUT /config/a {"compatability":"FULL"}
        PUT /config/a []
        PUT /config/a {"compatibility":
        PUT /config/alias {"alias":"a"}
        POST /subjects/a/versions {"schema":"\"int\""}
        GET /subjects/alias/versions
        DELETE /config/a
        DELETE /config/a
        DELETE /config
    "#
    ));
}

#[test]
fn modes_decide_what_may_be_written() {
    insta::assert_snapshot!(exchange(
        ".mode",
        r#"
        GET !/mode
        GET /mode/a
        GET /mode/a?defaultToGlobal=true
        POST /subjects/a/versions {"schema":"\"int\"","id":7}
        PUT /mode/a {"mode":"READONLY"}
        POST /subjects/a/versions {"schema":"\"int\""}
        PUT /mode/a {"mode":"IMPORT"}
        POST /subjects/a/versions {"schema":"\"int\"","id":7,"version":3}
        POST /subjects/a/versions {"schema":"\"long\"","id":7,"version":4}
        GET /subjects/a/versions/3
        PUT /mode/a {"mode":"READWRITE"}
        PUT /mode/a {"mode":"IMPORT"}
        PUT /mode/a?force=true {"mode":"IMPORT"}
        PUT /mode/a {"mode":"SIDEWAYS"}
        PUT /mode/a {}
        DELETE /mode/a
        DELETE /mode/a
        GET /mode/a
    "#
    ));
}

#[test]
fn metadata_and_rules_are_kept() {
    insta::assert_snapshot!(exchange(
        ".metadata",
        r#"
        POST /subjects/a/versions {"schema":"\"int\"","metadata":{"properties":{"owner":"ann"}},"ruleSet":{"domainRules":[{"name":"r","kind":"CONDITION","mode":"WRITE","type":"CEL","expr":"true"}]}}
        POST /subjects/a/versions {"schema":"\"int\"","metadata":{"properties":{"owner":"ben"}}}
        GET /subjects/a/versions/1
        GET /subjects/a/metadata?key=owner&value=ann
        GET /subjects/a/metadata?key=owner&value=cas
        GET /subjects/none/metadata?key=owner&value=ann
        GET /schemas?ruleType=CEL
    "#
    ));
}

#[test]
fn contexts_are_apart() {
    insta::assert_snapshot!(exchange(
        ".apart",
        r#"
        POST /subjects/a/versions {"schema":"\"int\""}
        POST !/subjects/:.apart:b/versions {"schema":"\"long\""}
        POST !/contexts/.apart2/subjects/a/versions {"schema":"\"bytes\""}
        GET !/subjects/:.apart:a/versions/1
        GET !/subjects?subjectPrefix=:.apart:
        GET !/contexts/:.apart:/subjects
        GET !/schemas/ids/1?subject=:.apart2:
        GET !/contexts?contextPrefix=.apart
        DELETE !/contexts/.apart2
        DELETE !/contexts/.apart2/subjects/a
        DELETE !/contexts/.apart2/subjects/a?permanent=true
        DELETE !/contexts/.apart2
        DELETE !/contexts/.
        GET !/contexts?contextPrefix=.apart
    "#
    ));
}

#[test]
fn bad_input_gets_confluents_codes_and_stores_nothing() {
    insta::assert_snapshot!(exchange(
        ".bad",
        r#"
        POST /subjects/a/versions not json
        POST /subjects/a/versions
        POST /subjects/a/versions []
        POST /subjects/a/versions {}
        POST /subjects/a/versions {"schema":7}
        POST /subjects/a/versions {"schema":""}
        POST /subjects/a/versions {"schema":"not a schema"}
        POST /subjects/a/versions {"schema":"not protobuf","schemaType":"PROTOBUF"}
        POST /subjects/a/versions {"schema":"[","schemaType":"JSON"}
        POST /subjects/a/versions {"schema":"\"int\"","schemaType":"XML"}
        POST /subjects/a/versions {"schema":"\"int\"","schematype":"JSON"}
        POST /subjects/a/versions {"schema":"\"int\"","id":7}
        POST /subjects/a/versions {"schema":"\"int\"","version":3}
        POST /subjects/a/versions {"schema":"[[\"int\"]]"}
        POST /subjects/a/versions {"schema":"[\"int\",\"int\"]"}
        POST /subjects/a/versions {"schema":"{\"type\":\"record\",\"name\":\"R\",\"fields\":[{\"name\":\"a\",\"type\":\"int\"},{\"name\":\"a\",\"type\":\"int\"}]}"}
        POST /subjects/a/versions {"schema":"{\"type\":\"record\",\"name\":\"R\",\"fields\":[{\"name\":\"a\",\"type\":\"int\",\"default\":\"x\"}]}"}
        POST /subjects/a/versions {"schema":"syntax = \"proto3\"; import \"a.proto\";","schemaType":"PROTOBUF","references":[{"name":"a.proto","subject":"a","version":1}]}
        POST /subjects/a/versions {"schema":"\"int\"","references":[{"name":"x","subject":"none","version":1}]}
        POST /subjects/a/versions {"schema":"\"int\"","references":[{"name":"x","subject":"none","version":0}]}
        POST /subjects/a%0Ab/versions {"schema":"\"int\""}
        POST /subjects/__GLOBAL/versions {"schema":"\"int\""}
        POST /subjects/%FF/versions {"schema":"\"int\""}
        GET /subjects?limit=x
        GET /subjects?subjectPrefix=%FF
        GET /nothing
        PATCH /subjects
        DELETE /schemas/types
        GET /subjects
        GET /subjects?deleted=true
    "#
    ));
}

#[test]
fn names_may_hold_what_a_path_cannot() {
    let quoted = r#"
        POST /subjects/a%2Fb%20%22%25%22+%C3%BC/versions {"schema":"\"int\""}
        GET /subjects
        GET /subjects/a%2Fb%20%22%25%22+%C3%BC/versions/1
        GET /subjects/a%2fb%20%22%25%22%2B%C3%BC/versions
        DELETE /subjects/a%2Fb%20%22%25%22+%C3%BC
    "#;
    insta::assert_snapshot!(exchange(".names", quoted));
}

#[test]
fn deep_and_large_schemas_are_refused_or_understood_but_never_fatal() {
    let registry = shared();
    let deep = |open: &str, close: &str| format!("{}\"int\"{}", open.repeat(100_000), close.repeat(100_000));
    let json = [
        "[".repeat(1_000_000),
        deep("[", "]"),
        deep(r#"{"type":"array","items":"#, "}"),
        deep(r#"{"properties":{"a":"#, "}}"),
    ];
    let proto = format!("syntax = \"proto3\"; {} {}", "message M {".repeat(50_000), "}".repeat(50_000));
    let texts = json.iter().flat_map(|text| [("AVRO", text), ("JSON", text)]).chain([("PROTOBUF", &proto)]);
    for (schema_type, text) in texts {
        let body = serde_json::json!({ "schema": text, "schemaType": schema_type }).to_string();
        let answer = registry.post("/contexts/.deep/subjects/a/versions", &body);
        assert_eq!(answer.refusal(), (422, 42201), "{schema_type} {}", &text[..40]);
        assert!(answer.body.len() < 10_000, "a refusal does not repeat what was sent");
    }
    assert_eq!(registry.get("/contexts/.deep/subjects").body, "[]");
}

#[test]
fn operations_and_metadata_are_answered() {
    let registry = shared();
    for path in ["/health/live", "/health/ready", "/status/ready", "/_health", "/master_available"] {
        assert_eq!(registry.get(path).status, 200, "{path}");
    }
    assert_eq!(registry.get("/master_available").body, r#"{"master_available":true}"#);
    assert_eq!(registry.get("/").body, "{}");
    assert_eq!(registry.post("/", "{}").body, "{}");
    let id = registry.get("/v1/metadata/id").json();
    assert!(!id["scope"]["clusters"]["kafka-cluster"].as_str().expect("it is text").is_empty(), "{id}");
    assert!(registry.get("/v1/metadata/version").json()["version"].is_string());
    assert_eq!(registry.get("/v1/metadata/deployment").status, 200);
    let metrics = registry.get("/metrics");
    assert!(metrics.header("content-type").is_some_and(|kind| kind.starts_with("text/plain")));
    for name in
        ["ready 1", "subjects", "versions", "schemas", "log_offset", "log_poison_total", "request_seconds_bucket"]
    {
        assert!(metrics.body.contains(&format!("topology_registry_{name}")), "{name} is missing in {}", metrics.body);
    }
    assert!(metrics.body.contains(r#"requests_total{route="/health/live",method="GET",status="200"}"#));
}

#[test]
fn methods_that_ask_about_a_path_are_answered() {
    let registry = shared();
    let head = Ask::new("HEAD", "/subjects").of(registry.address);
    assert_eq!((head.status, head.body.as_str()), (200, ""));
    assert!(head.header("content-length").is_some_and(|length| length != "0"));
    let options = Ask::new("OPTIONS", "/subjects/a/versions").of(registry.address);
    assert_eq!((options.status, options.header("allow")), (200, Some("GET, HEAD, POST, OPTIONS")));
    let wrong = Ask::new("PUT", "/subjects").json("{}").of(registry.address);
    assert_eq!((wrong.refusal(), wrong.header("allow")), ((405, 405), Some("GET, HEAD, OPTIONS")));
}

#[test]
fn a_client_that_has_a_schema_is_not_sent_it_again() {
    let registry = shared();
    registry.post("/contexts/.tags/subjects/a/versions", r#"{"schema":"\"int\""}"#);
    for path in ["/contexts/.tags/schemas/ids/1", "/contexts/.tags/subjects/a/versions/1"] {
        let first = registry.get(path);
        let tag = first.header("etag").expect("a schema has a tag").to_owned();
        let again = Ask::new("GET", path).header("If-None-Match", &tag).of(registry.address);
        assert_eq!((again.status, again.body.as_str()), (304, ""));
        let other = Ask::new("GET", path).header("If-None-Match", "\"other\"").of(registry.address);
        assert_eq!(other.body, first.body);
    }
}

#[test]
fn media_types_are_confluents() {
    let registry = shared();
    let body = r#"{"schema":"\"int\""}"#;
    let sent = |kind: &str| {
        let ask = Ask::new("POST", "/contexts/.media/subjects/a/versions").header("Content-Type", kind).body(body);
        ask.of(registry.address)
    };
    for kind in [
        "application/vnd.schemaregistry.v1+json",
        "application/vnd.schemaregistry+json",
        "application/json; charset=utf-8",
        "application/octet-stream",
    ] {
        assert_eq!(sent(kind).status, 200, "{kind}");
    }
    for kind in ["text/plain", "application/xml", "application/x-www-form-urlencoded", "multipart/form-data"] {
        assert_eq!(sent(kind).refusal(), (415, 415), "{kind}");
    }
    let untyped = Ask::new("POST", "/contexts/.media/subjects/a/versions").body(body);
    assert_eq!(untyped.of(registry.address).status, 200);
    let from_a_page = untyped.header("Origin", "http://example.org").of(registry.address);
    assert_eq!(from_a_page.refusal(), (415, 415), "a web page cannot write without being asked for leave");
    let got = |accept: &str| Ask::new("GET", "/subjects").header("Accept", accept).of(registry.address);
    let kind = |accept: &str| got(accept).header("content-type").map(str::to_owned);
    assert_eq!(kind("application/json").as_deref(), Some("application/json"));
    assert_eq!(kind("*/*").as_deref(), Some("application/vnd.schemaregistry.v1+json"));
    assert_eq!(
        kind("application/vnd.schemaregistry+json, */*;q=0.1").as_deref(),
        Some("application/vnd.schemaregistry+json")
    );
    assert_eq!(got("text/html").refusal(), (406, 406));
}

#[test]
fn an_older_release_calls_an_incompatible_schema_409() {
    let record = |field: &str| {
        let fields =
            format!(r#"{{\"type\":\"record\",\"name\":\"R\",\"fields\":[{{\"name\":\"{field}\",\"type\":\"int\"}}]}}"#);
        format!(r#"{{"schema":"{fields}"}}"#)
    };
    let path = "/contexts/.release/subjects/a/versions";
    let newer = shared();
    assert_eq!(newer.post(path, &record("a")).status, 200);
    assert_eq!(newer.post(path, &record("b")).refusal(), (409, 40901));
    let older = Registry::start(&["--api-level", "7"]);
    assert_eq!(older.post(path, &record("a")).status, 200);
    assert_eq!(older.post(path, &record("b")).refusal(), (409, 409));
}
