//! Reads and writes the primitive types of Kafka's records: big-endian numbers, strings in both encodings, tags.

use uuid::Uuid;

/// Bytes to read from the front; every read is `None` when they do not suffice.
#[derive(Debug)]
pub(crate) struct Reader<'a>(pub(crate) &'a [u8]);

#[expect(clippy::option_option, reason = "cut off, absent and present are three things")]
impl<'a> Reader<'a> {
    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (head, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(head)
    }

    fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        self.take(N)?.try_into().ok()
    }

    pub(crate) fn i8(&mut self) -> Option<i8> {
        self.array().map(i8::from_be_bytes)
    }

    pub(crate) fn i16(&mut self) -> Option<i16> {
        self.array().map(i16::from_be_bytes)
    }

    pub(crate) fn i32(&mut self) -> Option<i32> {
        self.array().map(i32::from_be_bytes)
    }

    pub(crate) fn i64(&mut self) -> Option<i64> {
        self.array().map(i64::from_be_bytes)
    }

    pub(crate) fn uuid(&mut self) -> Option<Uuid> {
        self.array().map(Uuid::from_bytes)
    }

    /// A string with a length of two bytes; −1 is none.
    pub(crate) fn nullable(&mut self) -> Option<Option<String>> {
        match self.i16()? {
            -1 => Some(None),
            length => self.text(usize::try_from(length).ok()?).map(Some),
        }
    }

    pub(crate) fn string(&mut self) -> Option<String> {
        self.nullable()?
    }

    /// Bytes with a length of four bytes.
    pub(crate) fn blob(&mut self) -> Option<Vec<u8>> {
        let length = usize::try_from(self.i32()?).ok()?;
        self.take(length).map(<[u8]>::to_vec)
    }

    pub(crate) fn varint(&mut self) -> Option<u32> {
        let mut value = 0_u32;
        for shift in (0..35).step_by(7) {
            let byte = self.array::<1>()?[0];
            value |= u32::from(byte & 0x7f).checked_shl(shift)?;
            if byte & 0x80 == 0 {
                return Some(value);
            }
        }
        None
    }

    /// A compact string: its length plus one as a varint; 0 is none.
    pub(crate) fn compact(&mut self) -> Option<Option<String>> {
        match self.varint()? {
            0 => Some(None),
            length => self.text(usize::try_from(length - 1).ok()?).map(Some),
        }
    }

    /// The tagged fields at the end of a struct: each tag with its bytes.
    pub(crate) fn tags(&mut self) -> Option<Vec<(u32, &'a [u8])>> {
        let mut tags = Vec::new();
        for _ in 0..self.varint()? {
            let (tag, size) = (self.varint()?, self.varint()?);
            tags.push((tag, self.take(usize::try_from(size).ok()?)?));
        }
        Some(tags)
    }

    fn text(&mut self, length: usize) -> Option<String> {
        String::from_utf8(self.take(length)?.to_vec()).ok()
    }
}

/// Bytes being written.
#[derive(Debug, Default)]
pub(crate) struct Writer(pub(crate) Vec<u8>);

impl Writer {
    /// Begins with the version that keys and values begin with.
    pub(crate) fn versioned(version: i16) -> Self {
        Self(version.to_be_bytes().to_vec())
    }

    pub(crate) fn i8(mut self, value: i8) -> Self {
        self.0.extend(value.to_be_bytes());
        self
    }

    pub(crate) fn i16(mut self, value: i16) -> Self {
        self.0.extend(value.to_be_bytes());
        self
    }

    pub(crate) fn i32(mut self, value: i32) -> Self {
        self.0.extend(value.to_be_bytes());
        self
    }

    pub(crate) fn i64(mut self, value: i64) -> Self {
        self.0.extend(value.to_be_bytes());
        self
    }

    pub(crate) fn uuid(mut self, value: Uuid) -> Self {
        self.0.extend(value.as_bytes());
        self
    }

    pub(crate) fn string(self, value: &str) -> Self {
        let mut out = self.i16(i16::try_from(value.len()).unwrap_or(i16::MAX));
        out.0.extend(value.as_bytes());
        out
    }

    pub(crate) fn nullable(self, value: Option<&str>) -> Self {
        match value {
            Some(value) => self.string(value),
            None => self.i16(-1),
        }
    }

    pub(crate) fn blob(self, value: &[u8]) -> Self {
        let mut out = self.i32(i32::try_from(value.len()).unwrap_or(i32::MAX));
        out.0.extend(value);
        out
    }

    pub(crate) fn varint(mut self, value: usize) -> Self {
        let mut rest = value;
        while rest >= 0x80 {
            self.0.push(u8::try_from(rest & 0x7f).unwrap_or(0) | 0x80);
            rest >>= 7;
        }
        self.0.push(u8::try_from(rest).unwrap_or(0));
        self
    }

    pub(crate) fn compact(self, value: Option<&str>) -> Self {
        let mut out = self.varint(value.map_or(0, |value| value.len() + 1));
        out.0.extend(value.unwrap_or_default().as_bytes());
        out
    }
}
