//! Java libraries from Maven Central.

use std::path::PathBuf;
use std::process::Command;
use std::sync::OnceLock;

use crate::binary::{repository, target};

/// The folder with what `tests/java/pom.xml` names, fetched once and again when that file changes.
///
/// # Panics
///
/// If Maven cannot fetch them.
pub fn folder() -> PathBuf {
    static JARS: OnceLock<PathBuf> = OnceLock::new();
    JARS.get_or_init(|| {
        let folder = PathBuf::from(target()).join("java-libraries");
        let pom = repository().join("tests/java/pom.xml");
        let wanted = std::fs::read_to_string(&pom).expect("the repository has it");
        let complete = folder.join("complete");
        if std::fs::read_to_string(&complete).ok().as_ref() != Some(&wanted) {
            let output = Command::new("mvn")
                .args(["-B", "-q", "-ntp", "dependency:copy-dependencies", "-DincludeScope=runtime", "-f"])
                .arg(&pom)
                .arg(format!("-DoutputDirectory={}", folder.display()))
                .output()
                .expect("Maven is needed to fetch the libraries of the Java programs");
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
            std::fs::write(&complete, wanted).expect("the target folder is writable");
        }
        folder
    })
    .clone()
}
