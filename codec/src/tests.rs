//! The encoding against the examples of the specification, and against hostile input.

use std::collections::BTreeMap;
use std::time::{Duration as StdDuration, UNIX_EPOCH};

use super::*;

fn written(write: impl FnOnce(&mut Vec<u8>)) -> Vec<u8> {
    let mut out = Vec::new();
    write(&mut out);
    out
}

/// Reads a value and checks that nothing is left.
fn read<'a, T>(
    bytes: &'a [u8],
    read: impl FnOnce(&mut Cursor<'a>) -> Result<T, DecodeError>,
) -> Result<T, DecodeError> {
    let mut cursor = Cursor::new(bytes);
    let value = read(&mut cursor)?;
    cursor.finish()?;
    Ok(value)
}

fn there_and_back<T: Encode + Decode + PartialEq + std::fmt::Debug>(value: T) -> Vec<u8> {
    let bytes = written(|out| value.encode(out));
    assert_eq!(read(&bytes, T::decode), Ok(value));
    bytes
}

#[test]
fn writes_the_numbers_of_the_specification() {
    let examples: [(i64, &[u8]); 9] = [
        (0, &[0x00]),
        (-1, &[0x01]),
        (1, &[0x02]),
        (-2, &[0x03]),
        (2, &[0x04]),
        (-64, &[0x7f]),
        (64, &[0x80, 0x01]),
        (i64::MAX, &[0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01]),
        (i64::MIN, &[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01]),
    ];
    for (number, bytes) in examples {
        assert_eq!(written(|out| encode::long(number, out)), bytes);
        assert_eq!(read(bytes, Cursor::long), Ok(number));
    }
}

#[test]
fn every_length_of_number_comes_back() {
    for shift in 0..64 {
        for number in [1_i64 << shift, (1_i64 << shift).wrapping_sub(1), (1_i64 << shift).wrapping_neg()] {
            let bytes = written(|out| encode::long(number, out));
            assert_eq!(read(&bytes, Cursor::long), Ok(number));
            assert_eq!(read(&bytes, Cursor::int).ok(), i32::try_from(number).ok());
        }
    }
}

#[test]
fn writes_the_string_record_and_union_of_the_specification() {
    assert_eq!(written(|out| encode::string("foo", out)), [0x06, 0x66, 0x6f, 0x6f]);
    // The record {a: 27, b: "foo"}.
    let record = written(|out| {
        encode::long(27, out);
        encode::string("foo", out);
    });
    assert_eq!(record, [0x36, 0x06, 0x66, 0x6f, 0x6f]);
    // The union ["null", "string"].
    let union =
        |value: Option<&str>| written(|out| encode::option(value.as_ref(), out, |text, out| encode::string(text, out)));
    assert_eq!(union(None), [0x00]);
    assert_eq!(union(Some("a")), [0x02, 0x02, 0x61]);
    // The array [3, 27].
    let array = written(|out| encode::array(&[3, 27], out, |item, out| encode::long(*item, out)));
    assert_eq!(array, [0x04, 0x06, 0x36, 0x00]);
    assert_eq!(read(&array, |cursor| cursor.array(Cursor::long)), Ok(vec![3, 27]));
}

#[test]
fn reads_blocks_with_sizes() {
    // Two items in a block of two bytes, then one item.
    let bytes = [0x03, 0x04, 0x06, 0x36, 0x02, 0x02, 0x00];
    assert_eq!(read(&bytes, |cursor| cursor.array(Cursor::long)), Ok(vec![3, 27, 1]));
    let map = [0x01, 0x06, 0x02, b'a', 0x36, 0x00];
    assert_eq!(read(&map, |cursor| cursor.map(Cursor::long)), Ok(BTreeMap::from([("a".to_owned(), 27)])));
    let beyond = [0x03, 0x40, 0x06, 0x36, 0x00];
    let error = read(&beyond, |cursor| cursor.array(Cursor::long));
    assert_eq!(error, Err(DecodeError::LengthBeyondInput { offset: 1, length: 32, remaining: 3 }));
}

#[test]
fn an_option_keeps_the_order_of_its_branches() {
    let last =
        |value: Option<&i32>| written(|out| encode::option_null_last(value, out, |item, out| encode::int(*item, out)));
    assert_eq!(last(None), [0x02]);
    assert_eq!(last(Some(&5)), [0x00, 0x0a]);
    assert_eq!(read(&[0x00, 0x0a], |cursor| cursor.option_null_last("u", Cursor::int)), Ok(Some(5)));
    assert_eq!(read(&[0x02], |cursor| cursor.option_null_last("u", Cursor::int)), Ok(None));
    assert_eq!(
        read(&[0x04], |cursor| cursor.option("u", Cursor::int)),
        Err(DecodeError::UnknownBranch { offset: 0, name: "u", index: 2 })
    );
}

#[test]
fn refuses_numbers_that_do_not_fit() {
    assert_eq!(read(&[0x80; 11], Cursor::long), Err(DecodeError::VarintTooLong { offset: 0 }));
    let eleven_bits = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x02];
    assert_eq!(read(&eleven_bits, Cursor::long), Err(DecodeError::VarintTooLong { offset: 0 }));
    assert_eq!(read(&[0x80, 0x80], Cursor::long), Err(DecodeError::EndOfInput { offset: 2, needed: 1 }));
    let bytes = written(|out| encode::long(1 << 31, out));
    assert_eq!(read(&bytes, Cursor::int), Err(DecodeError::IntOutOfRange { offset: 0, value: 1 << 31 }));
    assert_eq!(read(&[0x80, 0x00], Cursor::long), Ok(0), "a longer encoding than needed is read");
}

#[test]
fn refuses_lengths_beyond_the_input() {
    let huge = written(|out| encode::long(i64::MAX, out));
    assert!(matches!(read(&huge, Cursor::string), Err(DecodeError::LengthBeyondInput { offset: 0, .. })));
    assert!(matches!(read(&huge, |cursor| cursor.array(Cursor::long)), Err(DecodeError::LengthBeyondInput { .. })));
    assert!(matches!(read(&huge, |cursor| cursor.map(Cursor::long)), Err(DecodeError::LengthBeyondInput { .. })));
    assert_eq!(read(&[0x01], Cursor::bytes), Err(DecodeError::NegativeLength { offset: 0, length: -1 }));
    let lowest = [written(|out| encode::long(i64::MIN, out)), vec![0]].concat();
    assert!(matches!(read(&lowest, |cursor| cursor.array(Cursor::null)), Err(DecodeError::LengthBeyondInput { .. })));
}

#[test]
fn items_without_bytes_come_out_of_a_budget() {
    let nulls = |count: i64| [written(|out| encode::long(count, out)), vec![0]].concat();
    assert_eq!(read(&nulls(1_000), |cursor| cursor.array(Cursor::null)).map(|items| items.len()), Ok(1_000));
    assert!(read(&nulls(1_000_000_000), |cursor| cursor.array(Cursor::null)).is_err());
    // Many blocks that are modest each.
    let blocks = [written(|out| encode::long(60_000, out)), written(|out| encode::long(60_000, out)), vec![0]].concat();
    assert_eq!(
        read(&blocks, |cursor| cursor.array(Cursor::null)),
        Err(DecodeError::LengthBeyondInput { offset: 3, length: 60_000, remaining: 1 })
    );
}

#[test]
fn refuses_what_is_not_text_or_truth() {
    assert_eq!(read(&[0x06, b'a', 0xff, b'b'], Cursor::string), Err(DecodeError::NotUtf8 { offset: 2 }));
    assert_eq!(read(&[0x02], Cursor::boolean), Err(DecodeError::NotBoolean { offset: 0, byte: 2 }));
    assert_eq!(read(&[0x01], Cursor::boolean), Ok(true));
    assert_eq!(read(&[0x00, 0x00], Cursor::boolean), Err(DecodeError::TrailingBytes { offset: 1, count: 1 }));
    assert_eq!(read(&[1, 2, 3], Cursor::float), Err(DecodeError::EndOfInput { offset: 3, needed: 1 }));
}

#[test]
fn stops_at_the_depth_limit() {
    fn dive(cursor: &mut Cursor<'_>) -> Result<u32, DecodeError> {
        cursor.nested(|cursor| if cursor.boolean()? { dive(cursor).map(|depth| depth + 1) } else { Ok(1) })
    }
    let of_depth = |depth: usize| [vec![1; depth - 1], vec![0]].concat();
    assert_eq!(read(&of_depth(128), dive), Ok(128));
    assert_eq!(read(&of_depth(129), dive), Err(DecodeError::TooDeep { offset: 128, limit: 128 }));
    let mut siblings = Cursor::with_depth_limit(&[0, 0, 0], 1);
    assert_eq!((dive(&mut siblings), dive(&mut siblings)), (Ok(1), Ok(1)));
}

#[test]
fn large_records_nest_less_deep() {
    fn dive(cursor: &mut Cursor<'_>) -> Result<[u8; 4_096], DecodeError> {
        cursor.nested(|cursor| if cursor.boolean()? { dive(cursor) } else { Ok([0; 4_096]) })
    }
    let error = read(&[1; 129], dive).err();
    assert!(matches!(error, Some(DecodeError::TooDeep { limit: 8..32, .. })), "{error:?}");
}

#[test]
fn an_error_says_what_and_where() {
    let error = DecodeError::UnknownSymbol { offset: 7, name: "shop.Region", index: 9 };
    assert_eq!(error.to_string(), "the enum `shop.Region` has no symbol 9, at byte 7");
}

#[test]
fn a_decimal_takes_as_few_bytes_as_it_needs() {
    for (unscaled, bytes) in [
        (0, &[0x00][..]),
        (-1, &[0xff]),
        (127, &[0x7f]),
        (128, &[0x00, 0x80]),
        (-128, &[0x80]),
        (-129, &[0xff, 0x7f]),
        (12_345, &[0x30, 0x39]),
    ] {
        let encoded = there_and_back(Decimal::<2>::from_unscaled(unscaled));
        assert_eq!(encoded[1..], *bytes, "{unscaled}");
    }
    for extreme in [i128::MAX, i128::MIN] {
        assert_eq!(there_and_back(Decimal::<0>::from_unscaled(extreme)).len(), 17);
    }
    for shift in 0..127 {
        for number in [1_i128 << shift, -(1_i128 << shift), (1_i128 << shift) - 1] {
            there_and_back(Decimal::<9>::from_unscaled(number));
        }
    }
}

#[test]
fn a_decimal_beyond_128_bits_is_an_error() {
    let too_large = [&[0x22_u8, 0x00, 0x80][..], &[0; 15]].concat();
    assert_eq!(read(&too_large, Decimal::<0>::decode), Err(DecodeError::DecimalTooLarge { offset: 1, length: 17 }));
    let padded = [&[0x22_u8, 0x00, 0x7f][..], &[0xff; 15]].concat();
    assert_eq!(read(&padded, Decimal::<0>::decode), Ok(Decimal::from_unscaled(i128::MAX)));
    assert_eq!(Decimal::<0>::from_be_bytes(&[]), Some(Decimal::from_unscaled(0)));
}

#[test]
fn a_decimal_fits_a_fixed_or_says_that_it_does_not() {
    assert_eq!(Decimal::<0>::from_unscaled(-2).to_fixed(), Some([0xff, 0xff, 0xfe]));
    assert_eq!(Decimal::<0>::from_unscaled(128).to_fixed::<1>(), None);
    assert_eq!(Decimal::<0>::from_unscaled(-128).to_fixed(), Some([0x80]));
    assert_eq!(Decimal::<0>::from_unscaled(-129).to_fixed::<1>(), None);
    assert_eq!(Decimal::<0>::from_unscaled(1).to_fixed::<0>(), None);
    let wide: [u8; 20] = Decimal::<0>::from_unscaled(i128::MIN).to_fixed().unwrap();
    assert_eq!(Decimal::<0>::from_be_bytes(&wide), Some(Decimal::from_unscaled(i128::MIN)));
}

#[test]
fn a_decimal_reads_and_prints_its_point() {
    for text in ["0.00", "12.34", "-0.05", "-12.00"] {
        assert_eq!(text.parse::<Decimal<2>>().unwrap().to_string(), text);
    }
    assert_eq!("5".parse::<Decimal<2>>().unwrap().to_string(), "5.00");
    assert_eq!("-5".parse::<Decimal<0>>().unwrap().to_string(), "-5");
    assert_eq!(Decimal::<0>::from_unscaled(i128::MIN).to_string().parse(), Ok(Decimal::<0>::from_unscaled(i128::MIN)));
    assert_eq!(
        format!("{:>8}|{:+}", Decimal::<1>::from_unscaled(15), Decimal::<1>::from_unscaled(15)),
        "     1.5|+1.5"
    );
    for text in ["", ".", "1.", ".5", "1.234", "1e3", "--1", "1,0", "é"] {
        assert!(text.parse::<Decimal<2>>().is_err(), "{text}");
    }
}

#[test]
fn a_uuid_reads_and_prints() {
    let text = "123e4567-e89b-12d3-a456-426614174000";
    let uuid: Uuid = text.parse().unwrap();
    assert_eq!(uuid.to_string(), text);
    assert_eq!(text.to_uppercase().parse(), Ok(uuid));
    assert_eq!(Uuid::from_u128(uuid.to_u128()), uuid);
    assert_eq!(there_and_back(uuid).len(), 37);
    for wrong in ["", "123e4567e89b12d3a456426614174000", "123e4567-e89b-12d3-a456-42661417400g"] {
        assert!(wrong.parse::<Uuid>().is_err(), "{wrong}");
    }
    assert_eq!(read(&[0x02, b'x'], Uuid::decode), Err(DecodeError::NotUuid { offset: 0 }));
}

#[test]
fn dates_and_times_print_as_iso_8601() {
    for (day, text) in [
        (0, "1970-01-01"),
        (-1, "1969-12-31"),
        (11_016, "2000-02-29"),
        (11_017, "2000-03-01"),
        (-719_528, "0000-01-01"),
        (-719_529, "-0001-12-31"),
        (2_932_897, "+10000-01-01"),
    ] {
        assert_eq!(Date(day).to_string(), text);
    }
    assert_eq!(TimeMillis(3_723_004).to_string(), "01:02:03.004");
    assert_eq!(TimeMicros(86_399_999_999).to_string(), "23:59:59.999999");
    assert_eq!(TimestampMillis(-1).to_string(), "1969-12-31T23:59:59.999Z");
    assert_eq!(TimestampMicros(1_700_000_000_000_001).to_string(), "2023-11-14T22:13:20.000001Z");
    assert_eq!(LocalTimestampNanos(1).to_string(), "1970-01-01T00:00:00.000000001");
    assert_eq!(TimestampMillis(i64::MIN).to_string(), "-292275055-05-16T16:47:04.192Z");
    assert_eq!(Duration { months: 1, days: 2, millis: 3_500 }.to_string(), "P1M2DT3.500S");
}

#[test]
fn instants_convert_to_the_clock_and_back() {
    let before = UNIX_EPOCH - StdDuration::from_nanos(1);
    assert_eq!(TimestampMillis::from(before), TimestampMillis(-1));
    assert_eq!(TimestampNanos::from(before).to_system_time(), Some(before));
    let after = UNIX_EPOCH + StdDuration::from_micros(1_999);
    assert_eq!(TimestampMillis::from(after), TimestampMillis(1));
    assert_eq!(TimestampMicros::from(after).to_system_time(), Some(after));
    assert!(TimestampMillis::now() > TimestampMillis(1_600_000_000_000));
}

#[test]
fn logical_types_come_back() {
    there_and_back(Date(-1));
    there_and_back(TimeMicros(1 << 40));
    there_and_back(LocalTimestampMillis(i64::MIN));
    let bytes = there_and_back(Duration { months: 1, days: 2, millis: 0x0a0b_0c0d });
    assert_eq!(bytes, [1, 0, 0, 0, 2, 0, 0, 0, 0x0d, 0x0c, 0x0b, 0x0a]);
}

#[test]
fn random_bytes_never_panic() {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    for _ in 0..20_000 {
        let bytes: Vec<u8> = (0..24)
            .map(|_| {
                state ^= state << 13;
                state ^= state >> 7;
                state ^= state << 17;
                state.to_le_bytes()[3]
            })
            .collect();
        let mut cursor = Cursor::new(&bytes);
        while cursor.array(|cursor| cursor.map(Cursor::string)).is_ok() && !cursor.rest().is_empty() {}
        let _ = Cursor::new(&bytes).array(Cursor::null);
        let _ = Decimal::<3>::decode(&mut Cursor::new(&bytes));
    }
}
