//! Files that come as a descriptor in base64, as clients send them that have no text.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// The text that carries a descriptor.
pub(super) fn encode(descriptor: &[u8]) -> String {
    STANDARD.encode(descriptor)
}
