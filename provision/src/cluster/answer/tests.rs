//! Causes become phrases.

use std::sync::Arc;

use super::*;

#[test]
fn finds_the_cause_within_the_librarys_layers() {
    let refused = KrafkaError::network(io::Error::from(io::ErrorKind::ConnectionRefused));
    let wrapped = KrafkaError::Network(Arc::new(io::Error::new(io::ErrorKind::NotConnected, refused)));
    assert_eq!(reason(&wrapped), Reason::Refused);
    assert_eq!(reason(&KrafkaError::timeout("Metadata")), Reason::Timeout);
}

#[test]
fn tells_tls_from_other_protocols() {
    let length = |length: u32| {
        let message = format!("message size {length} exceeds maximum 104857600");
        reason(&KrafkaError::protocol_kind(ProtocolErrorKind::InvalidLength, message))
    };
    assert_eq!(length(u32::from_be_bytes([0x15, 3, 3, 0])), Reason::ExpectsTls);
    assert_eq!(length(u32::from_be_bytes(*b"HTTP")), Reason::OtherProtocol("Kafka's protocol"));
}

#[test]
fn tells_a_failed_handshake_from_a_failed_login() {
    assert!(matches!(reason(&KrafkaError::auth("TLS handshake failed: x")), Reason::Tls(_)));
    assert!(matches!(reason(&KrafkaError::auth("SASL authentication failed: x")), Reason::Authentication(_)));
}

#[test]
fn a_lost_answer_is_not_a_refusal() {
    assert!(matches!(Answer::of(Err(KrafkaError::timeout("CreateTopics"))), Answer::Lost { .. }));
    let refused = KrafkaError::broker(ErrorCode::PolicyViolation, "no");
    assert!(matches!(Answer::of(Err(refused)), Answer::Refused { .. }));
    assert_eq!(Answer::of(Err(KrafkaError::broker(ErrorCode::TopicAlreadyExists, "x"))), Answer::Exists);
}
