//! The JSON default of a field as bytes of its type.

use serde_json::Value;
use topology_codec::encode;

use super::schema::{Arena, Node, NodeId, Primitive};

/// Appends the encoding of `value` as a value of type `id`. The error completes the sentence "the default ...".
pub(super) fn encode(arena: &Arena, id: NodeId, value: &Value, out: &mut Vec<u8>) -> Result<(), String> {
    let wrong = |expected: &str| format!("is `{value}` where {expected} is expected");
    match arena.node(id) {
        Node::Primitive { primitive, .. } => {
            encode_primitive(*primitive, value, out).ok_or_else(|| wrong(primitive.name()))
        }
        Node::Fixed { size, .. } => {
            let bytes = value.as_str().and_then(bytes_of).filter(|bytes| bytes.len() == *size);
            encode::fixed(&bytes.ok_or_else(|| wrong(&format!("{size} bytes")))?, out);
            Ok(())
        }
        Node::Enum { name, symbols, .. } => {
            let index = symbols.iter().position(|symbol| Some(symbol.as_str()) == value.as_str());
            encode::index(index.ok_or_else(|| wrong(&format!("a symbol of `{}`", name.full)))?, out);
            Ok(())
        }
        Node::Array(items) => {
            let values = value.as_array().ok_or_else(|| wrong("an array"))?;
            collection(values.len(), out, |out| values.iter().try_for_each(|value| encode(arena, *items, value, out)))
        }
        Node::Map(items) => {
            let entries = value.as_object().ok_or_else(|| wrong("an object"))?;
            collection(entries.len(), out, |out| {
                entries.iter().try_for_each(|(key, value)| {
                    encode::string(key, out);
                    encode(arena, *items, value, out)
                })
            })
        }
        Node::Union(branches) => union(arena, branches, value, out).ok_or_else(|| wrong("a branch of the union")),
        Node::Record { fields, .. } => {
            let given = value.as_object().ok_or_else(|| wrong("an object"))?;
            fields.iter().try_for_each(|field| {
                let value = given.get(&field.name).or(field.default.as_ref());
                let value = value.ok_or_else(|| format!("has no value for `{}`", field.name))?;
                encode(arena, field.node, value, out)
            })
        }
        Node::Pending => Err("has an undefined type".to_owned()),
    }
}

fn collection(
    length: usize,
    out: &mut Vec<u8>,
    items: impl FnOnce(&mut Vec<u8>) -> Result<(), String>,
) -> Result<(), String> {
    if length > 0 {
        encode::index(length, out);
        items(out)?;
    }
    encode::index(0, out);
    Ok(())
}

/// The first branch that takes the value. Before 1.12 only the first branch was allowed, and it still wins.
fn union(arena: &Arena, branches: &[NodeId], value: &Value, out: &mut Vec<u8>) -> Option<()> {
    let mark = out.len();
    for (index, branch) in branches.iter().enumerate() {
        encode::index(index, out);
        if encode(arena, *branch, value, out).is_ok() {
            return Some(());
        }
        out.truncate(mark);
    }
    None
}

fn encode_primitive(primitive: Primitive, value: &Value, out: &mut Vec<u8>) -> Option<()> {
    match primitive {
        Primitive::Null => value.as_null()?,
        Primitive::Boolean => encode::boolean(value.as_bool()?, out),
        Primitive::Int => encode::int(i32::try_from(value.as_i64()?).ok()?, out),
        Primitive::Long => encode::long(value.as_i64()?, out),
        #[expect(clippy::cast_possible_truncation, reason = "the nearest float is what the default means")]
        Primitive::Float => encode::float(number(value)? as f32, out),
        Primitive::Double => encode::double(number(value)?, out),
        Primitive::Bytes => encode::bytes(&bytes_of(value.as_str()?)?, out),
        Primitive::String => encode::string(value.as_str()?, out),
    }
    Some(())
}

/// JSON has no word for the special numbers; Java's library writes them as text.
fn number(value: &Value) -> Option<f64> {
    match value.as_str() {
        Some("NaN") => Some(f64::NAN),
        Some("Infinity" | "INF") => Some(f64::INFINITY),
        Some("-Infinity" | "-INF") => Some(f64::NEG_INFINITY),
        _ => value.as_f64(),
    }
}

/// Bytes are written as text whose code points 0 to 255 are the bytes.
fn bytes_of(text: &str) -> Option<Vec<u8>> {
    text.chars().map(|character| u8::try_from(u32::from(character)).ok()).collect()
}
