//! The options of a `sasl.jaas.config`: `SomeLoginModule required key="value" other=value;`.

use std::collections::BTreeMap;

/// Reads the options. What is not an option (the module's name, its flag) is passed over.
pub(crate) fn options(text: &str) -> BTreeMap<String, String> {
    let mut options = BTreeMap::new();
    let mut rest = text;
    while let Some(at) = rest.find('=') {
        let key = rest[..at].trim_end().rsplit(|c: char| c.is_whitespace()).next().unwrap_or_default();
        let (value, after) = value(rest[at + 1..].trim_start());
        if !key.is_empty() {
            options.insert(key.to_owned(), value);
        }
        rest = after;
    }
    options
}

/// A value, quoted or bare, and what follows it.
fn value(text: &str) -> (String, &str) {
    let Some(quoted) = text.strip_prefix('"') else {
        let end = text.find(|c: char| c.is_whitespace() || c == ';').unwrap_or(text.len());
        return (text[..end].to_owned(), &text[end..]);
    };
    let mut value = String::new();
    let mut chars = quoted.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return (value, &quoted[at + 1..]),
            '\\' => value.extend(chars.next().map(|(_, escaped)| escaped)),
            c => value.push(c),
        }
    }
    (value, "")
}

#[cfg(test)]
mod tests {
    use super::options;

    #[test]
    fn reads_quoted_and_bare_options() {
        let text = "org.apache.kafka.common.security.plain.PlainLoginModule required\n \
                    username=admin user_alice=\"a b=\\\"c;\" user_bob='x';";
        let options = options(text);
        assert_eq!(options["username"], "admin");
        assert_eq!(options["user_alice"], "a b=\"c;");
        assert_eq!(options["user_bob"], "'x'");
        assert_eq!(options.len(), 3);
    }
}
