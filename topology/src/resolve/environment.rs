//! Environments: clusters and registries that the topology can run on.

use std::num::NonZeroU32;

use super::fields::{Field, Fields, Shape, Subject, name};
use super::word::Provider;
use crate::diagnostic::Diagnostic;
use crate::findings::Findings;
use crate::ir::{
    Cluster, Coordination, EmbeddedCluster, Environment, ExternalCluster, KafkaCluster, Registry, Sasl, Security,
    SecurityProtocol,
};
use crate::source::{Location, Spanned};
use crate::syntax::{Kind, Value};
use crate::template::Template;

/// The Kafka that runs where a manifest does not say which.
const DEFAULT_VERSION: &str = "4.3.1";
/// How many brokers the embedded cluster answers as at most: each is a port, and no check needs more.
const MOST_EMBEDDED_BROKERS: u32 = 100;
/// How many brokers Apache Kafka can have here: as many as have their ports and fit one machine.
const MOST_LOCAL_BROKERS: u32 = 9;
/// How many brokers any other cluster can have. Far above Kafka's practice; a typing error of two zeros is caught.
const MOST_BROKERS: u32 = 1000;

const ENVIRONMENT: Shape = Shape { noun: "environment", keys: &["cluster", "registry"], later: &["set", "include"] };
const PROVIDED: Shape = Shape {
    noun: "the cluster of environment",
    keys: &["provider", "brokers", "ephemeral", "version", "coordination", "bootstrap_servers", "security"],
    later: &["profile"],
};
/// The keys of a cluster without `provider` that say that it is not the embedded one.
const OF_OTHERS: [(&str, &str); 4] =
    [("version", "kafka"), ("coordination", "kafka"), ("bootstrap_servers", "external"), ("security", "external")];
const EMBEDDED: Shape =
    Shape { noun: "the cluster of environment", keys: &["provider", "brokers", "ephemeral"], later: &["profile"] };
const KAFKA: Shape = Shape {
    noun: "the cluster of environment",
    keys: &["provider", "version", "brokers", "coordination"],
    later: &["profile"],
};
const EXTERNAL: Shape = Shape {
    noun: "the cluster of environment",
    keys: &["provider", "bootstrap_servers", "brokers", "security"],
    later: &["profile"],
};
const SECURITY: Shape = Shape {
    noun: "the security of environment",
    keys: &["protocol", "mechanism", "username", "password", "ca_file"],
    later: &["certificate_file", "key_file"],
};
const REGISTRY: Shape =
    Shape { noun: "the registry of environment", keys: &["url", "username", "password"], later: &["ca_file"] };

/// Reads `environments`; without any, an embedded cluster of three brokers, caused by `place`.
pub(super) fn resolve(field: Option<Field<'_>>, place: Location, findings: &mut Findings) -> Vec<Environment> {
    let entries = field.and_then(|field| field.named_entries(findings)).unwrap_or_default();
    let environments: Vec<_> = entries.iter().filter_map(|entry| environment(entry, findings)).collect();
    if environments.is_empty() { vec![default(place)] } else { environments }
}

fn default(place: Location) -> Environment {
    let cluster =
        Cluster::Embedded(EmbeddedCluster { brokers: Spanned::new(default_brokers(), place), ephemeral: false });
    let name = "local".parse().expect("`local` is a name");
    Environment { name, declared: place, cluster, registry: Registry::Local }
}

fn default_brokers() -> NonZeroU32 {
    NonZeroU32::MIN.saturating_add(2)
}

fn environment(entry: &Field<'_>, findings: &mut Findings) -> Option<Environment> {
    let declared = entry.key.location();
    let name = name("environment", entry.key.text(), declared, findings);
    let fields = Fields::of_named(&ENVIRONMENT, entry.key, entry.value, findings)?;
    let cluster = fields.require("cluster", "{ provider: embedded, brokers: 3 }", findings);
    let cluster = cluster.and_then(|field| cluster_of(&field, findings));
    let registry = fields.get("registry").map(|field| registry_of(&field, findings));
    let (name, cluster) = (name?, cluster?);
    if let (Cluster::External(cluster), Some(Registry::Local), Some(field)) =
        (&cluster, &registry, fields.get("registry"))
    {
        check_local_registry(&field, cluster, findings);
    }
    let registry = registry.unwrap_or(match cluster {
        Cluster::Embedded(_) | Cluster::Kafka(_) => Registry::Local,
        Cluster::External(_) => Registry::Absent,
    });
    Some(Environment { name, declared, cluster, registry })
}

fn cluster_of(field: &Field<'_>, findings: &mut Findings) -> Option<Cluster> {
    let subject = Subject { noun: PROVIDED.noun, ..field.subject };
    let provider = provider_field(field.value).map(|(key, value)| Field { subject, key, value });
    let Some(provider) = provider else {
        return unprovided(field, findings);
    };
    let Some(provider) = provider.word(findings) else {
        Fields::read(&PROVIDED, subject.name, field.key, field.value, findings);
        return None;
    };
    match provider.value {
        Provider::Embedded => {
            let fields = Fields::read(&EMBEDDED, subject.name, field.key, field.value, findings)?;
            Some(Cluster::Embedded(embedded(&fields, findings)))
        }
        Provider::Kafka => {
            let fields = Fields::read(&KAFKA, subject.name, field.key, field.value, findings)?;
            Some(Cluster::Kafka(kafka(&fields, findings)))
        }
        Provider::External => {
            let fields = Fields::read(&EXTERNAL, subject.name, field.key, field.value, findings)?;
            external(&fields, findings).map(Cluster::External)
        }
    }
}

/// A cluster without `provider` is the embedded one, unless a key says that another was meant.
fn unprovided(field: &Field<'_>, findings: &mut Findings) -> Option<Cluster> {
    let fields = Fields::read(&PROVIDED, field.subject.name, field.key, field.value, findings)?;
    if let Some((_, provider)) = OF_OTHERS.iter().find(|(key, _)| fields.get(key).is_some()) {
        fields.require("provider", provider, findings);
        return None;
    }
    Some(Cluster::Embedded(embedded(&fields, findings)))
}

fn provider_field(value: Value<'_>) -> Option<(Value<'_>, Value<'_>)> {
    match value.kind() {
        Kind::Mapping(entries) => entries.iter().find(|(key, _)| key.text() == "provider"),
        _ => None,
    }
}

fn embedded(fields: &Fields<'_>, findings: &mut Findings) -> EmbeddedCluster {
    let brokers = fields.get("brokers").and_then(|field| field.count(MOST_EMBEDDED_BROKERS, findings));
    let ephemeral = fields.get("ephemeral").and_then(|field| field.flag(findings));
    EmbeddedCluster {
        brokers: brokers.unwrap_or_else(|| Spanned::new(default_brokers(), fields.place)),
        ephemeral: ephemeral.unwrap_or(false),
    }
}

fn kafka(fields: &Fields<'_>, findings: &mut Findings) -> KafkaCluster {
    let version = fields.get("version").and_then(|field| version(&field, findings));
    let brokers = fields.get("brokers").and_then(|field| field.count(MOST_LOCAL_BROKERS, findings));
    let coordination = fields.get("coordination").and_then(|field| field.word(findings));
    let cluster = KafkaCluster {
        version: version.unwrap_or_else(|| Spanned::new(DEFAULT_VERSION.to_owned(), fields.place)),
        brokers: brokers.unwrap_or_else(|| Spanned::new(default_brokers(), fields.place)),
        coordination: coordination.unwrap_or_else(|| Spanned::new(Coordination::Kraft, fields.place)),
    };
    check_coordination(&cluster, findings);
    cluster
}

fn version(field: &Field<'_>, findings: &mut Findings) -> Option<Spanned<String>> {
    const VERSION_RULE: &str = "Each of the numbers is at most 65535 and has no zeros before it.";
    let text = field.text("a version such as \"4.3.1\"", findings)?;
    let is_number = |part: &str| part.parse::<u16>().is_ok_and(|number| number.to_string() == part);
    if text.value.split('.').count() == 3 && text.value.split('.').all(is_number) {
        return Some(Spanned::new(text.value.to_owned(), text.location));
    }
    let finding = Diagnostic::error("cluster::version", format!("`{}` is not a version of Kafka", text.value));
    findings.push(
        field.point(finding, "three numbers with dots are expected").note(VERSION_RULE).help("write such as \"4.3.1\""),
    );
    None
}

fn check_coordination(cluster: &KafkaCluster, findings: &mut Findings) {
    let major = cluster.version.value.split('.').next().and_then(|major| major.parse::<u32>().ok());
    if cluster.coordination.value == Coordination::Zookeeper && major.is_some_and(|major| major >= 4) {
        findings.push(
            Diagnostic::error(
                "cluster::no-zookeeper",
                format!("Kafka {} does not know ZooKeeper", cluster.version.value),
            )
            .label(cluster.coordination.location, "ZooKeeper asked for here")
            .label(cluster.version.location, "the version")
            .note("Kafka 4.0 removed ZooKeeper; 3.9 is the last line that runs on it.")
            .help("write `coordination: kraft`, or `version: \"3.9.1\"`"),
        );
    }
}

fn external(fields: &Fields<'_>, findings: &mut Findings) -> Option<ExternalCluster> {
    let servers = fields.require("bootstrap_servers", "[broker.example.com:9092]", findings);
    let servers = servers.and_then(|field| bootstrap_servers(&field, findings));
    let brokers = fields.get("brokers").and_then(|field| field.count(MOST_BROKERS, findings));
    let security = match fields.get("security") {
        Some(field) => security(&field, findings),
        None => Some(plaintext()),
    };
    Some(ExternalCluster { bootstrap_servers: servers?, security: security?, brokers })
}

fn bootstrap_servers(field: &Field<'_>, findings: &mut Findings) -> Option<Spanned<Vec<String>>> {
    const EXPECTED: &str = "a list of `host:port`";
    let items: Vec<Field<'_>> = match field.value.kind() {
        Kind::Scalar(_) => vec![*field],
        _ => field.items(EXPECTED, findings)?.iter().map(|value| Field { value, ..*field }).collect(),
    };
    let mut servers = Vec::new();
    let mut is_right = true;
    for item in &items {
        let Some(text) = item.text("`host:port`", findings) else {
            is_right = false;
            continue;
        };
        for server in text.value.split(',').map(str::trim) {
            match server.rsplit_once(':') {
                Some((host, port)) if !host.is_empty() && port.parse::<u16>().is_ok_and(|port| port > 0) => {
                    servers.push(server.to_owned());
                }
                _ => {
                    is_right = false;
                    report_server(server, item, findings);
                }
            }
        }
    }
    if items.is_empty() {
        field.report_mismatch(EXPECTED, findings);
    }
    (is_right && !servers.is_empty()).then(|| Spanned::new(servers, field.location()))
}

fn report_server(server: &str, item: &Field<'_>, findings: &mut Findings) {
    let finding = Diagnostic::error("cluster::bootstrap-server", format!("`{server}` is not `host:port`"));
    findings.push(
        item.point(finding, "this address")
            .note("Clients find a cluster through the address of at least one broker; its port is often 9092.")
            .help("write it as `host:port`"),
    );
}

fn plaintext() -> Security {
    Security { protocol: SecurityProtocol::Plaintext, sasl: None, ca_file: None }
}

fn security(field: &Field<'_>, findings: &mut Findings) -> Option<Security> {
    let fields = Fields::read(&SECURITY, field.subject.name, field.key, field.value, findings)?;
    let protocol = match fields.get("protocol") {
        Some(field) => field.word::<SecurityProtocol>(findings)?.value,
        None => SecurityProtocol::Plaintext,
    };
    let ca_file = match fields.get("ca_file") {
        Some(field) => Some(field.text("the path of a file", findings)?.value.to_owned()),
        None => None,
    };
    let sasl = match protocol {
        SecurityProtocol::SaslPlaintext | SecurityProtocol::SaslSsl => Some(sasl(&fields, findings)?),
        SecurityProtocol::Plaintext | SecurityProtocol::Ssl => {
            refuse_sasl(&fields, findings);
            None
        }
    };
    Some(Security { protocol, sasl, ca_file })
}

fn sasl(fields: &Fields<'_>, findings: &mut Findings) -> Option<Sasl> {
    let mechanism = fields.require("mechanism", "scram-sha-512", findings);
    let mechanism = mechanism.and_then(|field| field.word(findings));
    let username = fields.require("username", "\"${KAFKA_USERNAME}\"", findings);
    let username = username.and_then(|field| template(&field, findings));
    let password = fields.require("password", "\"${KAFKA_PASSWORD}\"", findings);
    let password = password.and_then(|field| template(&field, findings));
    Some(Sasl { mechanism: mechanism?.value, username: username?, password: password? })
}

fn refuse_sasl(fields: &Fields<'_>, findings: &mut Findings) {
    for field in ["mechanism", "username", "password"].iter().filter_map(|key| fields.get(key)) {
        let message = format!("`{}` of {} needs a SASL protocol", field.key_name(), field.subject);
        findings.push(
            Diagnostic::error("cluster::unused-credentials", message)
                .label(field.key.location(), "never sent")
                .note("Credentials are sent with the protocols `sasl_plaintext` and `sasl_ssl` only.")
                .help("write `protocol: sasl_ssl`, or remove this key"),
        );
    }
}

/// A text with `${VARIABLE}`s.
fn template(field: &Field<'_>, findings: &mut Findings) -> Option<Template> {
    let text = field.verbatim("a text", findings)?;
    let is_open = |rest: &str| rest.split_once('}').is_none_or(|(name, _)| name.is_empty());
    if text.value.split("${").skip(1).any(is_open) {
        let message = format!("`{}` of {} has a `${{` without a name and `}}`", field.key_name(), field.subject);
        let finding = Diagnostic::error("manifest::open-variable", message);
        findings.push(field.point(finding, "here").help("write a variable of the environment as `${NAME}`"));
        return None;
    }
    Some(Template::new(text.value, text.location))
}

/// The registry; ours in place of one that is broken, so that no check asks why there is none.
fn registry_of(field: &Field<'_>, findings: &mut Findings) -> Registry {
    match field.value.kind() {
        Kind::Scalar(scalar) if scalar.text == "none" => return Registry::Absent,
        Kind::Scalar(scalar) if scalar.text == "local" => return Registry::Local,
        Kind::Mapping(_) => {}
        _ => {
            field.report_mismatch("`local`, `none` or a mapping with `url`", findings);
            return Registry::Local;
        }
    }
    let fields = Fields::read(&REGISTRY, field.subject.name, field.key, field.value, findings);
    fields.and_then(|fields| external_registry(&fields, findings)).unwrap_or(Registry::Local)
}

/// Our registry keeps its schemas in the cluster and cannot authenticate itself there. What stands for a registry that
/// is broken has been reported.
fn check_local_registry(field: &Field<'_>, cluster: &ExternalCluster, findings: &mut Findings) {
    let is_written = matches!(field.value.kind(), Kind::Scalar(scalar) if scalar.text == "local");
    if !is_written || cluster.security.protocol == SecurityProtocol::Plaintext {
        return;
    }
    let message = format!("{} has a local registry over a cluster with security", field.subject);
    findings.push(
        field
            .point(Diagnostic::error("registry::secured-cluster", message), "started by `up` over this cluster")
            .label(cluster.bootstrap_servers.location, "the cluster, whose `security` is not `plaintext`")
            .note("The registry that `up` starts cannot connect with TLS or SASL in this version.")
            .help("name a registry by its address: `registry: { url: \"https://HOST\" }`"),
    );
}

fn external_registry(fields: &Fields<'_>, findings: &mut Findings) -> Option<Registry> {
    let url = fields.require("url", "https://registry.example.com", findings);
    let url = url.and_then(|field| url_of(&field, findings));
    let mut credentials = None;
    if fields.get("username").or_else(|| fields.get("password")).is_some() {
        let username = fields.require("username", "\"${REGISTRY_USERNAME}\"", findings);
        let password = fields.require("password", "\"${REGISTRY_PASSWORD}\"", findings);
        let username = username.and_then(|field| template(&field, findings));
        let password = password.and_then(|field| template(&field, findings));
        credentials = Some((username?, password?));
    }
    Some(Registry::External { url: url?, credentials })
}

fn url_of(field: &Field<'_>, findings: &mut Findings) -> Option<Spanned<String>> {
    let text = field.text("a URL", findings)?;
    let host = text.value.strip_prefix("https://").or_else(|| text.value.strip_prefix("http://"));
    if host.is_none_or(|host| host.is_empty() || host.starts_with('/')) {
        let message = format!("`{}` of {} is not an HTTP address", field.key_name(), field.subject);
        let finding = Diagnostic::error("registry::url", message);
        findings.push(field.point(finding, "this address").help("write it as `https://HOST` or `http://HOST:PORT`"));
        return None;
    }
    Some(Spanned::new(text.value.trim_end_matches('/').to_owned(), text.location))
}
