//! Claims about names.

use super::*;

fn subject(text: &str) -> Subject {
    text.parse().unwrap()
}

#[test]
fn a_subject_knows_its_context() {
    let cases = [
        ("a", ".", "a", "a"),
        (":.:a", ".", "a", "a"),
        (":.x:a", ".x", "a", ":.x:a"),
        (":.x:", ".x", "", ":.x:"),
        (":.x:a:b", ".x", "a:b", ":.x:a:b"),
        ("a:b", ".", "a:b", "a:b"),
        (":a:b", ".", ":a:b", ":a:b"),
        ("", ".", "", ""),
        ("*", ".", "*", "*"),
        ("50%'\"", ".", "50%'\"", "50%'\""),
    ];
    for (text, context, name, stored) in cases {
        let subject = subject(text);
        assert_eq!((subject.context().as_str(), subject.name(), subject.as_str()), (context, name, stored), "{text}");
    }
}

#[test]
fn refuses_names_that_it_cannot_keep() {
    let long = "a".repeat(40_000);
    for text in ["a\nb", "a\u{7f}", "a\0", "\u{85}", "__GLOBAL", ":.x:__EMPTY", ":.x", &long] {
        assert_eq!(text.parse::<Subject>().unwrap_err().code(), 42208, "{text:?}");
    }
    assert!("a".repeat(10_000).parse::<Subject>().is_ok());
}

#[test]
fn qualifies_a_name_only_if_it_is_not() {
    let context: Context = "x".parse().unwrap();
    assert_eq!(Subject::within(&context, "a").unwrap(), subject(":.x:a"));
    assert_eq!(Subject::within(&context, ":.y:a").unwrap(), subject(":.y:a"));
    assert_eq!(Subject::within(&Context::DEFAULT, "a").unwrap(), subject("a"));
    assert_eq!(subject(":.x:a").moved_to(&Context::DEFAULT), subject("a"));
}

#[test]
fn reads_contexts_in_every_form() {
    for text in ["x", ".x", ":.x:", ":.x"] {
        assert_eq!(text.parse::<Context>().unwrap().as_str(), ".x", "{text}");
    }
    for text in [".", ":.:", ""] {
        assert!(text.parse::<Context>().unwrap().is_default(), "{text}");
    }
    for text in ["a:b", "a\n"] {
        assert_eq!(text.parse::<Context>().unwrap_err().code(), 42208, "{text:?}");
    }
}

#[test]
fn a_scope_has_wider_ones() {
    let chain = |text: &str| {
        let scopes = std::iter::successors(Some(Scope::parse(text).unwrap()), Scope::wider);
        scopes.map(|scope| scope.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(chain("a"), ["a", "null", ":.__GLOBAL:"]);
    assert_eq!(chain(":.x:a"), [":.x:a", ":.x:", ":.__GLOBAL:"]);
    assert_eq!(chain(":.:"), ["null", ":.__GLOBAL:"]);
    assert_eq!(chain(":.__GLOBAL:"), [":.__GLOBAL:"]);
}

#[test]
fn prefixes_narrow_to_one_context_or_none() {
    let read = |text: &str| {
        let SubjectPrefix { context, name } = SubjectPrefix::parse(text);
        (context.map(|context| context.to_string()).unwrap_or_default(), name)
    };
    let cases =
        [(":*:", "", ""), (":*:a", "", "a"), ("", ".", ""), (":.:a", ".", "a"), (":.x:", ".x", ""), ("a", ".", "a")];
    for (text, context, name) in cases {
        assert_eq!(read(text), (context.to_owned(), name.to_owned()), "{text}");
    }
}

#[test]
fn numbers_have_the_range_of_java() {
    assert_eq!("LATEST".parse::<VersionSelector>().unwrap(), VersionSelector::Latest);
    assert_eq!("-1".parse::<VersionSelector>().unwrap(), VersionSelector::Latest);
    for text in ["0", "-2", "2147483648", "x", "", "1.0"] {
        assert_eq!(text.parse::<VersionSelector>().unwrap_err().code(), 42202, "{text}");
    }
    let last = SchemaId::try_from(2_147_483_647).unwrap();
    assert!(SchemaId::try_from(0).is_err() && SchemaId::try_from(2_147_483_648).is_err());
    assert_eq!((last.next(), Version::try_from(2_147_483_647).unwrap().next()), (None, None));
}
