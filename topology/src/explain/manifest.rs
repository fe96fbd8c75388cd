//! Rules of keys, values and names of a manifest.

use super::Rule;
use crate::diagnostic::Severity;

pub(super) const RULES: &[Rule] = &[
    Rule {
        code: "manifest::missing-key",
        severity: Severity::Error,
        summary: "A key that must be there and is not.",
        why: "Nothing sensible can be taken in its place.",
        example: "topics: { clicks: { key: string } }\n",
        fix: "topics: { clicks: { key: string, value: string } }\n",
    },
    Rule {
        code: "manifest::unknown-key",
        severity: Severity::Error,
        summary: "A key that has no meaning at its place.",
        why: "It would be ignored, and what it was meant to say would not happen.",
        example: "topics: { clicks: { value: string, partition: 3 } }\n",
        fix: "topics: { clicks: { value: string, partitions: 3 } }\n",
    },
    Rule {
        code: "manifest::later-version",
        severity: Severity::Error,
        summary: "Something that this version of `topology` does not have yet.",
        why: "It would be ignored, and what it was meant to say would not happen.",
        example: "\
topics: { clicks: { value: string } }
access: {}
",
        fix: "topics: { clicks: { value: string } }\n",
    },
    Rule {
        code: "manifest::wrong-type",
        severity: Severity::Error,
        summary: "A value of another type than its key takes.",
        why: "Nothing sensible can be taken in its place.",
        example: "topics: { clicks: { value: string, partitions: many } }\n",
        fix: "topics: { clicks: { value: string, partitions: 3 } }\n",
    },
    Rule {
        code: "manifest::out-of-range",
        severity: Severity::Error,
        summary: "A number outside of what its key allows.",
        why: "Kafka, or the generated code, would refuse it.",
        example: "topics: { clicks: { value: string, partitions: 0 } }\n",
        fix: "topics: { clicks: { value: string, partitions: 1 } }\n",
    },
    Rule {
        code: "manifest::unknown-word",
        severity: Severity::Error,
        summary: "A word that is none of those that its key takes.",
        why: "Nothing sensible can be taken in its place.",
        example: "topics: { clicks: { value: string, cleanup: compacted } }\n",
        fix: "topics: { clicks: { value: string, cleanup: compact } }\n",
    },
    Rule {
        code: "manifest::unit",
        severity: Severity::Error,
        summary: "A duration or a size without its unit, or with one that is not known.",
        why: "`7` could be milliseconds or days; which one it is must be written.",
        example: "topics: { clicks: { value: string, retention: 7 days } }\n",
        fix: "topics: { clicks: { value: string, retention: 7d } }\n",
    },
    Rule {
        code: "manifest::empty-range",
        severity: Severity::Error,
        summary: "A range whose end is before its beginning.",
        why: "No value is in it.",
        example: "\
topics: { clicks: { value: string } }
consumers: { log: { topics: [clicks], on_error: { backoff: 30s..1s } } }
",
        fix: "\
topics: { clicks: { value: string } }
consumers: { log: { topics: [clicks], on_error: { backoff: 1s..30s } } }
",
    },
    Rule {
        code: "manifest::open-variable",
        severity: Severity::Error,
        summary: "A `${` without a name and a `}`.",
        why: "A password with half of a variable in it is not a password.",
        example: "environments: { prod: { cluster: { provider: external, bootstrap_servers: [\"b1:9092\"], security: { protocol: sasl_ssl, mechanism: plain, username: shop, password: \"${SECRET\" } } } }\n",
        fix: "environments: { prod: { cluster: { provider: external, bootstrap_servers: [\"b1:9092\"], security: { protocol: sasl_ssl, mechanism: plain, username: shop, password: \"${SECRET}\" } } } }\n",
    },
    Rule {
        code: "manifest::misplaced-variable",
        severity: Severity::Error,
        summary: "A `${VARIABLE}` where variables are not filled in.",
        why: "They are filled in for secrets only: `username` and `password` of `security` and of `registry`. Elsewhere the \
              text would be taken as it is written.",
        example: "environments: { prod: { cluster: { provider: external, bootstrap_servers: [\"${BROKER}:9092\"] } } }\n",
        fix: "environments: { prod: { cluster: { provider: external, bootstrap_servers: [\"b1:9092\"] } } }\n",
    },
    Rule {
        code: "manifest::too-many-findings",
        severity: Severity::Error,
        summary: "More findings than can be shown.",
        why: "The first ones are shown; the others often follow from them.",
        example: "",
        fix: "",
    },
    Rule {
        code: "name::rule",
        severity: Severity::Error,
        summary: "A name that breaks the rule of its kind.",
        why: "Names become topics, groups, crates, processes and files, and each of these has rules.",
        example: "topics: { \"my topic\": { value: string } }\n",
        fix: "topics: { my-topic: { value: string } }\n",
    },
    Rule {
        code: "name::reserved",
        severity: Severity::Error,
        summary: "A name that already means something else.",
        why: "Each project has crates and words of these names.",
        example: "\
topics: { clicks: { value: string } }
consumers: { events: { topics: [clicks] } }
",
        fix: "\
topics: { clicks: { value: string } }
consumers: { log: { topics: [clicks] } }
",
    },
    Rule {
        code: "name::taken",
        severity: Severity::Error,
        summary: "Two services, or two other things, that would become one.",
        why: "Each service is a crate and a process of its name.",
        example: "\
topics: { clicks: { value: string } }
producers: { web: { topics: [clicks] } }
consumers: { web: { topics: [clicks] } }
",
        fix: "\
topics: { clicks: { value: string } }
producers: { web: { topics: [clicks] } }
consumers: { log: { topics: [clicks] } }
",
    },
    Rule {
        code: "reference::unresolved",
        severity: Severity::Error,
        summary: "The name of something that is not declared.",
        why: "What refers to it would have nothing to work with.",
        example: "\
topics: { clicks: { value: string } }
consumers: { log: { topics: [click] } }
",
        fix: "\
topics: { clicks: { value: string } }
consumers: { log: { topics: [clicks] } }
",
    },
];
