//! One pair of files for each rule, what Apicurio says of it, and who is right where it says something else.
//!
//! Confluent's rules are about bytes: whether a reader can read them. Apicurio's are those of a lock file, which is
//! about people: names and numbers must not change unless they are reserved, whatever the bytes say. It compares fields
//! by name, labels as the words that are written, and does not look at packages and positions.

/// What Apicurio says of pairs in which a rule finds something; of several rules the last in this order decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Peer {
    Accepts,
    /// It depends on what this rule does not look at.
    Either,
    Refuses,
}

use Peer::{Accepts, Either, Refuses};

/// The rule; the writer's file and the reader's, without the syntax if that is proto3; what Apicurio says; and why, if
/// that is not the rule's effect.
pub(crate) type Row = (&'static str, [&'static str; 2], Peer, &'static str);

/// Why Apicurio refuses what Confluent accepts and the engine warns of.
const LOCKED: &str = "Apicurio refuses what is a warning of ours: bytes can still be read, so Confluent accepts it.";
/// Why Apicurio accepts what Confluent refuses.
const UNSEEN: &str = "Confluent refuses it, and Apicurio has no rule for it.";
/// Why a removal that reserves number and name may be refused all the same.
const RESERVED: &str = "Apicurio wants the number and the name to be reserved, and only finds that in a message that had \
                        reservations before.";
/// Why it is not the rule that decides.
const LABELS: &str = "Apicurio compares labels as words: `optional` that is written on one side alone is a change, \
                      though nothing changes in the bytes.";

pub(crate) const ROWS: &[Row] = &[
    ("PACKAGE_CHANGED", ["package a; message M {}", "package b; message M {}"], Accepts, UNSEEN),
    ("MESSAGE_ADDED", ["message M {}", "message M {} message N {}"], Accepts, ""),
    ("MESSAGE_REMOVED", ["message M {} message N { int32 a = 1; }", "message M {}"], Refuses, ""),
    ("MESSAGE_MOVED", ["message M {} message N {}", "message N {} message M {}"], Accepts, ""),
    ("ENUM_ADDED", ["message M {}", "message M {} enum E { A = 0; }"], Accepts, ""),
    ("ENUM_REMOVED", ["message M {} enum E { A = 0; }", "message M {}"], Accepts, ""),
    ("ENUM_CONST_ADDED", ["enum E { A = 0; }", "enum E { A = 0; B = 1; }"], Accepts, ""),
    ("ENUM_CONST_CHANGED", ["enum E { A = 0; B = 1; }", "enum E { A = 0; C = 1; }"], Refuses, LOCKED),
    (
        "ENUM_CONST_REMOVED",
        ["enum E { A = 0; B = 1; }", "enum E { A = 0; reserved 1; reserved \"B\"; }"],
        Refuses,
        "Apicurio refuses it even if number and name are reserved; data holds the number, which Confluent accepts.",
    ),
    ("FIELD_ADDED", ["message M {}", "message M { int32 a = 1; }"], Accepts, ""),
    ("FIELD_REMOVED", ["message M { int32 a = 1; }", "message M { reserved 1; reserved \"a\"; }"], Either, RESERVED),
    (
        "FIELD_NAME_CHANGED",
        ["message M { int32 a = 1; }", "message M { int32 b = 1 [json_name = \"a\"]; }"],
        Refuses,
        "A lock file holds names; data holds numbers, so Confluent accepts it.",
    ),
    ("FIELD_KIND_CHANGED", ["message M { int32 a = 1; }", "message M { M a = 1; }"], Refuses, ""),
    ("FIELD_SCALAR_KIND_CHANGED", ["message M { int32 a = 1; }", "message M { string a = 1; }"], Refuses, ""),
    (
        "FIELD_NAMED_TYPE_CHANGED",
        ["message M { A a = 1; } message A {} message B {}", "message M { B a = 1; } message A {} message B {}"],
        Refuses,
        "",
    ),
    (
        "FIELD_STRING_OR_BYTES_LABEL_CHANGED",
        ["message M { optional string a = 1; }", "message M { repeated string a = 1; }"],
        Refuses,
        "The last of several strings is read, which Confluent takes to be meant.",
    ),
    (
        "FIELD_NUMERIC_LABEL_CHANGED",
        ["message M { optional int32 a = 1; }", "message M { repeated int32 a = 1; }"],
        Refuses,
        "",
    ),
    (
        "REQUIRED_FIELD_ADDED",
        [
            "syntax = \"proto2\"; message M { optional int32 b = 2; }",
            "syntax = \"proto2\"; message M { optional int32 b = 2; required int32 a = 1; }",
        ],
        Refuses,
        "",
    ),
    (
        "REQUIRED_FIELD_REMOVED",
        [
            "syntax = \"proto2\"; message M { required int32 a = 1; }",
            "syntax = \"proto2\"; message M { reserved 1; reserved \"a\"; }",
        ],
        Either,
        RESERVED,
    ),
    ("ONEOF_ADDED", ["message M { int32 a = 1; }", "message M { oneof o { int32 a = 1; } }"], Either, LABELS),
    ("ONEOF_REMOVED", ["message M { oneof o { int32 a = 1; } }", "message M { int32 a = 1; }"], Either, LABELS),
    (
        "ONEOF_FIELD_ADDED",
        ["message M { oneof o { int32 a = 1; } }", "message M { oneof o { int32 a = 1; int32 b = 2; } }"],
        Accepts,
        "",
    ),
    (
        "ONEOF_FIELD_REMOVED",
        ["message M { oneof o { int32 a = 1; int32 b = 2; } }", "message M { oneof o { int32 a = 1; } }"],
        Refuses,
        "",
    ),
    (
        "ONEOF_FIELD_MOVED_TO_TOP_LEVEL",
        ["message M { oneof o { int32 a = 1; int32 b = 2; } }", "message M { int32 a = 1; oneof o { int32 b = 2; } }"],
        Either,
        LABELS,
    ),
    (
        "MULTIPLE_FIELDS_MOVED_TO_ONEOF",
        ["message M { int32 a = 1; int32 b = 2; }", "message M { oneof o { int32 a = 1; int32 b = 2; } }"],
        Either,
        UNSEEN,
    ),
    (
        "FIELD_MOVED_TO_EXISTING_ONEOF",
        ["message M { int32 a = 1; oneof o { int32 b = 2; } }", "message M { oneof o { int32 b = 2; int32 a = 1; } }"],
        Either,
        UNSEEN,
    ),
    (
        "FIELD_REMOVED_WITHOUT_RESERVED",
        ["message M { int32 a = 1; int32 b = 2; }", "message M { int32 b = 2; }"],
        Refuses,
        LOCKED,
    ),
    (
        "RESERVED_NUMBER_USED",
        ["message M { reserved 1; int32 b = 2; }", "message M { int32 a = 1; int32 b = 2; }"],
        Refuses,
        LOCKED,
    ),
    (
        "RESERVED_NAME_USED",
        ["message M { reserved \"a\"; int32 b = 2; }", "message M { int32 a = 1; int32 b = 2; }"],
        Refuses,
        LOCKED,
    ),
    (
        "FIELD_JSON_NAME_CHANGED",
        ["message M { int32 a = 1; }", "message M { int32 a = 1 [json_name = \"b\"]; }"],
        Accepts,
        "Neither Confluent nor Apicurio looks at it: a warning of ours.",
    ),
    ("FIELD_SCALAR_TYPE_CHANGED", ["message M { int32 a = 1; }", "message M { int64 a = 1; }"], Refuses, LOCKED),
    ("FIELD_LABEL_CHANGED", ["message M { int32 a = 1; }", "message M { repeated int32 a = 1; }"], Refuses, LOCKED),
    ("FIELD_PRESENCE_CHANGED", ["message M { int32 a = 1; }", "message M { optional int32 a = 1; }"], Refuses, LOCKED),
    (
        "FIELD_REQUIRED_CHANGED",
        [
            "syntax = \"proto2\"; message M { optional int32 a = 1; }",
            "syntax = \"proto2\"; message M { required int32 a = 1; }",
        ],
        Refuses,
        LOCKED,
    ),
    (
        "FIELD_DEFAULT_CHANGED",
        [
            "syntax = \"proto2\"; message M { optional int32 a = 1 [default = 1]; }",
            "syntax = \"proto2\"; message M { optional int32 a = 1 [default = 2]; }",
        ],
        Accepts,
        "Neither Confluent nor Apicurio looks at it: a warning of ours.",
    ),
    (
        "FIELD_ENUM_CHANGED",
        [
            "message M { E a = 1; } enum E { A = 0; } enum F { B = 0; }",
            "message M { F a = 1; } enum E { A = 0; } enum F { B = 0; }",
        ],
        Refuses,
        LOCKED,
    ),
    (
        "ONEOF_FIELD_MOVED",
        [
            "message M { oneof o { int32 a = 1; int32 b = 2; } }",
            "message M { oneof o { int32 b = 2; } oneof p { int32 a = 1; } }",
        ],
        Accepts,
        "Neither Confluent nor Apicurio looks at it: a warning of ours.",
    ),
    ("ENUM_VALUE_REMOVED_WITHOUT_RESERVED", ["enum E { A = 0; B = 1; }", "enum E { A = 0; }"], Refuses, LOCKED),
    ("ENUM_VALUE_RENAMED", ["enum E { A = 0; B = 1; }", "enum E { A = 0; C = 1; }"], Refuses, LOCKED),
    (
        "ENUM_DEFAULT_CHANGED",
        ["syntax = \"proto2\"; enum E { A = 0; B = 1; }", "syntax = \"proto2\"; enum E { B = 1; A = 0; }"],
        Accepts,
        "Neither Confluent nor Apicurio looks at it: a warning of ours.",
    ),
    (
        "EXTENSION_RANGE_REMOVED",
        ["syntax = \"proto2\"; message M { extensions 100 to 199; }", "syntax = \"proto2\"; message M {}"],
        Accepts,
        "Neither Confluent nor Apicurio looks at it: a warning of ours.",
    ),
    ("SERVICE_REMOVED", ["message M {} service S { rpc A(M) returns (M); }", "message M {}"], Refuses, LOCKED),
    (
        "RPC_REMOVED",
        [
            "message M {} service S { rpc A(M) returns (M); rpc B(M) returns (M); }",
            "message M {} service S { rpc A(M) returns (M); }",
        ],
        Refuses,
        LOCKED,
    ),
    (
        "RPC_SIGNATURE_CHANGED",
        [
            "message M {} message N {} service S { rpc A(M) returns (M); }",
            "message M {} message N {} service S { rpc A(N) returns (M); }",
        ],
        Either,
        LOCKED,
    ),
];
