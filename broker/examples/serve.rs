//! Serves an embedded cluster until it is killed: `cargo run -p topology-broker --example serve -- [PORT [BROKERS [FOLDER]]]`.

use topology_broker::Cluster;

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
    let cluster = builder.start()?;
    std::io::Write::write_all(&mut std::io::stdout(), format!("{}\n", cluster.bootstrap_servers()).as_bytes())?;
    loop {
        std::thread::park();
    }
}
