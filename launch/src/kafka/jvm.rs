//! The command lines of nodes. Kafka's shell scripts are not used; their defaults (1 GiB heaps, G1) suit servers.

use std::path::Path;

use super::properties;
use crate::distribution::Distribution;

/// Heap and collector of a broker. 256 MiB suffice because the cleaner's buffer is small.
const BROKER: &[&str] = &["-Xms128m", "-Xmx256m", "-XX:MaxDirectMemorySize=128m"];

/// Heap of a ZooKeeper node.
const ZOOKEEPER: &[&str] = &["-Xms32m", "-Xmx64m"];

/// Heap of a tool that runs for seconds.
const TOOL: &[&str] = &["-Xmx128m"];

/// Start quickly rather than run fast after hours. The JVM ends itself when memory runs out, so that it is restarted.
const QUICK: &[&str] = &[
    "-XX:+UseSerialGC",
    "-XX:TieredStopAtLevel=1",
    "-Xshare:auto",
    "-XX:+ExitOnOutOfMemoryError",
    "-Djava.awt.headless=true",
];

pub(super) fn broker(distribution: &Distribution, config: &Path) -> Vec<String> {
    command(distribution, BROKER, &["kafka.Kafka", &config.to_string_lossy()])
}

pub(super) fn zookeeper(distribution: &Distribution, config: &Path) -> Vec<String> {
    let main = "org.apache.zookeeper.server.quorum.QuorumPeerMain";
    command(distribution, ZOOKEEPER, &[main, &config.to_string_lossy()])
}

pub(super) fn format(distribution: &Distribution, config: &Path, cluster_id: &str) -> Vec<String> {
    let config = config.to_string_lossy();
    let main = ["kafka.tools.StorageTool", "format", "-t", cluster_id, "-c", &config, "--ignore-formatted"];
    command(distribution, TOOL, &main)
}

fn command(distribution: &Distribution, memory: &[&str], main: &[&str]) -> Vec<String> {
    let (logging, _) = properties::logging(&distribution.version);
    // Relative to the working folder, because the older option is a URL, in which some paths would need escapes.
    let logging = if distribution.version.has_zookeeper() {
        format!("-Dlog4j.configuration=file:{logging}")
    } else {
        format!("-Dlog4j2.configurationFile={logging}")
    };
    let mut arguments: Vec<String> = memory.iter().chain(QUICK).map(ToString::to_string).collect();
    arguments.extend([logging, "-cp".to_owned(), distribution.class_path()]);
    arguments.extend(main.iter().map(ToString::to_string));
    arguments
}
