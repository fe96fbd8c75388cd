//! Finding Kafka and Java, with scripts in the place of Java and Maven.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;

use tempfile::TempDir;
use topology_launch::Error;
use topology_launch::distribution::{Distribution, Lookup, Source};
use topology_launch::java::Places;
use topology_launch::proc::identity::RunId;

/// A machine with a folder of programs, a cache and maybe a Kafka.
struct Machine {
    folder: TempDir,
    kafka_home: Option<PathBuf>,
}

impl Machine {
    fn new() -> Self {
        let folder = TempDir::new().unwrap();
        fs::create_dir(folder.path().join("bin")).unwrap();
        Self { folder, kafka_home: None }
    }

    fn program(&self, name: &str, script: &str) -> &Self {
        let path = self.folder.path().join("bin").join(name);
        // By another process: a program that this one has open for writing, if only in a fork of a test beside, does not run.
        let write = "printf '#!/bin/sh\n%s\n' \"$1\" > \"$0\" && chmod 755 \"$0\"";
        assert!(Command::new("sh").args(["-c", write]).arg(&path).arg(script).status().unwrap().success());
        self
    }

    fn java(&self, version: &str) -> &Self {
        self.program("java", &format!("echo 'openjdk version \"{version}\" 2025-04-15' >&2"))
    }

    fn cache(&self) -> PathBuf {
        self.folder.path().join("cache")
    }

    async fn find(&self, version: &str) -> Result<(Distribution, Vec<String>), Error> {
        let places = Places { java_home: None, path: self.folder.path().join("bin").into() };
        let lookup = Lookup { kafka_home: self.kafka_home.clone(), cache: self.cache(), places };
        let lines = Mutex::new(Vec::new());
        let progress = |line: &str| lines.lock().unwrap().push(line.to_owned());
        let run = RunId::new().unwrap();
        let found = Distribution::find_in(&lookup, &version.parse()?, &run, &progress).await?;
        Ok((found, lines.into_inner().unwrap()))
    }
}

fn touch_jars(folder: &Path, jars: &[&str]) {
    fs::create_dir_all(folder).unwrap();
    for jar in jars {
        fs::write(folder.join(jar), "").unwrap();
    }
}

const WHOLE: [&str; 3] = ["kafka_2.13-4.3.1.jar", "kafka-clients-4.3.1.jar", "log4j-slf4j-impl-2.24.3.jar"];

/// A Maven that copies empty jars to the folder that it is told.
const MAVEN: &str = r#"
for argument; do case "$argument" in -DoutputDirectory=*) out="${argument#*=}";; esac; done
[ -f pom.xml ] || exit 9
for jar in kafka_2.13-4.3.1.jar kafka-clients-4.3.1.jar log4j-slf4j-impl-2.24.3.jar; do
    : > "$out/$jar"; echo "[INFO] Copying $jar to $out/$jar"
done"#;

#[tokio::test]
async fn without_java_every_place_is_named() {
    let machine = Machine::new();
    let error = machine.find("4.3.1").await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "no Java was found for Apache Kafka 4.3.1; looked at JAVA_HOME (not set) (no program `java`), \
         PATH (no program `java`)"
    );
    assert!(error.help().unwrap().starts_with("install Java 17 or newer"));
}

#[tokio::test]
async fn a_java_that_is_too_old_is_named() {
    let machine = Machine::new();
    machine.java("11.0.22");
    let error = machine.find("4.3.1").await.unwrap_err().to_string();
    assert!(error.starts_with("Apache Kafka 4.3.1 needs Java 17 or newer, but there is only Java 11 at `"), "{error}");
}

#[tokio::test]
async fn without_maven_every_place_is_named() {
    let machine = Machine::new();
    machine.java("17.0.15");
    let error = machine.find("4.3.1").await.unwrap_err();
    let text = error.to_string();
    assert!(text.contains("KAFKA_HOME (not set), the cache `") && text.contains("no program `mvn` in `"), "{text}");
    assert!(error.help().unwrap().contains("install Maven"));
}

#[tokio::test]
async fn maven_fills_the_cache_once() {
    let machine = Machine::new();
    machine.java("17.0.15").program("mvn", MAVEN);
    let (found, lines) = machine.find("4.3.1").await.unwrap();
    assert_eq!((found.source, found.jars.len(), found.java.version), (Source::Maven, 3, 17));
    assert!(lines.iter().any(|line| line.contains("3 jars (log4j-slf4j-impl-2.24.3.jar)")), "{lines:?}");
    machine.program("mvn", "exit 1");
    let (found, _) = machine.find("4.3.1").await.unwrap();
    assert_eq!(found.source, Source::Cache);
    let left: Vec<_> = fs::read_dir(machine.cache()).unwrap().flatten().map(|entry| entry.file_name()).collect();
    assert_eq!(left, ["4.3.1"]);
}

#[tokio::test]
async fn an_interrupted_download_is_not_taken() {
    let machine = Machine::new();
    machine.java("17.0.15").program("mvn", "echo '[ERROR] Could not resolve dependencies: offline -> [Help 1]'; echo '[ERROR] '; echo '[ERROR] To see the full stack trace'; exit 1");
    touch_jars(&machine.cache().join("4.3.1/lib"), &WHOLE);
    let error = machine.find("4.3.1").await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "Maven could not fetch Apache Kafka 4.3.1 (ended with status 1):\n    \
         Could not resolve dependencies: offline"
    );
}

#[tokio::test]
async fn a_damaged_cache_is_fetched_again() {
    let machine = Machine::new();
    machine.java("17.0.15").program("mvn", MAVEN);
    touch_jars(&machine.cache().join("4.3.1/lib"), &WHOLE[..1]);
    fs::write(machine.cache().join("4.3.1/complete"), "").unwrap();
    let (found, lines) = machine.find("4.3.1").await.unwrap();
    assert_eq!(found.source, Source::Maven);
    assert!(lines[0].contains("is damaged"), "{lines:?}");
}

#[tokio::test]
async fn kafka_home_counts_only_with_the_version_asked_for() {
    let mut machine = Machine::new();
    machine.java("17.0.15");
    let home = machine.folder.path().join("kafka");
    machine.kafka_home = Some(home.clone());
    let text = |error: Error| error.to_string();
    assert!(
        text(machine.find("4.3.1").await.unwrap_err())
            .ends_with("which holds no folder `libs` instead of Apache Kafka 4.3.1")
    );
    touch_jars(&home.join("libs"), &["kafka_2.13-4.2.0-javadoc.jar", "kafka_2.13-4.2.0.jar"]);
    assert!(text(machine.find("4.3.1").await.unwrap_err()).contains("which holds Apache Kafka 4.2.0 instead of"));
    touch_jars(&home.join("libs"), &WHOLE);
    fs::remove_file(home.join("libs/kafka_2.13-4.2.0.jar")).unwrap();
    assert_eq!(machine.find("4.3.1").await.unwrap().0.source, Source::KafkaHome);
}
