//! Registries that reach each other over TLS, with certificates of an authority that no system knows.

use serde_json::{Value, json};

use crate::fleet::{Cluster, Registry, record};
use crate::security;

#[test]
fn registries_with_certificates_of_a_private_authority_reach_each_other_when_they_are_told_of_it() {
    let (cluster, folder) = (Cluster::start(), tempfile::tempdir().expect("a temporary folder can be made"));
    let [authority, certificate, key] = ["ca.crt", "tls.crt", "tls.key"].map(|name| folder.path().join(name));
    security::certify_by(&authority, &certificate, &key);
    let [ca, cert, key] = [&authority, &certificate, &key].map(|path| path.to_str().expect("the path is text"));
    let encrypted = ["--tls-cert", cert, "--tls-key", key];
    let start = |flags: &[&str]| {
        let registry = Registry::launch(&cluster, &[&encrypted[..], flags].concat());
        registry.wait_encrypted(&authority);
        registry
    };
    let register = |registry: &Registry| -> (u16, Value) {
        let url = registry.url("/subjects/a/versions").replacen("http:", "https:", 1);
        let client = security::trusting(&authority).expect("the certificate was made here");
        let request = client.post(url).header("content-type", "application/json");
        let mut answer = request.send(json!({ "schema": record("A") }).to_string()).expect("the registry answers");
        let text = answer.body_mut().read_to_string().expect("an answer is text");
        (answer.status().as_u16(), serde_json::from_str(&text).expect("an answer is JSON"))
    };
    let _leader = start(&[]);
    let stranger = start(&["--follow"]);
    let (status, answer) = register(&stranger);
    let message = answer["message"].as_str().unwrap_or_default();
    assert_eq!((status, &answer["error_code"]), (500, &json!(50004)), "{answer}");
    assert!(message.contains("name that with --tls-ca"), "{message}");
    assert!(stranger.said().contains("name that with --tls-ca"), "{}", stranger.said());
    let friend = start(&["--follow", "--tls-ca", ca]);
    let (status, answer) = register(&friend);
    assert_eq!((status, &answer["id"]), (200, &json!(1)), "{answer}\n{}", friend.said());
}
