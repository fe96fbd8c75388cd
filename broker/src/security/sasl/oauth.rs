//! OAUTHBEARER (RFC 7628) with unsecured tokens: claims that nobody signed, for development only.

use std::collections::{BTreeMap, BTreeSet};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value};

use super::{Refused, Step};
use crate::machine::Timestamp;

/// How tokens are judged: the `unsecuredValidator…` options of the listener's JAAS config.
#[derive(Clone, Debug)]
pub(crate) struct Validator {
    principal_claim: String,
    scope_claim: String,
    required_scope: BTreeSet<String>,
    clock_skew: Timestamp,
}

impl Validator {
    /// Takes what JAAS options say, and Kafka's defaults for the rest.
    pub(crate) fn new(options: &BTreeMap<String, String>) -> Self {
        let option = |name: &str| options.get(&format!("unsecuredValidator{name}")).map_or("", |text| text.trim());
        let or = |text: &str, default: &str| if text.is_empty() { default } else { text }.to_owned();
        Self {
            principal_claim: or(option("PrincipalClaimName"), "sub"),
            scope_claim: or(option("ScopeClaimName"), "scope"),
            required_scope: option("RequiredScope").split_whitespace().map(str::to_owned).collect(),
            clock_skew: option("AllowableClockSkewMs").parse().unwrap_or(0),
        }
    }

    /// The principal's name and when the token ends; or what is wrong with it, as the status of RFC 7628 and its scope.
    fn judge(&self, token: &str, now: Timestamp) -> Result<(String, Timestamp), Fault> {
        let claims = claims(token).ok_or(Fault::Token)?;
        let Some(Value::String(name)) = claims.get(&self.principal_claim) else { return Err(Fault::Token) };
        let ends = millis(claims.get("exp"))?.ok_or(Fault::Token)?;
        let issued = millis(claims.get("iat"))?;
        if issued.is_some_and(|issued| issued > now + self.clock_skew || issued >= ends) {
            return Err(Fault::Token);
        }
        if now - self.clock_skew >= ends {
            return Err(Fault::Token);
        }
        let scope = scope(claims.get(&self.scope_claim));
        if !self.required_scope.is_subset(&scope) {
            let required: Vec<&str> = self.required_scope.iter().map(String::as_str).collect();
            return Err(Fault::Scope(required.join(" ")));
        }
        Ok((name.clone(), ends))
    }
}

enum Fault {
    Token,
    Scope(String),
}

/// The server's side of an exchange.
#[derive(Debug, Default)]
pub(super) struct OauthServer {
    /// What the client was told is wrong; it acknowledges it with one byte, and is then refused.
    error: Option<String>,
}

impl OauthServer {
    pub(super) fn evaluate(&mut self, validator: &Validator, now: Timestamp, message: &[u8]) -> Result<Step, Refused> {
        if message == b"\x01"
            && let Some(error) = self.error.take()
        {
            return Err(Refused::Told(error));
        }
        let (authorization_id, token) = initial_response(message).ok_or(Refused::Untold)?;
        let (name, ends) = match validator.judge(&token, now) {
            Ok(known) => known,
            Err(fault) => {
                let error = match fault {
                    Fault::Token => r#"{"status":"invalid_token"}"#.to_owned(),
                    Fault::Scope(scope) => format!(r#"{{"status":"insufficient_scope", "scope":"{scope}"}}"#),
                };
                self.error = Some(error.clone());
                return Ok(Step::Challenge(error.into_bytes()));
            }
        };
        if !authorization_id.is_empty() && authorization_id != name {
            return Err(Refused::Told(format!(
                "Authentication failed: Client requested an authorization id ({authorization_id}) that is different \
                 from the token's principal name ({name})"
            )));
        }
        Ok(Step::Done { last: Vec::new(), name, credential_ends: Some(ends) })
    }
}

/// The authorization id and the token of `n,[a=id],^Aauth=Bearer token^A[key=value^A…]^A`.
fn initial_response(message: &[u8]) -> Option<(String, String)> {
    let text = std::str::from_utf8(message).ok()?;
    let (id, pairs) = text.strip_prefix("n,")?.split_once(",\x01")?;
    let id = if id.is_empty() { "" } else { id.strip_prefix("a=").filter(|id| !id.is_empty())? };
    let pairs = pairs.strip_suffix("\x01\x01")?.split('\x01').map(|pair| pair.split_once('='));
    let pairs: BTreeMap<&str, &str> = pairs.collect::<Option<_>>()?;
    let (scheme, token) = pairs.get("auth")?.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("bearer") {
        return None;
    }
    let token = token.trim_start_matches(' ');
    let id = id.replace("=2C", ",").replace("=3D", "=");
    (!token.is_empty()).then(|| (id, token.to_owned()))
}

/// The claims of an unsecured JWS: `base64(header).base64(claims).`, its algorithm `none`.
fn claims(token: &str) -> Option<Map<String, Value>> {
    let parts: Vec<&str> = token.split('.').collect();
    let [header, claims, ""] = parts[..] else { return None };
    let object = |part: &str| -> Option<Map<String, Value>> {
        let bytes = URL_SAFE_NO_PAD.decode(part.trim_end_matches('=')).ok()?;
        serde_json::from_slice(&bytes).ok()
    };
    let header = object(header)?;
    (header.get("alg")? == "none").then(|| object(claims)).flatten()
}

/// Seconds as milliseconds, where the claim is there.
fn millis(claim: Option<&Value>) -> Result<Option<Timestamp>, Fault> {
    let Some(claim) = claim else { return Ok(None) };
    let seconds = claim.as_f64().ok_or(Fault::Token)?;
    #[expect(clippy::cast_possible_truncation, reason = "a time beyond any calendar saturates")]
    let millis = (seconds * 1000.0).round() as i64;
    Ok(Some(millis))
}

/// A scope claim is one text of words, or a list of texts.
fn scope(claim: Option<&Value>) -> BTreeSet<String> {
    match claim {
        Some(Value::String(text)) => text.split_whitespace().map(str::to_owned).collect(),
        Some(Value::Array(list)) => list.iter().filter_map(Value::as_str).map(|text| text.trim().to_owned()).collect(),
        _ => BTreeSet::new(),
    }
}
