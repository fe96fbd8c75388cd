//! `apache-avro` doing the same with a struct that Serde knows.

use apache_avro::reader::datum::GenericDatumReader;
use apache_avro::writer::datum::GenericDatumWriter;
use apache_avro::{Schema, from_value, to_value};
use codec::Record;
use serde::{Deserialize, Serialize};

/// The order as one writes it for `apache-avro`.
#[derive(Serialize, Deserialize)]
pub(crate) struct Order {
    id: String,
    customer: String,
    region: Region,
    status: Status,
    amount: f64,
    lines: Vec<Line>,
    note: Option<String>,
    created_at: i64,
}

#[derive(Serialize, Deserialize)]
struct Line {
    sku: String,
    quantity: i32,
    price: f64,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
enum Region {
    Eu,
    Us,
    Apac,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
enum Status {
    New,
    Paid,
    Cancelled,
}

/// The schema with what `apache-avro` prepares once for it.
pub(crate) struct Oracle {
    reader: GenericDatumReader<'static>,
    writer: GenericDatumWriter<'static>,
}

impl Oracle {
    /// Parses the schema. It lives as long as the process, as in a service.
    pub(crate) fn new() -> Self {
        let schema = Schema::parse_str(shop_events::Order::SCHEMA).expect("the generated schema is a schema");
        let schema: &'static Schema = Box::leak(Box::new(schema));
        Self {
            reader: GenericDatumReader::builder(schema).build().expect("the schema resolves"),
            writer: GenericDatumWriter::builder(schema).build().expect("the schema resolves"),
        }
    }

    /// Through the tree of values.
    pub(crate) fn decode_value(&self, mut bytes: &[u8]) -> Order {
        let value = self.reader.read_value(&mut bytes).expect("the bytes are an order");
        from_value(&value).expect("the value is an order")
    }

    /// Straight into the struct.
    pub(crate) fn decode_serde(&self, mut bytes: &[u8]) -> Order {
        self.reader.read_deser(&mut bytes).expect("the bytes are an order")
    }

    /// Through the tree of values.
    pub(crate) fn encode_value(&self, order: &Order, out: &mut Vec<u8>) {
        let value = to_value(order).expect("the order is a value");
        self.writer.write_value(out, value).expect("a vector takes everything");
    }

    /// Straight from the struct.
    pub(crate) fn encode_serde(&self, order: &Order, out: &mut Vec<u8>) {
        self.writer.write_ser(out, order).expect("a vector takes everything");
    }
}
