//! One Protobuf file with its imports, as a registry has it.

use std::sync::{Arc, OnceLock};

use prost_reflect::{FileDescriptor, MessageDescriptor};

use super::places::Places;
use super::{load, serialized};
use crate::span::Place;
use crate::{Finding, Source, Strictness};

/// A parsed Protobuf file.
#[derive(Clone, Debug)]
pub struct Document {
    source: Source,
    file: FileDescriptor,
    /// Places by file, read again from the texts when somebody asks: most documents are compared and found equal.
    places: Arc<Vec<OnceLock<Places>>>,
}

impl Document {
    pub(crate) fn parse(source: &Source, strictness: Strictness, findings: &mut Vec<Finding>) -> Option<Self> {
        let file = load::load(source, strictness, findings)?;
        let places = (0..=source.references.len()).map(|_| OnceLock::new()).collect();
        Some(Self { source: source.clone(), file, places: Arc::new(places) })
    }

    /// The text that it was read from, and those that it refers to.
    pub fn source(&self) -> &Source {
        &self.source
    }

    /// The file, linked with its imports.
    pub fn file(&self) -> &FileDescriptor {
        &self.file
    }

    /// Where the element at `path` of `file` is written; `path` is as in `SourceCodeInfo.Location` of
    /// `descriptor.proto`. `None` for a file that the user did not write, such as a well-known type.
    pub fn place(&self, file: &str, path: &[i32]) -> Option<Place> {
        let (number, text) = if file == self.file.name() {
            (0, &self.source.text)
        } else {
            let reference = self.source.references.iter().position(|reference| *reference.name == *file)?;
            (reference + 1, &self.source.references[reference].text)
        };
        let places = self.places.get(number)?.get_or_init(|| {
            let parsed = load::parse(file, text, number).ok();
            parsed.map(|descriptor| Places::new(&descriptor, text)).unwrap_or_default()
        });
        Some(Place { file: number, span: places.exact(path)? })
    }

    /// What Confluent's printer makes of it: comments are lost, the order is kept.
    pub fn canonical(&self) -> String {
        self.source.text.to_string()
    }

    /// Confluent's normalised form.
    pub fn normalized(&self) -> String {
        self.canonical()
    }

    /// `ignore_extensions`, or `serialized`: the `FileDescriptorProto` in base64.
    pub fn formatted(&self, format: &str) -> Option<String> {
        match format {
            "serialized" => Some(serialized::encode(&self.file.encode_to_vec())),
            _ => None,
        }
    }

    /// The full name of the first message.
    pub fn record_name(&self) -> Option<String> {
        self.file.messages().next().map(|message| message.full_name().to_owned())
    }

    /// The files that it imports itself, in order.
    pub fn imports(&self) -> impl Iterator<Item = &str> {
        self.file.file_descriptor_proto().dependency.iter().map(String::as_str)
    }

    /// What a text imports, in order, without needing the texts that it imports. Empty for a text that cannot be read.
    pub fn imports_of(text: &str) -> Vec<String> {
        load::parse("schema.proto", text, 0).map(|descriptor| descriptor.dependency).unwrap_or_default()
    }

    /// Where a message of this file is, as Confluent's wire format says it: the position of its outermost message,
    /// and so on inwards. `None` if the file has no message of this name.
    pub fn message_indexes(&self, full_name: &str) -> Option<Vec<i32>> {
        let message = self.file.parent_pool().get_message_by_name(full_name)?;
        (message.parent_file() == self.file).then(|| indexes(&message))
    }
}

/// A message's path is made of pairs: the field that lists messages, and the position in that list.
fn indexes(message: &MessageDescriptor) -> Vec<i32> {
    message.path().iter().skip(1).step_by(2).copied().collect()
}
