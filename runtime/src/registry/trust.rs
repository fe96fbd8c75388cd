//! Which certificate authorities an https registry may be certified by: the system's, and those of
//! `TOPOLOGY_SSL_CA_FILE`, which brokers are checked against too.

use std::fs;
use std::io;
use std::sync::Arc;

use ureq::tls::{Certificate, PemItem, RootCerts, TlsConfig, parse_pem};

/// Why the file of certificate authorities cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("cannot use `{file}` (TOPOLOGY_SSL_CA_FILE)")]
pub(crate) struct TrustError {
    file: String,
    #[source]
    cause: io::Error,
}

/// Trusts the system's certificate authorities and those of `file`.
pub(super) fn config(file: Option<&str>) -> Result<TlsConfig, TrustError> {
    let system = rustls_native_certs::load_native_certs();
    let mut trusted: Vec<Certificate<'static>> =
        system.certs.iter().map(|certificate| Certificate::from_der(certificate.as_ref()).to_owned()).collect();
    if let Some(file) = file {
        trusted.extend(certificates(file).map_err(|cause| TrustError { file: file.to_owned(), cause })?);
    }
    Ok(TlsConfig::builder().root_certs(RootCerts::Specific(Arc::new(trusted))).build())
}

fn certificates(file: &str) -> io::Result<Vec<Certificate<'static>>> {
    let text = fs::read(file)?;
    let certificates: Vec<_> = parse_pem(&text)
        .filter_map(|item| match item {
            Ok(PemItem::Certificate(certificate)) => Some(certificate),
            _ => None,
        })
        .collect();
    if certificates.is_empty() {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "it holds no PEM certificate"));
    }
    Ok(certificates)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Chain;

    #[test]
    fn names_a_file_that_cannot_be_used_and_why() {
        let told = |file| Chain(&config(Some(file)).unwrap_err()).to_string();
        assert!(told("/no/such/file").starts_with("cannot use `/no/such/file` (TOPOLOGY_SSL_CA_FILE): No such file"));
        let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
        assert!(told(manifest).ends_with(": it holds no PEM certificate"));
    }
}
