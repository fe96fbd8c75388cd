//! How far a JSON string goes on without an escape, eight bytes at a time: most of a schema's text is in strings.

/// The number of bytes before the first quote, backslash or control character.
pub(super) fn plain_length(bytes: &[u8]) -> usize {
    let (words, rest) = bytes.as_chunks::<8>();
    for (index, word) in words.iter().enumerate() {
        let special = special(u64::from_le_bytes(*word));
        if special != 0 {
            return index * 8 + special.trailing_zeros() as usize / 8;
        }
    }
    let tail = rest.iter().position(|byte| matches!(byte, b'"' | b'\\' | 0..b' '));
    words.len() * 8 + tail.unwrap_or(rest.len())
}

/// Sets the highest bit of the first special byte. What it says of later bytes may be wrong, because the subtractions
/// borrow from them.
const fn special(word: u64) -> u64 {
    const fn eight(byte: u8) -> u64 {
        u64::MAX / 0xff * byte as u64
    }
    const fn below(word: u64, limit: u8) -> u64 {
        word.wrapping_sub(eight(limit)) & !word
    }
    (below(word, b' ') | below(word ^ eight(b'"'), 1) | below(word ^ eight(b'\\'), 1)) & eight(0x80)
}

#[cfg(test)]
mod tests {
    use super::plain_length;

    #[test]
    fn finds_the_first_special_byte_wherever_it_is() {
        for length in 0..40 {
            for at in 0..=length {
                for special in [b'"', b'\\', 0, b'\n', 0x1f] {
                    for plain in [b' ', b'!', b'#', b'[', b']', 0x7f, 0x80, 0xff] {
                        let mut bytes = vec![plain; length];
                        for byte in bytes.iter_mut().skip(at).step_by(2) {
                            *byte = special;
                        }
                        assert_eq!(plain_length(&bytes), at, "{bytes:?}");
                    }
                }
            }
        }
    }
}
