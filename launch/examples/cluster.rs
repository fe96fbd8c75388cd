//! Runs a cluster of three brokers until Ctrl-C: `cluster FOLDER VERSION kraft|zookeeper`.
//!
//! It shows what a caller of this crate does. The Kafka probe is written by hand, because the crate itself speaks no Kafka.

#![expect(clippy::print_stderr, reason = "an example tells what it does")]

use std::collections::BTreeMap;
use std::error::Error;
use std::io;
use std::sync::Arc;
use std::time::{Duration, Instant};

use launch::distribution::Distribution;
use launch::folder::Project;
use launch::kafka::{self, ClusterSpec, Coordination};
use launch::run::Run;
use launch::supervisor::{Event, Others, Probe, Settings, Supervisor, Urgency};
use launch::{control, ports};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use topology_launch as launch;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [folder, version, coordination] = arguments.as_slice() else {
        return Err("usage: cluster FOLDER VERSION kraft|zookeeper".into());
    };
    let coordination = if coordination == "kraft" { Coordination::Kraft } else { Coordination::ZooKeeper };
    let spec = ClusterSpec { version: version.parse()?, brokers: 3, coordination, config: BTreeMap::new() };
    let supervisor = tokio::select! {
        started = start(folder, spec) => started?,
        _ = tokio::signal::ctrl_c() => return Err("interrupted".into()),
    };
    let _server = control::serve(supervisor.clone(), Arc::new(|_: &str| None))?;
    tokio::select! {
        interrupted = tokio::signal::ctrl_c() => interrupted?,
        () = supervisor.stop_requested() => {}
    }
    let asked = Instant::now();
    supervisor.stop(Urgency::Graceful);
    supervisor.stopped().await;
    eprintln!("stopped in {:.1} s", asked.elapsed().as_secs_f64());
    Ok(())
}

async fn start(folder: &str, spec: ClusterSpec) -> Result<Supervisor, Box<dyn Error>> {
    let begun = Instant::now();
    let told = move |line: &str| eprintln!("{:6.2} s  {line}", begun.elapsed().as_secs_f64());
    let (run, orphans) = Run::begin(&Project::new(folder), spec.coordination.as_str(), &told).await?;
    told(&format!("{} orphans ended", orphans.len()));
    let distribution = Distribution::find(&spec.version, run.id(), &told).await?;
    told(&format!("Kafka from {:?}, Java {}", distribution.source, distribution.java.full_version));
    let environment = run.folder().clone();
    let plan = ports::plan(&environment, &spec.port_requests(), ports::Mode::from_environment(), &[])?;
    let setup = kafka::Setup {
        folder: &environment,
        run: run.id(),
        spec: &spec,
        distribution: &distribution,
        ports: &plan,
        progress: &told,
    };
    let cluster = kafka::prepare(&setup).await?;
    told("prepared");
    let supervisor = Supervisor::new(run, Settings::default());
    let mut events = supervisor.events();
    tokio::spawn(async move {
        while let Some(event) = events.next().await {
            match event {
                Event::Log { name, line, .. } => told(&format!("{name} | {line}")),
                other => told(&format!("{other:?}")),
            }
        }
    });
    let expected = usize::from(spec.brokers);
    let probe = |broker: &kafka::Broker| {
        let address = broker.address.clone();
        Probe::custom(format!("kafka {address}"), move || knows_all(address.clone(), expected))
    };
    let changes = supervisor.reconcile(cluster.processes(probe), Others::Stop).await?;
    supervisor.wait_ready(&changes.started, Duration::from_secs(90)).await?;
    told(&format!("ready at {}", cluster.bootstrap_servers()));
    for process in supervisor.status().await.processes {
        let usage = process.usage.ok_or("it runs")?;
        told(&format!("{} {:.0} % {} MB", process.record.name, usage.cpu_percent, usage.resident_bytes >> 20));
    }
    Ok(supervisor)
}

async fn knows_all(address: String, expected: usize) -> Result<(), String> {
    let (brokers, controller) = metadata(&address).await.map_err(|error| error.to_string())?;
    if brokers == expected && controller >= 0 {
        Ok(())
    } else {
        Err(format!("knows {brokers} of {expected} brokers and controller {controller}"))
    }
}

/// Asks for the metadata of no topic (version 5): the number of brokers and the id of the controller.
async fn metadata(address: &str) -> io::Result<(usize, i32)> {
    let mut stream = TcpStream::connect(address).await?;
    let request = [0, 3, 0, 5, 0, 0, 0, 1, 0xff, 0xff, 0, 0, 0, 0, 0];
    stream.write_all(&15u32.to_be_bytes()).await?;
    stream.write_all(&request).await?;
    let length = stream.read_u32().await?;
    let mut answer = vec![0; length.min(100_000) as usize];
    stream.read_exact(&mut answer).await?;
    let mut answer = answer.as_slice();
    let _correlation = answer.read_i32().await?;
    let _throttle = answer.read_i32().await?;
    let brokers = answer.read_i32().await?;
    for _ in 0..brokers {
        let _id = answer.read_i32().await?;
        skip_string(&mut answer).await?;
        let _port = answer.read_i32().await?;
        skip_string(&mut answer).await?;
    }
    skip_string(&mut answer).await?;
    Ok((usize::try_from(brokers).unwrap_or(0), answer.read_i32().await?))
}

async fn skip_string(answer: &mut &[u8]) -> io::Result<()> {
    let length = usize::try_from(answer.read_i16().await?).unwrap_or(0);
    *answer = answer.get(length..).ok_or(io::ErrorKind::UnexpectedEof)?;
    Ok(())
}
