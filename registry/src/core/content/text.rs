//! A text that stays in memory for as long as the registry runs.
//!
//! Schemas repeat themselves, and they repeat one another: the words of an organisation are in all of them. So the
//! first texts that are packed are the dictionary of all later ones, which makes those smaller by another third. It
//! is the only thing here that the whole process shares, and it changes nothing but how much memory a text takes.

use std::cell::RefCell;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use lz4_flex::block::{compress_into_with_dict, decompress_into_with_dict, get_maximum_output_size};

/// Texts shorter than this gain nothing.
const WORTH_PACKING: usize = 256;

/// How long the dictionary is: every text that is packed takes the time to look through it.
const DICTIONARY: usize = 4096;

/// The most that one text gives to it.
const SHARE: usize = 1024;

/// Texts longer than this are their own dictionary.
const TOO_LONG_FOR_A_DICTIONARY: usize = 32 * 1024;

/// A text, compressed if that makes it smaller.
#[derive(Debug)]
pub(crate) enum Text {
    Plain(Arc<str>),
    Packed { packed: Box<[u8]>, len: u32, against: Against },
}

/// What a text was packed against.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Against {
    Itself,
    /// The texts before it.
    Dictionary,
}

impl Against {
    fn bytes(self) -> &'static [u8] {
        match self {
            Self::Itself => &[],
            Self::Dictionary => WHOLE.get().map_or(&[], |whole| whole),
        }
    }
}

impl Text {
    pub(crate) fn new(text: &str) -> Self {
        let plain = || Self::Plain(text.into());
        let Ok(len) = u32::try_from(text.len()) else { return plain() };
        if text.len() < WORTH_PACKING {
            return plain();
        }
        let against = if text.len() > TOO_LONG_FOR_A_DICTIONARY { Against::Itself } else { dictionary(text) };
        pack(text, against.bytes()).map_or_else(plain, |packed| Self::Packed { packed, len, against })
    }

    pub(crate) fn to_str(&self) -> Arc<str> {
        match self {
            Self::Plain(text) => Arc::clone(text),
            Self::Packed { packed, len, against } => {
                let mut bytes = vec![0; *len as usize];
                decompress_into_with_dict(packed, &mut bytes, against.bytes()).expect("it was packed here");
                String::from_utf8(bytes).expect("a text was packed").into()
            }
        }
    }
}

/// The bytes that stand for a text, if they are fewer.
fn pack(text: &str, dictionary: &[u8]) -> Option<Box<[u8]>> {
    thread_local! {
        static PACKED: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
    }
    // Packed here and then copied to a place of the right size: room that is given back leaves holes in the heap.
    PACKED.with_borrow_mut(|packed| {
        let most = get_maximum_output_size(text.len());
        if packed.len() < most {
            packed.resize(most, 0);
        }
        let len = compress_into_with_dict(text.as_bytes(), packed, dictionary).ok()?;
        let shorter = (len < text.len()).then(|| Box::from(&packed[..len]));
        if packed.len() > TOO_LONG_FOR_A_DICTIONARY * 2 {
            *packed = Vec::new();
        }
        shorter
    })
}

/// The dictionary, once there are enough texts for one. It never changes: what was packed against it stays so.
static WHOLE: OnceLock<Box<[u8]>> = OnceLock::new();

/// What texts are packed against: themselves until there are enough of them, of which this is one.
fn dictionary(text: &str) -> Against {
    static GATHERED: Mutex<Vec<u8>> = Mutex::new(Vec::new());
    if WHOLE.get().is_some() {
        return Against::Dictionary;
    }
    let mut gathered = GATHERED.lock().unwrap_or_else(PoisonError::into_inner);
    gathered.extend_from_slice(&text.as_bytes()[..text.len().min(SHARE)]);
    if gathered.len() >= DICTIONARY {
        WHOLE.get_or_init(|| std::mem::take(&mut *gathered).into());
    }
    Against::Itself
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gives_back_what_it_keeps() {
        let repetitive = "{\"name\":\"field\",\"type\":\"string\"},".repeat(100);
        let long = "{\"name\":\"field\",\"type\":\"string\"},".repeat(10_000);
        let noise: String = (0..3000_u32).map(|n| char::from_u32(0x4e00 + n * 7919 % 20_000).unwrap()).collect();
        for text in ["", "\"int\"", &repetitive, &long, &noise] {
            let kept = Text::new(text);
            assert_eq!(&*kept.to_str(), text);
        }
        assert!(matches!(Text::new(&repetitive), Text::Packed { packed, .. } if packed.len() < 300));
        assert!(matches!(Text::new("\"int\""), Text::Plain(_)));
    }

    #[test]
    fn texts_that_are_like_others_take_less() {
        let text = |number: u32| {
            let field =
                |field: u32| format!("{{\"name\":\"customer_{field}_{number}\",\"doc\":\"payment of {number}\"}}");
            (0..10).map(field).collect::<Vec<_>>().join(",")
        };
        let texts: Vec<_> = (0..100).map(|number| (Text::new(&text(number)), text(number))).collect();
        assert!(texts.iter().all(|(kept, text)| *kept.to_str() == **text));
        let (last, _) = texts.last().unwrap();
        assert!(matches!(last, Text::Packed { against: Against::Dictionary, .. }), "{last:?}");
    }
}
