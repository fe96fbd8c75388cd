//! Serves an embedded cluster until it is killed: `cargo run -p topology-broker --example serve -- [PORT [BROKERS [FOLDER]]]`.
//!
//! The first line says where the brokers are, the second where the control socket is.

use std::io::Write;

use topology_broker::{Cluster, serve};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let mut builder = Cluster::builder();
    if let Some(port) = arguments.next().and_then(|port| port.parse().ok()) {
        builder = builder.port(port);
    }
    if let Some(brokers) = arguments.next().and_then(|brokers| brokers.parse().ok()) {
        builder = builder.brokers(brokers);
    }
    if let Some(folder) = arguments.next() {
        builder = builder.folder(folder);
    }
    serve(
        &builder,
        |started| {
            let socket = started.control.as_deref().unwrap_or(std::path::Path::new("-"));
            // Whoever has closed our output does not want to know.
            drop(writeln!(std::io::stdout(), "{}\n{}", started.bootstrap_servers(), socket.display()));
        },
        std::future::pending(),
    )?;
    Ok(())
}
