//! Environments: versions, quorums, registries, and secrets on the way.

use crate::diagnostic::{Diagnostic, Severity};
use crate::explain::Rule;
use crate::ir::{
    Cluster, Coordination, Environment, KafkaCluster, Payload, Registry, SaslMechanism, SecurityProtocol, Topic,
    Topology,
};
use crate::template::Template;

const OLD_KAFKA: Rule = Rule {
    code: "cluster::old-kafka",
    severity: Severity::Error,
    summary: "A version of Kafka that is too old for its coordination.",
    why: "KRaft is ready for use since Kafka 3.3; before, its brokers cannot be updated. `up` does not start versions before \
          3.0 at all.",
    example: "environments: { local: { cluster: { provider: kafka, version: \"3.1.0\", coordination: kraft } } }\n",
    fix: "environments: { local: { cluster: { provider: kafka, version: \"3.9.1\", coordination: kraft } } }\n",
};

const UNKNOWN_KAFKA: Rule = Rule {
    code: "cluster::unknown-kafka",
    severity: Severity::Warning,
    summary: "A version of Kafka that this version of `topology` does not know.",
    why: "Its settings and its ways to start may have changed. A typing mistake is likelier.",
    example: "environments: { local: { cluster: { provider: kafka, version: \"4.33.1\" } } }\n",
    fix: "environments: { local: { cluster: { provider: kafka, version: \"4.3.1\" } } }\n",
};

const TWO_BROKERS: Rule = Rule {
    code: "cluster::even-quorum",
    severity: Severity::Warning,
    summary: "A local KRaft cluster of two brokers.",
    why: "The quorum needs more than half of its voters. Of two, both must run, so two brokers survive less than one does.",
    example: "environments: { local: { cluster: { provider: kafka, version: \"4.3.1\", brokers: 2 } } }\n",
    fix: "environments: { local: { cluster: { provider: kafka, version: \"4.3.1\", brokers: 3 } } }\n",
};

const NO_REGISTRY: Rule = Rule {
    code: "registry::missing",
    severity: Severity::Error,
    summary: "An environment without a schema registry although topics have schemas.",
    why: "Records of a schema carry an id of the registry. Without one no service can write or read them.",
    example: "\
environments: { prod: { cluster: { provider: external, bootstrap_servers: [\"b1:9092\"] } } }
schemas: { order: schemas/order.avsc }
topics: { orders: { key: string, value: order } }
producers: { checkout: { topics: [orders] } }
consumers: { billing: { topics: [orders] } }
",
    fix: "\
environments:
  prod:
    cluster: { provider: external, bootstrap_servers: [\"b1:9092\"] }
    registry: { url: \"https://registry.example.com\" }
schemas: { order: schemas/order.avsc }
topics: { orders: { key: string, value: order } }
producers: { checkout: { topics: [orders] } }
consumers: { billing: { topics: [orders] } }
",
};

const PLAINTEXT_SECRET: Rule = Rule {
    code: "cluster::unencrypted-credentials",
    severity: Severity::Warning,
    summary: "Credentials sent without encryption.",
    why: "`sasl_plaintext` encrypts nothing: whoever sees the traffic reads the records, and with the mechanism `plain` the \
          password too. The same holds for a registry behind `http://`.",
    example: "\
environments:
  prod:
    cluster:
      provider: external
      bootstrap_servers: [\"b1:9092\"]
      security: { protocol: sasl_plaintext, mechanism: plain, username: \"${USER}\", password: \"${PASSWORD}\" }
",
    fix: "\
environments:
  prod:
    cluster:
      provider: external
      bootstrap_servers: [\"b1:9092\"]
      security: { protocol: sasl_ssl, mechanism: plain, username: \"${USER}\", password: \"${PASSWORD}\" }
",
};

const WRITTEN_SECRET: Rule = Rule {
    code: "cluster::written-password",
    severity: Severity::Warning,
    summary: "A password written into the manifest.",
    why: "A manifest is committed and reviewed; a password in it is known to everybody who can read the repository, for ever.",
    example: "\
environments:
  prod:
    cluster:
      provider: external
      bootstrap_servers: [\"b1:9092\"]
      security: { protocol: sasl_ssl, mechanism: plain, username: shop, password: hunter2 }
",
    fix: "\
environments:
  prod:
    cluster:
      provider: external
      bootstrap_servers: [\"b1:9092\"]
      security: { protocol: sasl_ssl, mechanism: plain, username: shop, password: \"${SHOP_PASSWORD}\" }
",
};

pub(super) const RULES: &[Rule] =
    &[OLD_KAFKA, UNKNOWN_KAFKA, TWO_BROKERS, NO_REGISTRY, PLAINTEXT_SECRET, WRITTEN_SECRET];

/// The newest release lines that are known, oldest first.
const LAST_MINOR: [(u32, u32); 2] = [(3, 9), (4, 3)];

pub(super) fn check(topology: &Topology, findings: &mut Vec<Diagnostic>) {
    let contract = topology.topics.iter().find(|topic| has_schema(topic));
    for environment in &topology.environments {
        match &environment.cluster {
            Cluster::Kafka(cluster) => {
                findings.extend(version(cluster));
                findings.extend(quorum(cluster));
            }
            Cluster::Embedded(_) => {}
            Cluster::External(_) => findings.extend(unencrypted_cluster(environment)),
        }
        if let (Registry::Absent, Some(topic)) = (&environment.registry, contract) {
            findings.push(no_registry(environment, topic));
        }
        findings.extend(unencrypted_registry(environment));
        findings.extend(passwords(environment).filter_map(written_password));
    }
}

fn has_schema(topic: &Topic) -> bool {
    [topic.key.value, topic.value.value].iter().any(|payload| matches!(payload, Payload::Schema(_) | Payload::OneOf(_)))
}

fn version(cluster: &KafkaCluster) -> Option<Diagnostic> {
    let text = &cluster.version.value;
    let mut numbers = text.split('.').map(str::parse::<u32>);
    let (Some(Ok(major)), Some(Ok(minor))) = (numbers.next(), numbers.next()) else { return None };
    let location = cluster.version.location;
    let is_kraft = cluster.coordination.value == Coordination::Kraft;
    if is_kraft && (major, minor) < (3, 3) {
        return Some(
            OLD_KAFKA
                .finding(format!("Kafka {text} is too old for KRaft"))
                .label(location, "this version")
                .label(cluster.coordination.location, "KRaft asked for here")
                .note("KRaft is ready for use since Kafka 3.3.")
                .help("write `version: \"4.3.1\"`, or \"3.9.1\""),
        );
    }
    if major < 3 {
        return Some(
            OLD_KAFKA
                .finding(format!("Kafka {text} is too old to be started here"))
                .label(location, "this version")
                .note("Its tools and settings are others than those since Kafka 3.0.")
                .help("write `version: \"3.9.1\"`, the last that runs on ZooKeeper"),
        );
    }
    let is_known = LAST_MINOR.iter().any(|(known, last)| major == *known && minor <= *last);
    (!is_known).then(|| {
        UNKNOWN_KAFKA
            .finding(format!("Kafka {text} is not known"))
            .label(location, "this version")
            .note("Known are 3.0 to 3.9 and 4.0 to 4.3.")
            .help("write `version: \"4.3.1\"`, unless it has been released since")
    })
}

fn quorum(cluster: &KafkaCluster) -> Option<Diagnostic> {
    (cluster.brokers.value.get() == 2 && cluster.coordination.value == Coordination::Kraft).then(|| {
        TWO_BROKERS
            .finding("a KRaft cluster of two brokers stops when either of them does")
            .label(cluster.brokers.location, "two brokers")
            .note("Its quorum needs more than half of the voters, which of two is both.")
            .help("write `brokers: 3`, or `brokers: 1`")
    })
}

fn no_registry(environment: &Environment, topic: &Topic) -> Diagnostic {
    NO_REGISTRY
        .finding(format!("environment `{}` has no schema registry", environment.name))
        .label(environment.declared, "no `registry` here")
        .label(topic.value.location, format!("topic `{}` has records of a schema", topic.name))
        .note("Such records carry an id of the registry; without one no service can write or read them.")
        .help("add `registry: { url: \"https://HOST\" }` to the environment, or `registry: local`")
}

fn unencrypted_cluster(environment: &Environment) -> Option<Diagnostic> {
    let Cluster::External(cluster) = &environment.cluster else { return None };
    let sasl = cluster.security.sasl.as_ref()?;
    if cluster.security.protocol != SecurityProtocol::SaslPlaintext {
        return None;
    }
    let what = if sasl.mechanism == SaslMechanism::Plain { "the password and all records" } else { "all records" };
    Some(
        PLAINTEXT_SECRET
            .finding(format!("environment `{}` sends {what} without encryption", environment.name))
            .label(sasl.password.location(), "a secret over `sasl_plaintext`")
            .note("Whoever sees the traffic can read it.")
            .help("write `protocol: sasl_ssl`"),
    )
}

fn unencrypted_registry(environment: &Environment) -> Option<Diagnostic> {
    let Registry::External { url, credentials: Some((_, password)) } = &environment.registry else { return None };
    let host = url.value.strip_prefix("http://")?;
    let is_here = ["localhost", "127.", "[::1]"].iter().any(|here| host.starts_with(here));
    (!is_here).then(|| {
        PLAINTEXT_SECRET
            .finding(format!("environment `{}` sends the registry's password without encryption", environment.name))
            .label(url.location, "`http` encrypts nothing")
            .label(password.location(), "the secret")
            .help("write `https://`")
    })
}

fn passwords(environment: &Environment) -> impl Iterator<Item = &Template> {
    let cluster = match &environment.cluster {
        Cluster::External(cluster) => cluster.security.sasl.as_ref().map(|sasl| &sasl.password),
        Cluster::Embedded(_) | Cluster::Kafka(_) => None,
    };
    let registry = match &environment.registry {
        Registry::External { credentials: Some((_, password)), .. } => Some(password),
        _ => None,
    };
    cluster.into_iter().chain(registry)
}

fn written_password(password: &Template) -> Option<Diagnostic> {
    password.variables().next().is_none().then(|| {
        WRITTEN_SECRET
            .finding("a password is written into the manifest")
            .label(password.location(), "known to everybody who can read this file")
            .help("write it as `\"${VARIABLE}\"` and set the variable where services are started")
    })
}
