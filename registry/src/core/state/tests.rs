//! Claims about the state itself.

use crate::core::content::{Content, Contract, SchemaType};
use crate::core::names::{SchemaId, Subject, SubjectPrefix, Version};
use crate::core::record::{Position, Record, SchemaValue};
use crate::core::state::{State, Versions, Visibility};

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

#[test]
fn a_prefix_finds_what_begins_so_and_nothing_else() {
    let mut state = State::default();
    let numbers: Vec<i64> = (0..2_000).collect();
    for number in &numbers {
        put(&mut state, &format!("s{:04}", number * 7 % 2_000), 1, 1, "\"int\"");
        put(&mut state, &format!(":.c:s{number:04}"), 1, 1, "\"int\"");
    }
    put(&mut state, ":odd", 1, 1, "\"int\"");
    let all = state.subjects(&SubjectPrefix::all(), Visibility::All);
    assert!(all.len() == 4_001 && all.is_sorted());
    for prefix in [
        "s", "s1", "s19", "s1999", "s2", "", "zz", "a", ":.c:", ":.c:s00", ":.c:t", ":.none:", ":*:s123", ":*:", ":odd",
    ] {
        let wanted = SubjectPrefix::parse(prefix);
        let fits = |subject: &&&Subject| {
            wanted.context.as_ref().is_none_or(|context| subject.context() == *context)
                && subject.name().starts_with(&wanted.name)
        };
        let expected: Vec<_> = all.iter().filter(fits).copied().collect();
        assert_eq!(state.subjects(&wanted, Visibility::Live), expected, "{prefix}");
    }
}

/// The memory of a registry is that of its schemas: a field that few of them have belongs behind a pointer.
#[test]
fn what_every_schema_takes_is_small() {
    assert!(size_of::<Content>() <= 96, "{}", size_of::<Content>());
    assert!(size_of::<Versions>() <= 40, "{}", size_of::<Versions>());
}

#[test]
fn versions_are_counted_whatever_happens_to_them() {
    let mut state = State::default();
    let subject: Subject = "a".parse().unwrap();
    let delete = |state: &mut State, up_to: i64| {
        let up_to = Version::try_from(up_to).unwrap();
        state.foresee(&[Record::DeleteSubject { subject: subject.clone(), up_to }]);
    };
    let counted = |state: &State| {
        let count = |visibility| state.versions(&subject, visibility).count();
        let size = state.size();
        assert_eq!(size.versions, count(Visibility::Live));
        assert_eq!(size.subjects, usize::from(count(Visibility::Live) > 0));
        assert_eq!(
            state.has(&subject, Visibility::Deleted),
            count(Visibility::Live) == 0 && count(Visibility::All) > 0
        );
        (count(Visibility::Live), count(Visibility::Deleted))
    };
    put(&mut state, "a", 2, 1, "\"int\"");
    assert_eq!(counted(&state), (1, 0));
    delete(&mut state, 1);
    assert_eq!(counted(&state), (1, 0));
    delete(&mut state, 2);
    assert_eq!(counted(&state), (0, 1));
    for version in [4, 1, 3, 3] {
        put(&mut state, "a", version, version + 10, &format!("\"{version}\""));
    }
    assert_eq!(counted(&state), (3, 1));
    delete(&mut state, 3);
    assert_eq!(counted(&state), (1, 3));
    for (version, left) in [(4, (0, 3)), (9, (0, 3)), (1, (0, 2)), (2, (0, 1)), (3, (0, 0))] {
        let version = Version::try_from(version).unwrap();
        state.foresee(&[Record::Schema { subject: subject.clone(), version, value: None }]);
        assert_eq!(counted(&state), left);
    }
    assert!(state.subject(&subject).is_none());
}
