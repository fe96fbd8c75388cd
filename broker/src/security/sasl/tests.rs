//! Whole exchanges against a machine, under simulated time.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use bytes::Bytes;
use kafka_protocol::error::ResponseError;
use kafka_protocol::messages::{
    ApiVersionsRequest, MetadataRequest, RequestKind, ResponseKind, SaslAuthenticateRequest, SaslAuthenticateResponse,
    SaslHandshakeRequest, SaslHandshakeResponse,
};
use kafka_protocol::protocol::StrBytes;

use crate::log::Logs;
use crate::machine::dispatch::Request;
use crate::machine::{Connection, ConnectionId, Machine, Outcome, Settings, Ticket};
use crate::metadata::Metadata;
use crate::metadata::journal::Journal;
use crate::security::secret::Secret;

/// How long an answer waits that is the last.
type Delay = Option<Duration>;

const LISTENER: &str = "SASL_PLAINTEXT";
const START: i64 = 1_000_000;

struct Client {
    machine: Machine,
    connection: Connection,
    now: i64,
}

impl Client {
    fn new(configs: &[(&str, &str)]) -> Self {
        let settings = Settings {
            configs: configs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect(),
            sasl_listeners: vec![LISTENER.to_owned()],
            users: BTreeMap::from([("alice".to_owned(), Secret("secret".to_owned()))]),
            ..Settings::default()
        };
        let mut machine = Machine::new(settings, Metadata::default(), Journal::default(), Logs::default(), START);
        let connection = machine.connected(ConnectionId(1), 1, LISTENER, IpAddr::V4(Ipv4Addr::LOCALHOST));
        Self { machine, connection, now: START }
    }

    fn send(&mut self, version: i16, body: impl Into<RequestKind>) -> Outcome {
        let request = Request { ticket: Ticket(1), version, client_id: "test".to_owned(), body: body.into() };
        self.machine.handle(self.now, &mut self.connection, request)
    }

    fn handshake(&mut self, version: i16, mechanism: &'static str) -> (SaslHandshakeResponse, Delay) {
        let request = SaslHandshakeRequest::default().with_mechanism(StrBytes::from_static_str(mechanism));
        match answer(self.send(version, request)) {
            (ResponseKind::SaslHandshake(response), after) => (response, after),
            other => panic!("{other:?}"),
        }
    }

    fn token(&mut self, token: impl AsRef<[u8]>) -> SaslAuthenticateResponse {
        let request = SaslAuthenticateRequest::default().with_auth_bytes(Bytes::copy_from_slice(token.as_ref()));
        match answer(self.send(2, request)) {
            (ResponseKind::SaslAuthenticate(response), after) => {
                assert_eq!(after.is_some(), response.error_code == ResponseError::SaslAuthenticationFailed.code());
                response
            }
            other => panic!("{other:?}"),
        }
    }
}

fn answer(outcome: Outcome) -> (ResponseKind, Delay) {
    match outcome {
        Outcome::Reply(response) => (*response, None),
        Outcome::Last { response, after } => (*response, Some(after)),
        other => panic!("no answer: {other:?}"),
    }
}

fn message(response: &SaslAuthenticateResponse) -> &str {
    response.error_message.as_deref().unwrap_or("")
}

#[test]
fn nothing_else_is_answered_before_a_client_has_said_who_it_is() {
    let mut client = Client::new(&[]);
    assert!(matches!(client.send(12, MetadataRequest::default()), Outcome::Close));
    let mut client = Client::new(&[]);
    assert!(matches!(client.send(0, ApiVersionsRequest::default()), Outcome::Reply(_)));
    assert_eq!(client.handshake(1, "PLAIN").0.error_code, 0);
    let (response, after) = answer(client.send(0, ApiVersionsRequest::default()));
    assert!(after.is_some());
    assert!(matches!(response, ResponseKind::ApiVersions(response) if response.error_code == 34));
}

#[test]
fn an_unknown_mechanism_is_refused_with_those_that_there_are() {
    let mut client = Client::new(&[("sasl.enabled.mechanisms", "SCRAM-SHA-256,PLAIN")]);
    let (response, after) = client.handshake(1, "GSSAPI");
    assert_eq!(response.error_code, ResponseError::UnsupportedSaslMechanism.code());
    let names: Vec<&str> = response.mechanisms.iter().map(StrBytes::as_str).collect();
    assert_eq!(names, ["PLAIN", "SCRAM-SHA-256"]);
    assert_eq!(after, Some(Duration::from_millis(100)));
}

#[test]
fn plain_lets_in_who_knows_the_password() {
    let mut client = Client::new(&[]);
    client.handshake(1, "PLAIN");
    let response = client.token("\0alice\0secret");
    assert_eq!((response.error_code, response.session_lifetime_ms), (0, 0));
    assert_eq!(client.connection.principal.to_string(), "User:alice");
    let again = client.handshake(1, "PLAIN").0;
    assert_eq!(again.error_code, ResponseError::IllegalSaslState.code());
    let late = client.token("\0alice\0secret");
    assert_eq!(message(&late), "SaslAuthenticate request received after successful authentication");
}

#[test]
fn plain_says_what_kafka_says() {
    let other = "Authentication failed: Client requested an authorization id that is different from username";
    for (token, why) in [
        ("\0alice\0wrong", "Authentication failed: Invalid username or password"),
        ("\0bob\0secret", "Authentication failed: Invalid username or password"),
        ("\0\0secret", "Authentication failed: username not specified"),
        ("\0alice\0", "Authentication failed: password not specified"),
        ("bob\0alice\0secret", other),
        ("alice\0secret", "Invalid SASL/PLAIN response: expected 3 tokens, got 2"),
    ] {
        let mut client = Client::new(&[]);
        client.handshake(1, "PLAIN");
        assert_eq!(message(&client.token(token)), why);
    }
}

#[test]
fn tokens_without_a_header_follow_the_first_version_of_the_handshake() {
    let mut client = Client::new(&[]);
    client.handshake(0, "PLAIN");
    assert!(client.connection.sasl.takes_raw_tokens());
    let answer = super::raw_token(&client.machine, &mut client.connection, START, b"\0alice\0secret");
    assert_eq!(answer, Some(Vec::new()));
    assert!(!client.connection.sasl.takes_raw_tokens());
    assert!(matches!(client.send(0, ApiVersionsRequest::default()), Outcome::Reply(_)));
}

#[test]
fn a_session_that_has_ended_must_be_renewed_by_the_same_user() {
    let mut client = Client::new(&[("connections.max.reauth.ms", "5000")]);
    client.handshake(1, "PLAIN");
    assert_eq!(client.token("\0alice\0secret").session_lifetime_ms, 5000);
    client.now += 5000;
    assert!(matches!(client.send(0, ApiVersionsRequest::default()), Outcome::Reply(_)));
    assert_eq!(client.handshake(1, "PLAIN").0.error_code, 0);
    assert_eq!(client.token("\0alice\0secret").session_lifetime_ms, 5000);
    assert_eq!(client.handshake(1, "PLAIN").0.error_code, ResponseError::IllegalSaslState.code());
    client.now += 5001;
    assert!(matches!(client.send(0, ApiVersionsRequest::default()), Outcome::Close));
}

#[test]
fn another_mechanism_cannot_renew_a_session() {
    let mut client = Client::new(&[("connections.max.reauth.ms", "5000")]);
    client.handshake(1, "PLAIN");
    client.token("\0alice\0secret");
    assert_eq!(client.handshake(1, "OAUTHBEARER").0.error_code, 0);
    let request = SaslAuthenticateRequest::default();
    assert!(matches!(client.send(2, request), Outcome::Close));
}

fn bearer(claims: &str) -> String {
    let part = |text: &str| URL_SAFE_NO_PAD.encode(text);
    format!("n,,\x01auth=Bearer {}.{}.\x01traceId=1\x01\x01", part(r#"{"alg":"none"}"#), part(claims))
}

#[test]
fn an_unsecured_token_is_believed_until_it_expires() {
    let mut client = Client::new(&[]);
    client.handshake(1, "OAUTHBEARER");
    let response = client.token(bearer(r#"{"sub":"alice","iat":999.5,"exp":1003}"#));
    assert_eq!((response.error_code, response.session_lifetime_ms), (0, 3000));
    assert_eq!(client.connection.principal.to_string(), "User:alice");
}

#[test]
fn a_token_that_will_not_do_is_refused_after_the_client_has_heard_of_it() {
    let expired = r#"{"sub":"alice","exp":1000}"#;
    let from_later = r#"{"sub":"alice","iat":1001,"exp":2000}"#;
    for claims in [expired, from_later, r#"{"sub":"alice"}"#, r#"{"exp":2000}"#, r#"{"sub":1,"exp":2000}"#, "{"] {
        let mut client = Client::new(&[]);
        client.handshake(1, "OAUTHBEARER");
        let heard = client.token(bearer(claims));
        assert_eq!(heard.error_code, 0);
        assert_eq!(*heard.auth_bytes, *br#"{"status":"invalid_token"}"#, "{claims}");
        assert_eq!(message(&client.token("\x01")), r#"{"status":"invalid_token"}"#);
    }
}

#[test]
fn a_required_scope_and_another_claim_for_the_name_can_be_asked_for() {
    let jaas = "x required unsecuredValidatorPrincipalClaimName=\"name\" unsecuredValidatorRequiredScope=\"a b\";";
    let configs = [("listener.name.sasl_plaintext.oauthbearer.sasl.jaas.config", jaas)];
    let mut client = Client::new(&configs);
    client.handshake(1, "OAUTHBEARER");
    let heard = client.token(bearer(r#"{"name":"bob","exp":2000,"scope":["a"]}"#));
    assert_eq!(*heard.auth_bytes, *br#"{"status":"insufficient_scope", "scope":"a b"}"#);
    let mut client = Client::new(&configs);
    client.handshake(1, "OAUTHBEARER");
    assert_eq!(client.token(bearer(r#"{"name":"bob","exp":2000,"scope":"c b a"}"#)).error_code, 0);
    assert_eq!(client.connection.principal.to_string(), "User:bob");
}

#[test]
fn passwords_are_not_shown() {
    let jaas = "PlainLoginModule required user_bob=\"hunter2\";";
    let client = Client::new(&[("listener.name.sasl_plaintext.plain.sasl.jaas.config", jaas)]);
    let shown = format!("{:?}", client.machine);
    assert!(!shown.contains("hunter2") && !shown.contains("secret\""), "{shown}");
}
