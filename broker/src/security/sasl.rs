//! SASL: the handshake, and the exchanges of PLAIN, SCRAM and OAUTHBEARER.

use kafka_protocol::messages::{SaslAuthenticateRequest, SaslHandshakeRequest};

use crate::machine::{Connection, Context, Machine, Outcome};

/// How far a connection's authentication has come.
#[derive(Debug, Default)]
pub(crate) struct Exchange {}

pub(crate) fn handshake(_: &mut Machine, _: &mut Connection, _: &Context, _: &SaslHandshakeRequest) -> Outcome {
    Outcome::Close
}

pub(crate) fn authenticate(_: &mut Machine, _: &mut Connection, _: &Context, _: &SaslAuthenticateRequest) -> Outcome {
    Outcome::Close
}
