//! Settings of a Kafka client from a file as Kafka's own tools take it (`--command-config`), in librdkafka's names.
//!
//! What both call the same goes through as it is, so that every setting of librdkafka can be in the file too. What Java
//! keeps in stores of its own is refused, with what to do instead.

use std::collections::BTreeMap;

use thiserror::Error;

/// Why a file of properties cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Unusable {
    /// A line without a value.
    #[error("line {line}: `{text}` is not NAME=VALUE")]
    Line {
        /// Which, from 1.
        line: usize,
        /// What it says.
        text: String,
    },
    /// A store that only Java reads.
    #[error("{name}={value}: only PEM is read here; convert the store (keytool, openssl) and set {name}=PEM")]
    Store {
        /// The setting.
        name: String,
        /// Its value.
        value: String,
    },
    /// A login without a name or a password.
    #[error("sasl.jaas.config names no {0}: write it as `...LoginModule required username=\"..\" password=\"..\";`")]
    Login(&'static str),
}

/// Reads the text of a file.
///
/// # Errors
///
/// When a line says nothing, or a setting has no equal here.
pub fn parse(text: &str) -> Result<BTreeMap<String, String>, Unusable> {
    let mut properties = BTreeMap::new();
    let given = pairs(text)?;
    for (name, value) in &given {
        for (name, value) in translated(name, value, &given)? {
            properties.insert(name, value);
        }
    }
    Ok(properties)
}

/// The lines that say something, as Java reads them.
fn pairs(text: &str) -> Result<BTreeMap<String, String>, Unusable> {
    let mut pairs = BTreeMap::new();
    for (line, text) in lines(text) {
        let parts = text.split_once(['=', ':']).map(|(name, value)| (name.trim(), unescaped(value.trim())));
        let (name, value) = parts.ok_or(Unusable::Line { line, text: text.clone() })?;
        pairs.insert(name.to_owned(), value);
    }
    Ok(pairs)
}

/// The lines that are no comments, each with the number of its last one; a backslash at the end joins the next one.
fn lines(text: &str) -> Vec<(usize, String)> {
    let mut whole: Vec<(usize, String)> = Vec::new();
    let mut is_joined = false;
    for (number, line) in (1..).zip(text.lines().map(str::trim)) {
        if !is_joined && (line.is_empty() || line.starts_with(['#', '!'])) {
            continue;
        }
        // Two backslashes are one that is meant.
        let backslashes = line.len() - line.trim_end_matches('\\').len();
        let goes_on = backslashes % 2 == 1;
        let part = &line[..line.len() - usize::from(goes_on)];
        match whole.last_mut().filter(|_| is_joined) {
            Some(last) => *last = (number, format!("{}{part}", last.1)),
            None => whole.push((number, part.to_owned())),
        }
        is_joined = goes_on;
    }
    whole
}

/// What a backslash stands before is meant as it is, but for the names of white space.
fn unescaped(text: &str) -> String {
    let mut value = String::new();
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        value.push(match character {
            '\\' => match characters.next() {
                Some('n') => '\n',
                Some('r') => '\r',
                Some('t') => '\t',
                Some(other) => other,
                None => break,
            },
            other => other,
        });
    }
    value
}

fn translated(name: &str, value: &str, all: &BTreeMap<String, String>) -> Result<Vec<(String, String)>, Unusable> {
    let one = |name: &str| Ok(vec![(name.to_owned(), value.to_owned())]);
    match name {
        // The command line says where the cluster is.
        "bootstrap.servers" => Ok(Vec::new()),
        "security.protocol" => Ok(vec![(name.to_owned(), value.to_lowercase())]),
        "sasl.jaas.config" => {
            let option = |key: &'static str| jaas_option(value, key).ok_or(Unusable::Login(key));
            let of = |name: &str, value: String| (name.to_owned(), value);
            Ok(vec![of("sasl.username", option("username")?), of("sasl.password", option("password")?)])
        }
        "ssl.truststore.type" | "ssl.keystore.type" if value.eq_ignore_ascii_case("PEM") => Ok(Vec::new()),
        "ssl.truststore.type" | "ssl.keystore.type" => Err(store(name, value)),
        "ssl.truststore.location" => is_pem(all, "ssl.truststore.type").and_then(|()| one("ssl.ca.location")),
        "ssl.truststore.certificates" => one("ssl.ca.pem"),
        // A PEM key store holds the key and the certificate.
        "ssl.keystore.location"
            if all.get("ssl.keystore.type").is_some_and(|kind| kind.eq_ignore_ascii_case("PEM")) =>
        {
            let files = ["ssl.certificate.location", "ssl.key.location"];
            Ok(files.map(|name| (name.to_owned(), value.to_owned())).into())
        }
        "ssl.keystore.certificate.chain" => one("ssl.certificate.pem"),
        "ssl.keystore.key" => one("ssl.key.pem"),
        "ssl.endpoint.identification.algorithm" if value.is_empty() => Ok(vec![(name.to_owned(), "none".to_owned())]),
        name => one(name),
    }
}

fn is_pem(all: &BTreeMap<String, String>, name: &str) -> Result<(), Unusable> {
    let kind = all.get(name).map_or("JKS", String::as_str);
    if kind.eq_ignore_ascii_case("PEM") { Ok(()) } else { Err(store(name, kind)) }
}

fn store(name: &str, value: &str) -> Unusable {
    Unusable::Store { name: name.to_owned(), value: value.to_owned() }
}

/// The value of `key="value"` or `key=value`; `\"` is a quote.
fn jaas_option(text: &str, key: &str) -> Option<String> {
    let assigned = format!("{key}=");
    let is_start = |at: &usize| text[..*at].ends_with(char::is_whitespace);
    let at = text.match_indices(&assigned).map(|(at, _)| at).find(is_start)?;
    let rest = &text[at + assigned.len()..];
    let Some(quoted) = rest.strip_prefix('"') else {
        let value = rest.split([' ', '\t', ';']).next()?;
        return Some(value.to_owned()).filter(|value| !value.is_empty());
    };
    let mut value = String::new();
    let mut characters = quoted.chars();
    while let Some(character) = characters.next() {
        match character {
            '"' => return Some(value),
            '\\' => value.push(characters.next()?),
            other => value.push(other),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn map(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn reads_a_login_as_kafkas_tools_take_it() {
        let text = "# a comment\nbootstrap.servers=elsewhere:9092\nsecurity.protocol = SASL_SSL\nsasl.mechanism: PLAIN\n\
                    sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required \\\n  \
                    username=\"al ice\" password=\"p\\\\\\\"w;\";\nssl.truststore.type=PEM\nssl.truststore.location=/ca.pem\n";
        let expected = [
            ("sasl.mechanism", "PLAIN"),
            ("sasl.password", "p\"w;"),
            ("sasl.username", "al ice"),
            ("security.protocol", "sasl_ssl"),
            ("ssl.ca.location", "/ca.pem"),
        ];
        assert_eq!(parse(text), Ok(map(&expected)));
    }

    #[test]
    fn a_backslash_at_the_end_joins_lines_and_two_do_not() {
        assert_eq!(parse("a=1\\\n  2\\\n  3\nb=4"), Ok(map(&[("a", "123"), ("b", "4")])));
        assert_eq!(parse("a=1\nb=2\\"), Ok(map(&[("a", "1"), ("b", "2")])), "the last setting counts, too");
        assert_eq!(parse("a=1\\\\\nb=2"), Ok(map(&[("a", "1\\"), ("b", "2")])));
        assert_eq!(parse("a=C:\\\\x\\ty\\:"), Ok(map(&[("a", "C:\\x\ty:")])));
    }

    #[test]
    fn librdkafkas_own_names_go_through() {
        let pairs = [("sasl.username", "a"), ("socket.keepalive.enable", "true")];
        assert_eq!(parse("sasl.username=a\nsocket.keepalive.enable=true"), Ok(map(&pairs)));
    }

    #[test]
    fn says_what_cannot_be_used_and_what_to_do() {
        assert_eq!(parse("\nnonsense"), Err(Unusable::Line { line: 2, text: "nonsense".to_owned() }));
        assert!(parse("ssl.truststore.location=/a.jks").unwrap_err().to_string().contains("convert the store"));
        let jaas = "sasl.jaas.config=Plain required username=\"a\";";
        assert_eq!(parse(jaas), Err(Unusable::Login("password")));
    }
}
