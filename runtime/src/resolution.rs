//! Reads bytes of another writer's Avro schema as bytes of ours.

/// How to rewrite one writer's bytes.
#[derive(Debug)]
pub(crate) struct Plan;

/// Why a writer's records cannot become ours.
#[doc(hidden)]
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct ResolutionError(String);

impl Plan {
    pub(crate) fn transcode(&self, _: &[u8]) -> Result<Vec<u8>, ResolutionError> {
        Err(ResolutionError("not resolved".to_owned()))
    }
}
