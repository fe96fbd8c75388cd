//! Subjects as Java's `X500Principal.getName()` writes them.

use rcgen::{CertificateParams, DistinguishedName, DnType, DnValue, KeyPair};

use super::{dotted, principal};
use crate::net::tls::Tls;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;

fn name(parts: Vec<(DnType, DnValue)>) -> String {
    let mut params = CertificateParams::default();
    params.distinguished_name = DistinguishedName::new();
    for (kind, value) in parts {
        params.distinguished_name.push(kind, value);
    }
    let certificate = params.self_signed(&KeyPair::generate().unwrap()).unwrap();
    principal(certificate.der()).unwrap().to_string()
}

fn utf8(text: &str) -> DnValue {
    DnValue::Utf8String(text.to_owned())
}

#[test]
fn the_most_specific_part_is_first() {
    let printable = DnValue::PrintableString("DE".try_into().unwrap());
    let parts = vec![
        (DnType::CountryName, printable),
        (DnType::OrganizationName, utf8("Ünicode")),
        (DnType::OrganizationalUnitName, utf8("dev")),
        (DnType::CommonName, utf8("alice")),
    ];
    assert_eq!(name(parts), "User:CN=alice,OU=dev,O=Ünicode,C=DE");
}

#[test]
fn what_has_a_meaning_is_escaped() {
    assert_eq!(name(vec![(DnType::CommonName, utf8(" a,b=c#d\\ "))]), "User:CN=\\ a\\,b\\=c\\#d\\\\\\ ");
}

#[test]
fn a_part_without_a_keyword_is_shown_by_its_number() {
    let number = DnType::CustomDnType(vec![2, 5, 4, 5]);
    let printable = DnValue::PrintableString("5".try_into().unwrap());
    assert_eq!(name(vec![(number, printable)]), "User:2.5.4.5=#130135");
    assert_eq!(dotted(&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x01]), "1.2.840.113549.1.9.1");
}

#[test]
fn hostile_bytes_have_no_name() {
    let tls = Tls::development().unwrap();
    let (pem, _) = tls.client_certificate("alice").unwrap();
    let certificate = CertificateDer::from_pem_slice(pem.as_bytes()).unwrap();
    assert_eq!(principal(&certificate).unwrap().to_string(), "User:CN=alice");
    for end in 0..certificate.len() {
        let cut = CertificateDer::from(&certificate[..end]);
        assert_eq!(principal(&cut), None);
    }
}
