//! Java libraries from Maven Central.

use std::path::PathBuf;
use std::process::Command;
use std::sync::OnceLock;

use crate::binary::{repository, target};

/// The folder with what `tests/java/pom.xml` names; what is there already is left.
///
/// # Panics
///
/// If Maven cannot fetch them.
pub fn folder() -> PathBuf {
    static JARS: OnceLock<PathBuf> = OnceLock::new();
    JARS.get_or_init(|| {
        let folder = PathBuf::from(target()).join("java-avro");
        let complete = folder.join("complete");
        if !complete.exists() {
            let output = Command::new("mvn")
                .args(["-B", "-q", "-ntp", "dependency:copy-dependencies", "-DincludeScope=runtime", "-f"])
                .arg(repository().join("tests/java/pom.xml"))
                .arg(format!("-DoutputDirectory={}", folder.display()))
                .output()
                .expect("Maven is needed to fetch Apache Avro");
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
            std::fs::write(&complete, "").expect("the target folder is writable");
        }
        folder
    })
    .clone()
}
