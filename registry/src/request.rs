//! What clients send, with everything in it that this version does not serve refused rather than dropped.

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::content::AVRO;
use crate::names::{Version, VersionSelector};
use crate::refusal::Refusal;

/// A schema to register or to look up.
#[derive(Debug)]
pub(crate) struct SchemaRequest {
    /// The text as the client wrote it.
    pub(crate) text: String,
    pub(crate) references: Vec<RequestedReference>,
    /// The version that the client expects its schema to get.
    pub(crate) version: Option<Version>,
}

/// A reference whose version may still be `-1`, the latest.
#[derive(Debug)]
pub(crate) struct RequestedReference {
    pub(crate) name: String,
    pub(crate) subject: String,
    pub(crate) version: VersionSelector,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Body {
    schema: Option<String>,
    schema_type: Option<String>,
    references: Option<Vec<ReferenceBody>>,
    version: Option<i64>,
    id: Option<i64>,
    metadata: Option<Value>,
    rule_set: Option<Value>,
    schema_tags_to_add: Option<Value>,
    schema_tags_to_remove: Option<Value>,
}

#[derive(Deserialize)]
struct ReferenceBody {
    name: String,
    subject: String,
    version: i64,
}

impl SchemaRequest {
    /// Reads the body of a request.
    pub(crate) fn parse(body: &[u8]) -> Result<Self, Refusal> {
        let body: Body = from_json(body)?;
        if let Some(other) = body.schema_type.filter(|schema_type| schema_type != AVRO && !schema_type.is_empty()) {
            return Err(Refusal::UnsupportedSchemaType(other));
        }
        if body.id.is_some_and(|id| id > 0) {
            let why = "an id can be chosen in mode IMPORT only, which this registry does not serve: leave `id` out";
            return Err(Refusal::OperationNotPermitted(why.to_owned()));
        }
        let unsupported = [
            ("metadata", body.metadata),
            ("ruleSet", body.rule_set),
            ("schemaTagsToAdd", body.schema_tags_to_add),
            ("schemaTagsToRemove", body.schema_tags_to_remove),
        ];
        if let Some((field, _)) = unsupported.into_iter().find(|(_, value)| value.as_ref().is_some_and(says_something))
        {
            return Err(Refusal::UnsupportedField(field.to_owned()));
        }
        Ok(Self {
            text: body.schema.ok_or_else(|| Refusal::InvalidSchema("the request has no `schema`".to_owned()))?,
            references: body.references.unwrap_or_default().into_iter().map(reference).collect::<Result<_, _>>()?,
            version: body.version.filter(|&version| version > 0).map(version).transpose()?,
        })
    }
}

/// The compatibility level of a `PUT /config`, in capitals.
pub(crate) fn compatibility_level(body: &[u8]) -> Result<String, Refusal> {
    let body: Map<String, Value> = from_json(body)?;
    let other = body.iter().find(|(key, value)| *key != "compatibility" && says_something(value));
    if let Some((field, _)) = other {
        return Err(Refusal::UnsupportedField(field.clone()));
    }
    let level = body.get("compatibility").and_then(Value::as_str).unwrap_or_default().to_ascii_uppercase();
    let known = ["NONE", "BACKWARD", "FORWARD", "FULL"];
    let base = level.strip_suffix("_TRANSITIVE").unwrap_or(&level);
    if !known.contains(&base) || level == "NONE_TRANSITIVE" {
        return Err(Refusal::InvalidCompatibilityLevel(level));
    }
    Ok(level)
}

fn from_json<'a, T: Deserialize<'a>>(body: &'a [u8]) -> Result<T, Refusal> {
    serde_json::from_slice(body).map_err(|error| Refusal::MalformedBody(error.to_string()))
}

fn reference(body: ReferenceBody) -> Result<RequestedReference, Refusal> {
    let version = match body.version {
        -1 => VersionSelector::Latest,
        number => VersionSelector::Exactly(version(number)?),
    };
    Ok(RequestedReference { name: body.name, subject: body.subject, version })
}

fn version(number: i64) -> Result<Version, Refusal> {
    Version::try_from(number).map_err(|_| Refusal::InvalidVersion(number.to_string()))
}

/// Clients send empty fields for what they do not use.
fn says_something(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => false,
        Value::Array(items) => !items.is_empty(),
        Value::Object(members) => members.values().any(says_something),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accepts_the_empty_fields_of_newer_clients() {
        let body = br#"{"schema":"\"int\"","schemaType":"AVRO","references":[],"metadata":null,"ruleSet":{"domainRules":[]},"version":-1}"#;
        let request = SchemaRequest::parse(body).unwrap();
        assert_eq!(request.text, "\"int\"");
        assert!(request.version.is_none() && request.references.is_empty());
    }

    #[test]
    fn refuses_what_it_would_lose() {
        let code = |body: &[u8]| SchemaRequest::parse(body).unwrap_err().code();
        assert_eq!(code(br#"{"schema":"x","metadata":{"properties":{"a":"b"}}}"#), 422);
        assert_eq!(code(br#"{"schema":"x","schemaType":"PROTOBUF"}"#), 42201);
        assert_eq!(code(br#"{"schema":"x","id":5}"#), 42205);
        assert_eq!(code(br#"{"schemaType":"AVRO"}"#), 42201);
        assert_eq!(code(br#"{"schema":"x","references":[{"name":"a","subject":"s","version":0}]}"#), 42202);
        assert_eq!(code(b"[]"), 400);
    }

    #[test]
    fn reads_levels_in_any_case() {
        assert_eq!(compatibility_level(br#"{"compatibility":"full_transitive"}"#).unwrap(), "FULL_TRANSITIVE");
        for wrong in [r#"{"compatibility":"NONE_TRANSITIVE"}"#, r#"{"compatibility":"X"}"#, "{}"] {
            assert_eq!(compatibility_level(wrong.as_bytes()).unwrap_err().code(), 42203);
        }
        assert_eq!(compatibility_level(br#"{"compatibility":"FULL","normalize":true}"#).unwrap_err().code(), 422);
    }
}
