//! The words that every Avro and JSON schema uses, which the reader need not copy.

/// The same word as a part of this program, if it is one that is common in schemas.
pub(super) fn common_word(text: &str) -> Option<&'static str> {
    words_of(text.len()).iter().find(|word| **word == text).copied()
}

const fn words_of(length: usize) -> &'static [&'static str] {
    match length {
        3 => &["doc", "map", "int", "$id"],
        4 => &["type", "name", "size", "enum", "null", "long", "date", "uuid", "$ref"],
        5 => &[
            "items", "order", "scale", "error", "fixed", "array", "float", "bytes", "title", "oneOf", "anyOf", "allOf",
            "$defs", "const",
        ],
        6 => &["fields", "values", "record", "double", "string", "format", "object", "number"],
        7 => &[
            "symbols", "aliases", "default", "boolean", "decimal", "pattern", "minimum", "maximum", "integer",
            "$schema",
        ],
        8 => &["duration", "required"],
        9 => &["namespace", "precision", "minLength", "maxLength"],
        10 => &["properties"],
        11 => &["logicalType", "time-millis", "time-micros", "description", "definitions"],
        16 => &["timestamp-millis", "timestamp-micros"],
        20 => &["additionalProperties"],
        _ => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::{common_word, words_of};

    #[test]
    fn every_word_is_listed_under_its_length() {
        let words: Vec<&str> = (0..32).flat_map(words_of).copied().collect();
        assert!(words.len() > 50);
        for word in words {
            assert_eq!(common_word(word), Some(word));
        }
        assert_eq!(common_word("nil"), None);
    }
}
