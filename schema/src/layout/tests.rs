//! The layout changes white space and nothing else.

use proptest::prelude::*;

use super::{braces, json};
use crate::json::read;

fn laid_out(text: &str) -> String {
    json(text, &read(text).expect("it is JSON"))
}

#[test]
fn a_record_reads_well() {
    let text = r#"{"type":"record","name":"Order","namespace":"shop","doc":"An order.","fields":[
        {"name":"id","type":"string"},{"name":"status","type":{"type":"enum","name":"Status","symbols":["NEW","PAID"],"default":"NEW"}},
        {"name":"tags","type":["null",{"type":"array","items":"string"}],"default":null},
        {"name":"a","doc":"A text that is long enough to need a line of its own, as those of documentation are.","type":"long"}]}"#;
    insta::assert_snapshot!(laid_out(text), @r#"
    {
      "type": "record",
      "name": "Order",
      "namespace": "shop",
      "doc": "An order.",
      "fields": [
        { "name": "id", "type": "string" },
        {
          "name": "status",
          "type": { "type": "enum", "name": "Status", "symbols": ["NEW", "PAID"], "default": "NEW" }
        },
        {
          "name": "tags",
          "type": ["null", { "type": "array", "items": "string" }],
          "default": null
        },
        {
          "name": "a",
          "doc": "A text that is long enough to need a line of its own, as those of documentation are.",
          "type": "long"
        }
      ]
    }
    "#);
}

#[test]
fn letters_stay_as_they_are_written() {
    assert_eq!(
        laid_out(r#"{ "a" : 1.50e+3,"b\u0041":"\/\u00e9é" , "c":[ ],"d":{ } }"#),
        "{ \"a\": 1.50e+3, \"b\\u0041\": \"\\/\\u00e9é\", \"c\": [], \"d\": {} }\n"
    );
    assert_eq!(laid_out(" null "), "null\n");
}

#[test]
fn a_proto_file_keeps_its_comments() {
    let text = "syntax = \"proto3\";\n\n\n\n// An { order.\nmessage Order {\nstring id = 1;   // its } id\n\n  /* several\n* lines {\n   */\n  oneof what {\n      string a = 2 [\n json_name = \"{\"\n ];\n   }\n\n}\n";
    insta::assert_snapshot!(braces(text), @r#"
    syntax = "proto3";

    // An { order.
    message Order {
      string id = 1;   // its } id

      /* several
       * lines {
       */
      oneof what {
        string a = 2 [
          json_name = "{"
        ];
      }
    }
    "#);
}

#[test]
fn the_lines_of_a_comment_keep_their_places() {
    let text = "message Order {\n      /* a:\n           b\n        c */\n}\n";
    assert_eq!(braces(text), "message Order {\n  /* a:\n       b\n    c */\n}\n");
}

proptest! {
    #[test]
    fn both_layouts_are_stable(text in "[a-z{}\\[\\](),;/*\" \n]{0,200}") {
        let once = braces(&text);
        prop_assert_eq!(braces(&once), once.clone());
        let strip = |text: &str| text.chars().filter(|letter| !letter.is_whitespace()).collect::<String>();
        prop_assert_eq!(strip(&once), strip(&text));
    }
}
