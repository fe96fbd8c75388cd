//! A consumed record as bytes, detached from the client that read it.

use std::sync::Arc;

use rdkafka::message::{BorrowedMessage, Headers as _, Message as _};

use crate::format::Format;
use crate::group::failure::{Failure, Side};
use crate::message::{Headers, Message};
use crate::schemas::{SideSchemas, TopicSchemas, Undecodable};
use crate::topic::Topic;

/// What a record weighs besides its bytes, for the limits of a partition's queue.
const OVERHEAD: usize = 128;

/// One record, not decoded. It is kept until it is done with, so that every try begins from the same bytes.
#[derive(Debug)]
pub(crate) struct Raw {
    pub(crate) partition: i32,
    pub(crate) offset: i64,
    pub(crate) timestamp: Option<i64>,
    pub(crate) key: Option<Box<[u8]>>,
    pub(crate) value: Option<Box<[u8]>>,
    pub(crate) headers: Headers,
}

impl Raw {
    pub(crate) fn of(message: &BorrowedMessage<'_>) -> Self {
        let headers = message.headers().map(|headers| {
            headers.iter().map(|header| (header.key.to_owned(), header.value.map(<[u8]>::to_vec))).collect()
        });
        Self {
            partition: message.partition(),
            offset: message.offset(),
            timestamp: message.timestamp().to_millis(),
            key: message.key().map(Box::from),
            value: message.payload().map(Box::from),
            headers: headers.unwrap_or_default(),
        }
    }

    /// How much memory it holds, roughly.
    pub(crate) fn weight(&self) -> usize {
        let length = |bytes: &Option<Box<[u8]>>| bytes.as_ref().map_or(0, |bytes| bytes.len());
        OVERHEAD + length(&self.key) + length(&self.value)
    }

    /// Decodes both sides.
    pub(crate) fn decode<K: Format, V: Format>(
        &self,
        topic: &Topic<K, V>,
        schemas: &TopicSchemas,
    ) -> Result<Message<K::Value, V::Value>, Failure> {
        let key = K::decode(self.key.as_deref(), &schemas.key);
        let value = V::decode(self.value.as_deref(), &schemas.value);
        Ok(Message {
            key: key.map_err(|cause| failure(Side::Key, &schemas.key, cause))?,
            value: value.map_err(|cause| failure(Side::Value, &schemas.value, cause))?,
            topic: topic.name(),
            partition: self.partition,
            offset: self.offset,
            timestamp: self.timestamp,
            headers: self.headers.clone(),
        })
    }
}

fn failure(side: Side, schemas: &Arc<SideSchemas>, cause: Undecodable) -> Failure {
    match cause {
        Undecodable::UnknownId(id) => Failure::UnknownSchema { schemas: Arc::clone(schemas), id },
        cause => Failure::Undecodable { side, cause },
    }
}
