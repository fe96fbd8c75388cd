//! Rules of environments, topics, services and flows that must hold for them to have a meaning.

use super::Rule;
use crate::diagnostic::Severity;

pub(super) const RULES: &[Rule] = &[
    Rule {
        code: "cluster::version",
        severity: Severity::Error,
        summary: "Text that is not a version of Kafka.",
        why: "The version decides what is fetched and how it is started.",
        example: "environments: { local: { cluster: { provider: kafka, version: \"4\" } } }\n",
        fix: "environments: { local: { cluster: { provider: kafka, version: \"4.3.1\" } } }\n",
    },
    Rule {
        code: "cluster::no-zookeeper",
        severity: Severity::Error,
        summary: "ZooKeeper with Kafka 4 or later.",
        why: "Kafka 4.0 removed ZooKeeper; 3.9 is the last line that runs on it.",
        example: "environments: { local: { cluster: { provider: kafka, version: \"4.3.1\", coordination: zookeeper } } }\n",
        fix: "environments: { local: { cluster: { provider: kafka, version: \"3.9.1\", coordination: zookeeper } } }\n",
    },
    Rule {
        code: "cluster::bootstrap-server",
        severity: Severity::Error,
        summary: "An address that is not `host:port`.",
        why: "Clients find a cluster through the address of at least one broker.",
        example: "environments: { prod: { cluster: { provider: external, bootstrap_servers: [b1.example.com] } } }\n",
        fix: "environments: { prod: { cluster: { provider: external, bootstrap_servers: [\"b1.example.com:9092\"] } } }\n",
    },
    Rule {
        code: "cluster::unused-credentials",
        severity: Severity::Error,
        summary: "Credentials beside a protocol that sends none.",
        why: "Somebody believes that clients authenticate themselves, and they do not.",
        example: "environments: { prod: { cluster: { provider: external, bootstrap_servers: [\"b1:9092\"], security: { protocol: ssl, username: \"${USER}\" } } } }\n",
        fix: "environments: { prod: { cluster: { provider: external, bootstrap_servers: [\"b1:9092\"], security: { protocol: ssl } } } }\n",
    },
    Rule {
        code: "registry::url",
        severity: Severity::Error,
        summary: "The address of a registry that is not an HTTP address.",
        why: "A registry speaks HTTP.",
        example: "environments: { prod: { cluster: { provider: external, bootstrap_servers: [\"b1:9092\"] }, registry: { url: \"registry:8081\" } } }\n",
        fix: "environments: { prod: { cluster: { provider: external, bootstrap_servers: [\"b1:9092\"] }, registry: { url: \"http://registry:8081\" } } }\n",
    },
    Rule {
        code: "registry::secured-cluster",
        severity: Severity::Error,
        summary: "A local registry over a cluster with security.",
        why: "The registry that `up` starts keeps its schemas in the cluster, and cannot connect with TLS or SASL in this version.",
        example: "environments: { prod: { cluster: { provider: external, bootstrap_servers: [\"b1:9092\"], security: { protocol: ssl } }, registry: local } }\n",
        fix: "environments: { prod: { cluster: { provider: external, bootstrap_servers: [\"b1:9092\"], security: { protocol: ssl } }, registry: { url: \"https://registry.example.com\" } } }\n",
    },
    Rule {
        code: "topic::not-a-record",
        severity: Severity::Error,
        summary: "A topic whose key or value is a schema that is not a record.",
        why: "A record can gain fields later; any other type can never change without breaking its readers.",
        example: "\
schemas: { area: region.avsc }
topics: { areas: { value: area } }
",
        fix: "\
schemas: { order: schemas/order.avsc }
topics: { areas: { value: order } }
",
    },
    Rule {
        code: "topic::setting-twice",
        severity: Severity::Error,
        summary: "One setting of a topic written in two ways.",
        why: "Which of the two counts would be a guess.",
        example: "topics: { clicks: { value: string, retention: 7d, config: { retention.ms: 1000 } } }\n",
        fix: "topics: { clicks: { value: string, retention: 7d } }\n",
    },
    Rule {
        code: "service::no-topics",
        severity: Severity::Error,
        summary: "A service without topics.",
        why: "It would have nothing to write or to read.",
        example: "consumers: { log: { topics: [] } }\n",
        fix: "\
topics: { clicks: { value: string } }
consumers: { log: { topics: [clicks] } }
",
    },
    Rule {
        code: "service::topic-twice",
        severity: Severity::Error,
        summary: "A service that names one topic twice.",
        why: "It would have two handlers for one topic.",
        example: "\
topics: { clicks: { value: string } }
consumers: { log: { topics: [clicks, clicks] } }
",
        fix: "\
topics: { clicks: { value: string } }
consumers: { log: { topics: [clicks] } }
",
    },
    Rule {
        code: "flow::empty",
        severity: Severity::Error,
        summary: "A flow without stages.",
        why: "The processor would have nothing to read and nothing to write.",
        example: "processors: { pick: { flow: {} } }\n",
        fix: "\
topics: { a: { value: string }, b: { value: string } }
processors: { pick: { flow: { in: { source: a }, out: { from: in, sink: b } } } }
",
    },
    Rule {
        code: "flow::no-operation",
        severity: Severity::Error,
        summary: "A stage that does nothing.",
        why: "A stage is a `source`, or reads another stage with `from` and is a `filter`, a `map` or a `sink`.",
        example: "\
topics: { a: { value: string } }
processors: { pick: { flow: { in: { source: a }, out: { from: in } } } }
",
        fix: "\
topics: { a: { value: string }, b: { value: string } }
processors: { pick: { flow: { in: { source: a }, out: { from: in, sink: b } } } }
",
    },
    Rule {
        code: "flow::two-operations",
        severity: Severity::Error,
        summary: "A stage with more than one operation.",
        why: "Which of them comes first would be a guess.",
        example: concat!("topics: { a: { value: string }, b: { value: string } }\n", "processors: { pick: { flow: { in: { source: a }, out: { from: in, filter: \"true\", sink: b } } } }\n"),
        fix: concat!("topics: { a: { value: string }, b: { value: string } }\n", "processors: { pick: { flow: { in: { source: a }, all: { from: in, filter: \"true\" }, out: { from: all, sink: b } } } }\n"),
    },
    Rule {
        code: "flow::misplaced-key",
        severity: Severity::Error,
        summary: "A key of a stage that does not go with its operation.",
        why: "It would be ignored.",
        example: "\
topics: { a: { value: string }, b: { value: string } }
processors: { pick: { flow: { in: { source: a, from: out }, out: { from: in, sink: b } } } }
",
        fix: "\
topics: { a: { value: string }, b: { value: string } }
processors: { pick: { flow: { in: { source: a }, out: { from: in, sink: b } } } }
",
    },
    Rule {
        code: "flow::reads-sink",
        severity: Severity::Error,
        summary: "A stage that reads a sink.",
        why: "Nothing comes out of a sink.",
        example: "\
topics: { a: { value: string }, b: { value: string } }
processors: { pick: { flow: { in: { source: a }, out: { from: in, sink: b }, more: { from: out, sink: b } } } }
",
        fix: "\
topics: { a: { value: string }, b: { value: string } }
processors: { pick: { flow: { in: { source: a }, out: { from: in, sink: b } } } }
",
    },
    Rule {
        code: "flow::cycle",
        severity: Severity::Error,
        summary: "Stages of one flow that read each other in a circle.",
        why: "Records flow from a source to a sink; in a circle none ever arrives.",
        example: "processors: { pick: { flow: { a: { from: b, filter: \"true\" }, b: { from: a, filter: \"true\" } } } }\n",
        fix: "\
topics: { a: { value: string }, b: { value: string } }
processors: { pick: { flow: { in: { source: a }, out: { from: in, sink: b } } } }
",
    },
    Rule {
        code: "flow::unknown-field",
        severity: Severity::Error,
        summary: "A field in a map that the record of `into` does not have.",
        why: "There is no place for its value.",
        example: "\
schemas: { order: schemas/order.avsc, payment: schemas/payment.avsc }
topics: { orders: { key: string, value: order }, payments: { key: string, value: payment } }
processors:
  pay:
    flow:
      orders: { source: orders }
      paid: { from: orders, into: payment, map: { order_id: id, customer: customer, region: region, amount: amount, paid_at: created_at, colour: id } }
      out: { from: paid, sink: payments }
",
        fix: "\
schemas: { order: schemas/order.avsc, payment: schemas/payment.avsc }
topics: { orders: { key: string, value: order }, payments: { key: string, value: payment } }
processors:
  pay:
    flow:
      orders: { source: orders }
      paid: { from: orders, into: payment, map: { order_id: id, customer: customer, region: region, amount: amount, paid_at: created_at } }
      out: { from: paid, sink: payments }
",
    },
    Rule {
        code: "flow::missing-field",
        severity: Severity::Error,
        summary: "A map that leaves out a field of the record of `into`.",
        why: "A record has a value for every field; a default in the schema is for readers of old records.",
        example: "\
schemas: { order: schemas/order.avsc, payment: schemas/payment.avsc }
topics: { orders: { key: string, value: order }, payments: { key: string, value: payment } }
processors:
  pay:
    flow:
      orders: { source: orders }
      paid: { from: orders, into: payment, map: { order_id: id } }
      out: { from: paid, sink: payments }
",
        fix: "\
schemas: { order: schemas/order.avsc, payment: schemas/payment.avsc }
topics: { orders: { key: string, value: order }, payments: { key: string, value: payment } }
processors:
  pay:
    flow:
      orders: { source: orders }
      paid: { from: orders, into: payment, map: { order_id: id, customer: customer, region: region, amount: amount, paid_at: created_at } }
      out: { from: paid, sink: payments }
",
    },
    Rule {
        code: "flow::two-of-oneof",
        severity: Severity::Error,
        summary: "A map that makes two fields of one `oneof` of a Protobuf message.",
        why: "A message has one field of a `oneof`; setting the second would remove the first.",
        example: "",
        fix: "",
    },
    Rule {
        code: "flow::no-fields",
        severity: Severity::Error,
        summary: "A map of fields into a schema whose values have no named fields.",
        why: "Avro records, Protobuf messages and JSON objects with `properties` have fields; any other value is made whole.",
        example: concat!("schemas: { area: region.avsc }\n", "topics: { a: { value: string } }\n", "processors: { pick: { flow: { in: { source: a }, made: { from: in, into: area, map: { x: \"1\" } } } } }\n"),
        fix: "",
    },
];
