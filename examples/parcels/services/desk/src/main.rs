//! The service `desk`. What it does is its flow in the manifest.

use std::process::ExitCode;

fn main() -> ExitCode {
    parcels_desk::run()
}
