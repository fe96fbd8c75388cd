//! Requests made from the registry's own `OpenAPI` text: whatever is asked, the answer is one that the text announces.

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};

use crate::client::{Answer, Ask};
use crate::server::shared;

/// How many requests are made.
const REQUESTS: u32 = 1500;

/// A request to an operation of the text.
#[derive(Clone, Debug)]
struct Case {
    pattern: String,
    method: String,
    ask: Ask,
}

#[test]
fn every_answer_is_one_that_the_openapi_text_announces() {
    let registry = shared();
    let text = registry.get("/openapi.json").json();
    let mut runner = TestRunner::new(Config { cases: REQUESTS, failure_persistence: None, ..Config::default() });
    let result = runner.run(&requests(&text), |case| {
        let answer = case.ask.of(registry.address);
        judge(&text, &case, &answer).map_err(TestCaseError::fail)
    });
    if let Err(failure) = result {
        panic!("{failure}");
    }
    assert_eq!(registry.get("/health/ready").status, 200);
}

#[test]
fn the_openapi_text_is_complete() {
    let registry = shared();
    let text = registry.get("/openapi.json").json();
    let paths = text["paths"].as_object().expect("there are paths");
    for (pattern, item) in paths {
        let allowed = Ask::new("OPTIONS", &pattern.replace(['{', '}'], "x")).of(registry.address);
        let allowed = allowed.header("allow").expect("every path is answered").to_uppercase();
        for method in ["get", "post", "put", "delete"] {
            let served = allowed.split(", ").any(|name| name.eq_ignore_ascii_case(method));
            assert_eq!(item.get(method).is_some(), served, "{method} {pattern}");
        }
        for operation in operations(item) {
            let parameters = item["parameters"].as_array().into_iter().chain(operation["parameters"].as_array());
            assert!(parameters.flatten().all(|parameter| resolved(&text, parameter)["name"].is_string()));
        }
    }
}

/// Any operation with values for its parameters that may fit or not.
fn requests(text: &Value) -> BoxedStrategy<Case> {
    let mut cases = Vec::new();
    for (pattern, item) in text["paths"].as_object().expect("there are paths") {
        for method in ["get", "post", "put", "delete"] {
            let Some(operation) = item.get(method) else { continue };
            let parameters = item["parameters"].as_array().into_iter().chain(operation["parameters"].as_array());
            let parameters: Vec<_> = parameters.flatten().map(|parameter| resolved(text, parameter).clone()).collect();
            let body = operation.get("requestBody").map_or_else(|| Just(Vec::new()).boxed(), |_| bodies());
            cases.push(case(pattern.clone(), method.to_uppercase(), &parameters, body));
        }
    }
    proptest::strategy::Union::new(cases).boxed()
}

fn case(pattern: String, method: String, parameters: &[Value], body: BoxedStrategy<Vec<u8>>) -> BoxedStrategy<Case> {
    let values: Vec<_> = parameters.iter().map(value).collect();
    let parameters = parameters.to_vec();
    (values, body, prop_oneof![9 => Just(""), 1 => Just("/contexts/.fuzz")], headers())
        .prop_map(move |(values, body, context, headers)| {
            let mut path = pattern.clone();
            let mut query = Vec::new();
            for (parameter, value) in parameters.iter().zip(values) {
                let name = parameter["name"].as_str().unwrap_or_default();
                match (parameter["in"].as_str(), value) {
                    // Without a value a path is another path, so something stands there.
                    (Some("path"), value) => {
                        path = path.replace(&format!("{{{name}}}"), &encoded(&value.unwrap_or("a".into())));
                    }
                    (_, Some(value)) => query.push(format!("{name}={}", encoded(&value))),
                    (_, None) => {}
                }
            }
            let query = if query.is_empty() { String::new() } else { format!("?{}", query.join("&")) };
            let own = ["/health", "/status", "/_health", "/master", "/openapi", "/metrics"];
            let context = if pattern == "/" || own.iter().any(|own| pattern.starts_with(own)) { "" } else { context };
            let mut ask = Ask::new(&method, &format!("{context}{path}{query}"));
            ask.headers = headers;
            ask.body = body;
            Case { pattern: pattern.clone(), method: method.to_lowercase(), ask }
        })
        .boxed()
}

/// A value for a parameter, or none.
fn value(parameter: &Value) -> BoxedStrategy<Option<String>> {
    let fitting = match parameter["schema"]["type"].as_str() {
        Some("boolean") => prop_oneof![Just("true".to_owned()), Just("false".to_owned())].boxed(),
        Some("integer") => prop_oneof![
            (-2..5_i64).prop_map(|number| number.to_string()),
            any::<i64>().prop_map(|number| number.to_string())
        ]
        .boxed(),
        _ => prop_oneof![
            Just("a"),
            Just("b"),
            Just("latest"),
            Just("1"),
            Just("-1"),
            Just(":.fuzz:a"),
            Just(":*:"),
            Just("resolved"),
            Just("serialized"),
            Just("qualified"),
            Just(".fuzz")
        ]
        .prop_map(str::to_owned)
        .boxed(),
    };
    prop_oneof![
        3 => fitting.prop_map(Some),
        1 => Just(None),
        1 => any::<String>().prop_filter("a segment is not empty", |text| !text.is_empty()).prop_map(Some),
    ]
    .boxed()
}

fn headers() -> BoxedStrategy<Vec<(String, String)>> {
    let kinds = prop_oneof![
        20 => Just("application/vnd.schemaregistry.v1+json"),
        2 => Just("application/json"),
        1 => Just("text/plain"),
        1 => Just("*"),
    ];
    let accepts =
        prop_oneof![20 => Just("*/*"), 2 => Just("application/json"), 1 => Just("text/html"), 1 => Just(";;,")];
    let header = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    (kinds, accepts)
        .prop_map(move |(kind, accept)| vec![header("Content-Type", kind), header("Accept", accept)])
        .boxed()
}

/// Bodies of every request, whole, damaged, and made up.
fn bodies() -> BoxedStrategy<Vec<u8>> {
    let schemas = prop_oneof![
        Just(r#""int""#),
        Just(r#"{"type":"record","name":"R","fields":[{"name":"a","type":"int"}]}"#),
        Just(r#"{"type":"record","name":"R","fields":[{"name":"b","type":["null","R"],"default":null}]}"#),
        Just(r#"{"type":"object","properties":{"a":{"$ref":"r"}}}"#),
        Just(r#"syntax = "proto3"; message M { int32 a = 1; }"#),
        Just("{"),
        Just(""),
    ];
    let types = prop_oneof![Just("AVRO"), Just("JSON"), Just("PROTOBUF"), Just("XML")];
    let register = (schemas, types, -2..4_i64, any::<bool>()).prop_map(|(schema, schema_type, number, references)| {
        let references =
            if references { json!([{ "name": "r", "subject": "a", "version": number }]) } else { json!([]) };
        json!({ "schema": schema, "schemaType": schema_type, "references": references, "version": number,
                "metadata": { "properties": { "a": "b" } } })
    });
    let words = prop_oneof![Just("NONE"), Just("FULL"), Just("READWRITE"), Just("IMPORT"), Just("LENIENT"), Just("x")];
    let fields =
        prop_oneof![Just("compatibility"), Just("mode"), Just("alias"), Just("compatibilityPolicy"), Just("normalize")];
    let settings = (fields, words).prop_map(|(field, word)| json!({ field: word }));
    let nulls = Just(json!({ "compatibility": null, "mode": null, "schema": null }));
    let whole = prop_oneof![6 => register, 3 => settings, 1 => nulls].prop_map(|body| body.to_string().into_bytes());
    let damaged = (whole.clone(), any::<prop::sample::Index>(), any::<u8>()).prop_map(|(mut body, index, byte)| {
        let index = index.index(body.len());
        body[index] = byte;
        body
    });
    prop_oneof![8 => whole, 2 => damaged, 1 => prop::collection::vec(any::<u8>(), 0..200)].boxed()
}

/// Whether an answer has a status and a shape that the text gives the operation.
fn judge(text: &Value, case: &Case, answer: &Answer) -> Result<(), String> {
    let operation = &text["paths"][&case.pattern][&case.method];
    let told = || format!("{} {} {}", answer.status, answer.body, String::from_utf8_lossy(&case.ask.body));
    if matches!(answer.status, 500..=599) {
        return Err(format!("the registry fails: {}", told()));
    }
    let response = &operation["responses"][answer.status.to_string()];
    if response.is_null() {
        return Err(format!("this status is not announced: {}", told()));
    }
    let response = resolved(text, response);
    let Some(content) = response["content"].as_object().and_then(|content| content.values().next()) else {
        return if answer.body.is_empty() { Ok(()) } else { Err(format!("no body is announced: {}", told())) };
    };
    if content["schema"] == json!({}) || content["schema"]["type"] == "string" {
        return Ok(());
    }
    let body = serde_json::from_str(&answer.body).map_err(|error| format!("{error}: {}", told()))?;
    fits(text, &content["schema"], &body).map_err(|why| format!("{why}: {}", told()))
}

/// Whether a value has the shape: types, words, required fields and no others, nothing empty in objects.
fn fits(text: &Value, shape: &Value, value: &Value) -> Result<(), String> {
    let shape = resolved(text, shape);
    if let Some(alternatives) = shape["anyOf"].as_array() {
        let mut faults = alternatives.iter().map(|alternative| fits(text, alternative, value));
        return if faults.any(|fault| fault.is_ok()) {
            Ok(())
        } else {
            Err(format!("{value} fits nothing of {shape}"))
        };
    }
    if let Some(words) = shape["enum"].as_array() {
        return if words.contains(value) { Ok(()) } else { Err(format!("{value} is none of {shape}")) };
    }
    let right = match shape["type"].as_str() {
        Some("object") => value.is_object(),
        Some("array") => value.is_array(),
        Some("string") => value.is_string(),
        Some("integer") => value.is_i64() || value.is_u64(),
        Some("boolean") => value.is_boolean(),
        Some("null") => value.is_null(),
        _ => true,
    };
    if !right {
        return Err(format!("{value} is not {shape}"));
    }
    for item in value.as_array().into_iter().flatten() {
        fits(text, &shape["items"], item)?;
    }
    let Some(properties) = shape["properties"].as_object() else { return Ok(()) };
    let missing = shape["required"]
        .as_array()
        .into_iter()
        .flatten()
        .find(|name| value.get(name.as_str().unwrap_or_default()).is_none());
    if let Some(name) = missing {
        return Err(format!("{name} is missing"));
    }
    for (name, value) in value.as_object().into_iter().flatten() {
        let known = properties.get(name).ok_or_else(|| format!("`{name}` is not announced"))?;
        fits(text, known, value)?;
    }
    Ok(())
}

fn operations(item: &Value) -> impl Iterator<Item = &Value> {
    ["get", "post", "put", "delete"].into_iter().filter_map(|method| item.get(method))
}

/// What a `$ref` leads to.
fn resolved<'a>(text: &'a Value, value: &'a Value) -> &'a Value {
    match value["$ref"].as_str().and_then(|reference| reference.strip_prefix('#')) {
        Some(pointer) => text.pointer(pointer).expect("a reference leads somewhere"),
        None => value,
    }
}

fn encoded(text: &str) -> String {
    text.bytes()
        .map(|byte| if byte.is_ascii_alphanumeric() { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}
