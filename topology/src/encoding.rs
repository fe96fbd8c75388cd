//! Bytes of a file as text.

use schema::Span;

use crate::diagnostic::Diagnostic;
use crate::source::{FileId, Location};

/// Why bytes are no UTF-8 text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Fault {
    /// The first byte that does not fit.
    offset: usize,
    /// The encoding that a byte-order mark announces.
    announced: Option<&'static str>,
}

/// The text, in which bytes that are no UTF-8 are replaced, and where the first of them is.
pub(crate) fn decode(bytes: Vec<u8>) -> (String, Option<Fault>) {
    let announced = match bytes.get(..2) {
        Some([0xff, 0xfe]) => Some("UTF-16, little endian"),
        Some([0xfe, 0xff]) => Some("UTF-16, big endian"),
        _ => None,
    };
    String::from_utf8(bytes).map_or_else(
        |error| {
            let fault = Fault { offset: error.utf8_error().valid_up_to(), announced };
            (String::from_utf8_lossy(error.as_bytes()).into_owned(), Some(fault))
        },
        |text| (text, None),
    )
}

impl Fault {
    /// The finding about it in a file whose text is the decoded one.
    pub(crate) fn finding(self, file: FileId) -> Diagnostic {
        let replaced = self.offset..self.offset + char::REPLACEMENT_CHARACTER.len_utf8();
        let message = match self.announced {
            Some(encoding) => format!("the file is {encoding}, not UTF-8"),
            None => "the file is not UTF-8".to_owned(),
        };
        Diagnostic::error("file::encoding", message)
            .label(Location { file, span: Span::from(replaced) }, format!("byte {} does not fit", self.offset))
            .help("save the file as UTF-8")
    }
}
