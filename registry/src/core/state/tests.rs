//! Claims about the state itself.

use crate::core::content::{Content, Contract, SchemaType};
use crate::core::names::{SchemaId, Subject, Version};
use crate::core::record::{Position, Record, SchemaValue};
use crate::core::state::{State, Visibility};

fn put(state: &mut State, name: &str, version: i64, id: i64, text: &str) {
    let content = Content::new(SchemaType::named(None), text, Vec::new(), Contract::default());
    let id = SchemaId::try_from(id).unwrap();
    let value = Some(SchemaValue { id, content: content.into(), deleted: false });
    let subject: Subject = name.parse().unwrap();
    let record = Record::Schema { subject, version: Version::try_from(version).unwrap(), value };
    let key = record.key().unwrap();
    assert_eq!(state.apply(&key, record, Position::default()), None);
}

#[test]
fn a_clone_is_a_state_of_its_own() {
    let mut state = State::default();
    put(&mut state, "a", 1, 1, "\"int\"");
    let mut clone = state.clone();
    put(&mut clone, "a", 2, 2, "\"long\"");
    let removal = Record::Schema { subject: "a".parse().unwrap(), version: Version::FIRST, value: None };
    clone.foresee(&[removal]);
    let count = |state: &State| state.versions(&"a".parse().unwrap(), Visibility::All).count();
    assert_eq!((count(&state), count(&clone)), (1, 1));
    assert_eq!((state.size().schemas, clone.size().schemas), (1, 1));
    assert_eq!(state.next_id(&".".parse().unwrap()), SchemaId::try_from(2).ok());
    assert_eq!(clone.next_id(&".".parse().unwrap()), SchemaId::try_from(3).ok());
}

#[test]
fn the_same_text_is_kept_once() {
    let mut state = State::default();
    let text = format!("\"{}\"", "x".repeat(500));
    for name in ["a", "b", ":.x:a"] {
        put(&mut state, name, 1, 1, &text);
    }
    let content = |name: &str| {
        let entry = state.version(&name.parse().unwrap(), Version::FIRST).unwrap();
        std::sync::Arc::as_ptr(&entry.content)
    };
    assert_eq!(content("a"), content("b"));
    assert_eq!(content("a"), content(":.x:a"));
    assert_eq!(state.size().schemas, 2);
}

#[test]
fn a_schema_with_two_ids_has_the_lower_one_whatever_came_first() {
    for order in [[3, 5], [5, 3]] {
        let mut state = State::default();
        for id in order {
            put(&mut state, "a", id, id, "\"int\"");
        }
        let content = &state.version(&"a".parse().unwrap(), Version::try_from(3).unwrap()).unwrap().content;
        assert_eq!(state.id_of(&".".parse().unwrap(), content), SchemaId::try_from(3).ok());
    }
}
