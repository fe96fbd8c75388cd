//! The embedded cluster as a process of its own, which can be killed and looked at.

use std::fs;
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};

use topology_tests::binary;

/// A process that serves a folder.
pub(crate) struct Server {
    process: Child,
    folder: PathBuf,
    ports: [u16; 3],
    /// Every broker's address, comma-separated.
    pub(crate) servers: String,
}

impl Server {
    pub(crate) fn start(folder: &Path) -> Self {
        let held = [0; 3].map(|port| TcpListener::bind((Ipv4Addr::LOCALHOST, port)).expect("a port is free"));
        let ports = held.map(|listener| listener.local_addr().expect("it is bound").port());
        Self::serve(folder.to_owned(), ports)
    }

    fn serve(folder: PathBuf, ports: [u16; 3]) -> Self {
        let list = ports.map(|port| port.to_string()).join(",");
        let mut command = binary::command();
        command.args(["cluster", "serve", "--ports", &list, "--data"]).arg(&folder);
        let process = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the binary starts");
        let servers = ports.map(|port| format!("127.0.0.1:{port}")).join(",");
        Self { process, folder, ports, servers }
    }

    /// Memory that is in use now.
    pub(crate) fn resident_megabytes(&self) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.process.id())).expect("the process runs");
        let line = status.lines().find(|line| line.starts_with("VmRSS:")).expect("memory is accounted");
        let kilobytes: u64 = line.split_whitespace().nth(1).and_then(|text| text.parse().ok()).expect("it is a number");
        kilobytes / 1024
    }

    pub(crate) fn kill(&mut self) {
        self.process.kill().expect("it runs");
        self.process.wait().expect("it ends");
    }

    /// The same folder on the same ports.
    pub(crate) fn again(self) -> Self {
        Self::serve(self.folder.clone(), self.ports)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.process.kill());
        drop(self.process.wait());
    }
}
