//! The binary under test, and one run of it.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// What a run said and how it ended.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The exit code.
    pub code: i32,
    /// Everything on stdout.
    pub stdout: String,
    /// Everything on stderr.
    pub stderr: String,
}

/// The folder of the repository.
///
/// # Panics
///
/// Never: this crate lies in the repository.
pub fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the crate lies in the repository").to_owned()
}

/// The binary: `TOPOLOGY_BIN`, or the one beside the running test.
///
/// # Panics
///
/// If it has not been built.
pub fn path() -> PathBuf {
    if let Some(path) = std::env::var_os("TOPOLOGY_BIN") {
        return path.into();
    }
    let test = std::env::current_exe().expect("a test knows its own path");
    let path = test.ancestors().nth(2).expect("a test lies in target/debug/deps").join("topology");
    assert!(path.exists(), "{} is not built: run `cargo build` first", path.display());
    path
}

/// Where services are built: the workspace's own target directory, so that librdkafka is compiled once for all.
pub fn target() -> String {
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| repository().join("target"), PathBuf::from);
    target.to_string_lossy().into_owned()
}

/// A folder for `PATH` with every program of this one's except Java's and Maven's.
///
/// # Panics
///
/// If the disk refuses.
pub fn path_without_java() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder can be made");
    let path = std::env::var_os("PATH").unwrap_or_default();
    let programs = std::env::split_paths(&path).filter_map(|folder| std::fs::read_dir(folder).ok()).flatten().flatten();
    for program in programs {
        let name = program.file_name();
        let is_java = ["java", "jshell", "mvn"].iter().any(|word| name.to_string_lossy().starts_with(word));
        let link = folder.path().join(&name);
        // The first of a name is the one that counts.
        if !is_java && link.symlink_metadata().is_err() {
            std::os::unix::fs::symlink(program.path(), link).expect("a temporary folder is writable");
        }
    }
    folder
}

/// The binary with a clean environment: no settings of the caller's shell reach it.
pub fn command() -> Command {
    let mut command = Command::new(path());
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("TOPOLOGY_") {
            command.env_remove(name);
        }
    }
    command.env("NO_COLOR", "1").env("COLUMNS", "100").stdin(Stdio::null());
    command
}

/// Runs the binary in `folder` to its end.
///
/// # Panics
///
/// If it cannot be started or dies of a signal.
pub fn run(folder: &Path, words: &[&str]) -> Outcome {
    run_with(folder, words, &[])
}

/// Runs the binary in `folder` with more environment variables.
///
/// # Panics
///
/// If it cannot be started or dies of a signal.
pub fn run_with(folder: &Path, words: &[&str], environment: &[(&str, &str)]) -> Outcome {
    let mut command = command();
    command.args(words).current_dir(folder).envs(environment.iter().copied());
    let output = command.output().expect("the binary starts");
    Outcome {
        code: output.status.code().unwrap_or_else(|| panic!("{words:?} died: {}", output.status)),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

impl Outcome {
    /// The run as one text for a snapshot.
    pub fn transcript(&self) -> String {
        format!("exit code: {}\n--- stdout\n{}--- stderr\n{}", self.code, self.stdout, self.stderr)
    }

    /// The outcome, if the exit code is this one.
    ///
    /// # Panics
    ///
    /// If it is another one, with everything that was said.
    #[track_caller]
    pub fn expect_code(self, code: i32) -> Self {
        assert_eq!(self.code, code, "{}", self.transcript());
        self
    }
}
