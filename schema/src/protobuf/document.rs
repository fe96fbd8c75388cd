//! One Protobuf file with its imports, as a registry has it.

use std::sync::{Arc, OnceLock};

use prost_reflect::{FileDescriptor, MessageDescriptor};
use prost_types::FileDescriptorProto;

use super::places::Places;
use super::print::Printer;
use super::serialized::{self, Serialized};
use super::{limits, load};
use crate::span::{Place, Span};
use crate::{Finding, Source, Strictness};

/// A parsed Protobuf file.
#[derive(Clone, Debug)]
pub struct Document {
    source: Source,
    /// The text that a schema stands for that came as a descriptor.
    printed: Option<Arc<str>>,
    file: FileDescriptor,
    /// Places by file, read again from the texts when somebody asks: most documents are compared and found equal.
    places: Arc<Vec<OnceLock<Places>>>,
}

impl Document {
    pub(crate) fn parse(source: &Source, strictness: Strictness, findings: &mut Vec<Finding>) -> Option<Self> {
        let (file, printed) = match Serialized::decode(&source.text) {
            Some(descriptor) => {
                let (file, text) = load_serialized(&descriptor, source, strictness, findings)?;
                (file, Some(text))
            }
            None => (load::load(source, strictness, findings)?, None),
        };
        let places = (0..=source.references.len()).map(|_| OnceLock::new()).collect();
        Some(Self { source: source.clone(), printed, file, places: Arc::new(places) })
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
    /// `descriptor.proto`. `None` for a file that the user did not write, such as a well-known type or a schema that
    /// came as a descriptor.
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
        self.print(false)
    }

    /// Confluent's normalised form: full names, and everything sorted that has no order of its own.
    pub fn normalized(&self) -> String {
        serialized::normalized(&self.file)
    }

    /// `ignore_extensions`: without options that extensions define; or `serialized`: the `FileDescriptorProto` in
    /// base64.
    pub fn formatted(&self, format: &str) -> Option<String> {
        match format {
            "ignore_extensions" => Some(self.print(true)),
            "serialized" => Some(serialized::encode(&self.file)),
            _ => None,
        }
    }

    /// Prints the text as it is written, which is read again: linking has replaced names and options.
    fn print(&self, without_extensions: bool) -> String {
        let text = self.printed.as_ref().unwrap_or(&self.source.text);
        let written = load::parse(self.file.name(), text, 0).expect("it was parsed before");
        let info = written.source_code_info.as_ref();
        let is_proto2 = written.syntax().is_empty() || written.syntax() == "proto2";
        let printer = Printer { linked: None, info, normalized: false, is_proto2, without_extensions };
        printer.file(&written, written_syntax(&written))
    }

    /// The full name of the first message.
    pub fn record_name(&self) -> Option<String> {
        self.file.messages().next().map(|message| message.full_name().to_owned())
    }

    /// The files that it imports itself, in order.
    pub fn imports(&self) -> impl Iterator<Item = &str> {
        self.file.file_descriptor_proto().dependency.iter().map(String::as_str)
    }

    /// Where a message of this file is, as Confluent's wire format says it: the position of its outermost message,
    /// and so on inwards. `None` if the file has no message of this name.
    pub fn message_indexes(&self, full_name: &str) -> Option<Vec<i32>> {
        let message = self.file.parent_pool().get_message_by_name(full_name)?;
        (message.parent_file() == self.file).then(|| indexes(&message))
    }
}

/// A descriptor does not tell proto2 from nothing written; the places do.
fn written_syntax(file: &FileDescriptorProto) -> Option<&str> {
    let is_written = || file.source_code_info.iter().flat_map(|info| &info.location).any(|one| one.path == [12]);
    file.syntax.as_deref().or_else(|| is_written().then_some("proto2"))
}

/// Loads a file that came as a descriptor: once for what it imports, and again with the options that those define.
fn load_serialized(
    descriptor: &Serialized,
    source: &Source,
    strictness: Strictness,
    findings: &mut Vec<Finding>,
) -> Option<(FileDescriptor, Arc<str>)> {
    let mut text: Arc<str> = descriptor.text(&prost_reflect::DescriptorPool::new()).into();
    let load = |text: &Arc<str>| {
        let mut found = Vec::new();
        let printed = Source { text: text.clone(), ..source.clone() };
        let file = load::load(&printed, strictness, &mut found);
        (file, found)
    };
    let (mut file, mut found) = load(&text);
    if let Some(first) = &file {
        let complete = descriptor.text(first.parent_pool());
        if complete != *text {
            text = complete.into();
            (file, found) = load(&text);
        }
    }
    findings.extend(found.into_iter().map(|finding| in_descriptor(finding, source)));
    Some((file?, text))
}

/// What is wrong with the printed text is shown at the descriptor as a whole.
fn in_descriptor(mut finding: Finding, source: &Source) -> Finding {
    let length = source.text.len().min(limits::MAX_BYTES);
    let whole = |place: &mut Place| {
        if place.file == 0 {
            place.span = Span::from(0..length);
        }
    };
    whole(&mut finding.place);
    finding.secondary.iter_mut().for_each(|(place, _)| whole(place));
    finding
}

/// The position of each message among its neighbours, from the outside in. Entries of maps are messages that nobody
/// wrote: they are not counted, as Confluent's serializers find messages in the text.
fn indexes(message: &MessageDescriptor) -> Vec<i32> {
    let mut indexes = Vec::new();
    let mut inner = message.clone();
    while let Some(outer) = inner.parent_message() {
        let written = outer.child_messages().filter(|sibling| !sibling.is_map_entry());
        indexes.extend(written.zip(0..).find(|(sibling, _)| *sibling == inner).map(|(_, position)| position));
        inner = outer;
    }
    indexes.extend(inner.path().get(1));
    indexes.reverse();
    indexes
}
