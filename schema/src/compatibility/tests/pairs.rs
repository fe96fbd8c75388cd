//! Pairs of schemas that come to every rule in one of the two orders.

use crate::json_schema::compatibility::ROWS;

pub(super) type Pair = [String; 2];

pub(super) const AVRO: &[[&str; 2]] = &[
    [
        r#"{"type":"record","name":"R","fields":[{"name":"x","type":"int"}]}"#,
        r#"{"type":"record","name":"R","fields":[]}"#,
    ],
    [r#"{"type":"record","name":"Old","fields":[]}"#, r#"{"type":"record","name":"New","fields":[]}"#],
    [r#"{"type":"fixed","name":"F","size":4}"#, r#"{"type":"fixed","name":"F","size":8}"#],
    [r#"{"type":"enum","name":"E","symbols":["A"]}"#, r#"{"type":"enum","name":"E","symbols":["A","B"]}"#],
    [r#"{"type":"enum","name":"E","symbols":["A","B"]}"#, r#"{"type":"enum","name":"E","symbols":["B","A"]}"#],
    [r#""int""#, r#""string""#],
    [r#""int""#, r#""long""#],
    [r#""long""#, r#""double""#],
    [r#""bytes""#, r#""string""#],
    [r#"["null","int"]"#, r#""int""#],
    [r#"["int","string"]"#, r#"["int","boolean"]"#],
    [
        r#"{"type":"record","name":"R","fields":[{"name":"x","type":"int","aliases":["y"]}]}"#,
        r#"{"type":"record","name":"R","fields":[{"name":"x","type":"int"},{"name":"y","type":"int"}]}"#,
    ],
    [
        r#"{"type":"bytes","logicalType":"decimal","precision":9,"scale":2}"#,
        r#"{"type":"bytes","logicalType":"decimal","precision":9,"scale":3}"#,
    ],
    [r#"{"type":"long","logicalType":"timestamp-millis"}"#, r#"{"type":"long","logicalType":"timestamp-micros"}"#],
    [
        r#"{"type":"record","name":"R","fields":[{"name":"order_id","type":"int","default":0}]}"#,
        r#"{"type":"record","name":"R","fields":[{"name":"orderId","type":"int","default":0}]}"#,
    ],
    [
        r#"{"type":"record","name":"R","fields":[{"name":"x","type":"int","default":0}]}"#,
        r#"{"type":"record","name":"R","fields":[{"name":"x","type":"int","default":1}]}"#,
    ],
    [r#"{"type":"record","name":"a.R","fields":[]}"#, r#"{"type":"record","name":"b.R","fields":[]}"#],
    [
        r#"{"type":"record","name":"R","fields":[{"name":"x","type":["null","int"],"default":null}]}"#,
        r#"{"type":"record","name":"R","fields":[{"name":"x","type":["int","null"],"default":1}]}"#,
    ],
];

pub(super) const PROTOBUF: &[[&str; 2]] = &[
    ["syntax = \"proto3\"; package a; message M {}", "syntax = \"proto3\"; package b; message M {}"],
    ["syntax = \"proto3\"; package a; message M {}", "syntax = \"proto3\"; message M {}"],
    ["syntax = \"proto3\"; message M {}", "syntax = \"proto3\"; message M {} message N {}"],
    ["syntax = \"proto3\"; message M { int32 x = 1; }", "syntax = \"proto3\"; message M { string x = 1; }"],
    ["syntax = \"proto3\"; message M { int32 x = 1; }", "syntax = \"proto3\"; message M { M x = 1; }"],
    ["syntax = \"proto3\"; message M { int64 x = 1; }", "syntax = \"proto3\"; message M { int32 x = 1; }"],
    [
        "syntax = \"proto3\"; message M { A x = 1; } message A {} message B {}",
        "syntax = \"proto3\"; message M { B x = 1; } message A {} message B {}",
    ],
    [
        "syntax = \"proto3\"; message M { E x = 1; } enum E { A = 0; } enum F { B = 0; }",
        "syntax = \"proto3\"; message M { F x = 1; } enum E { A = 0; } enum F { B = 0; }",
    ],
    [
        "syntax = \"proto3\"; message M { optional int32 x = 1; }",
        "syntax = \"proto3\"; message M { repeated int32 x = 1; }",
    ],
    ["syntax = \"proto3\"; message M { int32 x = 1; }", "syntax = \"proto3\"; message M { repeated int32 x = 1; }"],
    ["syntax = \"proto3\"; message M { int32 x = 1; }", "syntax = \"proto3\"; message M { optional int32 x = 1; }"],
    ["syntax = \"proto2\"; message M {}", "syntax = \"proto2\"; message M { required int32 x = 1; }"],
    [
        "syntax = \"proto2\"; message M { optional int32 x = 1; }",
        "syntax = \"proto2\"; message M { required int32 x = 1; }",
    ],
    [
        "syntax = \"proto2\"; message M { optional int32 x = 1 [default = 1]; }",
        "syntax = \"proto2\"; message M { optional int32 x = 1 [default = 2]; }",
    ],
    [
        "syntax = \"proto3\"; message M { oneof o { int32 a = 1; } }",
        "syntax = \"proto3\"; message M { oneof o { int32 a = 1; int32 b = 2; } }",
    ],
    [
        "syntax = \"proto3\"; message M { int32 a = 1; int32 b = 2; }",
        "syntax = \"proto3\"; message M { oneof o { int32 a = 1; int32 b = 2; } }",
    ],
    [
        "syntax = \"proto3\"; message M { oneof o { int32 a = 1; } int32 b = 2; }",
        "syntax = \"proto3\"; message M { oneof o { int32 a = 1; int32 b = 2; } }",
    ],
    [
        "syntax = \"proto3\"; message M { oneof o { int32 a = 1; int32 b = 2; } }",
        "syntax = \"proto3\"; message M { oneof p { int32 a = 1; int32 b = 2; } }",
    ],
    [
        "syntax = \"proto3\"; message M { int32 x = 1 [json_name = \"a\"]; }",
        "syntax = \"proto3\"; message M { int32 x = 1 [json_name = \"b\"]; }",
    ],
    [
        "syntax = \"proto3\"; message M { int32 a = 1; }",
        "syntax = \"proto3\"; message M { reserved 7; reserved \"n\"; }",
    ],
    ["syntax = \"proto2\"; message M {}", "syntax = \"proto2\"; message M { extensions 100 to 199; }"],
    ["syntax = \"proto3\"; enum E { A = 0; }", "syntax = \"proto3\"; enum E { A = 0; B = 1; }"],
    ["syntax = \"proto3\"; enum E { A = 0; }", "syntax = \"proto3\"; enum E { B = 0; }"],
    ["syntax = \"proto2\"; enum E { A = 0; B = 1; }", "syntax = \"proto2\"; enum E { B = 1; A = 0; }"],
    ["syntax = \"proto3\"; message M {}", "syntax = \"proto3\"; message M {} service S { rpc A(M) returns (M); }"],
    [
        "syntax = \"proto3\"; message M {} service S {}",
        "syntax = \"proto3\"; message M {} service S { rpc A(M) returns (M); }",
    ],
    [
        "syntax = \"proto3\"; message M {} service S { rpc A(M) returns (M); }",
        "syntax = \"proto3\"; message M {} service S { rpc A(M) returns (stream M); }",
    ],
];

/// The table of JSON Schema, and every bound: lower in one schema, and absent from it.
pub(super) fn json() -> Vec<Pair> {
    const CONTAINS: &str = r#""$schema":"https://json-schema.org/draft/2020-12/schema","contains":{"type":"null"}"#;
    let bounds = [
        ("maxLength", r#""type":"string""#),
        ("minLength", r#""type":"string""#),
        ("maximum", r#""type":"number""#),
        ("minimum", r#""type":"number""#),
        ("exclusiveMaximum", r#""type":"number""#),
        ("exclusiveMinimum", r#""type":"number""#),
        ("maxProperties", r#""type":"object""#),
        ("minProperties", r#""type":"object""#),
        ("maxItems", r#""type":"array""#),
        ("minItems", r#""type":"array""#),
        ("maxContains", CONTAINS),
        ("minContains", CONTAINS),
    ];
    let bounds = bounds.iter().flat_map(|(keyword, beside)| {
        let at = |bound: u8| format!(r#"{{{beside},"{keyword}":{bound}}}"#);
        [[at(10), at(20)], [at(10), format!("{{{beside}}}")]]
    });
    ROWS.iter().copied().flatten().map(|(_, pair, _, _)| pair.map(str::to_owned)).chain(bounds).collect()
}
