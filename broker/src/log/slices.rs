//! Cuts whole batches out of bytes.

use bytes::{Bytes, BytesMut};

use crate::records::Header;

/// The batches of `parts` from the one that holds `from` on, below `bound`, up to `max_bytes`, but at least one. Where one
/// part has them all, nothing is copied.
pub(crate) fn whole_batches<'a>(
    parts: impl Iterator<Item = &'a Bytes>,
    from: i64,
    bound: i64,
    max_bytes: usize,
) -> Bytes {
    let mut out = Joined::default();
    for part in parts {
        let (range, done) = range(part, from, bound, max_bytes.saturating_sub(out.len()), out.is_empty());
        out.push(part.slice(range));
        if done {
            break;
        }
    }
    out.finish()
}

/// Which bytes of one part are wanted, and whether nothing behind it can be.
fn range(part: &[u8], from: i64, bound: i64, max_bytes: usize, first: bool) -> (std::ops::Range<usize>, bool) {
    let (mut start, mut at) = (0, 0);
    while let Ok(header) = Header::parse(&part[at..]) {
        let end = at + header.size;
        if end > part.len() {
            break;
        }
        if header.next_offset() <= from {
            start = end;
        } else if header.base_offset >= bound || (end - start > max_bytes && !(first && at == start)) {
            return (start..at, true);
        }
        at = end;
    }
    (start..at, false)
}

/// Joins pieces, copying only from the second on.
#[derive(Debug, Default)]
struct Joined {
    one: Bytes,
    many: BytesMut,
}

impl Joined {
    fn len(&self) -> usize {
        self.one.len() + self.many.len()
    }

    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn push(&mut self, piece: Bytes) {
        if piece.is_empty() {
            return;
        }
        if self.is_empty() {
            self.one = piece;
            return;
        }
        if self.many.is_empty() {
            self.many.extend_from_slice(&self.one);
            self.one = Bytes::new();
        }
        self.many.extend_from_slice(&piece);
    }

    fn finish(self) -> Bytes {
        if self.many.is_empty() { self.one } else { self.many.freeze() }
    }
}
