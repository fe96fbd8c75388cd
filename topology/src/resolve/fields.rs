//! Reads the keys of a mapping by name and the values behind them by type.
//!
//! Whatever does not fit is a finding here, so that the modules about environments, topics and services read only
//! what is right: a `None` from this module has been reported.

use std::fmt;
use std::num::NonZeroU32;
use std::ops::RangeInclusive;
use std::str::FromStr;

use super::word::Word;
use crate::diagnostic::{Diagnostic, Label};
use crate::findings::Findings;
use crate::name::NameError;
use crate::source::{Location, Spanned};
use crate::syntax::{Entries, Items, Kind, Value};

/// The keys that a kind of mapping may have.
#[derive(Debug)]
pub(super) struct Shape {
    /// What the mapping describes, such as `topic`, as messages write it before its name.
    pub(super) noun: &'static str,
    /// Its keys.
    pub(super) keys: &'static [&'static str],
    /// Keys that the manifest will have in a later version.
    pub(super) later: &'static [&'static str],
}

/// The thing that a mapping describes, for messages: ``topic `orders` ``, or `the manifest` where it has no name.
#[derive(Clone, Copy, Debug)]
pub(super) struct Subject<'t> {
    /// The kind of thing.
    pub(super) noun: &'static str,
    /// Its name.
    pub(super) name: Option<&'t str>,
}

/// A mapping whose keys have been checked.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fields<'t> {
    /// What it describes.
    pub(super) subject: Subject<'t>,
    /// Where to report what it lacks.
    pub(super) place: Location,
    entries: Option<Entries<'t>>,
}

/// A key that is there, with its value.
#[derive(Clone, Copy, Debug)]
pub(super) struct Field<'t> {
    /// The thing that it belongs to.
    pub(super) subject: Subject<'t>,
    /// The key.
    pub(super) key: Value<'t>,
    /// The value.
    pub(super) value: Value<'t>,
}

impl fmt::Display for Subject<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.noun)?;
        match self.name {
            Some(name) => write!(f, " `{}`", Shortened(name)),
            None => Ok(()),
        }
    }
}

/// A text for a message, cut where it is too long to read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shortened<'t>(pub(super) &'t str);

impl fmt::Display for Shortened<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const LONGEST: usize = 60;
        match self.0.char_indices().nth(LONGEST) {
            Some((cut, _)) => write!(f, "{}…", &self.0[..cut]),
            None => f.write_str(self.0),
        }
    }
}

impl<'t> Fields<'t> {
    /// The mapping behind a named key such as the `orders` of `topics`, with its keys checked.
    pub(super) fn of_named(shape: &Shape, key: Value<'t>, value: Value<'t>, findings: &mut Findings) -> Option<Self> {
        Self::read(shape, Some(key.text()), key, value, findings)
    }

    /// The mapping behind a key, with its keys checked; `name` belongs to the shape's noun. Nothing behind the key
    /// is an empty mapping.
    pub(super) fn read(
        shape: &Shape,
        name: Option<&'t str>,
        key: Value<'t>,
        value: Value<'t>,
        findings: &mut Findings,
    ) -> Option<Self> {
        let subject = Subject { noun: shape.noun, name };
        let place = key.location();
        let entries = match value.kind() {
            Kind::Mapping(entries) => Some(entries),
            Kind::Null => None,
            _ => {
                Field { subject, key, value }.report_as(&subject, "a mapping", findings);
                return None;
            }
        };
        let fields = Self { subject, place, entries };
        fields.check_keys(shape, findings);
        Some(fields)
    }

    /// The mapping of a whole document.
    pub(super) fn of_root(shape: &Shape, root: Value<'t>, findings: &mut Findings) -> Option<Self> {
        let subject = Subject { noun: shape.noun, name: None };
        let Kind::Mapping(entries) = root.kind() else {
            Field { subject, key: root, value: root }.report_as(&subject, "a mapping", findings);
            return None;
        };
        let first = entries.iter().next().map_or(root, |(key, _)| key);
        let fields = Self { subject, place: first.location(), entries: Some(entries) };
        fields.check_keys(shape, findings);
        Some(fields)
    }

    fn check_keys(&self, shape: &Shape, findings: &mut Findings) {
        for (key, _) in self.entries() {
            let text = key.text();
            if shape.keys.contains(&text) {
                continue;
            }
            if shape.later.contains(&text) {
                findings.push(later(&format!("key `{text}` of {}", self.subject), key.location()));
                continue;
            }
            let finding = Diagnostic::error(
                "manifest::unknown-key",
                format!("{} has the unknown key `{}`", self.subject, Shortened(text)),
            )
            .label(key.location(), "no such key")
            .note(format!("The possible keys are {}.", list(shape.keys)));
            let nearest = findings.nearest(text, shape.keys.iter().copied());
            findings.push(match nearest {
                Some(nearest) => {
                    finding.help(format!("did you mean `{nearest}`?")).fix(key.location(), nearest.to_owned())
                }
                None => finding.help("remove it, or write one of the keys above"),
            });
        }
    }

    fn entries(&self) -> impl Iterator<Item = (Value<'t>, Value<'t>)> + use<'t> {
        self.entries.into_iter().flat_map(Entries::iter)
    }

    /// The field of a key, if the key is there.
    pub(super) fn get(&self, name: &str) -> Option<Field<'t>> {
        let (key, value) = self.entries().find(|(key, _)| key.text() == name)?;
        Some(Field { subject: self.subject, key, value })
    }

    /// Whether it has a key of a later version, which has been reported.
    pub(super) fn has_later_key(&self, shape: &Shape) -> bool {
        self.entries().any(|(key, _)| shape.later.contains(&key.text()))
    }

    /// The field of a key that must be there; `example` is what could stand there.
    pub(super) fn require(&self, name: &str, example: &str, findings: &mut Findings) -> Option<Field<'t>> {
        let field = self.get(name);
        if field.is_none() {
            findings.push_absence(
                Diagnostic::error("manifest::missing-key", format!("{} has no `{name}`", self.subject))
                    .label(self.place, format!("`{name}` is missing here"))
                    .help(format!("add `{name}: {example}`")),
            );
        }
        field
    }
}

impl<'t> Field<'t> {
    /// Where to point for the value: at the key if the value is empty or spans lines.
    pub(super) fn location(&self) -> Location {
        match self.value.kind() {
            Kind::Scalar(_) => self.value.location(),
            _ if self.value.text().is_empty() => self.key.location(),
            _ => self.value.location(),
        }
    }

    /// The key as a name of the manifest.
    pub(super) fn key_name(&self) -> &'t str {
        self.key.text()
    }

    /// Any scalar but `null`, where nothing fills in variables.
    pub(super) fn text(&self, expected: &str, findings: &mut Findings) -> Option<Spanned<&'t str>> {
        let text = self.verbatim(expected, findings)?;
        self.has_no_variable(text.value, findings).then_some(text)
    }

    /// Whether a text is without `${...}`, which is reported.
    pub(super) fn has_no_variable(&self, text: &str, findings: &mut Findings) -> bool {
        if !text.contains("${") {
            return true;
        }
        let message = format!("`{}` of {} has a variable, which is not filled in here", self.key_name(), self.subject);
        let finding = Diagnostic::error("manifest::misplaced-variable", message);
        findings.push(
            self.point(finding, "taken as it is written")
                .note("Only `username` and `password`, of `security` and of `registry`, are filled in.")
                .help("write the value itself; for values that differ, write several `environments`"),
        );
        false
    }

    /// Any scalar but `null`, as it is written.
    pub(super) fn verbatim(&self, expected: &str, findings: &mut Findings) -> Option<Spanned<&'t str>> {
        match self.value.kind() {
            Kind::Scalar(scalar) => Some(Spanned::new(&*scalar.text, self.location())),
            _ => self.mismatch(expected, findings),
        }
    }

    /// A text for people.
    pub(super) fn prose(&self, findings: &mut Findings) -> Option<String> {
        self.verbatim("a text", findings).map(|text| text.value.trim_end().to_owned())
    }

    /// A whole number in a range.
    pub(super) fn number(&self, range: RangeInclusive<u32>, findings: &mut Findings) -> Option<Spanned<u32>> {
        self.text("a whole number", findings)?;
        let Kind::Scalar(scalar) = self.value.kind() else { return None };
        let digits = scalar.text.strip_prefix(['-', '+']).unwrap_or(&scalar.text);
        if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return self.mismatch("a whole number", findings);
        }
        if !scalar.is_plain {
            let what = format!("`{}` of {}", self.key_name(), self.subject);
            let finding = self.mismatch_finding(&what, "a whole number", "a text in quotes");
            findings.push(finding.help("remove the quotes").fix(self.location(), scalar.text.to_string()));
            return None;
        }
        let number = scalar.text.trim_start_matches('+').parse().ok().filter(|number| range.contains(number));
        if number.is_none() {
            findings.push(self.out_of_range(&scalar.text, range));
        }
        number.map(|number| Spanned::new(number, self.location()))
    }

    fn out_of_range(&self, text: &str, range: RangeInclusive<u32>) -> Diagnostic {
        let (least, most) = range.into_inner();
        let (key, text) = (self.key_name(), Shortened(text));
        let message = format!("`{key}` of {} is {text}; {least} to {most} is possible", self.subject);
        let finding = Diagnostic::error("manifest::out-of-range", message);
        let finding = self.point(finding, format!("not from {least} to {most}"));
        finding.help(format!("write a number from {least} to {most}"))
    }

    /// A number of things, from 1 to `most`.
    pub(super) fn count(&self, most: u32, findings: &mut Findings) -> Option<Spanned<NonZeroU32>> {
        let number = self.number(1..=most, findings)?;
        NonZeroU32::new(number.value).map(|value| Spanned::new(value, number.location))
    }

    /// A plain `true` or `false`.
    pub(super) fn flag(&self, findings: &mut Findings) -> Option<bool> {
        match self.value.kind() {
            Kind::Scalar(scalar) if scalar.is_plain && &*scalar.text == "true" => Some(true),
            Kind::Scalar(scalar) if scalar.is_plain && &*scalar.text == "false" => Some(false),
            _ => self.mismatch("`true` or `false`", findings),
        }
    }

    /// One word of a fixed set.
    pub(super) fn word<W: Word>(&self, findings: &mut Findings) -> Option<Spanned<W>> {
        let text = self.text(W::NOUN, findings)?;
        let found = W::WORDS.iter().find(|(word, _)| *word == text.value);
        if let Some((_, value)) = found {
            return Some(Spanned::new(value.clone(), text.location));
        }
        let words: Vec<_> = W::WORDS.iter().map(|(word, _)| *word).collect();
        if W::LATER.contains(&text.value) {
            let what = format!("`{}: {}` of {}", self.key_name(), text.value, self.subject);
            let finding = later(&what, text.location);
            findings.push(finding.help(format!("this version has {}", list(&words))));
            return None;
        }
        let finding = self.point(
            Diagnostic::error(
                "manifest::unknown-word",
                format!(
                    "`{}` of {} is `{}`, which is not {}",
                    self.key_name(),
                    self.subject,
                    Shortened(text.value),
                    W::NOUN
                ),
            )
            .note(format!("It can be {}.", either(&words))),
            format!("not {}", W::NOUN),
        );
        let nearest = findings.nearest(text.value, words.iter().copied());
        findings.push(match nearest {
            Some(word) => finding.help(format!("did you mean `{word}`?")).fix(text.location, word),
            None => finding.help(format!("write {}", either(&words))),
        });
        None
    }

    /// A name with its rule.
    pub(super) fn name<N>(&self, noun: &'static str, findings: &mut Findings) -> Option<Spanned<N>>
    where
        N: FromStr<Err = NameError>,
    {
        let text = self.text("a name", findings)?;
        let name = name(noun, text.value, text.location, findings)?;
        Some(Spanned::new(name, text.location))
    }

    /// The entries of a mapping whose keys are names; nothing is an empty mapping.
    pub(super) fn named_entries(&self, findings: &mut Findings) -> Option<Vec<Field<'t>>> {
        let subject = self.subject;
        match self.value.kind() {
            Kind::Mapping(entries) => Some(entries.iter().map(|(key, value)| Field { subject, key, value }).collect()),
            Kind::Null => Some(Vec::new()),
            _ => self.mismatch("a mapping", findings),
        }
    }

    /// The items of a sequence.
    pub(super) fn items(&self, expected: &str, findings: &mut Findings) -> Option<Items<'t>> {
        match self.value.kind() {
            Kind::Sequence(items) => Some(items),
            _ => self.mismatch(expected, findings),
        }
    }

    /// Reports that the value is something else than `expected`; there is nothing to return then.
    pub(super) fn mismatch<T>(&self, expected: &str, findings: &mut Findings) -> Option<T> {
        self.report_mismatch(expected, findings);
        None
    }

    /// Reports that the value is something else than `expected`.
    pub(super) fn report_mismatch(&self, expected: &str, findings: &mut Findings) {
        let what = format!("`{}` of {}", Shortened(self.key_name()), self.subject);
        self.report_as(&what, expected, findings);
    }

    /// Reports that the value, which the message calls `what`, is something else than `expected`.
    fn report_as(&self, what: &dyn fmt::Display, expected: &str, findings: &mut Findings) {
        let found = match self.value.kind() {
            Kind::Unusable => return,
            Kind::Null => "nothing",
            Kind::Mapping(_) => "a mapping",
            Kind::Sequence(items) if items.is_empty() => "an empty list",
            Kind::Sequence(_) => "a list",
            Kind::Scalar(scalar) if !scalar.is_plain => "a text",
            Kind::Scalar(scalar) => match &*scalar.text {
                "true" | "false" => "true or false",
                text if text.parse::<f64>().is_ok() => "a number",
                _ => "a text",
            },
        };
        findings.push(self.mismatch_finding(what, expected, found));
    }

    fn mismatch_finding(&self, what: &dyn fmt::Display, expected: &str, found: &str) -> Diagnostic {
        let message = format!("{what} is {found}, not {expected}");
        let finding = Diagnostic::error("manifest::wrong-type", message);
        self.point(finding, format!("expected {expected}, found {found}")).help(format!("write {expected}"))
    }

    /// Points a finding at the value, and at the alias that led to it.
    pub(super) fn point(&self, mut finding: Diagnostic, text: impl Into<String>) -> Diagnostic {
        finding.labels.insert(0, Label { location: self.location(), text: text.into() });
        match self.value.alias() {
            Some(alias) => finding.label(alias, "used here through an alias"),
            None => finding,
        }
    }
}

/// A text as a name, or a finding about what it breaks.
pub(super) fn name<N>(noun: &'static str, text: &str, location: Location, findings: &mut Findings) -> Option<N>
where
    N: FromStr<Err = NameError>,
{
    text.parse()
        .map_err(|error: NameError| {
            findings.push(
                Diagnostic::error("name::rule", format!("{noun} `{}` {error}", Shortened(text)))
                    .label(location, "this name")
                    .note(name_rule(noun))
                    .help("choose another name"),
            );
        })
        .ok()
}

fn name_rule(noun: &str) -> &'static str {
    match noun {
        "topic" => "Kafka allows 1 to 249 letters, digits, `.`, `_` and `-` in the name of a topic.",
        "group" => "A consumer group's id is made of 1 to 249 letters, digits, `.`, `_` and `-`.",
        "schema" => "The name of a schema is made of 1 to 249 letters, digits, `.`, `_` and `-`.",
        "stage" => {
            "The name of a stage becomes a Rust function: a lower-case letter, then lower-case letters, digits, `_` and `-`."
        }
        _ => {
            "This name becomes crates and processes: a lower-case letter, then at most 63 lower-case letters, digits and `-`."
        }
    }
}

/// The finding about something that DESIGN has and this version has not.
pub(super) fn later(what: &str, location: Location) -> Diagnostic {
    Diagnostic::error("manifest::later-version", format!("{what} is not in this version yet"))
        .label(location, "planned for a later version")
        .note("Nothing would act on it, so it is refused rather than ignored.")
        .help("remove it for now")
}

/// Words for a sentence: `` `a`, `b` and `c` ``.
pub(super) fn list(words: &[&str]) -> String {
    joined(words, "and")
}

/// Words for a sentence: `` `a`, `b` or `c` ``.
pub(super) fn either(words: &[&str]) -> String {
    joined(words, "or")
}

fn joined(words: &[&str], conjunction: &str) -> String {
    match words {
        [] => "none".to_owned(),
        [word] => format!("`{word}`"),
        [first @ .., last] => {
            let first: Vec<_> = first.iter().map(|word| format!("`{word}`")).collect();
            format!("{} {conjunction} `{last}`", first.join(", "))
        }
    }
}
