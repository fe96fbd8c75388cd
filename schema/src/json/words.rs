//! The words that every Avro and JSON schema uses, which need no counted reference.

/// A function that compares a text with the words of its length only, each as a constant.
macro_rules! words {
    ($($length:literal: $($word:literal)*;)*) => {
        /// The same word as a part of this program, if it is one that is common in schemas.
        pub(super) fn common_word(text: &[u8]) -> Option<&'static str> {
            match text.len() {
                $($length => {
                    $(if text == $word.as_bytes() {
                        return Some($word);
                    })*
                    None
                })*
                _ => None,
            }
        }

        #[cfg(test)]
        const WORDS: &[(usize, &[&str])] = &[$(($length, &[$($word),*])),*];
    };
}

words! {
    3: "doc" "map" "int" "$id";
    4: "type" "name" "null" "long" "size" "enum" "date" "uuid" "$ref";
    5: "items" "array" "order" "bytes" "float" "scale" "error" "fixed" "title" "oneOf" "anyOf" "allOf" "$defs" "const";
    6: "string" "fields" "double" "record" "values" "format" "object" "number";
    7: "default" "boolean" "symbols" "aliases" "decimal" "pattern" "minimum" "maximum" "integer" "$schema";
    8: "duration" "required";
    9: "namespace" "precision" "minLength" "maxLength";
    10: "properties";
    11: "logicalType" "time-millis" "time-micros" "description" "definitions";
    16: "timestamp-millis" "timestamp-micros";
    20: "additionalProperties";
}

#[cfg(test)]
mod tests {
    use super::{WORDS, common_word};

    #[test]
    fn every_word_is_listed_under_its_length() {
        for (length, words) in WORDS {
            for word in *words {
                assert_eq!(word.len(), *length, "{word}");
                assert_eq!(common_word(word.as_bytes()), Some(*word));
            }
        }
        assert_eq!(common_word(b"nil"), None);
    }
}
