//! Running other programs, echoed and timed.

use std::path::PathBuf;
use std::process::Command;
use std::time::Instant;

/// The folder of the workspace.
pub(crate) fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask lies in the workspace").to_owned()
}

/// Cargo's target directory for this workspace.
pub(crate) fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from)
}

/// The `cargo` that runs this program.
pub(crate) fn cargo() -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root());
    command
}

/// Runs a step to its end; its name and time go to stderr.
pub(crate) fn step(name: &str, command: &mut Command) -> Result<(), String> {
    eprintln!("\n== {name}");
    let began = Instant::now();
    let status = command.status().map_err(|error| format!("{name}: {command:?} did not start: {error}"))?;
    let seconds = began.elapsed().as_secs_f64();
    if status.success() {
        eprintln!("== {name}: {seconds:.1} s");
        Ok(())
    } else {
        Err(format!("{name}: {command:?} ended with {status} after {seconds:.1} s"))
    }
}

/// What a command prints on stdout.
pub(crate) fn output(command: &mut Command) -> Result<String, String> {
    let output = command.output().map_err(|error| format!("{command:?} did not start: {error}"))?;
    if !output.status.success() {
        return Err(format!("{command:?}: {}\n{}", output.status, String::from_utf8_lossy(&output.stderr)));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}
