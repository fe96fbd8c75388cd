//! A text that stays in memory for as long as the registry runs.

use std::sync::Arc;

/// Texts shorter than this gain nothing.
const WORTH_PACKING: usize = 256;

/// A text, compressed if that makes it smaller. Schemas repeat themselves: most are halved.
#[derive(Debug)]
pub(crate) enum Text {
    Plain(Arc<str>),
    Packed { packed: Box<[u8]>, len: u32 },
}

impl Text {
    pub(crate) fn new(text: &str) -> Self {
        let plain = || Self::Plain(text.into());
        let Ok(len) = u32::try_from(text.len()) else { return plain() };
        if text.len() < WORTH_PACKING {
            return plain();
        }
        let packed = lz4_flex::block::compress(text.as_bytes());
        if packed.len() < text.len() { Self::Packed { packed: packed.into(), len } } else { plain() }
    }

    pub(crate) fn to_str(&self) -> Arc<str> {
        match self {
            Self::Plain(text) => Arc::clone(text),
            Self::Packed { packed, len } => {
                let bytes = lz4_flex::block::decompress(packed, *len as usize).expect("it was packed here");
                String::from_utf8(bytes).expect("a text was packed").into()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gives_back_what_it_keeps() {
        let repetitive = "{\"name\":\"field\",\"type\":\"string\"},".repeat(100);
        let noise: String = (0..3000_u32).map(|n| char::from_u32(0x4e00 + n * 7919 % 20_000).unwrap()).collect();
        for text in ["", "\"int\"", &repetitive, &noise] {
            let kept = Text::new(text);
            assert_eq!(&*kept.to_str(), text);
        }
        assert!(matches!(Text::new(&repetitive), Text::Packed { packed, .. } if packed.len() < 300));
        assert!(matches!(Text::new("\"int\""), Text::Plain(_)));
    }
}
