//! Reads values from a slice.
//!
//! The input is hostile until it has been read: a length is compared with the bytes that follow before anything is
//! allocated, records nest to a limit, and items without bytes (an array of nulls) come out of a fixed budget. So the
//! time and the memory of decoding are proportional to the length of the input.

use std::collections::BTreeMap;

use crate::error::DecodeError;

/// How deep records that contain themselves may nest, unless told otherwise.
const DEPTH_LIMIT: u32 = 128;

/// How much stack the nesting may take, unless told otherwise: half of what a Rust thread has.
const STACK_LIMIT: usize = 1 << 20;

/// What one level takes beside values of the record's size, and how many of those it holds at once. Measured with
/// records of 3 to 303 fields; without optimisation each field has a place of its own on the stack.
const FRAME: usize = if cfg!(debug_assertions) { 2_048 } else { 512 };
const VALUES: usize = if cfg!(debug_assertions) { 24 } else { 8 };

/// How many items without bytes one input may hold.
const EMPTY_ITEMS: u64 = 65_536;

/// How many bytes of memory a collection may reserve on the word of its block count; more comes with the items.
const RESERVE_LIMIT: usize = 1 << 20;

/// A position in a slice of encoded values.
///
/// Its methods read one value each. After an error the position is unspecified.
#[derive(Clone, Debug)]
pub struct Cursor<'a> {
    rest: &'a [u8],
    length: usize,
    depth_left: u32,
    depth_limit: u32,
    stack_left: usize,
    empty_items_left: u64,
}

impl<'a> Cursor<'a> {
    /// The start of these bytes.
    ///
    /// Records that contain themselves may nest 128 levels deep, or less deep if they are so large that the levels
    /// would take more than about 1 MiB of stack.
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { stack_left: STACK_LIMIT, ..Self::with_depth_limit(bytes, DEPTH_LIMIT) }
    }

    /// The start of these bytes, with a limit of one's own on how deep records that contain themselves may nest. It
    /// is the caller's promise that the thread has the stack for it.
    pub fn with_depth_limit(bytes: &'a [u8], depth_limit: u32) -> Self {
        Self {
            rest: bytes,
            length: bytes.len(),
            depth_left: depth_limit,
            depth_limit,
            stack_left: usize::MAX,
            empty_items_left: EMPTY_ITEMS,
        }
    }

    /// How many bytes have been read.
    pub fn offset(&self) -> usize {
        self.length - self.rest.len()
    }

    /// The bytes that have not been read.
    pub fn rest(&self) -> &'a [u8] {
        self.rest
    }

    /// Whether everything has been read, as an error if not.
    pub fn finish(&self) -> Result<(), DecodeError> {
        match self.rest.len() {
            0 => Ok(()),
            count => Err(DecodeError::TrailingBytes { offset: self.offset(), count }),
        }
    }

    /// A `null`, which takes no bytes.
    #[inline]
    pub fn null(&mut self) -> Result<(), DecodeError> {
        Ok(())
    }

    /// A `boolean`.
    #[inline]
    pub fn boolean(&mut self) -> Result<bool, DecodeError> {
        match self.array_of_bytes::<1>()? {
            [0] => Ok(false),
            [1] => Ok(true),
            [byte] => Err(DecodeError::NotBoolean { offset: self.offset() - 1, byte }),
        }
    }

    /// An `int`.
    #[inline]
    pub fn int(&mut self) -> Result<i32, DecodeError> {
        let offset = self.offset();
        let value = self.long()?;
        i32::try_from(value).map_err(|_| DecodeError::IntOutOfRange { offset, value })
    }

    /// A `long`. Encodings longer than they need to be are accepted, as other readers do, up to ten bytes.
    #[inline]
    pub fn long(&mut self) -> Result<i64, DecodeError> {
        match self.rest {
            [byte, rest @ ..] if *byte < 0x80 => {
                self.rest = rest;
                Ok(unzigzag(u64::from(*byte)))
            }
            _ => self.long_of_many_bytes(),
        }
    }

    /// Out of line, because most numbers in events (lengths, counts, indices) take one byte.
    #[inline(never)]
    fn long_of_many_bytes(&mut self) -> Result<i64, DecodeError> {
        let mut value = 0;
        for (index, byte) in self.rest.iter().enumerate().take(10) {
            // The tenth byte has room for the highest of 64 bits only.
            if index == 9 && *byte > 1 {
                break;
            }
            value |= u64::from(byte & 0x7f) << (7 * index);
            if *byte < 0x80 {
                self.rest = &self.rest[index + 1..];
                return Ok(unzigzag(value));
            }
        }
        Err(match self.rest.len() {
            read @ 0..10 => DecodeError::EndOfInput { offset: self.offset() + read, needed: 1 },
            _ => DecodeError::VarintTooLong { offset: self.offset() },
        })
    }

    /// A `float`.
    #[inline]
    pub fn float(&mut self) -> Result<f32, DecodeError> {
        self.array_of_bytes().map(f32::from_le_bytes)
    }

    /// A `double`.
    #[inline]
    pub fn double(&mut self) -> Result<f64, DecodeError> {
        self.array_of_bytes().map(f64::from_le_bytes)
    }

    /// A `fixed` of `N` bytes.
    #[inline]
    pub fn fixed<const N: usize>(&mut self) -> Result<[u8; N], DecodeError> {
        self.array_of_bytes()
    }

    /// `bytes`, owned.
    #[inline]
    pub fn bytes(&mut self) -> Result<Vec<u8>, DecodeError> {
        self.byte_slice().map(<[u8]>::to_vec)
    }

    /// `bytes`, as a part of the input.
    #[inline]
    pub fn byte_slice(&mut self) -> Result<&'a [u8], DecodeError> {
        let offset = self.offset();
        let length = self.long()?;
        let Ok(length) = usize::try_from(length) else {
            return Err(self.length_error(offset, length));
        };
        match self.rest.split_at_checked(length) {
            Some((bytes, rest)) => {
                self.rest = rest;
                Ok(bytes)
            }
            None => Err(DecodeError::LengthBeyondInput { offset, length: length as u64, remaining: self.rest.len() }),
        }
    }

    /// A `string`, owned.
    #[inline]
    pub fn string(&mut self) -> Result<String, DecodeError> {
        self.str().map(str::to_owned)
    }

    /// A `string`, as a part of the input.
    #[inline]
    pub fn str(&mut self) -> Result<&'a str, DecodeError> {
        let bytes = self.byte_slice()?;
        std::str::from_utf8(bytes).map_err(|error| {
            let start = self.offset() - bytes.len();
            DecodeError::NotUtf8 { offset: start + error.valid_up_to() }
        })
    }

    /// The index of an enum's symbol, below `count`.
    #[inline]
    pub fn symbol(&mut self, name: &'static str, count: usize) -> Result<usize, DecodeError> {
        let offset = self.offset();
        let index = self.long()?;
        match usize::try_from(index) {
            Ok(symbol) if symbol < count => Ok(symbol),
            _ => Err(DecodeError::UnknownSymbol { offset, name, index }),
        }
    }

    /// The index of a union's branch, below `count`.
    #[inline]
    pub fn branch(&mut self, name: &'static str, count: usize) -> Result<usize, DecodeError> {
        let offset = self.offset();
        let index = self.long()?;
        match usize::try_from(index) {
            Ok(branch) if branch < count => Ok(branch),
            _ => Err(DecodeError::UnknownBranch { offset, name, index }),
        }
    }

    /// A union of `null` (branch 0) and one other type.
    #[inline]
    pub fn option<T>(
        &mut self,
        name: &'static str,
        read: impl FnOnce(&mut Self) -> Result<T, DecodeError>,
    ) -> Result<Option<T>, DecodeError> {
        match self.branch(name, 2)? {
            0 => Ok(None),
            _ => read(self).map(Some),
        }
    }

    /// A union of one type and `null` (branch 1).
    #[inline]
    pub fn option_null_last<T>(
        &mut self,
        name: &'static str,
        read: impl FnOnce(&mut Self) -> Result<T, DecodeError>,
    ) -> Result<Option<T>, DecodeError> {
        match self.branch(name, 2)? {
            0 => read(self).map(Some),
            _ => Ok(None),
        }
    }

    /// An `array`.
    #[inline]
    pub fn array<T>(
        &mut self,
        mut read: impl FnMut(&mut Self) -> Result<T, DecodeError>,
    ) -> Result<Vec<T>, DecodeError> {
        let mut items = Vec::new();
        loop {
            let offset = self.offset();
            let count = self.block()?;
            if count == 0 {
                return Ok(items);
            }
            let before = self.rest.len();
            if count > before as u64 + self.empty_items_left {
                return Err(DecodeError::LengthBeyondInput { offset, length: count, remaining: before });
            }
            items.reserve(reservation::<T>(count, before));
            for _ in 0..count {
                items.push(read(self)?);
            }
            let taken = (before - self.rest.len()) as u64;
            self.pay_for_empty_items(offset, count.saturating_sub(taken))?;
        }
    }

    /// A `map`. Of entries with the same key the last one stays.
    #[inline]
    pub fn map<T>(
        &mut self,
        mut read: impl FnMut(&mut Self) -> Result<T, DecodeError>,
    ) -> Result<BTreeMap<String, T>, DecodeError> {
        let mut entries = BTreeMap::new();
        loop {
            let offset = self.offset();
            let count = self.block()?;
            if count == 0 {
                return Ok(entries);
            }
            // Every entry has a key, which takes at least a byte.
            if count > self.rest.len() as u64 {
                return Err(DecodeError::LengthBeyondInput { offset, length: count, remaining: self.rest.len() });
            }
            for _ in 0..count {
                let key = self.string()?;
                entries.insert(key, read(self)?);
            }
        }
    }

    /// Runs `read` one level deeper. Generated code wraps the records in it that can contain themselves.
    #[inline]
    pub fn nested<T>(&mut self, read: impl FnOnce(&mut Self) -> Result<T, DecodeError>) -> Result<T, DecodeError> {
        let stack = FRAME + VALUES * size_of::<T>();
        let left = (self.depth_left.checked_sub(1), self.stack_left.checked_sub(stack));
        let (Some(depth_left), Some(stack_left)) = left else {
            let limit = self.depth_limit - self.depth_left;
            return Err(DecodeError::TooDeep { offset: self.offset(), limit });
        };
        (self.depth_left, self.stack_left) = (depth_left, stack_left);
        let value = read(self)?;
        self.depth_left += 1;
        self.stack_left += stack;
        Ok(value)
    }

    /// The number of items in the next block of a collection. A negative count is followed by the block's size in
    /// bytes, which readers that skip the block need.
    #[inline]
    fn block(&mut self) -> Result<u64, DecodeError> {
        let count = self.long()?;
        if count < 0 {
            self.block_size()?;
        }
        Ok(count.unsigned_abs())
    }

    #[cold]
    fn block_size(&mut self) -> Result<(), DecodeError> {
        let offset = self.offset();
        let size = self.long()?;
        match usize::try_from(size) {
            Ok(size) if size <= self.rest.len() => Ok(()),
            _ => Err(self.length_error(offset, size)),
        }
    }

    #[inline]
    fn pay_for_empty_items(&mut self, offset: usize, count: u64) -> Result<(), DecodeError> {
        self.empty_items_left = self.empty_items_left.checked_sub(count).ok_or(DecodeError::TooManyItems { offset })?;
        Ok(())
    }

    #[inline]
    fn array_of_bytes<const N: usize>(&mut self) -> Result<[u8; N], DecodeError> {
        let Some((bytes, rest)) = self.rest.split_first_chunk::<N>() else {
            let needed = N - self.rest.len();
            return Err(DecodeError::EndOfInput { offset: self.length, needed });
        };
        self.rest = rest;
        Ok(*bytes)
    }

    #[cold]
    fn length_error(&self, offset: usize, length: i64) -> DecodeError {
        match u64::try_from(length) {
            Ok(length) => DecodeError::LengthBeyondInput { offset, length, remaining: self.rest.len() },
            Err(_) => DecodeError::NegativeLength { offset, length },
        }
    }
}

fn unzigzag(value: u64) -> i64 {
    (value >> 1).cast_signed() ^ -(value & 1).cast_signed()
}

/// How many items to make room for: what the block says, as far as the bytes that follow make it believable.
fn reservation<T>(count: u64, remaining: usize) -> usize {
    let believable = remaining.min(RESERVE_LIMIT / size_of::<T>().max(1));
    usize::try_from(count).map_or(believable, |count| count.min(believable))
}
