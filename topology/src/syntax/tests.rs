//! Claims about reading YAML, and a snapshot of each kind of finding.

use super::{Kind, Tree, Value, limit, parse};
use crate::findings::Findings;
use crate::source::Sources;
use crate::testing::{chapters, codes, findings, load_manifest, render, repeat, section_findings};

/// The tree of a text without faults, for a look at it.
fn with_tree<T>(text: &str, look: impl FnOnce(Value<'_>) -> T) -> T {
    let mut sources = Sources::default();
    let file = sources.add("topology.yaml", text);
    let mut findings = Findings::new();
    let tree = parse(file, text, &mut findings);
    assert_eq!(render(&sources, &findings.finish()), "");
    look(tree.root().expect("the text has a root"))
}

fn child<'t>(value: Value<'t>, name: &str) -> Value<'t> {
    let Kind::Mapping(entries) = value.kind() else { panic!("{value:?} is no mapping") };
    entries.iter().find(|(key, _)| key.text() == name).expect("the key is there").1
}

fn slice<'t>(text: &'t str, value: Value<'_>) -> &'t str {
    &text[value.location().span.range()]
}

/// The value of `a`: whether it is `null` or plain, its text, and what stands in the file for it.
fn scalar(text: &str) -> (String, Option<String>) {
    with_tree(text, |root| match child(root, "a").kind() {
        Kind::Scalar(scalar) => {
            let whole = 0..scalar.text.trim_end().len();
            let verbatim = scalar.verbatim.as_ref().map(|verbatim| text[verbatim.span(whole).range()].to_owned());
            (scalar.text.to_string(), verbatim)
        }
        other => panic!("{other:?} is no scalar"),
    })
}

#[test]
fn every_value_knows_its_bytes() {
    let text = "é: ☃\nlist: [1, \"zwei\" , {three: 3}]\nblock:\n  - a # comment\n  - b\n# end\n";
    with_tree(text, |root| {
        assert_eq!(slice(text, child(root, "é")), "☃");
        assert_eq!(slice(text, child(root, "list")), "[1, \"zwei\" , {three: 3}]");
        let Kind::Sequence(items) = child(root, "list").kind() else { panic!("no list") };
        let items: Vec<_> = items.iter().map(|item| slice(text, item)).collect();
        assert_eq!(items, ["1", "\"zwei\"", "{three: 3}"]);
        assert_eq!(slice(text, child(root, "block")), "- a # comment\n  - b");
    });
}

#[test]
fn nothing_after_a_key_is_null() {
    for text in ["a:\nb: 1\n", "a: ~\n", "a: null\n", "{a: , b: 1}", "{a}"] {
        with_tree(text, |root| assert!(matches!(child(root, "a").kind(), Kind::Null), "{text:?}"));
    }
    with_tree("a: \"null\"\n", |root| assert!(matches!(child(root, "a").kind(), Kind::Scalar(_))));
    with_tree("a: !!str null\n", |root| assert!(matches!(child(root, "a").kind(), Kind::Scalar(_))));
}

#[test]
fn text_knows_where_its_letters_are() {
    let verbatim = |text: &str| scalar(text).1;
    assert_eq!(verbatim("a: x > 1\n").as_deref(), Some("x > 1"));
    assert_eq!(verbatim("a: \"x > 1\"\n").as_deref(), Some("x > 1"));
    assert_eq!(verbatim("a: 'x'\n").as_deref(), Some("x"));
    assert_eq!(verbatim("a: |\n  x > 1\n").as_deref(), Some("x > 1"));
    assert_eq!(verbatim("a: >-\n  x > 1\n").as_deref(), Some("x > 1"));
    assert_eq!(verbatim("a: | # x > 1?\n  x > 1\n").as_deref(), Some("x > 1"));
    assert_eq!(verbatim("a: \"x == \\\"y\\\" \"\n").as_deref(), Some("x == \\\"y\\\""));
    assert_eq!(verbatim("a: 'it''s'\n").as_deref(), Some("it''s"));
    assert_eq!(verbatim("a: |\n  x\n  y\n").as_deref(), Some("x\n  y"));
    assert_eq!(verbatim("a: x\n  y\n").as_deref(), Some("x\n  y"));
    assert_eq!(verbatim("a: \"x\\x20y\"\n"), None);
}

#[test]
fn an_alias_is_its_value_and_knows_where_it_is_used() {
    let text = "a: &x {n: 1}\nb: *x\n";
    with_tree(text, |root| {
        let (a, b) = (child(root, "a"), child(root, "b"));
        assert_eq!(a.location(), b.location());
        assert!(a.alias().is_none());
        let used = b.alias().expect("b is an alias");
        assert_eq!(&text[used.span.range()], "*x");
        assert_eq!(child(b, "n").alias(), Some(used));
    });
}

#[test]
fn merge_keys_add_what_is_not_there() {
    let text = "base: &base {n: 1, m: 2}\nmore: &more {m: 3, o: 4}\na: {<<: [*base, *more], n: 0}\nb:\n  <<: *base\n";
    with_tree(text, |root| {
        let a = child(root, "a");
        let numbers: Vec<_> = ["n", "m", "o"].iter().map(|name| child(a, name).text()).collect();
        assert_eq!(numbers, ["0", "2", "4"]);
        assert_eq!(child(child(root, "b"), "m").text(), "2");
        assert!(child(a, "o").alias().is_some());
    });
}

#[test]
fn what_is_whole_before_a_break_is_kept() {
    let text = "topics:\n  a: {value: string}\n  b: {value: [\nconsumers: 1\n";
    let mut sources = Sources::default();
    let mut findings = Findings::new();
    let tree = parse(sources.add("topology.yaml", text), text, &mut findings);
    assert_eq!(findings.finish().len(), 1);
    let topics = child(tree.root().expect("there is a root"), "topics");
    let Kind::Mapping(entries) = topics.kind() else { panic!("no mapping") };
    let names: Vec<_> = entries.iter().map(|(key, _)| key.text()).collect();
    assert_eq!(names, ["a"]);
}

#[test]
fn an_alias_bomb_stays_small() {
    let level = |level: usize| format!("a{level}: &a{level} [{}]\n", vec![format!("*a{}", level - 1); 10].join(", "));
    let text = format!("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n{}", repeat(1..30, level));
    let mut sources = Sources::default();
    let file = sources.add("topology.yaml", text.as_str());
    let mut findings = Findings::new();
    let Tree { nodes, .. } = parse(file, &text, &mut findings);
    let faults = findings.finish();
    assert!(nodes.len() < 1000);
    let limits: Vec<_> = faults.iter().map(|fault| fault.code).collect();
    assert_eq!(limits, ["yaml::alias-limit"]);
}

#[test]
fn merge_bombs_are_within_the_limit_of_aliases() {
    let base = repeat(0..1000, |key| format!("k{key}: 1, "));
    let copies = repeat(0..2000, |copy| format!("c{copy}: {{<<: *base}}\n"));
    let text = format!("base: &base {{{base}}}\n{copies}");
    let mut sources = Sources::default();
    let file = sources.add("topology.yaml", text.as_str());
    let mut findings = Findings::new();
    let Tree { nodes, .. } = parse(file, &text, &mut findings);
    let faults = findings.finish();
    assert_eq!(faults.len(), 1);
    let entries: usize = nodes
        .iter()
        .map(|node| if let super::Content::Mapping(entries) = &node.content { entries.len() } else { 0 })
        .sum();
    assert!(entries as u64 <= limit::ALIASED_NODES);
}

#[test]
fn deep_nesting_is_refused_in_every_style() {
    for text in ["[".repeat(100_000), "a: ".to_owned() + &"{a: ".repeat(100), "- ".repeat(3000) + "x\n"] {
        assert!(codes(&load_manifest(text)).contains_key("yaml::depth-limit"));
    }
    let blocks = repeat(0..40, |level| format!("{}k:\n", " ".repeat(level)));
    let mixed = blocks + &" ".repeat(40) + &"[".repeat(40) + &"]".repeat(40);
    assert!(codes(&load_manifest(mixed)).contains_key("yaml::depth-limit"));
}

#[test]
fn a_byte_order_mark_at_the_start_is_fine() {
    let loaded = load_manifest("\u{feff}topology: shop\nversion: 1\n");
    assert_eq!(render(&loaded.sources, &loaded.diagnostics), "");
}

#[test]
fn windows_lines_are_fine() {
    let text = "a: one\r\nb:\r\n  - two\r\n";
    with_tree(text, |root| {
        assert_eq!(child(root, "a").text(), "one");
        assert_eq!(slice(text, child(root, "a")), "one");
    });
}

#[test]
fn labels_begin_and_end_between_characters() {
    for text in ["a: [1,\n\n", "é: 1\n  é: é\n - é\n", "é: &é\n  é: *é\n", "é: {é: é é: é}\n", "é: 1\n---\né: 1\n"]
    {
        let mut sources = Sources::default();
        let mut findings = Findings::new();
        parse(sources.add("topology.yaml", text), text, &mut findings);
        let findings = findings.finish();
        assert!(!findings.is_empty(), "{text:?}");
        for label in findings.iter().flat_map(|finding| &finding.labels) {
            assert!(text.get(label.location.span.range()).is_some(), "{label:?} of {text:?}");
        }
    }
}

#[test]
fn snapshots_of_broken_yaml() {
    let broken = [
        ("unclosed bracket", "topics:\n  orders: { value: string\nconsumers:\n  a: 1\n"),
        ("wrong bracket", "topics: { orders: [1} }\n"),
        ("stray bracket", "topics: ]\n"),
        ("unclosed quote", "topics:\n  orders: \"abc\n"),
        ("text after a quote", "topics: \"a\" b\n"),
        ("unknown escape", "topics: \"a\\qb\"\n"),
        ("tab", "topics:\n\torders: 1\n"),
        ("key without colon", "topics:\n  orders\n  payments: 1\n"),
        ("two colons", "topics: orders: 1\n"),
        ("indentation", "topics:\n    orders: 1\n  payments: 1\n"),
        ("list in mapping", "topics:\n  a: 1\n  - b\n"),
        ("reserved character", "topics: @orders\n"),
        ("missing comma", "topics: {a: 1 b: 2}\n"),
    ];
    let out = chapters(broken.map(|(title, text)| (title, findings(text))));
    insta::assert_snapshot!(out);
}

#[test]
fn snapshots_of_yaml_that_means_nothing() {
    let texts = [
        ("empty", ""),
        ("comments only", "# nothing here\n"),
        ("null", "~\n"),
        ("a list", "- a\n- b\n"),
        ("a text", "hello\n"),
        ("two documents", "topology: shop\nversion: 1\n---\ntopology: other\n"),
    ];
    let out = chapters(texts.map(|(title, text)| (title, findings(text))));
    let bytes: [(_, &[u8]); 2] =
        [("UTF-16", b"\xff\xfet\0o\0"), ("Latin-1", b"topology: shop\nversion: 1 # caf\xe9\n")];
    let out = out + &chapters(bytes.map(|(title, bytes)| (title, findings(bytes))));
    insta::assert_snapshot!(out);
}

#[test]
fn snapshots_of_keys_tags_and_aliases() {
    let texts = [
        ("duplicate key", "topics:\n  a: { value: string }\n  b: { value: string }\n  a: { value: int }\n"),
        ("duplicate keys in an anchored mapping", "topics:\n  a: &a { value: string, value: int }\n  b: *a\n"),
        ("key that is no text", "topics:\n  [a, b]: { value: string }\n  ? {}\n  : 1\n"),
        ("unknown alias", "topics:\n  a: *nowhere\n"),
        ("recursive alias", "topics: &t\n  a: *t\n"),
        ("merge of a text", "topics:\n  a: { value: string, <<: 12 }\n"),
        ("unknown tag", "topics: !ref\n  a: { value: !!str string }\n"),
        (
            "wrong through an alias",
            "defaults: { topics: { partitions: &n twelve } }\ntopics:\n  a: { value: string, partitions: *n }\n",
        ),
    ];
    let out = chapters(texts.map(|(title, text)| (title, section_findings(text))));
    insta::assert_snapshot!(out);
}
