//! The server's side of a SCRAM exchange (RFC 5802, RFC 7677), with Kafka's ways: no channel binding, extensions are
//! carried but mean nothing, and a delegation token is never known.

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;

use super::hash::Hash;
use super::{MIN_ITERATIONS, ScramCredential};
use crate::security::sasl::{Mechanism, Refused, Step};

/// Where the exchange stands.
#[derive(Debug)]
pub(crate) struct ScramServer {
    hash: Hash,
    /// This side's half of the nonce.
    nonce: String,
    begun: Option<Begun>,
}

/// What the first messages agreed on.
#[derive(Debug)]
struct Begun {
    user: String,
    credential: ScramCredential,
    /// Both halves.
    nonce: String,
    /// The first two messages, as they are signed.
    messages: String,
}

impl ScramServer {
    pub(crate) fn new(mechanism: Mechanism) -> Self {
        let hash = if mechanism == Mechanism::Scram512 { Hash::Sha512 } else { Hash::Sha256 };
        Self { hash, nonce: uuid::Uuid::new_v4().simple().to_string(), begun: None }
    }

    /// Takes a client's message.
    pub(crate) fn evaluate(
        &mut self,
        users: &BTreeMap<(String, i8), ScramCredential>,
        message: &[u8],
    ) -> Result<Step, Refused> {
        let message = std::str::from_utf8(message).map_err(|_| Refused::Untold)?;
        match self.begun.take() {
            None => self.first(users, message),
            Some(begun) => self.last(&begun, message),
        }
    }

    fn first(&mut self, users: &BTreeMap<(String, i8), ScramCredential>, message: &str) -> Result<Step, Refused> {
        let first = First::parse(message).ok_or(Refused::Untold)?;
        if first.extensions.iter().any(|(key, value)| *key == "tokenauth" && value.eq_ignore_ascii_case("true")) {
            return Err(Refused::Untold);
        }
        let known = users.get(&(first.user.clone(), self.hash as i8));
        let credential = known.ok_or(Refused::Untold)?;
        if !first.authorization_id.is_empty() && first.authorization_id != first.user {
            let why = "Authentication failed: Client requested an authorization id that is different from username";
            return Err(Refused::Told(why.to_owned()));
        }
        if credential.iterations < MIN_ITERATIONS {
            return Err(Refused::Untold);
        }
        let nonce = format!("{}{}", first.nonce, self.nonce);
        let answer = format!("r={nonce},s={},i={}", BASE64.encode(&credential.salt), credential.iterations);
        let messages = format!("{},{answer}", first.bare);
        self.begun = Some(Begun { user: first.user, credential: credential.clone(), nonce, messages });
        Ok(Step::Challenge(answer.into_bytes()))
    }

    fn last(&self, begun: &Begun, message: &str) -> Result<Step, Refused> {
        let (without_proof, proof) = message.rsplit_once(",p=").ok_or(Refused::Untold)?;
        let mut parts = without_proof.split(',');
        let binding = parts.next().and_then(|part| part.strip_prefix("c="));
        let nonce = parts.next().and_then(|part| part.strip_prefix("r="));
        if binding.is_none() || nonce != Some(&begun.nonce) {
            return Err(Refused::Untold);
        }
        let proof = BASE64.decode(proof).map_err(|_| Refused::Untold)?;
        let signed = format!("{},{without_proof}", begun.messages);
        let signature = self.hash.hmac(&begun.credential.stored_key, signed.as_bytes());
        if proof.len() != signature.len() {
            return Err(Refused::Untold);
        }
        let client_key: Vec<u8> = proof.iter().zip(&signature).map(|(a, b)| a ^ b).collect();
        if self.hash.digest(&client_key) != begun.credential.stored_key {
            return Err(Refused::Untold);
        }
        let verifier = self.hash.hmac(&begun.credential.server_key, signed.as_bytes());
        let last = format!("v={}", BASE64.encode(verifier)).into_bytes();
        Ok(Step::Done { last, name: begun.user.clone(), credential_ends: None })
    }
}

/// A client's first message: `n,[a=id],n=name,r=nonce[,key=value…]`.
struct First<'a> {
    authorization_id: String,
    user: String,
    nonce: &'a str,
    extensions: Vec<(&'a str, &'a str)>,
    /// Without the part that names the channel binding and the authorization id.
    bare: &'a str,
}

impl<'a> First<'a> {
    fn parse(message: &'a str) -> Option<Self> {
        let (authorization_id, bare) = message.strip_prefix("n,")?.split_once(',')?;
        let authorization_id = match authorization_id {
            "" => String::new(),
            id => sasl_name(id.strip_prefix("a=")?)?,
        };
        let mut parts = bare.split(',');
        let mut part = parts.next()?;
        if part.starts_with("m=") {
            part = parts.next()?;
        }
        let user = sasl_name(part.strip_prefix("n=")?)?;
        let nonce = parts.next()?.strip_prefix("r=")?;
        let extensions = parts.map(|part| part.split_once('=')).collect::<Option<Vec<_>>>()?;
        let printable = nonce.bytes().all(|byte| (0x21..=0x7e).contains(&byte));
        let named = extensions.iter().all(|(key, _)| key.bytes().all(|byte| byte.is_ascii_alphabetic()));
        (!nonce.is_empty() && printable && named).then_some(Self { authorization_id, user, nonce, extensions, bare })
    }
}

/// A name as it was before `,` and `=` were escaped; `None` where it is no such name.
fn sasl_name(text: &str) -> Option<String> {
    let plain = text.replace("=2C", "").replace("=3D", "");
    let is_name = !text.is_empty() && plain.bytes().all(|byte| (0x01..=0x7f).contains(&byte) && byte != b'=');
    is_name.then(|| text.replace("=2C", ",").replace("=3D", "="))
}
