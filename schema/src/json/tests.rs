//! Claims about the JSON reader: spans, messages, limits.

use super::{Json, JsonKind, MAX_DEPTH, read};

fn error(text: &str) -> String {
    let error = read(text).expect_err("the text is not JSON");
    format!("{} at {}..{}", error.message, error.span.start, error.span.end)
}

#[test]
fn spans_cover_the_values() {
    let text = r#" {"a": [1, "\u00e9\n"], "b": -1.5e+3 } "#;
    let json = read(text).unwrap();
    assert_eq!(&text[json.span.range()], text.trim());
    let a = json.get("a").and_then(Json::as_array).unwrap();
    assert_eq!(&text[a[1].span.range()], r#""\u00e9\n""#);
    assert_eq!(a[1].as_str(), Some("é\n"));
    assert_eq!(json.get("b").unwrap().kind, JsonKind::Number("-1.5e+3".into()));
    assert_eq!(&text[json.member("b").unwrap().key_span.range()], r#""b""#);
    assert_eq!(json.to_string(), r#"{"a":[1,"é\n"],"b":-1.5e+3}"#);
}

#[test]
fn says_what_is_expected_and_where() {
    assert_eq!(error(""), "not JSON: expected a value, found the end of the text at 0..0");
    assert_eq!(error("{\"a\": 1"), "not JSON: expected `,` or `}`, found the end of the text at 7..7");
    assert_eq!(error("{\"a\" 1}"), "not JSON: expected `:`, found `1` at 5..6");
    assert_eq!(error("{a: 1}"), "not JSON: expected a key in double quotes, found `a` at 1..2");
    assert_eq!(error("[1,]"), "not JSON: expected a value, found `]` at 3..4");
    assert_eq!(error("[1 2]"), "not JSON: expected `,` or `]`, found `2` at 3..4");
    assert_eq!(error("{} // no"), "not JSON: expected the end of the text after the value, found `/` at 3..4");
    let mark = "a byte order mark, which only the start of a text may have";
    assert_eq!(error("\u{feff}\u{feff}{}"), format!("not JSON: expected a value, found {mark} at 3..6"));
    assert_eq!(error("{\u{feff}}"), format!("not JSON: expected a key in double quotes, found {mark} at 1..4"));
    assert_eq!(error("nulls"), "not JSON: expected a value, found `n` at 0..1");
    assert_eq!(error("01"), "not JSON: expected the end of the text after the value, found `1` at 1..2");
    assert_eq!(error("1."), "not JSON: expected a digit, found the end of the text at 2..2");
    assert_eq!(
        error("\"a\nb\""),
        "not JSON: expected the closing `\"` of the string, found the end of the line at 2..3"
    );
    assert_eq!(error(r#""\x""#), "not JSON: expected one of `\"\\/bfnrtu` after `\\`, found `x` at 2..3");
    assert_eq!(error(r#""\u12g4""#), "not JSON: expected four hexadecimal digits after `\\u`, found `g` at 5..6");
    assert_eq!(error(r#""\ud800""#), "not JSON: a `\\u` escape that is half of a surrogate pair at 1..7");
}

#[test]
fn an_unclosed_bracket_is_remembered() {
    assert_eq!(read(" [1, 2").unwrap_err().opened.map(|span| span.start), Some(1));
}

#[test]
fn surrogate_pairs_are_one_character() {
    assert_eq!(read(r#""\ud83d\ude00""#).unwrap().as_str(), Some("😀"));
}

#[test]
fn deep_nesting_is_an_error_and_not_a_crash() {
    let fits = "[".repeat(MAX_DEPTH) + &"]".repeat(MAX_DEPTH);
    assert!(read(&fits).is_ok());
    assert_eq!(error(&"[".repeat(5_000_000)), "JSON nested deeper than 128 levels at 128..129");
    assert_eq!(error(&"{\"a\":".repeat(1_000_000)), "JSON nested deeper than 128 levels at 640..641");
}

#[test]
fn five_megabytes_are_read() {
    let text = format!("[{}0]", "{\"key\": \"value\"},".repeat(300_000));
    assert_eq!(read(&text).unwrap().as_array().map(<[Json]>::len), Some(300_001));
}

#[test]
fn duplicate_keys_are_found_at_any_depth() {
    let json = read(r#"[{"a": 1, "b": {"c": 1, "c": 2}, "a": 3}]"#).unwrap();
    let found: Vec<_> = json.duplicate_keys().iter().map(|found| (found.key.to_owned(), found.again.start)).collect();
    assert_eq!(found, [("c".to_owned(), 24), ("a".to_owned(), 33)]);
}

#[test]
fn no_text_panics() {
    let sample = "{\"é\": [1.5e-3, \"\\ud83d\\ude00\\n\", true, null], \"b\": {\"c\": \"\u{1f600}\"}}";
    for (end, _) in sample.char_indices() {
        assert!(read(&sample[..end]).is_err());
    }
    for (start, _) in sample.char_indices().skip(1) {
        let _either = read(&sample[start..]);
    }
}

#[test]
fn agrees_with_serde_json_about_what_is_json() {
    let pieces = ["{", "}", "[", "]", ",", ":", "\"a\"", "1", "-", "0", ".5", "e1", "true", " ", "\\"];
    let mut state = 7_u64;
    for _ in 0..20_000 {
        let mut text = String::new();
        for _ in 0..6 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            text += pieces[usize::try_from(state >> 33).unwrap() % pieces.len()];
        }
        let theirs = serde_json::from_str::<serde_json::Value>(&text).is_ok();
        assert_eq!(read(&text).is_ok(), theirs, "{text}");
    }
}
