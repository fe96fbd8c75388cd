//! Writes and reads generated types of every format.

use formats_events as events;
use topology_codec::{Event, SchemaFormat, to_bytes};

fn main() {
    protobuf();
    json();
    several();
    references_of_avro();
}

fn roundtrip<T: Event + PartialEq + std::fmt::Debug>(value: &T) -> Vec<u8> {
    let mut bytes = Vec::new();
    value.write(&mut bytes);
    assert_eq!(&T::read(value.contract(), &bytes).expect("it was written so"), value);
    bytes
}

fn protobuf() {
    use events::protobuf::shop::v1::customer::{Address, Contact};
    let customer = events::Customer {
        id: "c-1".to_owned(),
        address: Some(Address { street: "Elm".to_owned(), r#type: "home".to_owned() }),
        recommended_by: Some(Box::default()),
        balances: [("a".to_owned(), events::protobuf::shop::common::Money { units: -5, ..Default::default() })].into(),
        contact: Some(Contact::Phone(7)),
        ..Default::default()
    };
    let bytes = roundtrip(&customer);
    assert_eq!(bytes[..5], [0x0a, 3, b'c', b'-', b'1']);
    // An unknown field is skipped.
    let with_unknown = [&bytes[..], &[0xa2, 0x06, 1, b'x']].concat();
    assert_eq!(events::Customer::read(0, &with_unknown).expect("unknown fields are skipped"), customer);
    let error = events::Customer::read(0, &[0x0a, 9]).expect_err("it is cut off");
    assert_eq!(error.to_string(), "its Protobuf bytes cannot be decoded");

    let [contract] = events::Customer::CONTRACTS else { panic!("a message has one schema") };
    assert_eq!((contract.format, contract.name), (SchemaFormat::Protobuf, "shop.v1.Customer"));
    assert!(contract.text.starts_with("syntax = \"proto3\";\npackage shop.v1;\n"), "{}", contract.text);
    assert_eq!(contract.refers_to, ["money.proto"]);
    assert_eq!(contract.references.iter().map(|reference| reference.name).collect::<Vec<_>>(), ["money.proto"]);
    assert!(contract.references[0].text.contains("message Money {\n  int64 units = 1;\n"));
    assert_eq!(contract.indexes, [0]);
    // The entries of a map come first in the descriptor, and are not counted.
    assert_eq!(events::Address::CONTRACTS[0].indexes, [0, 0]);
}

fn json() {
    use events::json::click::{ClickButton, ClickCause, Element, KeyPress, KeyPressKind, Link, Touch, TouchKind};
    let child = Element { name: "child".to_owned(), ..Default::default() };
    let click = events::Click {
        id: "k-1".to_owned(),
        at: u64::MAX,
        button: ClickButton::MiddleOne,
        target: Element { name: "root".to_owned(), children: vec![child.clone()], parent: Some(Box::new(child)) },
        position: vec![1.5.into(), 2.into()],
        place: Some(events::Place { page: "p".to_owned(), line: None }),
        cause: Some(ClickCause::KeyPress(KeyPress { kind: KeyPressKind::Key, key: "a".to_owned() })),
        chain: Some(Link { next: Some(Box::new(Link { next: None })) }),
        list: Some(vec![serde_json::json!([[], []])]),
        many: Some(1.into()),
        ..Default::default()
    };
    let bytes = roundtrip(&click);
    let written: serde_json::Value = serde_json::from_slice(&bytes).expect("it is JSON");
    let cause = serde_json::json!({ "kind": "key", "key": "a" });
    assert_eq!(
        (&written["button"], &written["cause"], &written["at"]),
        (&"middle-one".into(), &cause, &u64::MAX.into())
    );
    assert!(written.get("modifier").is_none() && written.get("type").is_none(), "{written}");

    let mut other = written;
    other["cause"] = serde_json::json!({ "kind": "touch", "fingers": 2, "hard": true });
    other["of a later version"] = 1.into();
    let read = events::Click::read(0, other.to_string().as_bytes()).expect("unknown members are skipped");
    let rest = [("hard".to_owned(), true)].into();
    assert_eq!(read.cause, Some(ClickCause::Touch(Touch { kind: TouchKind::Touch, fingers: 2, rest })));
    other["cause"] = "a text".into();
    let read = events::Click::read(0, other.to_string().as_bytes()).expect("the third branch is text");
    assert_eq!(read.cause, Some(ClickCause::Text("a text".to_owned())));
    let error = events::Click::read(0, b"{}").expect_err("members are missing");
    assert_eq!(error.to_string(), "its JSON cannot be decoded");

    let [contract] = events::Click::CONTRACTS else { panic!("a schema is one") };
    assert_eq!(
        (contract.format, contract.name, contract.refers_to),
        (SchemaFormat::Json, "Click", &["place.json"][..])
    );
    assert_eq!(contract.references.len(), 1);
    assert!(contract.indexes.is_empty());
}

fn several() {
    let order = events::shop::Order { id: "o-1".to_owned() };
    let event = events::ShopEvents::from(order.clone());
    assert_eq!(event.contract(), 2);
    assert_eq!(roundtrip(&event), to_bytes(&order));
    roundtrip(&events::ShopEvents::from(events::Customer::default()));
    let names: Vec<&str> = events::ShopEvents::CONTRACTS.iter().map(|contract| contract.name).collect();
    assert_eq!(names, ["shop.v1.Customer", "shop.v1.Customer.Address", "shop.Order", "Click"]);
    roundtrip(&events::ShopEvents::from(events::Click::default()));
}

fn references_of_avro() {
    let invoice = events::shop::Invoice { order: events::shop::Order { id: "o-1".to_owned() } };
    assert_eq!(roundtrip(&invoice), [6, b'o', b'-', b'1']);
    let [contract] = events::shop::Invoice::CONTRACTS else { panic!("a record has one schema") };
    assert!(contract.text.contains("\"type\": \"Order\""), "{}", contract.text);
    assert_eq!(contract.refers_to, ["shop.Order"]);
    assert_eq!(contract.references.iter().map(|reference| reference.name).collect::<Vec<_>>(), ["shop.Order"]);
    assert!(contract.definition.contains("\"name\":\"Order\""), "{}", contract.definition);
}
