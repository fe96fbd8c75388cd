//! The ports of brokers: fixed, or free ones that a data folder remembers, so that clients find a cluster where it was.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};

use tokio::net::TcpListener;

use crate::error::Error;

/// The ports that were in use last, by broker and listener.
#[derive(Debug, Default)]
pub(crate) struct Ports {
    file: Option<PathBuf>,
    known: BTreeMap<String, u16>,
}

impl Ports {
    /// What a folder remembers; nothing where there is no folder, or it was never used.
    pub(crate) fn remembered(folder: Option<&Path>) -> Self {
        let file = folder.map(|folder| folder.join("ports.json"));
        let text = file.as_ref().and_then(|file| std::fs::read(file).ok());
        let known = text.and_then(|text| serde_json::from_slice(&text).ok()).unwrap_or_default();
        Self { file, known }
    }

    /// Listens for a broker: on the fixed port, else on the one it had, else on a free one.
    ///
    /// # Errors
    ///
    /// When the fixed port is taken, or none can be had.
    pub(crate) async fn listen(
        &mut self,
        broker: i32,
        listener: &str,
        fixed: Option<u16>,
    ) -> Result<TcpListener, Error> {
        let key = format!("{broker}/{listener}");
        let refused = |port: u16| move |source| Error::Port { broker, port, source };
        let socket = match (fixed, self.known.get(&key)) {
            (Some(port), _) => bind(port).await.map_err(refused(port))?,
            (None, Some(port)) => match bind(*port).await {
                Ok(socket) => socket,
                Err(_) => bind(0).await.map_err(refused(0))?,
            },
            (None, None) => bind(0).await.map_err(refused(0))?,
        };
        let port = socket.local_addr().map_err(refused(fixed.unwrap_or(0)))?.port();
        self.known.insert(key, port);
        Ok(socket)
    }

    /// Writes the ports down.
    ///
    /// # Errors
    ///
    /// When the folder cannot be written.
    pub(crate) fn remember(&self) -> Result<(), Error> {
        let Some(file) = &self.file else { return Ok(()) };
        let folder = file.parent().unwrap_or(file).to_owned();
        let written = std::fs::create_dir_all(&folder)
            .and_then(|()| std::fs::write(file, serde_json::to_vec(&self.known).map_err(std::io::Error::other)?));
        written.map_err(|source| Error::Folder { folder, source })
    }
}

async fn bind(port: u16) -> std::io::Result<TcpListener> {
    TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, port))).await
}
