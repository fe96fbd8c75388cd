//! The rules: Confluent's, and ours about what its registry does not look at.

use crate::Format;
use crate::compatibility::{Effect, Rule};

macro_rules! rules {
    ($($kind:ident $name:literal $effect:ident: $($text:literal),*;)*) => {
        /// A rule by its position in [`RULES`].
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(super) enum Kind {
            $($kind),*
        }

        /// Every rule, in the order of the explanation.
        pub const RULES: &[Rule] = &[
            $(Rule::new($name, Format::Protobuf, Effect::$effect, &[$($text),*])),*
        ];
    };
}

impl Kind {
    pub(super) fn rule(self) -> &'static Rule {
        &RULES[self as usize]
    }
}

rules! {
    PackageChanged "PACKAGE_CHANGED" Breaking:
        "The package is another.",
        "Every message gets another full name: generated code moves, `Any` values and descriptors name types that no \
         longer exist.",
        "Keep the package, and use another subject for a new one.";
    MessageAdded "MESSAGE_ADDED" Safe:
        "The reader has a message that the writer does not have.",
        "Data never holds a message that its writer did not know.",
        "Nothing needs to be done.";
    MessageRemoved "MESSAGE_REMOVED" Breaking:
        "The writer has a message that the reader does not have.",
        "Data of a subject may be of any message of the file: what is written as this one has no type for the reader.",
        "Keep the message, if need be marked `deprecated`.",
        "Leave the message out until every reader has the new schema, or give it a subject of its own.";
    MessageMoved "MESSAGE_MOVED" Safe:
        "A message is at another position among its neighbours.",
        "Data names its message by position in the schema that it was written with, so old data stays right. Tools \
         that assume one position for all versions do not.",
        "Add messages at the end of the file.";
    EnumAdded "ENUM_ADDED" Safe:
        "The reader has an enum that the writer does not have.",
        "Data holds numbers, not enums.",
        "Nothing needs to be done.";
    EnumRemoved "ENUM_REMOVED" Safe:
        "The writer has an enum that the reader does not have.",
        "Data holds numbers, not enums.",
        "Nothing needs to be done, if no field used it.";
    EnumConstAdded "ENUM_CONST_ADDED" Safe:
        "The reader knows an enum value that the writer does not know.",
        "Data of that writer cannot hold it.",
        "Nothing needs to be done.";
    EnumConstChanged "ENUM_CONST_CHANGED" Safe:
        "An enum value of the same number has another name.",
        "Data holds the number alone. JSON and text hold the name.",
        "Keep the name where data is also exchanged as JSON, or add the other name with `allow_alias`.";
    EnumConstRemoved "ENUM_CONST_REMOVED" Safe:
        "The writer knows an enum value that the reader does not know.",
        "Readers with open enums keep the number; others treat the field as absent.",
        "Keep the value as long as data may hold it.";
    FieldAdded "FIELD_ADDED" Safe:
        "The reader has a field that the writer does not have.",
        "In data of that writer it reads as its default.",
        "Nothing needs to be done.";
    FieldRemoved "FIELD_REMOVED" Safe:
        "The writer has a field that the reader does not have.",
        "Readers skip what they do not know.",
        "Reserve the number and the name, so that nobody uses them for something else.";
    FieldNameChanged "FIELD_NAME_CHANGED" Safe:
        "A field of the same number has another name.",
        "Data holds the number alone.",
        "See FIELD_JSON_NAME_CHANGED, if the data is also exchanged as JSON.";
    FieldKindChanged "FIELD_KIND_CHANGED" Breaking:
        "A field is a scalar on one side and a message or a map on the other.",
        "They are written in different ways: the reader fails, or takes bytes of one for the other.",
        "Keep the type, or add a field with a new number and reserve the old one when nobody writes it any more.";
    FieldScalarKindChanged "FIELD_SCALAR_KIND_CHANGED" Breaking:
        "A field has a scalar type that is written in another way.",
        "The reader takes the bytes of one type for another: it fails, or reads a wrong value without noticing.",
        "Keep the type, or add a field with a new number and reserve the old one when nobody writes it any more.";
    FieldNamedTypeChanged "FIELD_NAMED_TYPE_CHANGED" Breaking:
        "A field holds a message of another name.",
        "Confluent's registry takes messages of different names to be different, whatever their fields.",
        "Keep the message's name, or add a field with a new number.";
    FieldStringOrBytesLabelChanged "FIELD_STRING_OR_BYTES_LABEL_CHANGED" Safe:
        "A field of strings or bytes is repeated on one side only.",
        "A single reader takes the last element, a repeated reader sees one element.",
        "Nothing needs to be done, if losing the other elements is meant.";
    FieldNumericLabelChanged "FIELD_NUMERIC_LABEL_CHANGED" Breaking:
        "A field of numbers is repeated on one side only.",
        "Repeated numbers are packed into one block of bytes: a reader of a single number cannot be relied on to read it.",
        "Keep the label, or add a field with a new number.";
    RequiredFieldAdded "REQUIRED_FIELD_ADDED" Breaking:
        "The reader requires a field that the writer does not have.",
        "All data of that writer is refused.",
        "Make the field `optional`.",
        "Keep the field: readers of the old schema refuse data without it.";
    RequiredFieldRemoved "REQUIRED_FIELD_REMOVED" Breaking:
        "The writer has a required field that the reader does not have.",
        "What the reader writes, everybody else who still requires the field refuses.",
        "Make the field `optional` first, and remove it when nobody requires it any more.",
        "Make the field `optional`.";
    OneofAdded "ONEOF_ADDED" Safe:
        "The reader has a oneof that the writer does not have.",
        "A oneof is not written: its members are fields.",
        "Nothing needs to be done.";
    OneofRemoved "ONEOF_REMOVED" Safe:
        "The writer has a oneof that the reader does not have.",
        "Its members become ordinary fields, or are skipped.",
        "Nothing needs to be done.";
    OneofFieldAdded "ONEOF_FIELD_ADDED" Safe:
        "The reader knows a member of a oneof that the writer does not have.",
        "Data of that writer never holds it.",
        "Nothing needs to be done.";
    OneofFieldRemoved "ONEOF_FIELD_REMOVED" Breaking:
        "The writer knows a member of a oneof that the reader does not have.",
        "Where it is set, the reader sees a oneof with nothing in it, and cannot tell that from one never set.",
        "Keep the member, if need be marked `deprecated`.",
        "Leave the member out until every reader has the new schema, or add the field outside of the oneof.";
    OneofFieldMovedToTopLevel "ONEOF_FIELD_MOVED_TO_TOP_LEVEL" Safe:
        "A member of a oneof is an ordinary field for the reader.",
        "It is written in the same way. Nothing keeps writers from setting it together with the others any more.",
        "Nothing needs to be done for reading.";
    MultipleFieldsMovedToOneof "MULTIPLE_FIELDS_MOVED_TO_ONEOF" Breaking:
        "Several fields of the writer are one oneof for the reader.",
        "Where the data holds more than one of them, the reader keeps the last and loses the others.",
        "Move at most one field into a new oneof.",
        "Keep the oneof, or leave at most one of its fields outside.";
    FieldMovedToExistingOneof "FIELD_MOVED_TO_EXISTING_ONEOF" Breaking:
        "A field of the writer is a member of a oneof for the reader that the writer has too.",
        "Where the data holds the field and another member, the reader keeps the last and loses the other.",
        "Keep the field outside, or add a new member with a new number.",
        "Keep the field in the oneof, or add a new field with a new number.";

    FieldRemovedWithoutReserved "FIELD_REMOVED_WITHOUT_RESERVED" Risky:
        "A field is gone, and its number or name may be used again.",
        "Whoever takes the number for another field reads old data with a wrong meaning, and nothing warns them.",
        "Add `reserved` statements for the number and the name.";
    ReservedNumberUsed "RESERVED_NUMBER_USED" Risky:
        "A number that was reserved is a field, or is not reserved any more.",
        "It was reserved because data exists that holds something else under it.",
        "Give the field a number that was never used, and keep the reservation.";
    ReservedNameUsed "RESERVED_NAME_USED" Risky:
        "A name that was reserved is a field or a value, or is not reserved any more.",
        "It was reserved because JSON and code exist that mean something else by it.",
        "Choose another name, and keep the reservation.";
    FieldJsonNameChanged "FIELD_JSON_NAME_CHANGED" Risky:
        "A field has another name in JSON.",
        "Readers of JSON ignore or refuse the other name, and generated code changes.",
        "Keep the old name by `[json_name = ..]`, or rename everywhere at once.";
    FieldScalarTypeChanged "FIELD_SCALAR_TYPE_CHANGED" Risky:
        "A field has another scalar type that is written in the same way.",
        "The bytes can be read, but values that the reader's type cannot hold are cut off or refused. To a reader \
         whose type holds all of them it is safe.",
        "Add a field with a new number, unless every value that exists fits both types.";
    FieldLabelChanged "FIELD_LABEL_CHANGED" Risky:
        "A field is repeated on one side only, where Confluent's registry does not look.",
        "The registry compares labels only if both are written: in proto3 a single field has none. A reader of a single value \
         keeps the last element, and numbers are packed.",
        "Keep the label, or add a field with a new number.";
    FieldPresenceChanged "FIELD_PRESENCE_CHANGED" Risky:
        "Only one side can tell an absent field from one that has its default.",
        "Where presence is not tracked, a default is not written: the other side takes it for absent.",
        "Keep `optional` as it was.";
    FieldRequiredChanged "FIELD_REQUIRED_CHANGED" Risky:
        "A field is required on one side only.",
        "Readers that require it refuse data of writers that may leave it out. The other way about it is safe.",
        "Keep the label until every reader and writer has the same one.";
    FieldDefaultChanged "FIELD_DEFAULT_CHANGED" Risky:
        "A field has another default.",
        "Defaults are not written: the same data means one value here and another there.",
        "Keep the default, or write the value always.";
    FieldEnumChanged "FIELD_ENUM_CHANGED" Risky:
        "A field holds another enum.",
        "Only the number is written, and the two enums need not mean the same by it.",
        "Keep the enum, or add a field with a new number.";
    OneofFieldMoved "ONEOF_FIELD_MOVED" Risky:
        "A member of one oneof is a member of another.",
        "Generated code changes, and which members exclude each other is not the same on both sides.",
        "Keep the oneof's name and members.";
    EnumValueRemovedWithoutReserved "ENUM_VALUE_REMOVED_WITHOUT_RESERVED" Risky:
        "An enum value is gone, and its number or name may be used again.",
        "Whoever takes the number for another value reads old data with a wrong meaning.",
        "Add `reserved` statements for the number and the name.";
    EnumValueRenamed "ENUM_VALUE_RENAMED" Risky:
        "An enum value of the same number has another name.",
        "If it means something else, data is misread; in JSON the other name is unknown.",
        "Keep the name, or give the new meaning a new number.";
    EnumDefaultChanged "ENUM_DEFAULT_CHANGED" Risky:
        "The first value of an enum is another.",
        "It is what an absent field of proto2 reads as: the same data means another value.",
        "Keep the first value.";
    ExtensionRangeRemoved "EXTENSION_RANGE_REMOVED" Risky:
        "Numbers that extensions may use are no longer set aside for them.",
        "Extensions that exist elsewhere do not compile any more, and their data is unknown.",
        "Keep the range.";
    ServiceRemoved "SERVICE_REMOVED" Risky:
        "A service is gone.",
        "Clients call it until they are rebuilt.",
        "Keep the service, if need be marked `deprecated`.";
    RpcRemoved "RPC_REMOVED" Risky:
        "A method of a service is gone.",
        "Clients call it until they are rebuilt, and are told that it is not implemented.",
        "Keep the method, if need be marked `deprecated`.";
    RpcSignatureChanged "RPC_SIGNATURE_CHANGED" Risky:
        "A method takes or gives another message, or streams where it did not.",
        "Clients and servers of different versions do not understand each other.",
        "Add a method with another name.";
}

/// Whether a rule is about what was before and is no more. It says something only if the reader is the newer schema.
pub(crate) fn is_history(rule: &Rule) -> bool {
    use Kind::{
        EnumValueRemovedWithoutReserved, ExtensionRangeRemoved, FieldRemovedWithoutReserved, ReservedNameUsed,
        ReservedNumberUsed, RpcRemoved, ServiceRemoved,
    };
    [
        FieldRemovedWithoutReserved,
        ReservedNumberUsed,
        ReservedNameUsed,
        EnumValueRemovedWithoutReserved,
        ExtensionRangeRemoved,
        ServiceRemoved,
        RpcRemoved,
    ]
    .iter()
    .any(|kind| kind.rule() == rule)
}
