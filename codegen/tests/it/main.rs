//! What is generated, judged by the compiler: its text, and whether it compiles, works, or is refused where it must be.

#![expect(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "the crate itself touches memory only; its tests give what it makes to cargo"
)]

mod workspace;

mod accepted;
mod events;
mod formats;
mod rejected;

use std::path::{Path, PathBuf};

/// The target folder that built this test. Generated workspaces are built there too, so that librdkafka and everything
/// else that they share with this repository is compiled once.
fn shared_target() -> PathBuf {
    let own = Path::new(env!("CARGO_TARGET_TMPDIR"));
    own.parent().expect("cargo's folder for tests lies in the target folder").to_owned()
}
