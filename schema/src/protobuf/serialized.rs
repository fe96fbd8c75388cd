//! Files that come as a descriptor in base64, as clients send them that have no text.
//!
//! They are printed, and the text is read as any other: whatever a descriptor says, what follows sees texts alone.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use prost::Message as _;
use prost_reflect::{DescriptorPool, DynamicMessage, FileDescriptor, ReflectMessage as _, Value};
use prost_types::FileDescriptorProto;

use super::limits;
use super::print::{Printer, options};

/// A descriptor, and the bytes that it was: options of extensions are known by them alone.
#[derive(Debug)]
pub(super) struct Serialized {
    descriptor: FileDescriptorProto,
    bytes: Vec<u8>,
}

impl Serialized {
    /// The descriptor, if the text is one and not a Protobuf file: no file is valid base64, but for an empty one.
    pub(super) fn decode(text: &str) -> Option<Self> {
        let text = text.trim();
        if text.is_empty() || text.len() > limits::MAX_BYTES {
            return None;
        }
        let bytes = STANDARD.decode(text).ok()?;
        let descriptor = FileDescriptorProto::decode(bytes.as_slice()).ok()?;
        limits::check_file(&descriptor, 0).is_ok().then_some(Self { descriptor, bytes })
    }

    /// The file as text, with the options that the files of a pool define.
    pub(super) fn text(&self, pool: &DescriptorPool) -> String {
        let linked = DynamicMessage::decode(options::descriptor_type(pool), self.bytes.as_slice()).ok();
        print(&self.descriptor, linked.as_ref(), false)
    }
}

/// A linked file in normalised form.
pub(super) fn normalized(file: &FileDescriptor) -> String {
    print(file.file_descriptor_proto(), Some(&reflect(file)), true)
}

fn print(descriptor: &FileDescriptorProto, linked: Option<&DynamicMessage>, normalized: bool) -> String {
    let syntax = descriptor.syntax.as_deref().unwrap_or("proto2");
    let is_proto2 = syntax == "proto2";
    let printer = Printer { linked, info: None, normalized, is_proto2, without_extensions: false };
    printer.file(descriptor, Some(syntax))
}

/// The name that Confluent's registry gives to a schema's file.
const NAME: &str = "default";

/// The descriptor of a file in base64, as the registry answers with it.
pub(super) fn encode(file: &FileDescriptor) -> String {
    let mut descriptor = reflect(file);
    descriptor.set_field_by_name("name", Value::String(NAME.to_owned()));
    STANDARD.encode(descriptor.encode_to_vec())
}

/// The descriptor of a file, with the options of extensions.
fn reflect(file: &FileDescriptor) -> DynamicMessage {
    let kind = options::descriptor_type(file.parent_pool());
    DynamicMessage::decode(kind, file.encode_to_vec().as_slice())
        .unwrap_or_else(|_| file.file_descriptor_proto().transcode_to_dynamic())
}
