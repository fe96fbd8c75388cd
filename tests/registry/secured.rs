//! Registries on clusters that ask for TLS, a login and permissions.

use std::fs;
use std::path::Path;

use broker::{ClientCertificates, Listener, Protocol, Tls};
use kafka_protocol::messages::CreateAclsRequest;
use kafka_protocol::messages::create_acls_request::AclCreation;
use kafka_protocol::protocol::StrBytes;
use serde_json::json;
use tempfile::TempDir;
use topology_tests::kafka::Kafka;

use crate::fleet::{Cluster, Registry, ask, record};
use crate::raw::Raw;

/// Kafka's numbers for what an ACL is about.
const TOPIC: i8 = 2;
const READ: i8 = 3;
const DESCRIBE: i8 = 8;
const DESCRIBE_CONFIGS: i8 = 10;
const ALLOW: i8 = 3;
const LITERAL: i8 = 3;

/// How many seconds a registry may take to say that it cannot go on.
const SOON: u64 = 30;

/// An embedded cluster with all kinds of listeners, and the files that its clients need.
struct Secured {
    cluster: broker::Cluster,
    files: TempDir,
}

impl Secured {
    fn start() -> Self {
        let tls = Tls::development().expect("a certificate can be made");
        let authority = tls.authority().expect("it was made here");
        let mutual = tls.clone().clients(ClientCertificates::Required(authority.clone()));
        let mut builder = broker::Cluster::builder()
            .listener(Listener::new(Protocol::SaslPlaintext))
            .listener(Listener::new(Protocol::SaslSsl).tls(tls.clone()))
            .listener(Listener::new(Protocol::Ssl).tls(mutual))
            .config("authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer")
            .config("super.users", "User:alice;User:CN=registry");
        for user in ["alice", "reader", "viewer", "stranger"] {
            builder = builder.user(user, &format!("{user}-secret"));
        }
        let cluster = builder.start().expect("the embedded cluster starts");
        let files = tempfile::tempdir().expect("a temporary folder can be made");
        let (certificate, key) = tls.client_certificate("registry").expect("the authority was made here");
        let other = Tls::development().expect("a certificate can be made").authority().expect("it was made here");
        for (name, text) in [("ca.pem", authority), ("client.pem", format!("{key}{certificate}")), ("other.pem", other)]
        {
            fs::write(files.path().join(name), text).expect("a temporary folder is writable");
        }
        Self { cluster, files }
    }

    /// The listener of a protocol, for registries.
    fn at(&self, listener: &str) -> Cluster {
        Cluster::at(self.cluster.bootstrap_servers_of(listener))
    }

    /// A file of settings as Kafka's own tools take it.
    fn settings(&self, name: &str, text: &str) -> String {
        let path = self.files.path().join(name);
        fs::write(&path, text).expect("a temporary folder is writable");
        text_of(&path)
    }

    /// Settings of a user over TLS.
    fn login(&self, user: &str, password: &str, authority: &str) -> String {
        let authority = text_of(&self.files.path().join(authority));
        let module = "org.apache.kafka.common.security.scram.ScramLoginModule";
        let text = format!(
            "security.protocol=SASL_SSL\nsasl.mechanism=SCRAM-SHA-512\n\
             sasl.jaas.config={module} required username=\"{user}\" password=\"{password}\";\n\
             ssl.truststore.type=PEM\nssl.truststore.location={authority}\n"
        );
        self.settings(&format!("{user}-{password}.properties"), &text)
    }

    /// Allows a user to do something with the log's topic.
    fn allow(&self, user: &str, operations: &[i8]) {
        let servers = self.cluster.bootstrap_servers();
        let mut admin = Raw::connect(servers.split(',').next().unwrap_or_default(), "admin");
        let answer = admin.authenticate("alice", "alice-secret").expect("the broker answers");
        assert_eq!(answer.error_code, 0);
        let creations = operations.iter().map(|operation| {
            AclCreation::default()
                .with_resource_type(TOPIC)
                .with_resource_name(StrBytes::from_static_str("_schemas"))
                .with_resource_pattern_type(LITERAL)
                .with_principal(StrBytes::from_string(format!("User:{user}")))
                .with_host(StrBytes::from_static_str("*"))
                .with_operation(*operation)
                .with_permission_type(ALLOW)
        });
        let request = CreateAclsRequest::default().with_creations(creations.collect());
        let answer = admin.ask(3, &request).expect("the broker answers");
        assert!(answer.results.iter().all(|result| result.error_code == 0), "{answer:?}");
    }
}

/// What a registry that cannot go on says; it must end by itself.
#[track_caller]
fn last_words(cluster: &Cluster, settings: &str) -> String {
    let mut registry = Registry::launch(cluster, &["--command-config", settings]);
    assert_eq!(registry.exit_code(SOON), 3, "{}", registry.said());
    registry.said()
}

#[track_caller]
fn assert_says(said: &str, words: &[&str]) {
    // The renderer breaks lines where it likes.
    let flat = said.replace(['│', '\n'], " ");
    let flat = flat.split_whitespace().collect::<Vec<_>>().join(" ");
    for word in words {
        assert!(flat.contains(word), "`{word}` is not in:\n{said}");
    }
}

#[test]
fn a_user_with_a_password_over_tls_writes_and_reads() {
    let secured = Secured::start();
    let (cluster, alice) = (secured.at("SASL_SSL"), secured.login("alice", "alice-secret", "ca.pem"));
    let registry = Registry::start(&cluster, &["--command-config", &alice]);
    let id = registry.register("a", &record("A"));
    let plain = secured.settings(
        "plain.properties",
        &fs::read_to_string(&alice).expect("it was written").replace("SCRAM-SHA-512", "PLAIN"),
    );
    let second = Registry::start(&cluster, &["--command-config", &plain]);
    assert_eq!(second.register("b", &record("A")), id, "it follows the first and reads its log");
    let pem = text_of(&secured.files.path().join("client.pem"));
    let authority = text_of(&secured.files.path().join("ca.pem"));
    let certificate = secured.settings(
        "certificate.properties",
        &format!(
            "security.protocol=SSL\nssl.truststore.type=PEM\nssl.truststore.location={authority}\n\
             ssl.keystore.type=PEM\nssl.keystore.location={pem}\n"
        ),
    );
    let third = Registry::start(&secured.at("SSL"), &["--command-config", &certificate]);
    assert_eq!(third.get(&format!("/schemas/ids/{id}"))["schema"], json!(record("A")));
}

#[test]
fn who_is_not_let_in_is_told_why_and_does_not_wait() {
    let secured = Secured::start();
    let cluster = secured.at("SASL_SSL");
    let said = last_words(&cluster, &secured.login("alice", "wrong", "ca.pem"));
    assert_says(&said, &["does not let the user alice in", "--command-config"]);
    assert!(!said.contains("wrong"), "the password is nobody's business: {said}");
    let said = last_words(&cluster, &secured.login("alice", "alice-secret", "other.pem"));
    assert_says(&said, &["no encrypted connection", "certificate", "ssl.truststore.location"]);
}

#[test]
fn what_is_not_allowed_is_named_with_the_command_that_allows_it() {
    let secured = Secured::start();
    let cluster = secured.at("SASL_SSL");
    let login = |user: &str| secured.login(user, &format!("{user}-secret"), "ca.pem");
    let said = last_words(&cluster, &login("stranger"));
    assert_says(&said, &["no topic _schemas to be seen", "--allow-principal User:stranger --topic _schemas"]);
    let registry = Registry::start(&cluster, &["--command-config", &login("alice")]);
    let id = registry.register("a", &record("A"));
    drop(registry);
    secured.allow("viewer", &[DESCRIBE, DESCRIBE_CONFIGS]);
    assert_says(&last_words(&cluster, &login("viewer")), &["User:viewer --topic _schemas", "--operation Read"]);
    secured.allow("reader", &[READ, DESCRIBE, DESCRIBE_CONFIGS]);
    let registry = Registry::start(&cluster, &["--command-config", &login("reader")]);
    assert_eq!(registry.get(&format!("/schemas/ids/{id}"))["schema"], json!(record("A")), "reads are served");
    let body = json!({ "schema": record("B") });
    let (status, answer) = ask("POST", &registry.url("/subjects/b/versions"), Some(&body)).expect("it answers");
    assert_eq!((status, &answer["error_code"]), (500, &json!(50001)), "{answer}");
    assert_says(
        answer["message"].as_str().expect("it is a text"),
        &["nothing was written", "--allow-principal User:reader --transactional-id _schemas-writer --operation Write"],
    );
    drop(registry);
    let follower = Registry::start(&cluster, &["--follow", "--command-config", &login("reader")]);
    assert_eq!(follower.get("/subjects"), json!(["a"]), "who only follows needs no more");
}

/// A registry that says who it is to Apache Kafka.
pub(crate) fn serves_behind_a_login(kafka: &Kafka) {
    let cluster = Cluster::at(kafka.sasl_addresses().join(","));
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let settings = |password: &str| {
        let path = folder.path().join(format!("{password}.properties"));
        let module = "org.apache.kafka.common.security.plain.PlainLoginModule";
        let text = format!(
            "security.protocol=SASL_PLAINTEXT\nsasl.mechanism=PLAIN\n\
             sasl.jaas.config={module} required username=\"alice\" password=\"{password}\";\n"
        );
        fs::write(&path, text).expect("a temporary folder is writable");
        text_of(&path)
    };
    let registry = Registry::start(&cluster, &["--topic", "_secured", "--command-config", &settings("alice-secret")]);
    let id = registry.register("a", &record("A"));
    assert_eq!(registry.get(&format!("/schemas/ids/{id}"))["schema"], json!(record("A")));
    assert_says(&last_words(&cluster, &settings("wrong")), &["does not let the user alice in"]);
}

fn text_of(path: &Path) -> String {
    path.to_str().expect("a temporary folder has a name in UTF-8").to_owned()
}
