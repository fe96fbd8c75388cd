//! Credentials are filled in and never shown.

use topology::source::{Location, Sources, Spanned};

use super::*;

fn place() -> Location {
    let file = Sources::default().add("topology.yaml", "");
    Location { file, span: schema::Span { start: 0, end: 0 } }
}

fn cluster() -> ExternalCluster {
    let template = |text: &str| Template::new(text, place());
    ExternalCluster {
        bootstrap_servers: Spanned::new(vec!["b1:9093".into()], place()),
        security: topology::ir::Security {
            protocol: SecurityProtocol::SaslSsl,
            sasl: Some(Sasl {
                mechanism: SaslMechanism::ScramSha512,
                username: template("shop"),
                password: template("${KAFKA_PASSWORD}"),
            }),
            ca_file: Some("ca.pem".into()),
        },
        brokers: None,
    }
}

fn registry() -> Registry {
    let template = |text: &str| Template::new(text, place());
    let credentials = Some((template("key"), template("${REGISTRY_PASSWORD}")));
    Registry::External { url: Spanned::new("https://registry/".into(), place()), credentials }
}

#[test]
fn fills_in_credentials_and_does_not_print_them() {
    let secret = |name: &str| Some(format!("secret-of-{name}"));
    let connection = Connection::external(&cluster(), &registry(), secret).unwrap();
    assert_eq!(connection.security.sasl.as_ref().unwrap().password, "secret-of-KAFKA_PASSWORD");
    assert_eq!(connection.registry.as_ref().unwrap().url, "https://registry");
    assert!(connection.security.tls.is_some());
    assert!(!format!("{connection:?}").contains("secret"));
}

#[test]
fn names_the_setting_and_the_variable_that_is_missing() {
    let error = Connection::external(&cluster(), &registry(), |_| None).unwrap_err();
    assert_eq!(error.to_string(), "the credentials of `cluster.security.password` are incomplete");
    assert_eq!(error.help(), "set the environment variable `KAFKA_PASSWORD` and try again");
}
