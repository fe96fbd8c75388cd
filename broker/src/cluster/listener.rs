//! A listener: a name, what is spoken there, and a port at each broker.

use std::collections::BTreeSet;

use crate::error::Error;
use crate::net::tls::Tls;

/// What is spoken on a listener; Kafka's `security.protocol`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protocol {
    /// Neither encrypted nor authenticated.
    Plaintext,
    /// Encrypted; clients may be known by their certificates.
    Ssl,
    /// Clients say who they are with SASL.
    SaslPlaintext,
    /// Encrypted, and clients say who they are with SASL.
    SaslSsl,
}

impl Protocol {
    /// Kafka's name of it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Plaintext => "PLAINTEXT",
            Self::Ssl => "SSL",
            Self::SaslPlaintext => "SASL_PLAINTEXT",
            Self::SaslSsl => "SASL_SSL",
        }
    }

    pub(crate) fn has_sasl(self) -> bool {
        matches!(self, Self::SaslPlaintext | Self::SaslSsl)
    }

    fn has_tls(self) -> bool {
        matches!(self, Self::Ssl | Self::SaslSsl)
    }
}

/// A listener of every broker. It is on loopback only.
///
/// SASL mechanisms, their JAAS configs and `connections.max.reauth.ms` are broker configs, as in Kafka; without
/// `sasl.enabled.mechanisms` all are enabled.
#[derive(Clone, Debug)]
pub struct Listener {
    pub(crate) name: String,
    pub(crate) protocol: Protocol,
    pub(crate) port: Option<u16>,
    pub(crate) ports: Vec<u16>,
    pub(crate) tls: Option<Tls>,
}

impl Listener {
    /// A listener without TLS, named as its protocol.
    pub fn new(protocol: Protocol) -> Self {
        Self { name: protocol.name().to_owned(), protocol, port: None, ports: Vec::new(), tls: None }
    }

    /// Its certificate. Without one, an authority is made on the spot that nobody knows: for clients that do not verify.
    pub fn tls(mut self, tls: Tls) -> Self {
        self.tls = Some(tls);
        self
    }

    /// Its name. Default: that of its protocol.
    pub fn name(mut self, name: &str) -> Self {
        name.clone_into(&mut self.name);
        self
    }

    /// The port at the first broker; the others follow. Default: free ports.
    pub fn port(mut self, port: u16) -> Self {
        self.port = Some(port);
        self
    }

    /// The port at each broker.
    pub fn ports(mut self, ports: impl IntoIterator<Item = u16>) -> Self {
        self.ports = ports.into_iter().collect();
        self
    }

    /// The port that it is to have at a broker, counted from 0; `None` for a free one.
    pub(crate) fn port_at(&self, index: u16) -> Option<u16> {
        let following = self.port.map(|first| first.saturating_add(index));
        self.ports.get(usize::from(index)).copied().or(following).filter(|port| *port > 0)
    }

    /// What takes its connections, where it has TLS.
    pub(crate) fn acceptor(&self) -> Result<Option<tokio_rustls::TlsAcceptor>, Error> {
        if !self.protocol.has_tls() {
            return Ok(None);
        }
        let tls = |tls: &Tls| tls.acceptor();
        let acceptor = self.tls.as_ref().map_or_else(|| Tls::development().and_then(|made| tls(&made)), tls);
        acceptor.map(Some).map_err(|source| Error::Tls { listener: self.name.clone(), source })
    }
}

/// Whether listeners can be told apart.
pub(crate) fn check(listeners: &[Listener]) -> Result<(), Error> {
    let mut names = BTreeSet::new();
    match listeners.iter().find(|listener| !names.insert(&listener.name)) {
        Some(twice) => Err(Error::Setting(format!("two listeners are named `{}`", twice.name))),
        None => Ok(()),
    }
}
