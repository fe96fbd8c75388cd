//! TLS of a listener: its certificate, whether clients need one, and who a client with one is.

mod name;
#[cfg(test)]
mod tests;

use std::fmt;
use std::sync::Arc;

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa,
    KeyPair, KeyUsagePurpose,
};
use rustls::RootCertStore;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::server::danger::ClientCertVerifier;
use tokio_rustls::TlsAcceptor;

pub(crate) use name::principal;

/// The certificate of a listener, and what it asks of clients.
#[derive(Clone)]
pub struct Tls {
    certificates: String,
    key: String,
    clients: ClientCertificates,
    authority: Option<Arc<CertifiedIssuer<'static, KeyPair>>>,
}

/// Whether clients show a certificate; Kafka's `ssl.client.auth`. The text holds, in PEM, the authorities that may have
/// issued it. On a listener without SASL a client is who its certificate says.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub enum ClientCertificates {
    /// They do not. The default.
    #[default]
    None,
    /// They may; one that is not from these authorities is refused.
    Requested(String),
    /// They must.
    Required(String),
}

/// Why TLS cannot be had.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TlsError {
    /// A certificate could not be made.
    #[error("a certificate cannot be made")]
    Make(#[source] rcgen::Error),
    /// The text holds no certificate, or no key.
    #[error("the {what} cannot be read from PEM")]
    Pem {
        /// What was looked for.
        what: &'static str,
        /// What is wrong with the text.
        #[source]
        source: rustls::pki_types::pem::Error,
    },
    /// Certificate and key do not go together, or cannot be used.
    #[error("the certificate and its key cannot be used")]
    Use(#[source] rustls::Error),
    /// The authorities for clients' certificates cannot be used.
    #[error("the authorities of clients' certificates cannot be used")]
    Clients(#[source] rustls::server::VerifierBuilderError),
    /// Only an authority made for development issues certificates here.
    #[error("there is no development authority to issue a certificate")]
    NoAuthority,
}

impl Tls {
    /// A certificate for `localhost` and the loopback addresses, from an authority made on the spot and known to nobody.
    /// Clients trust it by its [`authority`](Self::authority).
    ///
    /// # Errors
    ///
    /// When the system has no randomness.
    pub fn development() -> Result<Self, TlsError> {
        let mut params = CertificateParams::default();
        params.distinguished_name = common_name("topology development authority");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        let key = KeyPair::generate().map_err(TlsError::Make)?;
        let authority = Arc::new(CertifiedIssuer::self_signed(params, key).map_err(TlsError::Make)?);
        let names = ["localhost", "127.0.0.1", "::1"].map(str::to_owned);
        let mut params = CertificateParams::new(names).map_err(TlsError::Make)?;
        params.distinguished_name = common_name("localhost");
        let (certificates, key) = issue(params, ExtendedKeyUsagePurpose::ServerAuth, &authority)?;
        Ok(Self { certificates, key, clients: ClientCertificates::None, authority: Some(authority) })
    }

    /// A certificate, the chain up to its authority, and its key, each in PEM.
    pub fn from_pem(certificates: &str, key: &str) -> Self {
        let (certificates, key) = (certificates.to_owned(), key.to_owned());
        Self { certificates, key, clients: ClientCertificates::None, authority: None }
    }

    /// Whether clients show a certificate. Default: they do not.
    pub fn clients(mut self, clients: ClientCertificates) -> Self {
        self.clients = clients;
        self
    }

    /// The development authority's certificate in PEM: what a client trusts.
    pub fn authority(&self) -> Option<String> {
        self.authority.as_ref().map(|authority| authority.pem())
    }

    /// A client's certificate from the development authority, and its key, in PEM. The client is `User:CN=<name>`.
    ///
    /// # Errors
    ///
    /// When there is no development authority.
    pub fn client_certificate(&self, name: &str) -> Result<(String, String), TlsError> {
        let authority = self.authority.as_ref().ok_or(TlsError::NoAuthority)?;
        let mut params = CertificateParams::default();
        params.distinguished_name = common_name(name);
        issue(params, ExtendedKeyUsagePurpose::ClientAuth, authority)
    }

    /// What takes connections with this TLS.
    pub(crate) fn acceptor(&self) -> Result<TlsAcceptor, TlsError> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let builder = rustls::ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(TlsError::Use)?;
        let builder = match self.verifier()? {
            Some(verifier) => builder.with_client_cert_verifier(verifier),
            None => builder.with_no_client_auth(),
        };
        let unread = |source| TlsError::Pem { what: "key", source };
        let key = PrivateKeyDer::from_pem_slice(self.key.as_bytes()).map_err(unread)?;
        let config = builder.with_single_cert(certificates(&self.certificates)?, key).map_err(TlsError::Use)?;
        Ok(TlsAcceptor::from(Arc::new(config)))
    }

    fn verifier(&self) -> Result<Option<Arc<dyn ClientCertVerifier>>, TlsError> {
        let (authorities, required) = match &self.clients {
            ClientCertificates::None => return Ok(None),
            ClientCertificates::Requested(authorities) => (authorities, false),
            ClientCertificates::Required(authorities) => (authorities, true),
        };
        let mut roots = RootCertStore::empty();
        for authority in certificates(authorities)? {
            roots.add(authority).map_err(TlsError::Use)?;
        }
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let builder = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider);
        let builder = if required { builder } else { builder.allow_unauthenticated() };
        builder.build().map(Some).map_err(TlsError::Clients)
    }
}

impl fmt::Debug for Tls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tls").field("certificates", &self.certificates).finish_non_exhaustive()
    }
}

fn common_name(name: &str) -> DistinguishedName {
    let mut distinguished = DistinguishedName::new();
    distinguished.push(DnType::CommonName, name);
    distinguished
}

/// A certificate and its key.
fn issue(
    mut params: CertificateParams,
    purpose: ExtendedKeyUsagePurpose,
    authority: &CertifiedIssuer<'static, KeyPair>,
) -> Result<(String, String), TlsError> {
    params.extended_key_usages = vec![purpose];
    let key = KeyPair::generate().map_err(TlsError::Make)?;
    let certificate = params.signed_by(&key, authority).map_err(TlsError::Make)?;
    Ok((certificate.pem(), key.serialize_pem()))
}

fn certificates(text: &str) -> Result<Vec<CertificateDer<'static>>, TlsError> {
    let read: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(text.as_bytes()).collect();
    read.map_err(|source| TlsError::Pem { what: "certificate", source })
}
