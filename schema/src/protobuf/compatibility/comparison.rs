//! The two files of a comparison, and what has been found.

use std::collections::{BTreeSet, VecDeque};

use prost_reflect::{EnumDescriptor, FieldDescriptor, FileDescriptor, MessageDescriptor};

use super::rules::Kind;
use crate::compatibility::{Difference, Direction, Effect};
use crate::protobuf::Document;
use crate::span::Place;

/// One element on both sides.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sides<T> {
    pub(super) reader: T,
    pub(super) writer: T,
}

impl<T> Sides<T> {
    /// Both sides, looked at in the same way.
    pub(super) fn map<'a, U>(&'a self, look: impl Fn(&'a T) -> U) -> Sides<U> {
        Sides { reader: look(&self.reader), writer: look(&self.writer) }
    }
}

impl<T: PartialEq> Sides<T> {
    pub(super) fn differ(&self) -> bool {
        self.reader != self.writer
    }
}

/// The path of an element in the comparison: a list that shares its beginning with others.
#[derive(Clone, Copy, Debug)]
pub(super) struct Path(usize);

impl Path {
    pub(super) const ROOT: Self = Self(0);
}

pub(super) struct Comparison<'a> {
    documents: Sides<&'a Document>,
    pub(super) direction: Direction,
    paths: Vec<(Path, String)>,
    found: Vec<Difference>,
    /// Messages that fields of both sides hold and that are not of both files, waiting to be compared.
    pending: VecDeque<(Path, Sides<MessageDescriptor>)>,
    /// What was compared already, by full names: types refer to each other in circles.
    seen: BTreeSet<(String, String)>,
}

impl<'a> Comparison<'a> {
    pub(super) fn new(reader: &'a Document, writer: &'a Document, direction: Direction) -> Self {
        Self {
            direction,
            documents: Sides { reader, writer },
            paths: vec![(Path::ROOT, "#".to_owned())],
            found: Vec::new(),
            pending: VecDeque::new(),
            seen: BTreeSet::new(),
        }
    }

    pub(super) fn run(mut self) -> Vec<Difference> {
        let files = self.documents.map(|document| document.file().clone());
        self.compare_packages(&files);
        self.compare_types(
            Path::ROOT,
            &files.map(|file| file.messages().collect()),
            &files.map(|file| file.enums().collect()),
        );
        while let Some((path, messages)) = self.pending.pop_front() {
            self.compare_messages(path, &messages);
        }
        self.compare_services(&files);
        self.found
    }

    fn compare_packages(&mut self, files: &Sides<FileDescriptor>) {
        let packages = files.map(|file| file.package_name().to_owned());
        if packages.differ() {
            let places = files.map(|file| Written::new(file, &[2]));
            let [new, old] = self.by_age(packages);
            let shown = |package: &str| if package.is_empty() { "absent".to_owned() } else { format!("`{package}`") };
            let what = format!("the package is {} and was {}", shown(&new), shown(&old));
            let kept = if old.is_empty() { "leave out `package`".to_owned() } else { format!("keep `package {old};`") };
            let help = format!("{kept}, and use another subject for a new package");
            self.differ(Kind::PackageChanged, Path::ROOT, what).help(help).at(&places);
        }
    }

    /// Compares a message that fields of both sides hold, unless the walk over the files does or did.
    pub(super) fn compare_held(&mut self, path: Path, messages: Sides<MessageDescriptor>) {
        let own = Sides {
            reader: messages.reader.parent_file() == *self.documents.reader.file(),
            writer: messages.writer.parent_file() == *self.documents.writer.file(),
        };
        let local = messages.map(|message| local_name(message.full_name(), message.package_name()).to_owned());
        let walked = own.reader && own.writer && !local.differ();
        if !walked && self.is_new(&messages) {
            self.pending.push_back((path, messages));
        }
    }

    /// Whether this pair is seen for the first time.
    pub(super) fn is_new(&mut self, messages: &Sides<MessageDescriptor>) -> bool {
        self.seen.insert((messages.reader.full_name().to_owned(), messages.writer.full_name().to_owned()))
    }

    pub(super) fn enter(&mut self, path: Path, segment: &(impl ToString + ?Sized)) -> Path {
        self.paths.push((path, segment.to_string()));
        Path(self.paths.len() - 1)
    }

    fn render(&self, path: Path) -> String {
        let mut segments = Vec::new();
        let mut at = path;
        while at.0 != 0 {
            let (parent, segment) = &self.paths[at.0];
            segments.push(segment.as_str());
            at = *parent;
        }
        segments.push(if segments.is_empty() { "#/" } else { "#" });
        segments.reverse();
        segments.join("/")
    }

    /// Of something that both sides have, the new and then the old one.
    pub(super) fn by_age<T>(&self, sides: Sides<T>) -> [T; 2] {
        self.direction.by_age(sides.reader, sides.writer)
    }

    /// What became of something that only the reader has.
    pub(super) fn only_read(&self) -> &'static str {
        match self.direction {
            Direction::Backward => "is added",
            Direction::Forward => "is removed",
        }
    }

    /// What became of something that only the writer has.
    pub(super) fn only_written(&self) -> &'static str {
        match self.direction {
            Direction::Backward => "is removed",
            Direction::Forward => "is added",
        }
    }

    /// Notes a difference; the answer takes its help and its places.
    pub(super) fn differ(&mut self, kind: Kind, path: Path, what: String) -> Noted<'_> {
        let rule = kind.rule();
        let path = self.render(path);
        let [reader, writer] = self.direction.roles();
        let description =
            format!("At path '{path}' of the {reader} schema, compared with the {writer} schema: {what}.");
        self.found.push(Difference {
            rule,
            effect: rule.effect,
            message: format!("{{errorType:\"{}\", description:\"{description}\"}}", rule.name),
            path,
            what,
            help: None,
            reader: None,
            writer: None,
        });
        let difference = self.found.last_mut().expect("it was pushed just now");
        Noted { difference, documents: self.documents }
    }
}

/// A difference that was noted, to say more about it.
pub(super) struct Noted<'n> {
    difference: &'n mut Difference,
    documents: Sides<&'n Document>,
}

impl Noted<'_> {
    pub(super) fn help(self, help: impl Into<String>) -> Self {
        self.difference.help = Some(help.into());
        self
    }

    /// Says that this reader understands all that this writer writes, which is not true of all pairs that the rule finds.
    pub(super) fn safe_if(self, is_safe: bool) -> Self {
        if is_safe {
            self.difference.effect = Effect::Safe;
        }
        self
    }

    pub(super) fn at(self, written: &Sides<Written>) {
        self.reader(&written.reader).writer(&written.writer);
    }

    pub(super) fn reader(self, written: &Written) -> Self {
        self.difference.reader = written.place(self.documents.reader);
        self
    }

    pub(super) fn writer(self, written: &Written) -> Self {
        self.difference.writer = written.place(self.documents.writer);
        self
    }
}

/// Something in a file, with the parts of it that are worth pointing at, best first.
#[derive(Debug)]
pub(super) struct Written {
    file: String,
    path: Vec<i32>,
    parts: Vec<i32>,
}

impl Written {
    fn new(file: &FileDescriptor, path: &[i32]) -> Self {
        Self { file: file.name().to_owned(), path: path.to_vec(), parts: Vec::new() }
    }

    /// An element by its path in a file.
    pub(super) fn element(file: &FileDescriptor, path: &[i32], parts: &[i32]) -> Self {
        Self { parts: parts.to_vec(), ..Self::new(file, path) }
    }

    /// The name of a message.
    pub(super) fn message(message: &MessageDescriptor) -> Self {
        Self::element(&message.parent_file(), message.path(), &[1])
    }

    /// The name of an enum.
    pub(super) fn enumeration(one: &EnumDescriptor) -> Self {
        Self::element(&one.parent_file(), one.path(), &[1])
    }

    /// A field's number.
    pub(super) fn number(field: &FieldDescriptor) -> Self {
        Self::element(&field.parent_file(), field.path(), &[3])
    }

    /// A field's name.
    pub(super) fn name(field: &FieldDescriptor) -> Self {
        Self::element(&field.parent_file(), field.path(), &[1])
    }

    /// A field's type.
    pub(super) fn kind(field: &FieldDescriptor) -> Self {
        Self::element(&field.parent_file(), field.path(), &[6, 5, 1])
    }

    /// A field's label, or its type where it has none.
    pub(super) fn label(field: &FieldDescriptor) -> Self {
        Self::element(&field.parent_file(), field.path(), &[4, 6, 5])
    }

    fn place(&self, document: &Document) -> Option<Place> {
        let part = |&part: &i32| {
            let mut path = self.path.clone();
            path.push(part);
            document.place(&self.file, &path)
        };
        self.parts.iter().find_map(part).or_else(|| document.place(&self.file, &self.path))
    }
}

/// A full name without its package: what stays when a file moves to another package.
pub(super) fn local_name<'n>(full_name: &'n str, package: &str) -> &'n str {
    full_name.strip_prefix(package).map_or(full_name, |rest| rest.trim_start_matches('.'))
}
