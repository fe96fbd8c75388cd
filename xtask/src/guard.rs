//! The directions between crates that the architecture promises, checked against what cargo resolves.

use crate::shell;

/// A crate, the crates that it must never reach, and why.
const RULES: &[(&str, &[&str], &str)] = &[
    ("topology-schema", &["topology-runtime", "topology-codec"], "the compiler does not see the runtime"),
    ("topology-schema", NETWORK, "schemas are values in memory"),
    ("topology", NETWORK, "a topology is a value in memory"),
    ("topology", &["topology-runtime", "topology-codec", "topology-codegen"], "the IR knows none of its readers"),
    ("topology-codegen", NETWORK, "generation is a function of its inputs"),
    (
        "topology-runtime",
        &["topology-schema", "topology", "topology-codegen", "granit-parser"],
        "services never compile the compiler",
    ),
    ("topology-codec", &["serde", "tokio", "rdkafka", "apache-avro"], "event types link nothing"),
    ("topology-provision", &["topology-launch", "topology-codegen", "rdkafka"], "siblings do not know each other"),
    ("topology-launch", &["topology-provision", "topology-codegen", "krafka", "rdkafka"], "launch starts processes"),
    (
        "topology-broker",
        &[
            "topology-schema",
            "topology",
            "topology-codec",
            "topology-codegen",
            "topology-provision",
            "topology-registry",
            "topology-launch",
            "topology-runtime",
            "rdkafka",
            "rdkafka-sys",
            "krafka",
        ],
        "the embedded cluster is the other side: it knows no client, and none of ours",
    ),
    ("topology-launch", &["topology-broker"], "launch starts the cluster as a process"),
    ("topology-runtime", &["topology-broker"], "services talk to any cluster"),
    ("topology-registry", &["topology-provision", "topology-launch", "topology-runtime"], "the registry is a server"),
];

const NETWORK: &[&str] = &["tokio", "mio", "rdkafka", "rdkafka-sys", "krafka", "hyper", "ureq", "rustls", "socket2"];

pub(crate) fn run() -> Result<(), String> {
    let mut broken = Vec::new();
    for (name, banned, why) in RULES {
        let arguments = ["tree", "--package", name, "--edges", "normal", "--prefix", "none", "--format", "{p}"];
        let tree = shell::output(shell::cargo().args(arguments))?;
        let reached: Vec<&str> = tree.lines().skip(1).filter_map(|line| line.split(' ').next()).collect();
        for other in banned.iter().filter(|other| reached.contains(other)) {
            broken.push(format!("`{name}` reaches `{other}`, but {why}"));
        }
    }
    if broken.is_empty() { Ok(()) } else { Err(broken.join("\n")) }
}
