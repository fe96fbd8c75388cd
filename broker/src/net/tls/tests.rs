//! Handshakes over a pipe.

use std::sync::Arc;

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio_rustls::TlsConnector;

use super::{ClientCertificates, Tls, TlsError, principal};

/// Who the client is for the server once it has got a byte through; an error where it does not get so far.
async fn connect(server: &Tls, trusted: &str, client: Option<&(String, String)>) -> std::io::Result<Option<String>> {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(trusted.as_bytes()).unwrap()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let builder = builder.with_root_certificates(roots);
    let config = match client {
        None => builder.with_no_client_auth(),
        Some((certificate, key)) => {
            let certificate = CertificateDer::from_pem_slice(certificate.as_bytes()).unwrap();
            let key = PrivateKeyDer::from_pem_slice(key.as_bytes()).unwrap();
            builder.with_client_auth_cert(vec![certificate], key).unwrap()
        }
    };
    let (near, far) = tokio::io::duplex(64 * 1024);
    let acceptor = server.acceptor().unwrap();
    let name = ServerName::try_from("127.0.0.1").unwrap();
    let accepted = async {
        let mut stream = acceptor.accept(far).await?;
        stream.write_all(b"!").await?;
        stream.flush().await?;
        let certificate = stream.get_ref().1.peer_certificates().and_then(<[_]>::first);
        Ok::<_, std::io::Error>(certificate.and_then(principal).map(|principal| principal.to_string()))
    };
    let connected = async {
        let mut stream = TlsConnector::from(Arc::new(config)).connect(name, near).await?;
        stream.read_u8().await
    };
    let (accepted, connected) = tokio::join!(accepted, connected);
    connected.and(accepted)
}

#[tokio::test]
async fn a_client_that_knows_the_authority_gets_in() {
    let tls = Tls::development().unwrap();
    assert_eq!(connect(&tls, &tls.authority().unwrap(), None).await.unwrap(), None);
    let other = Tls::development().unwrap();
    assert!(connect(&tls, &other.authority().unwrap(), None).await.is_err());
}

#[tokio::test]
async fn a_client_is_who_its_certificate_says() {
    let tls = Tls::development().unwrap();
    let authority = tls.authority().unwrap();
    let alice = tls.client_certificate("alice").unwrap();
    let stranger = Tls::development().unwrap().client_certificate("alice").unwrap();
    let required = tls.clone().clients(ClientCertificates::Required(authority.clone()));
    assert_eq!(connect(&required, &authority, Some(&alice)).await.unwrap().as_deref(), Some("User:CN=alice"));
    assert!(connect(&required, &authority, Some(&stranger)).await.is_err());
    assert!(connect(&required, &authority, None).await.is_err());
    let requested = tls.clients(ClientCertificates::Requested(authority.clone()));
    assert_eq!(connect(&requested, &authority, Some(&alice)).await.unwrap().as_deref(), Some("User:CN=alice"));
    assert_eq!(connect(&requested, &authority, None).await.unwrap(), None);
}

#[test]
fn what_is_not_pem_is_named() {
    assert!(matches!(Tls::from_pem("", "").acceptor(), Err(TlsError::Pem { what: "key", .. })));
    assert!(matches!(Tls::from_pem("", "").client_certificate("alice"), Err(TlsError::NoAuthority)));
}
