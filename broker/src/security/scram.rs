//! SCRAM users (KIP-554) and the SCRAM exchange (RFC 5802).

use kafka_protocol::messages::{AlterUserScramCredentialsRequest, DescribeUserScramCredentialsRequest};

use crate::machine::{Context, Machine, Outcome};

/// What is kept of a user's password.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(crate) struct ScramCredential {
    pub(crate) iterations: i32,
    pub(crate) salt: Vec<u8>,
    pub(crate) stored_key: Vec<u8>,
    pub(crate) server_key: Vec<u8>,
}

pub(crate) fn describe(
    _machine: &mut Machine,
    _cx: &Context,
    _request: DescribeUserScramCredentialsRequest,
) -> Outcome {
    Outcome::Close
}

pub(crate) fn alter(_machine: &mut Machine, _cx: &Context, _request: AlterUserScramCredentialsRequest) -> Outcome {
    Outcome::Close
}
