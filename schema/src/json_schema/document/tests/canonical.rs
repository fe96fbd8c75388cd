//! Claims about the texts that a registry stores.

use proptest::prelude::*;

use super::lenient;

fn canonical_number(written: &str) -> String {
    let text = lenient(&format!(r#"{{"a":{written}}}"#)).canonical();
    text[5..text.len() - 1].to_owned()
}

/// What `new BigDecimal(text).toString()` answers, and the text of integers.
#[test]
fn numbers_are_written_as_java_writes_them() {
    for (written, expected) in [
        ("0", "0"),
        ("-0", "0"),
        ("-7", "-7"),
        ("123456789012345678901234567890", "123456789012345678901234567890"),
        ("1.0", "1.0"),
        ("0.10", "0.10"),
        ("-1.50", "-1.50"),
        ("0.0", "0.0"),
        ("-0.0", "0.0"),
        ("1e0", "1"),
        ("1e3", "1E+3"),
        ("1E3", "1E+3"),
        ("12e3", "1.2E+4"),
        ("1.5e3", "1.5E+3"),
        ("1.5e1", "15"),
        ("1.50e1", "15.0"),
        ("1e-3", "0.001"),
        ("1e-6", "0.000001"),
        ("1e-7", "1E-7"),
        ("12e-8", "1.2E-7"),
        ("0.0000001", "1E-7"),
        ("0.000001", "0.000001"),
        ("0e5", "0E+5"),
        ("0e-7", "0E-7"),
        ("0.00", "0.00"),
        ("-1.25e-9", "-1.25E-9"),
        ("100e-2", "1.00"),
        ("1e400", "1E+400"),
        ("1e99999999999", "1e99999999999"),
    ] {
        assert_eq!(canonical_number(written), expected, "{written}");
    }
}

#[test]
fn texts_are_escaped_as_little_as_jackson_does() {
    let text = "{ \"a\\/b\" : \"\\u00e4 \\b\\f\\n\\r\\t\\u0001\\u001f \\\" \\\\ \\ud83d\\ude00 \u{7f} é\" , \"c\" : [ ] , \"d\" : { } }";
    let stored = "{\"a/b\":\"ä \\b\\f\\n\\r\\t\\u0001\\u001F \\\" \\\\ 😀 \u{7f} é\",\"c\":[],\"d\":{}}";
    assert_eq!(lenient(text).canonical(), stored);
}

#[test]
fn keys_keep_their_order_unless_they_are_normalised() {
    let document = lenient(r#"{"b": {"d": 1, "c": [{"z": 1, "y": 2}]}, "a": 2, "B": 3, "ä": 4}"#);
    assert_eq!(document.canonical(), r#"{"b":{"d":1,"c":[{"z":1,"y":2}]},"a":2,"B":3,"ä":4}"#);
    assert_eq!(document.normalized(), r#"{"B":3,"a":2,"b":{"c":[{"y":2,"z":1}],"d":1},"ä":4}"#);
}

#[test]
fn keys_are_compared_by_utf_16_units() {
    assert_eq!(lenient("{\"\u{ff5e}\":1,\"😀\":2}").normalized(), "{\"😀\":2,\"\u{ff5e}\":1}");
}

#[test]
fn the_last_of_duplicate_keys_is_stored() {
    assert_eq!(lenient(r#"{"a": 1, "a": 2}"#).canonical(), r#"{"a":2}"#);
    assert_eq!(lenient(r#"{"title":"a","type":"object","title":"b"}"#).canonical(), r#"{"title":"b","type":"object"}"#);
}

#[test]
fn the_name_is_the_title() {
    assert_eq!(lenient(r#"{"title": "Order"}"#).record_name().as_deref(), Some("Order"));
    assert_eq!(lenient(r#"{"title": 5}"#).record_name(), None);
    assert_eq!(lenient("true").record_name(), None);
}

fn any_json() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(Into::into),
        any::<i64>().prop_map(Into::into),
        any::<f64>().prop_map(Into::into),
        ".{0,8}".prop_map(Into::into),
    ];
    leaf.prop_recursive(5, 40, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Into::into),
            prop::collection::btree_map(".{0,4}", inner, 0..6)
                .prop_map(|members| serde_json::Value::Object(members.into_iter().collect())),
        ]
    })
}

/// The value with every number as a float: `1E+1` and `10` are the same.
fn by_size(value: &serde_json::Value) -> serde_json::Value {
    match value {
        serde_json::Value::Number(number) => number.as_f64().into(),
        serde_json::Value::Array(items) => items.iter().map(by_size).collect(),
        serde_json::Value::Object(members) => {
            members.iter().map(|(key, value)| (key.clone(), by_size(value))).collect()
        }
        other => other.clone(),
    }
}

proptest! {
    #[test]
    fn stored_texts_stay_as_they_are_and_mean_the_same(value in any_json()) {
        let document = lenient(&serde_json::json!({"x": value}).to_string());
        let (canonical, normalized) = (document.canonical(), document.normalized());
        prop_assert_eq!(&lenient(&canonical).canonical(), &canonical);
        prop_assert_eq!(&lenient(&normalized).normalized(), &normalized);
        prop_assert_eq!(&lenient(&canonical).normalized(), &normalized);
        let read = |text: &str| by_size(&serde_json::from_str(text).unwrap());
        prop_assert_eq!(read(&canonical), read(&normalized));
        prop_assert_eq!(read(&canonical), read(&document.source().text));
    }
}
