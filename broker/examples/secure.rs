//! Serves an embedded cluster with every kind of listener until it is killed, and writes what clients need into a folder:
//! `cargo run -p topology-broker --example secure -- FOLDER [PORT] [CONFIG=VALUE]...`.
//!
//! Users are `alice` with password `alice-secret`, and `admin`, a super user, with `admin-secret`.

use std::error::Error;
use std::fs;
use std::path::PathBuf;

use topology_broker::{ClientCertificates, Cluster, Listener, Protocol, Tls};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let folder = PathBuf::from(arguments.next().ok_or("a folder is needed")?);
    let port: u16 = arguments.next().map_or(Ok(29_092), |port| port.parse())?;
    let tls = Tls::development()?;
    let authority = tls.authority().unwrap_or_default();
    let (certificate, key) = tls.client_certificate("alice")?;
    for (name, text) in [("ca.pem", &authority), ("client.pem", &certificate), ("client.key", &key)] {
        fs::write(folder.join(name), text)?;
    }
    let mutual = tls.clone().clients(ClientCertificates::Required(authority));
    let mut builder = Cluster::builder()
        .listener(Listener::new(Protocol::Plaintext).port(port))
        .listener(Listener::new(Protocol::Ssl).tls(tls.clone()).port(port + 10))
        .listener(Listener::new(Protocol::SaslPlaintext).port(port + 20))
        .listener(Listener::new(Protocol::SaslSsl).tls(tls).port(port + 30))
        .listener(Listener::new(Protocol::Ssl).name("MUTUAL").tls(mutual).port(port + 40))
        .user("alice", "alice-secret")
        .user("admin", "admin-secret");
    for argument in arguments {
        let (key, value) = argument.split_once('=').ok_or("a config is KEY=VALUE")?;
        builder = builder.config(key, value);
    }
    let _cluster = builder.start()?;
    loop {
        std::thread::park();
    }
}
