//! Fetches a distribution with the user's own Maven, so that its mirrors and proxies apply.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use super::{KafkaVersion, Lookup, MARKER, jars_in};
use crate::command::Helper;
use crate::folder::create_folder;
use crate::proc::identity::RunId;
use crate::{Error, Progress};

/// The ZooKeeper that Kafka 3.9 comes with.
pub(super) const ZOOKEEPER_VERSION: &str = "3.8.4";

/// Fetches into `folder`, which becomes whole in one step at the end.
pub(super) async fn fetch(
    lookup: &Lookup,
    version: &KafkaVersion,
    folder: &Path,
    run: &RunId,
    progress: Progress<'_>,
) -> Result<(), Error> {
    let Some(maven) = lookup.places.program("mvn") else { return Err(missing(lookup, version, folder)) };
    create_folder(&lookup.cache)?;
    // A folder of this run alone: two projects may fetch at the same time.
    let temporary = lookup.cache.join(format!(".{version}-{}", run.as_str()));
    let guard = Temporary(&temporary);
    let library = temporary.join("lib");
    create_folder(&library)?;
    let pom = temporary.join("pom.xml");
    fs::write(&pom, project(version)).map_err(Error::file("write", &pom))?;
    progress(&format!("fetching Apache Kafka {version} with Maven (once, about 60 MB)"));

    let mut jars = 0u32;
    let helper = Helper::new(maven, run).current_dir(&temporary).args(["-B", "-ntp", "dependency:copy-dependencies"]);
    let helper = helper.args(["-DincludeScope=runtime".to_owned(), format!("-DoutputDirectory={}", library.display())]);
    let outcome = helper.run(|_, line| {
        if let Some(file) = copied_file(line) {
            jars += 1;
            progress(&format!("fetching Apache Kafka {version}: {jars} jars ({file})"));
        }
    });
    let outcome = outcome.await?;
    if !outcome.status.success() {
        let lines = telling_lines(&outcome.lines);
        return Err(Error::MavenFailed { version: version.to_string(), status: outcome.in_words(), lines });
    }
    if let Some(missing) = version.missing_jar(&jars_in(&library)?) {
        return Err(Error::Incomplete { version: version.to_string(), missing });
    }
    install(&temporary, folder)?;
    drop(guard);
    progress(&format!("Apache Kafka {version} is in `{}`", folder.display()));
    Ok(())
}

fn install(temporary: &Path, folder: &Path) -> Result<(), Error> {
    let marker = temporary.join(MARKER);
    fs::write(&marker, "").map_err(Error::file("write", &marker))?;
    if folder.exists() {
        fs::remove_dir_all(folder).map_err(Error::file("delete", folder))?;
    }
    match fs::rename(temporary, folder) {
        // Someone else was quicker, and theirs is as good.
        Err(_) if folder.join(MARKER).is_file() => Ok(()),
        renamed => renamed.map_err(Error::file("write", folder)),
    }
}

fn missing(lookup: &Lookup, version: &KafkaVersion, folder: &Path) -> Error {
    let looked = vec![
        "KAFKA_HOME (not set)".to_owned(),
        format!("the cache `{}`", folder.display()),
        format!("PATH (no program `mvn` in `{}`)", lookup.places.path.to_string_lossy()),
    ];
    Error::MavenMissing { version: version.to_string(), looked }
}

/// What went wrong is in Maven's first lines of errors; paragraphs about Maven itself follow.
fn telling_lines(lines: &[String]) -> Vec<String> {
    let errors = lines.iter().filter_map(|line| line.strip_prefix("[ERROR] "));
    let telling: Vec<String> = errors
        .take_while(|line| !line.starts_with("To see the full stack trace"))
        .map(|line| line.trim_end_matches(" -> [Help 1]").to_owned())
        .filter(|line| !line.is_empty())
        .collect();
    if telling.is_empty() { lines[lines.len().saturating_sub(10)..].to_vec() } else { telling }
}

/// The file of a line such as `[INFO] Copying scala-library-2.13.18.jar to …`.
fn copied_file(line: &str) -> Option<&str> {
    line.strip_prefix("[INFO] Copying ")?.split_whitespace().next()
}

/// A Maven project whose dependencies are a Kafka broker with a logging backend.
fn project(version: &KafkaVersion) -> String {
    let mut dependencies = String::new();
    let mut add = |group: &str, artifact: &str, version: &str, excluded: &[(&str, &str)]| {
        let mut exclusions = String::new();
        for (group, artifact) in excluded {
            let one = format!("<exclusion><groupId>{group}</groupId><artifactId>{artifact}</artifactId></exclusion>");
            exclusions.push_str(&one);
        }
        let line = format!(
            "    <dependency><groupId>{group}</groupId><artifactId>{artifact}</artifactId><version>{version}</version>\
             <exclusions>{exclusions}</exclusions></dependency>"
        );
        // Writing to a string cannot fail.
        let _ = writeln!(dependencies, "{line}");
    };
    if version.has_zookeeper() {
        let bindings =
            [("ch.qos.logback", "logback-classic"), ("ch.qos.logback", "logback-core"), ("org.slf4j", "slf4j-log4j12")];
        add("org.apache.kafka", "kafka_2.13", version.as_str(), &bindings);
        add("org.apache.zookeeper", "zookeeper", ZOOKEEPER_VERSION, &bindings);
        add("ch.qos.reload4j", "reload4j", "1.2.25", &[]);
        add("org.slf4j", "slf4j-reload4j", "1.7.36", &[]);
    } else {
        add("org.apache.kafka", "kafka_2.13", version.as_str(), &[]);
        add("org.apache.kafka", "kafka-tools", version.as_str(), &[]);
        add("org.apache.logging.log4j", "log4j-slf4j-impl", "2.24.3", &[]);
        add("org.apache.logging.log4j", "log4j-core", "2.24.3", &[]);
    }
    format!(
        "<project xmlns=\"http://maven.apache.org/POM/4.0.0\">\n  <modelVersion>4.0.0</modelVersion>\n  \
         <groupId>topology</groupId><artifactId>kafka</artifactId><version>1</version><packaging>pom</packaging>\n  \
         <dependencies>\n{dependencies}  </dependencies>\n</project>\n"
    )
}

/// Deletes a half-fetched distribution, also when the fetch is cancelled.
struct Temporary<'a>(&'a Path);

impl Drop for Temporary<'_> {
    fn drop(&mut self) {
        drop(fs::remove_dir_all(self.0));
    }
}
