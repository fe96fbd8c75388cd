//! SCRAM users (KIP-554): what is kept of their passwords, and the APIs that list and change them.

pub(crate) mod exchange;
pub(crate) mod hash;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use kafka_protocol::error::ResponseError;
use kafka_protocol::messages::alter_user_scram_credentials_request::ScramCredentialUpsertion;
use kafka_protocol::messages::alter_user_scram_credentials_response::AlterUserScramCredentialsResult;
use kafka_protocol::messages::describe_user_scram_credentials_response::{
    CredentialInfo, DescribeUserScramCredentialsResult,
};
use kafka_protocol::messages::{
    AlterUserScramCredentialsRequest, AlterUserScramCredentialsResponse, DescribeUserScramCredentialsRequest,
    DescribeUserScramCredentialsResponse,
};
use kafka_protocol::protocol::StrBytes;

use self::hash::Hash;
use super::acl::{CLUSTER, Operation, ResourceType};
use crate::machine::{Context, Machine, Outcome};
use crate::metadata::change::Change;
use crate::wire::refusal::Refusal;

/// The fewest iterations that a credential may have.
const MIN_ITERATIONS: i32 = 4096;
/// The most iterations that a credential may have.
const MAX_ITERATIONS: i32 = 16384;

/// What is kept of a user's password.
#[derive(Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub(crate) struct ScramCredential {
    pub(crate) iterations: i32,
    pub(crate) salt: Vec<u8>,
    pub(crate) stored_key: Vec<u8>,
    pub(crate) server_key: Vec<u8>,
}

impl fmt::Debug for ScramCredential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ScramCredential([hidden])")
    }
}

impl ScramCredential {
    /// What is kept of a password that was salted and hashed already.
    fn new(hash: Hash, iterations: i32, salt: &[u8], salted_password: &[u8]) -> Self {
        let stored_key = hash.digest(&hash.hmac(salted_password, b"Client Key"));
        let server_key = hash.hmac(salted_password, b"Server Key");
        Self { iterations, salt: salt.to_vec(), stored_key, server_key }
    }

    /// What is kept of a password.
    pub(crate) fn of_password(hash: Hash, password: &str) -> Self {
        let salt = uuid::Uuid::new_v4();
        let salted = hash.salted_password(password.as_bytes(), salt.as_bytes(), MIN_ITERATIONS);
        Self::new(hash, MIN_ITERATIONS, salt.as_bytes(), &salted)
    }
}

/// SCRAM credentials for the users that the cluster was started with, where they have none.
pub(crate) fn of_users(machine: &Machine) -> Vec<Change> {
    let hashes = [Hash::Sha256, Hash::Sha512];
    let wanted = machine.settings.users.iter().flat_map(|user| hashes.map(|hash| (user, hash)));
    let missing =
        wanted.filter(|((user, _), hash)| !machine.metadata.scram.contains_key(&((*user).clone(), *hash as i8)));
    missing
        .map(|((user, password), hash)| Change::ScramChanged {
            user: user.clone(),
            mechanism: hash as i8,
            credential: Some(ScramCredential::of_password(hash, &password.0)),
        })
        .collect()
}

/// Lists which mechanisms users have credentials for; never the credentials.
pub(crate) fn describe(machine: &mut Machine, cx: &Context, request: &DescribeUserScramCredentialsRequest) -> Outcome {
    let response = DescribeUserScramCredentialsResponse::default();
    if !cx.may(machine, Operation::Describe, ResourceType::Cluster, CLUSTER) {
        let denied = ResponseError::ClusterAuthorizationFailed;
        return response.with_error_code(denied.code()).with_error_message(None).into();
    }
    let asked = request.users.as_ref().filter(|users| !users.is_empty());
    let mut users: BTreeMap<String, usize> = BTreeMap::new();
    match asked {
        Some(asked) => asked.iter().for_each(|user| *users.entry(user.name.to_string()).or_default() += 1),
        None => users.extend(machine.metadata.scram.keys().map(|(user, _)| (user.clone(), 1))),
    }
    let results = users.into_iter().map(|(user, times)| described(machine, user, times)).collect();
    response.with_results(results).into()
}

fn described(machine: &Machine, user: String, times: usize) -> DescribeUserScramCredentialsResult {
    let known = machine.metadata.scram.range((user.clone(), i8::MIN)..=(user.clone(), i8::MAX));
    let info = |((_, mechanism), credential): (&(String, i8), &ScramCredential)| {
        CredentialInfo::default().with_mechanism(*mechanism).with_iterations(credential.iterations)
    };
    let infos: Vec<CredentialInfo> = known.map(info).collect();
    let refusal = if times > 1 {
        let what = "Cannot describe SCRAM credentials for the same user twice in a single request";
        Some(Refusal::new(ResponseError::DuplicateResource, format!("{what}: {user}")))
    } else if infos.is_empty() {
        let what = "Attempt to describe a user credential that does not exist";
        Some(Refusal::new(ResponseError::ResourceNotFound, format!("{what}: {user}")))
    } else {
        None
    };
    let result = DescribeUserScramCredentialsResult::default().with_user(StrBytes::from_string(user));
    match refusal {
        None => result.with_credential_infos(infos),
        Some(why) => result.with_error_code(why.code()).with_error_message(why.text()),
    }
}

/// Adds, replaces and removes credentials, each user on its own.
pub(crate) fn alter(machine: &mut Machine, cx: &Context, request: &AlterUserScramCredentialsRequest) -> Outcome {
    let names: BTreeSet<String> = request.deletions.iter().map(|deletion| deletion.name.to_string()).collect();
    let mut order: Vec<String> = names.into_iter().collect();
    for upsertion in &request.upsertions {
        if !order.iter().any(|name| *name == *upsertion.name) {
            order.push(upsertion.name.to_string());
        }
    }
    let allowed = cx.may(machine, Operation::Alter, ResourceType::Cluster, CLUSTER);
    let mut outcomes = if allowed { judge(machine, request) } else { BTreeMap::new() };
    let mut changes = Vec::new();
    let mut results = Vec::new();
    for user in order {
        let result = AlterUserScramCredentialsResult::default().with_user(StrBytes::from_string(user.clone()));
        results.push(
            match outcomes.remove(&user).unwrap_or_else(|| Err(ResponseError::ClusterAuthorizationFailed.into())) {
                Ok(change) => {
                    changes.push(change);
                    result.with_error_message(None)
                }
                Err(why) => {
                    result.with_error_code(why.code()).with_error_message(why.text().filter(|text| !text.is_empty()))
                }
            },
        );
    }
    if machine.commit(changes).is_err() {
        return Outcome::Close;
    }
    AlterUserScramCredentialsResponse::default().with_results(results).into()
}

/// For each user the change, or why there is none. A user may be named once.
fn judge(machine: &Machine, request: &AlterUserScramCredentialsRequest) -> BTreeMap<String, Result<Change, Refusal>> {
    let mut outcomes: BTreeMap<String, Result<Change, Refusal>> = BTreeMap::new();
    let deletions = request.deletions.iter().map(|deletion| {
        let change = check(&deletion.name, deletion.mechanism).and_then(|_| {
            let user = deletion.name.to_string();
            if !machine.metadata.scram.contains_key(&(user.clone(), deletion.mechanism)) {
                let message = "Attempt to delete a user credential that does not exist";
                return Err(Refusal::new(ResponseError::ResourceNotFound, message));
            }
            Ok(Change::ScramChanged { user, mechanism: deletion.mechanism, credential: None })
        });
        (deletion.name.to_string(), change)
    });
    let upsertions = request.upsertions.iter().map(|upsertion| (upsertion.name.to_string(), upserted(upsertion)));
    for (user, change) in deletions.chain(upsertions) {
        let twice = "A user credential cannot be altered twice in the same request";
        match outcomes.get(&user) {
            None => outcomes.insert(user, change),
            Some(Ok(_)) => outcomes.insert(user, Err(Refusal::new(ResponseError::DuplicateResource, twice))),
            Some(Err(_)) => None,
        };
    }
    outcomes
}

fn upserted(upsertion: &ScramCredentialUpsertion) -> Result<Change, Refusal> {
    let hash = check(&upsertion.name, upsertion.mechanism)?;
    let unacceptable = |message: &str| Err(Refusal::new(ResponseError::UnacceptableCredential, message));
    if upsertion.iterations < MIN_ITERATIONS {
        return unacceptable("Too few iterations");
    }
    if upsertion.iterations > MAX_ITERATIONS {
        return unacceptable("Too many iterations");
    }
    if upsertion.salted_password.is_empty() {
        // An empty key is none to Kafka either, and it has no words for that.
        return Err(Refusal::new(ResponseError::UnknownServerError, ""));
    }
    let credential = ScramCredential::new(hash, upsertion.iterations, &upsertion.salt, &upsertion.salted_password);
    let (user, mechanism) = (upsertion.name.to_string(), upsertion.mechanism);
    Ok(Change::ScramChanged { user, mechanism, credential: Some(credential) })
}

fn check(name: &str, mechanism: i8) -> Result<Hash, Refusal> {
    if name.is_empty() {
        return Err(Refusal::new(ResponseError::UnacceptableCredential, "Username must not be empty"));
    }
    let unknown = || Refusal::new(ResponseError::UnsupportedSaslMechanism, "Unknown SCRAM mechanism");
    Hash::from_code(mechanism).ok_or_else(unknown)
}
