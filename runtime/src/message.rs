//! A consumed record after decoding.

use std::fmt;

/// One record of a topic: its typed key and value, and where it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Message<K, V> {
    /// The key, decoded.
    pub key: K,
    /// The value, decoded.
    pub value: V,
    /// The topic that it was read from.
    pub topic: &'static str,
    /// The partition that it was read from.
    pub partition: i32,
    /// Its place in the partition.
    pub offset: i64,
    /// When it was created, or appended if the topic says so: milliseconds since 1970. `None` for records of brokers
    /// before 0.10.
    pub timestamp: Option<i64>,
    /// Its headers in the order in which they were written.
    pub headers: Headers,
}

/// The headers of a record: names, which may repeat, with optional bytes.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Headers(Vec<(String, Option<Vec<u8>>)>);

impl Headers {
    /// The last header called `name`; the last one counts when a name repeats.
    pub fn get(&self, name: &str) -> Option<&[u8]> {
        self.0.iter().rev().find(|(key, _)| key == name).and_then(|(_, value)| value.as_deref())
    }

    /// The last header called `name` as text, if it is UTF-8.
    pub fn get_str(&self, name: &str) -> Option<&str> {
        self.get(name).and_then(|bytes| str::from_utf8(bytes).ok())
    }

    /// All headers in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, Option<&[u8]>)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_deref()))
    }

    /// How many headers there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl FromIterator<(String, Option<Vec<u8>>)> for Headers {
    fn from_iter<I: IntoIterator<Item = (String, Option<Vec<u8>>)>>(headers: I) -> Self {
        Self(headers.into_iter().collect())
    }
}

impl fmt::Debug for Headers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter().map(|(name, value)| (name, value.map(String::from_utf8_lossy)))).finish()
    }
}
