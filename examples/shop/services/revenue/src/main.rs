//! The service `revenue`. What it does is its flow in the manifest.

use std::process::ExitCode;

fn main() -> ExitCode {
    shop_revenue::run()
}
