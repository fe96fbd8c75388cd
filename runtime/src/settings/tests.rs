//! Claims about the environment variables of a service.

use super::*;

fn read(variables: &[(&str, &str)]) -> Result<Settings, SettingsError> {
    let variables = variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    Settings::read(Environment { variables, problems: Vec::new() })
}

#[test]
fn needs_only_the_brokers() {
    let settings = read(&[("TOPOLOGY_BOOTSTRAP_SERVERS", "b:9092")]).unwrap();
    assert_eq!(settings.bootstrap_servers(), "b:9092");
    assert_eq!(settings.http_listen(), "127.0.0.1:0");
    assert_eq!(settings.instance(), "0");
    assert!(settings.registry().is_none());
}

#[test]
fn names_every_problem_at_once() {
    let error = read(&[
        ("TOPOLOGY_HTTP_LISTEN", "nowhere"),
        ("TOPOLOGY_LOG_FORMAT", "xml"),
        ("TOPOLOGY_SCHEMA_REGISTRY_URL", "registry:8081"),
        ("TOPOLOGY_KAFKA_ENABLE_IDEMPOTENCE", "false"),
    ])
    .unwrap_err();
    assert_eq!(
        error.to_string(),
        "the environment does not configure the service:\
         \n  TOPOLOGY_KAFKA_ENABLE_IDEMPOTENCE: `enable.idempotence` cannot be changed: without it a retry could write a record twice or out of order\
         \n  TOPOLOGY_BOOTSTRAP_SERVERS: it is not set; it names the brokers to begin with, host:port,...\
         \n  TOPOLOGY_SCHEMA_REGISTRY_URL: expected a URL that begins with http:// or https://\
         \n  TOPOLOGY_HTTP_LISTEN: expected host:port, found `nowhere`\
         \n  TOPOLOGY_LOG_FORMAT: expected text or json, found `xml`"
    );
}

#[test]
fn passes_librdkafka_properties() {
    let settings = read(&[
        ("TOPOLOGY_BOOTSTRAP_SERVERS", "b:9092"),
        ("TOPOLOGY_KAFKA_LINGER_MS", "0"),
        ("TOPOLOGY_KAFKA_ENABLE_IDEMPOTENCE", "true"),
    ])
    .unwrap();
    let properties: Vec<_> = settings.kafka().collect();
    assert_eq!(properties, [("enable.idempotence", "true"), ("linger.ms", "0")]);
}

#[test]
fn never_prints_a_secret() {
    let settings = read(&[
        ("TOPOLOGY_BOOTSTRAP_SERVERS", "b:9092"),
        ("TOPOLOGY_SCHEMA_REGISTRY_URL", "http://r"),
        ("TOPOLOGY_SCHEMA_REGISTRY_USERNAME", "me"),
        ("TOPOLOGY_SCHEMA_REGISTRY_PASSWORD", "hunter2"),
        ("TOPOLOGY_SASL_PASSWORD", "hunter2"),
        ("TOPOLOGY_KAFKA_SSL_KEY_PASSWORD", "hunter2"),
    ])
    .unwrap();
    let printed = format!("{settings:?}");
    assert!(printed.contains("***") && !printed.contains("hunter2"), "{printed}");
}

#[cfg(not(feature = "tls"))]
#[test]
fn says_which_feature_a_secure_protocol_needs() {
    let error =
        read(&[("TOPOLOGY_BOOTSTRAP_SERVERS", "b:9093"), ("TOPOLOGY_SECURITY_PROTOCOL", "SASL_SSL")]).unwrap_err();
    assert!(error.to_string().contains("`sasl_ssl` needs the cargo feature `tls`"));
}
