//! Compares the generated codecs with `apache-avro`.
//!
//! For every record: random values that `apache-avro` makes and encodes are decoded by ours, encoded by ours, and
//! decoded by `apache-avro`; what comes back must be what was made. So each side reads what the other writes.

mod roots;

use std::collections::HashMap;

use apache_avro::rabin::Rabin;
use apache_avro::schema::{
    DecimalSchema, FixedSchema, InnerDecimalSchema, Name, Names, RecordSchema, Schema, UuidSchema,
};
use apache_avro::types::Value;
use topology_codec::{Cursor, Decode, Record, from_bytes, to_bytes};

const ROUNDS: u64 = 300;

fn main() {
    roots::check_all();
    checks_by_hand();
}

/// Exchanges values of one record with `apache-avro`.
pub fn check<T: Record>() {
    let schema = Schema::parse_str(T::SCHEMA).unwrap_or_else(|error| panic!("{}: {error}", T::NAME));
    // The oracle's canonical form of a logical type is `{"type":"int"}`; the specification and Java say `"int"`.
    if !T::SCHEMA.contains("logicalType") {
        let fingerprint = schema.fingerprint::<Rabin>().bytes;
        assert_eq!(fingerprint, T::FINGERPRINT.to_le_bytes(), "fingerprint of {}", T::NAME);
    }
    let mut names = Names::new();
    collect_names(&schema, &mut names);
    let writer = apache_avro::writer::datum::GenericDatumWriter::builder(&schema).build().expect("a writer");
    let reader = apache_avro::reader::datum::GenericDatumReader::builder(&schema).build().expect("a reader");
    for seed in 0..ROUNDS {
        let mut random = Random { state: seed + 1, names: &names, size: 40 };
        let made = random.value(&schema);
        let bytes = writer.write_value_to_vec(made.clone()).unwrap_or_else(|error| panic!("{}: {error}", T::NAME));
        let ours: T = from_bytes(&bytes).unwrap_or_else(|error| panic!("{}: {error} in {bytes:?}", T::NAME));
        let back = to_bytes(&ours);
        let read = reader.read_value(&mut &back[..]).unwrap_or_else(|error| panic!("{}: {error}", T::NAME));
        assert_eq!(read, made, "{} with seed {seed}", T::NAME);
        survives_damage::<T>(&bytes, &mut random);
    }
    println!("{}: {ROUNDS} values exchanged", T::NAME);
}

/// Damaged bytes are an error or another value, and never a panic.
fn survives_damage<T: Record>(bytes: &[u8], random: &mut Random<'_>) {
    for end in 0..bytes.len().min(64) {
        let _ = from_bytes::<T>(&bytes[..end]).map(|value| to_bytes(&value));
    }
    for _ in 0..8 {
        let mut damaged = bytes.to_vec();
        if !damaged.is_empty() {
            let at = random.below(damaged.len() as u64) as usize;
            damaged[at] = random.next() as u8;
        }
        let _ = from_bytes::<T>(&damaged).map(|value| to_bytes(&value));
    }
}

fn collect_names(schema: &Schema, names: &mut Names) {
    if let Some(name) = schema.name() {
        if matches!(schema, Schema::Ref { .. }) || names.insert(name.clone(), schema.clone()).is_some() {
            return;
        }
    }
    match schema {
        Schema::Record(record) => record.fields.iter().for_each(|field| collect_names(&field.schema, names)),
        Schema::Array(array) => collect_names(&array.items, names),
        Schema::Map(map) => collect_names(&map.types, names),
        Schema::Union(union) => union.variants().iter().for_each(|variant| collect_names(variant, names)),
        _ => {}
    }
}

/// A small deterministic generator (xorshift) of values.
struct Random<'a> {
    state: u64,
    names: &'a HashMap<Name, Schema>,
    /// How many more collections and unions may be filled; then they stay small, so that recursion ends.
    size: u32,
}

impl Random<'_> {
    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let mixed = self.state ^ (self.state >> 33);
        mixed.wrapping_mul(0xff51_afd7_ed55_8ccd) >> 7
    }

    fn below(&mut self, count: u64) -> u64 {
        self.next() % count
    }

    fn take(&mut self) -> bool {
        let has = self.size > 0;
        self.size = self.size.saturating_sub(1);
        has
    }

    /// Numbers of every length.
    fn long(&mut self) -> i64 {
        let bits = self.below(64);
        let number = (self.next() as i64) << 7 ^ self.next() as i64;
        number >> bits
    }

    fn text(&mut self) -> String {
        const CHARS: [char; 8] = ['a', 'Z', '"', '\\', '\0', 'é', '中', '🦀'];
        let length = self.below(12);
        (0..length).map(|_| CHARS[self.below(8) as usize]).collect()
    }

    fn bytes(&mut self, length: usize) -> Vec<u8> {
        (0..length).map(|_| self.next() as u8).collect()
    }

    fn decimal(&mut self, schema: &DecimalSchema) -> Value {
        // The oracle keeps as many bytes as it is given, so they must be as few as ours.
        let bytes = match &schema.inner {
            InnerDecimalSchema::Fixed(fixed) => {
                let mut bytes = self.bytes(fixed.size);
                let significant = bytes.len().min(15);
                let padding = bytes.len() - significant;
                let sign = if bytes[padding] >= 0x80 { 0xff } else { 0 };
                bytes[..padding].fill(sign);
                bytes
            }
            InnerDecimalSchema::Bytes => {
                let number = self.long();
                let bytes = number.to_be_bytes();
                let keep = (0..8).find(|start| {
                    let rest = &bytes[*start..];
                    rest.len() == 1 || !matches!((rest[0], rest[1]), (0, 0..0x80) | (0xff, 0x80..))
                });
                bytes[keep.unwrap_or(7)..].to_vec()
            }
        };
        Value::Decimal(bytes.into())
    }

    fn value(&mut self, schema: &Schema) -> Value {
        match schema {
            Schema::Null => Value::Null,
            Schema::Boolean => Value::Boolean(self.below(2) == 1),
            Schema::Int => Value::Int(self.long() as i32),
            Schema::Long => Value::Long(self.long()),
            Schema::Float => Value::Float(self.long() as f32 / 3.0),
            Schema::Double => Value::Double(self.long() as f64 / 3.0),
            Schema::Bytes => {
                let length = self.below(9) as usize;
                Value::Bytes(self.bytes(length))
            }
            Schema::String => Value::String(self.text()),
            Schema::Array(array) => {
                let count = if self.take() { self.below(4) } else { 0 };
                Value::Array((0..count).map(|_| self.value(&array.items)).collect())
            }
            Schema::Map(map) => {
                let count = if self.take() { self.below(4) } else { 0 };
                Value::Map((0..count).map(|_| (self.text(), self.value(&map.types))).collect())
            }
            Schema::Union(union) => {
                let variants = union.variants();
                let ends = |variant: &Schema| !matches!(variant, Schema::Record(_) | Schema::Ref { .. });
                let position = match variants.iter().position(ends) {
                    Some(end) if !self.take() => end,
                    _ => self.below(variants.len() as u64) as usize,
                };
                Value::Union(position as u32, Box::new(self.value(&variants[position])))
            }
            Schema::Record(record) => self.record(record),
            Schema::Enum(symbols) => {
                let position = self.below(symbols.symbols.len() as u64) as usize;
                Value::Enum(position as u32, symbols.symbols[position].clone())
            }
            Schema::Fixed(FixedSchema { size, .. }) => Value::Fixed(*size, self.bytes(*size)),
            Schema::Ref { name } => {
                let schema = self.names[name].clone();
                self.value(&schema)
            }
            Schema::Decimal(decimal) => self.decimal(decimal),
            Schema::Uuid(UuidSchema::String | UuidSchema::Bytes | UuidSchema::Fixed(_)) => {
                let bytes = self.bytes(16).try_into().expect("16 bytes");
                Value::Uuid(apache_avro::Uuid::from_bytes(bytes))
            }
            Schema::Date => Value::Date(self.long() as i32),
            Schema::TimeMillis => Value::TimeMillis(self.long() as i32),
            Schema::TimeMicros => Value::TimeMicros(self.long()),
            Schema::TimestampMillis => Value::TimestampMillis(self.long()),
            Schema::TimestampMicros => Value::TimestampMicros(self.long()),
            Schema::TimestampNanos => Value::TimestampNanos(self.long()),
            Schema::LocalTimestampMillis => Value::LocalTimestampMillis(self.long()),
            Schema::LocalTimestampMicros => Value::LocalTimestampMicros(self.long()),
            Schema::LocalTimestampNanos => Value::LocalTimestampNanos(self.long()),
            Schema::Duration(_) => {
                let bytes: [u8; 12] = self.bytes(12).try_into().expect("12 bytes");
                Value::Duration(bytes.into())
            }
            other => panic!("no random value for {other:?}"),
        }
    }

    fn record(&mut self, record: &RecordSchema) -> Value {
        Value::Record(record.fields.iter().map(|field| (field.name.clone(), self.value(&field.schema))).collect())
    }
}

/// What cannot be asked of the oracle.
fn checks_by_hand() {
    use awkward_events::defaults::{Defaults, Inner, State};
    let defaults = Defaults::default();
    assert_eq!(defaults.quotes, "a\"b\\c\"#\n\u{0}\u{202e} é {}");
    assert_eq!((defaults.int, defaults.long), (i32::MIN, i64::MIN));
    assert_eq!((defaults.float, defaults.double, defaults.whole), (-1.5e-7, 3.14159265, 1e300));
    assert_eq!(defaults.bytes, [0, 255]);
    assert_eq!(defaults.some.as_deref(), Some("some"));
    assert_eq!(defaults.later_branch, Some("text".to_owned().into()));
    assert_eq!(defaults.state, State::Off);
    assert_eq!(defaults.inner, Inner { a: 7, b: "from the field".to_owned() });
    assert_eq!(defaults.price.to_string(), "-2.56");
    assert_eq!(defaults.id.to_string(), "123e4567-e89b-12d3-a456-426614174000");
    assert_eq!("OFF".parse(), Ok(State::Off));
    assert_eq!(format!("{:>5}", State::On), "   ON");
    assert!("off".parse::<State>().is_err());
    stops_at_depth();
}

/// A list of a million nodes is an error and not the end of the stack, on a thread as services have them.
fn stops_at_depth() {
    let deep: Vec<u8> = [0x02, 0x02].repeat(1_000_000);
    let wide: Vec<u8> = [[0; 300].as_slice(), &[0x02]].concat().repeat(1_000);
    let thread = std::thread::spawn(move || {
        let error = awkward_events::recursion::List::decode(&mut Cursor::new(&deep)).expect_err("too deep");
        assert!(error.to_string().starts_with("records are nested more than 128 deep"), "{error}");
        let error = awkward_events::wide::Wide::decode(&mut Cursor::new(&wide)).expect_err("too deep");
        assert!(error.to_string().starts_with("records are nested more than"), "{error}");
    });
    thread.join().expect("no panic");
}
