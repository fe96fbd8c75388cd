//! Texts of schemas as documentation; what is generated as a whole is in `tests/`.

use super::doc;

/// The documentation as it stands in a file, without the slashes.
fn documentation(text: &str) -> Vec<String> {
    let attributes = doc::of(Some(text), "fallback");
    let file = syn::parse2(quote::quote!(#attributes struct Item;)).unwrap();
    let lines = prettyplease::unparse(&file);
    lines.lines().filter_map(|line| line.strip_prefix("///")).map(|line| line.trim_start().to_owned()).collect()
}

#[test]
fn a_text_reads_as_it_was_written() {
    for (text, expected) in [
        ("An order's id.", "An order's id."),
        ("See [Order::id](x).", r"See \[Order::id](x)."),
        ("A Vec<u8> & more", r"A Vec\<u8> & more"),
        ("snake_case and _emphasis_", r"snake_case and \_emphasis\_"),
        ("`code_[0]` and *star*", r"`code_[0]` and \*star\*"),
        ("a ` alone [x]", r"a \` alone \[x]"),
        ("# not a heading", r"\# not a heading"),
        ("12. not a list", r"12\. not a list"),
        ("3.5 percent", r"3\.5 percent"),
        ("&amp; and &#39;", r"\&amp; and \&#39;"),
        ("a\u{0}b\u{202e}c", "a b c"),
        ("*/ }", r"\*/ }"),
    ] {
        assert_eq!(documentation(text), [expected], "{text}");
    }
}

#[test]
fn code_blocks_are_not_tests() {
    assert_eq!(documentation("```\npanic!()\n```\n\n    indented"), [r"\`\`\`", "panic!()", r"\`\`\`", "", "indented"]);
}

#[test]
fn what_has_no_text_is_named() {
    assert_eq!(documentation(" \n "), ["fallback"]);
}
