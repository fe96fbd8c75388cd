//! Names that are hard, and the shapes of unions and of records that contain themselves.

use std::collections::BTreeSet;

use schema::avro::{File, NamedKind, Schemas, TypeId, parse};

use super::ident::{allocate, snake_case, type_name, upper_camel_case};
use super::{RustType, RustTypes};

fn schemas(texts: &[&str]) -> Schemas {
    let names: Vec<String> = (0..texts.len()).map(|index| format!("{index}.avsc")).collect();
    let files: Vec<File<'_>> = names.iter().zip(texts).map(|(name, text)| File { name, text }).collect();
    let parsed = parse(&files);
    assert!(parsed.findings.is_empty(), "{:#?}", parsed.findings);
    parsed.schemas
}

fn id(schemas: &Schemas, name: &str) -> TypeId {
    schemas.iter().find(|(_, named)| named.name.to_string() == name).map(|(id, _)| id).unwrap()
}

/// The fields of a record as `name: Type`.
fn fields(schemas: &Schemas, name: &str) -> Vec<String> {
    let types = RustTypes::new(schemas);
    let fields = types.fields(id(schemas, name)).iter();
    fields.map(|field| format!("{}: {}", field.ident, types.display(&field.rust_type))).collect()
}

/// A record `R` of fields with these types.
fn record(types: &[&str]) -> Schemas {
    let fields: Vec<String> =
        types.iter().enumerate().map(|(index, text)| format!(r#"{{"name": "f{index}", "type": {text}}}"#)).collect();
    schemas(&[&format!(r#"{{"type": "record", "name": "R", "fields": [{}]}}"#, fields.join(", "))])
}

#[test]
fn names_change_their_case() {
    for (name, snake, camel, type_text) in [
        ("orderId", "order_id", "OrderId", "OrderId"),
        ("order_id", "order_id", "OrderId", "OrderId"),
        ("OrderID", "order_id", "OrderId", "OrderID"),
        ("HTTPServer", "http_server", "HttpServer", "HTTPServer"),
        ("PAID", "paid", "Paid", "PAID"),
        ("IN_TRANSIT", "in_transit", "InTransit", "InTransit"),
        ("v1_2", "v1_2", "V1_2", "V1_2"),
        ("type", "r#type", "Type", "Type"),
        ("self", "self_", "Self_", "Self_"),
        ("Self", "self_", "Self_", "Self_"),
        ("crate", "crate_", "Crate", "Crate"),
        ("_", "underscore", "Underscore", "Underscore"),
        ("_id", "id", "Id", "Id"),
        ("_1", "_1", "_1", "_1"),
    ] {
        let names = (snake_case(name), upper_camel_case(name), type_name(name));
        assert_eq!(names, (snake.to_owned(), camel.to_owned(), type_text.to_owned()), "{name}");
    }
}

#[test]
fn who_is_written_as_its_identifier_keeps_it() {
    let idents = |names: &[&str]| allocate(names, snake_case, &BTreeSet::new());
    assert_eq!(idents(&["fooBar", "foo_bar", "FOO_BAR"]), ["foo_bar_3", "foo_bar", "foo_bar_2"]);
    assert_eq!(idents(&["Self", "self"]), ["self_", "self_2"]);
    assert_eq!(idents(&["Type", "type"]), ["type_2", "r#type"]);
    let symbols = allocate(&["fooBar", "FOO_BAR", "FOO_BAR1", "foo_bar1"], upper_camel_case, &BTreeSet::new());
    assert_eq!(symbols, ["FooBar2", "FooBar", "FooBar1", "FooBar1_2"]);
}

#[test]
fn fields_of_every_primitive() {
    let schemas = record(&[
        r#""null""#,
        r#""int""#,
        r#"{"type": "long", "logicalType": "timestamp-millis"}"#,
        r#"{"type": "bytes", "logicalType": "decimal", "precision": 9, "scale": 2}"#,
        r#"{"type": "map", "values": {"type": "array", "items": "bytes"}}"#,
    ]);
    let expected = ["f0: ()", "f1: i32", "f2: TimestampMillis", "f3: Decimal<2>", "f4: BTreeMap<String, Vec<Vec<u8>>>"];
    assert_eq!(fields(&schemas, "R"), expected);
}

#[test]
fn a_union_is_an_option_or_an_enum_named_after_its_field() {
    let schemas = record(&[
        r#"["null", "string"]"#,
        r#"["string", "null"]"#,
        r#"["string", "int"]"#,
        r#"["int", "null", "string"]"#,
        r#"{"type": "array", "items": ["string", "int"]}"#,
        r#"["string", {"type": "map", "values": ["long", "int"]}]"#,
        r#"["null"]"#,
    ]);
    let expected = [
        "f0: Option<String>",
        "f1: Option<String>",
        "f2: RF2",
        "f3: Option<RF3>",
        "f4: Vec<RF4>",
        "f5: RF5",
        "f6: RF6",
    ];
    assert_eq!(fields(&schemas, "R"), expected);
    let types = RustTypes::new(&schemas);
    let nullable = types.unions().map(|(_, union)| union).find(|union| union.path.ident == "RF3").unwrap();
    assert_eq!((nullable.null, nullable.branches, nullable.place.as_str()), (Some(1), 3, "R.f3"));
    let variants: Vec<(usize, &str)> = nullable.variants.iter().map(|v| (v.branch, v.ident.as_str())).collect();
    assert_eq!(variants, [(0, "Int"), (2, "String")]);
    assert!(types.unions().any(|(_, union)| union.path.ident == "RF5Value"));
}

#[test]
fn only_what_has_no_size_otherwise_is_boxed() {
    let schemas = schemas(&[r#"{"type": "record", "name": "A", "fields": [
        {"name": "b", "type": ["null", {"type": "record", "name": "B", "fields": [{"name": "a", "type": ["null", "A"]}]}]},
        {"name": "many", "type": {"type": "array", "items": "A"}},
        {"name": "union", "type": ["int", "A"]},
        {"name": "leaf", "type": {"type": "record", "name": "Leaf", "fields": []}},
        {"name": "tree", "type": {"type": "record", "name": "Tree", "fields": [{"name": "of", "type": {"type": "map", "values": "Tree"}}]}}
    ]}"#]);
    let expected = ["b: Option<Box<B>>", "many: Vec<A>", "union: AUnion", "leaf: Leaf", "tree: Tree"];
    assert_eq!(fields(&schemas, "A"), expected);
    assert_eq!(fields(&schemas, "Tree"), ["of: BTreeMap<String, Tree>"]);
    let types = RustTypes::new(&schemas);
    let recursive = ["A", "B", "Leaf", "Tree"].map(|name| types.traits().is_recursive(id(&schemas, name)));
    assert_eq!(recursive, [true, true, false, true]);
}

#[test]
fn a_type_has_a_trait_if_all_parts_have_it() {
    let schemas = schemas(&[r#"{"type": "record", "name": "Root", "fields": [
        {"name": "plain", "type": {"type": "record", "name": "Plain", "fields": [{"name": "e", "type": {"type": "enum", "name": "E", "symbols": ["A"]}}]}},
        {"name": "float", "type": {"type": "record", "name": "Float", "fields": [{"name": "x", "type": ["null", "double"]}]}},
        {"name": "text", "type": {"type": "record", "name": "Text", "fields": [{"name": "x", "type": "string"}]}},
        {"name": "list", "type": {"type": "record", "name": "List", "fields": [{"name": "next", "type": ["null", "List"]}]}}
    ]}"#]);
    let types = RustTypes::new(&schemas);
    let traits = |name: &str| {
        let named = RustType::Named(id(&schemas, name));
        (types.is_copy(&named), types.traits().is_eq(&named))
    };
    assert_eq!(traits("Plain"), (true, true));
    assert_eq!(traits("Float"), (true, false));
    assert_eq!(traits("Text"), (false, true));
    assert_eq!(traits("List"), (false, true));
    assert_eq!(traits("Root"), (false, false));
}

#[test]
fn a_namespace_is_a_module_and_unique_names_are_at_the_root() {
    let schemas = schemas(&[r#"{"type": "record", "name": "com.acme.Order", "fields": [
        {"name": "a", "type": {"type": "record", "name": "com.acme.v2.Order", "fields": []}},
        {"name": "b", "type": {"type": "record", "name": "mod.type.String", "fields": []}},
        {"name": "c", "type": {"type": "enum", "name": "fooBar.State", "symbols": ["A"]}},
        {"name": "d", "type": {"type": "enum", "name": "foo_bar.Status", "symbols": ["A"]}}
    ]}"#]);
    let types = RustTypes::new(&schemas);
    let path = |name: &str| types.path(id(&schemas, name)).segments().collect::<Vec<_>>().join("::");
    assert_eq!(path("com.acme.Order"), "com::acme::Order");
    assert_eq!(path("com.acme.v2.Order"), "com::acme::v2::Order");
    assert_eq!(path("mod.type.String"), "mod_::r#type::String", "a glob import must not hide `String`");
    assert_eq!(path("fooBar.State"), "State");
    assert_eq!(types.path(id(&schemas, "fooBar.State")).modules, ["foo_bar_2"]);
    assert_eq!(types.path(id(&schemas, "foo_bar.Status")).modules, ["foo_bar"]);
}

#[test]
fn the_order_of_files_does_not_matter() {
    let texts = [
        r#"{"type": "record", "name": "b.X", "fields": [{"name": "u", "type": ["int", "string"]}]}"#,
        r#"{"type": "record", "name": "a.x", "fields": [{"name": "u", "type": ["int", "b.X"]}]}"#,
        r#"{"type": "record", "name": "a.X", "fields": []}"#,
    ];
    let names = |texts: &[&str]| {
        let schemas = schemas(texts);
        let types = RustTypes::new(&schemas);
        let mut names: Vec<String> = schemas
            .iter()
            .map(|(id, named)| {
                format!("{} {:?} {:?}", named.name, types.path(id), fields(&schemas, &named.name.to_string()))
            })
            .collect();
        names.sort();
        names
    };
    let expected = names(&texts);
    assert_eq!(names(&[texts[2], texts[1], texts[0]]), expected);
    assert_eq!(names(&[texts[1], texts[0], texts[2]]), expected);
}

#[test]
fn a_long_chain_of_types_does_not_exhaust_the_stack() {
    let mut texts: Vec<String> = (0..20_000)
        .map(|n| {
            format!(r#"{{"type": "record", "name": "T{n}", "fields": [{{"name": "next", "type": "T{}"}}]}}"#, n + 1)
        })
        .collect();
    texts.push(
        r#"{"type": "record", "name": "T20000", "fields": [{"name": "first", "type": ["null", "T0"]}]}"#.to_owned(),
    );
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let schemas = schemas(&texts);
    let types = RustTypes::new(&schemas);
    assert!(
        schemas
            .iter()
            .all(|(id, named)| { matches!(named.kind, NamedKind::Record(_)) && types.traits().is_recursive(id) })
    );
}
