//! One Protobuf file with its imports, as a registry has it.

use prost_reflect::FileDescriptor;

use crate::span::Place;
use crate::{Finding, Source, Strictness};

/// A parsed Protobuf file.
#[derive(Clone, Debug)]
pub struct Document {
    source: Source,
    file: FileDescriptor,
}

impl Document {
    pub(crate) fn parse(_source: &Source, _strictness: Strictness, _findings: &mut Vec<Finding>) -> Option<Self> {
        None
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
    pub fn place(&self, _file: &str, _path: &[i32]) -> Option<Place> {
        None
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
    pub fn formatted(&self, _format: &str) -> Option<String> {
        None
    }

    /// The full name of the first message.
    pub fn record_name(&self) -> Option<String> {
        self.file.messages().next().map(|message| message.full_name().to_owned())
    }
}
