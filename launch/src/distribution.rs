//! Finds the jars of an Apache Kafka: in `KAFKA_HOME`, in a cache of the user, or by Maven.
//!
//! What Maven fetches goes to the cache, whose marker file is written last: an interrupted download is never taken for a
//! whole one. No shell script of Kafka is used; the jars and a Java are all that a node needs.

mod maven;
mod version;

use std::fs;
use std::path::{Path, PathBuf};

pub use version::KafkaVersion;

use crate::java::{Java, Places};
use crate::proc::identity::RunId;
use crate::{Error, Progress};

/// An Apache Kafka that can be run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Distribution {
    /// Its version.
    pub version: KafkaVersion,
    /// Its jars, in the order of the class path.
    pub jars: Vec<PathBuf>,
    /// Where it was found.
    pub source: Source,
    /// The Java that runs it.
    pub java: Java,
}

/// Where a distribution comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// The folder that `KAFKA_HOME` names.
    KafkaHome,
    /// The cache of an earlier run.
    Cache,
    /// Maven, just now.
    Maven,
}

/// Where to look for a distribution.
#[derive(Clone, Debug, Default)]
pub struct Lookup {
    /// The value of `KAFKA_HOME`.
    pub kafka_home: Option<PathBuf>,
    /// The folder with one folder per version.
    pub cache: PathBuf,
    /// Where to look for Java and Maven.
    pub places: Places,
}

/// The file whose presence says that a cached distribution is whole.
const MARKER: &str = "complete";

impl Lookup {
    /// What the environment says: `KAFKA_HOME`, `XDG_CACHE_HOME` or `~/.cache`, `JAVA_HOME` and `PATH`.
    pub fn from_environment() -> Self {
        let variable = |name| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
        let cache = variable("XDG_CACHE_HOME").filter(|folder| folder.is_absolute());
        let cache = cache.or_else(|| Some(std::env::home_dir()?.join(".cache"))).unwrap_or_else(std::env::temp_dir);
        Self {
            kafka_home: variable("KAFKA_HOME"),
            cache: cache.join("topology/kafka"),
            places: Places::from_environment(),
        }
    }
}

impl Distribution {
    /// Finds or fetches a version in the places that the environment names.
    pub async fn find(version: &KafkaVersion, run: &RunId, progress: Progress<'_>) -> Result<Self, Error> {
        Self::find_in(&Lookup::from_environment(), version, run, progress).await
    }

    /// Finds or fetches a version.
    ///
    /// # Errors
    ///
    /// Errors about a missing Java or Maven list every place that was looked at.
    pub async fn find_in(
        lookup: &Lookup,
        version: &KafkaVersion,
        run: &RunId,
        progress: Progress<'_>,
    ) -> Result<Self, Error> {
        let java = Java::find(version, &lookup.places, run).await?;
        let found = |jars, source| Self { version: version.clone(), jars, source, java: java.clone() };
        if let Some(home) = &lookup.kafka_home {
            return Ok(found(jars_of_home(home, version)?, Source::KafkaHome));
        }
        let folder = lookup.cache.join(version.as_str());
        if folder.join(MARKER).is_file() {
            let jars = jars_in(&folder.join("lib"))?;
            if version.missing_jar(&jars).is_none() {
                return Ok(found(jars, Source::Cache));
            }
            progress(&format!("the cached Apache Kafka in `{}` is damaged; fetching it again", folder.display()));
        }
        maven::fetch(lookup, version, &folder, run, progress).await?;
        Ok(found(jars_in(&folder.join("lib"))?, Source::Maven))
    }

    /// The class path, in Java's notation.
    pub fn class_path(&self) -> String {
        self.jars.iter().map(|jar| jar.to_string_lossy()).collect::<Vec<_>>().join(":")
    }
}

fn jars_of_home(home: &Path, version: &KafkaVersion) -> Result<Vec<PathBuf>, Error> {
    let wrong = |found: String| Error::KafkaHome { home: home.to_owned(), wanted: version.to_string(), found };
    let Ok(jars) = jars_in(&home.join("libs")) else { return Err(wrong("no folder `libs`".to_owned())) };
    let present = jars.iter().find_map(|jar| core_jar_version(jar));
    match present {
        Some(present) if present == version.as_str() => Ok(jars),
        Some(present) => Err(wrong(format!("Apache Kafka {present}"))),
        None => Err(wrong(format!("no `libs/kafka_2.13-{version}.jar`"))),
    }
}

fn core_jar_version(jar: &Path) -> Option<String> {
    let version = jar.file_name()?.to_str()?.strip_prefix("kafka_2.13-")?.strip_suffix(".jar")?;
    // Beside it are jars such as `kafka_2.13-4.3.1-javadoc.jar`.
    version.parse::<KafkaVersion>().is_ok().then(|| version.to_owned())
}

fn jars_in(folder: &Path) -> Result<Vec<PathBuf>, Error> {
    let entries = fs::read_dir(folder).map_err(Error::file("read the folder", folder))?;
    let mut jars: Vec<PathBuf> = entries
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "jar"))
        .collect();
    // The order of a folder is the file system's; that of a class path must not be.
    jars.sort();
    Ok(jars)
}
