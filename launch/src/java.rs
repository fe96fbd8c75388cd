//! Finds a Java that runs a given Kafka.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use crate::Error;
use crate::command::Helper;
use crate::distribution::KafkaVersion;
use crate::proc::identity::RunId;

/// A Java runtime.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Java {
    /// The program `java`.
    pub program: PathBuf,
    /// Its feature version: 8, 11, 17 and so on.
    pub version: u32,
    /// Its full version, such as `17.0.15`.
    pub full_version: String,
}

/// Where to look for Java.
#[derive(Clone, Debug, Default)]
pub struct Places {
    /// The value of `JAVA_HOME`.
    pub java_home: Option<PathBuf>,
    /// The value of `PATH`.
    pub path: OsString,
}

impl Places {
    /// What the environment says.
    pub fn from_environment() -> Self {
        let java_home = std::env::var_os("JAVA_HOME").filter(|home| !home.is_empty()).map(PathBuf::from);
        Self { java_home, path: std::env::var_os("PATH").unwrap_or_default() }
    }

    /// The first program of that name in PATH.
    pub(crate) fn program(&self, name: &str) -> Option<PathBuf> {
        std::env::split_paths(&self.path).map(|folder| folder.join(name)).find(|path| is_program(path))
    }
}

impl Java {
    /// The first Java that suits a version of Kafka: that of `JAVA_HOME`, else that of `PATH`.
    pub async fn find(kafka: &KafkaVersion, places: &Places, run: &RunId) -> Result<Self, Error> {
        let mut looked = Vec::new();
        let mut found = Vec::new();
        for (place, program) in candidates(places) {
            let Some(program) = program else {
                looked.push(format!("{place} (no program `java`)"));
                continue;
            };
            match ask_version(&program, run).await {
                Some((version, _)) if !kafka.runs_on_java(version) => {
                    found.push(format!("Java {version} at `{}`", program.display()));
                }
                Some((version, full_version)) => return Ok(Self { program, version, full_version }),
                None => looked.push(format!("{place} (`{}` does not tell its version)", program.display())),
            }
        }
        let (needs, kafka) = (kafka.java_in_words(), kafka.to_string());
        Err(if found.is_empty() {
            Error::JavaMissing { kafka, looked, needs }
        } else {
            Error::JavaUnsuitable { kafka, needs, found }
        })
    }
}

fn candidates(places: &Places) -> Vec<(String, Option<PathBuf>)> {
    let home = match &places.java_home {
        None => ("JAVA_HOME (not set)".to_owned(), None),
        Some(home) => {
            let program = home.join("bin/java");
            (format!("JAVA_HOME `{}`", home.display()), Some(program).filter(|program| is_program(program)))
        }
    };
    let path = ("PATH".to_owned(), places.program("java"));
    vec![home, path]
}

fn is_program(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    path.metadata().is_ok_and(|metadata| metadata.is_file() && metadata.permissions().mode() & 0o111 != 0)
}

async fn ask_version(program: &Path, run: &RunId) -> Option<(u32, String)> {
    let outcome = Helper::new(program, run).args(["-version"]).run(|_, _| {}).await.ok()?;
    outcome.lines.iter().find_map(|line| parse_version(line))
}

/// Reads `openjdk version "17.0.15" 2025-04-15` and the older `java version "1.8.0_402"`.
fn parse_version(line: &str) -> Option<(u32, String)> {
    let (_, rest) = line.split_once(" version \"")?;
    let (full, _) = rest.split_once('"')?;
    let mut numbers = full.split(['.', '_', '-', '+']).map_while(|part| part.parse().ok());
    let version = match numbers.next()? {
        1 => numbers.next()?,
        feature => feature,
    };
    Some((version, full.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_old_and_new_version_lines() {
        let feature = |line| parse_version(line).map(|(version, _)| version);
        assert_eq!(feature(r#"openjdk version "17.0.15" 2025-04-15"#), Some(17));
        assert_eq!(feature(r#"java version "1.8.0_402""#), Some(8));
        assert_eq!(feature(r#"openjdk version "25-ea" 2025-09-16"#), Some(25));
        assert_eq!(feature("Picked up JAVA_TOOL_OPTIONS: -Xmx1g"), None);
    }
}
