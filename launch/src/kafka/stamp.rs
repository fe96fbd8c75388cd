//! Says which cluster the data of an environment belongs to, and refuses another.
//!
//! Kafka itself would start on data of another version or size and fail in ways that take an hour to understand.

use std::fs;
use std::io;

use serde::{Deserialize, Serialize};

use super::{ClusterSpec, Coordination};
use crate::Error;
use crate::distribution::KafkaVersion;
use crate::folder::{EnvironmentFolder, create_folder, write_atomically};
use crate::proc::identity::random;

/// The cluster that wrote the data, in `kafka/cluster.json`.
#[derive(Debug, Serialize, Deserialize)]
struct Stamp {
    cluster_id: String,
    version: KafkaVersion,
    brokers: u8,
    coordination: Coordination,
}

/// The id of the cluster whose data is in the folder. A folder without data gets a new cluster.
pub(super) fn check_or_write(folder: &EnvironmentFolder, spec: &ClusterSpec) -> Result<String, Error> {
    let path = folder.kafka().join("cluster.json");
    let text = match fs::read(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return write_new(folder, spec),
        Err(error) => return Err(Error::file("read", &path)(error)),
    };
    let stamp: Stamp = serde_json::from_slice(&text).map_err(|source| Error::Corrupt { path, source })?;
    let found = in_words(&stamp.version, stamp.brokers, stamp.coordination);
    let wanted = in_words(&spec.version, spec.brokers, spec.coordination);
    if found == wanted {
        Ok(stamp.cluster_id)
    } else {
        Err(Error::DataOfAnother { path: folder.kafka(), found, wanted })
    }
}

fn write_new(folder: &EnvironmentFolder, spec: &ClusterSpec) -> Result<String, Error> {
    let stamp = Stamp {
        cluster_id: new_cluster_id()?,
        version: spec.version.clone(),
        brokers: spec.brokers,
        coordination: spec.coordination,
    };
    create_folder(&folder.kafka())?;
    let path = folder.kafka().join("cluster.json");
    let text = serde_json::to_vec_pretty(&stamp).map_err(|source| Error::Corrupt { path: path.clone(), source })?;
    write_atomically(&path, &text)?;
    Ok(stamp.cluster_id)
}

fn in_words(version: &KafkaVersion, brokers: u8, coordination: Coordination) -> String {
    let plural = if brokers == 1 { "" } else { "s" };
    format!("Apache Kafka {version} with {brokers} broker{plural} and `{}`", coordination.as_str())
}

/// A cluster id as Kafka makes them: 16 random bytes in URL-safe base64, 22 characters that do not begin with a hyphen.
fn new_cluster_id() -> Result<String, Error> {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    loop {
        let bits = u128::from_be_bytes(random()?);
        // 128 bits are 21 digits of 6 bits and one of 2, which base64 pads with zeros on the right.
        let digit = |index: u32| {
            let value = if index < 21 { bits >> (128 - 6 * (index + 1)) } else { bits << 4 };
            char::from(ALPHABET[(value & 0x3f) as usize])
        };
        let id: String = (0..22).map(digit).collect();
        if !id.starts_with('-') {
            return Ok(id);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cluster_ids_are_22_characters_of_base64() {
        let id = new_cluster_id().unwrap();
        assert_eq!(id.len(), 22);
        assert!(!id.starts_with('-') && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte)));
        assert!("AQgw".contains(id.chars().last().unwrap()), "the last digit has two bits: {id}");
    }
}
