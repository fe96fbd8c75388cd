//! The `Cargo.toml` of one package.

use toml_edit::{Array, DocumentMut, InlineTable, Item, Table, Value};
use topology::ir::RuntimeSource;

use crate::render::HEADER;

/// What a `Cargo.toml` of a project says.
pub(crate) struct Package<'a> {
    /// The package's name.
    pub(crate) name: String,
    /// One sentence about it.
    pub(crate) description: &'a str,
    /// What it links, in the order of the file.
    pub(crate) dependencies: Vec<Dependency>,
}

/// A package that another links.
pub(crate) struct Dependency {
    /// Its name.
    pub(crate) name: String,
    /// Where it comes from.
    pub(crate) origin: Origin,
    /// The features that are switched on.
    pub(crate) features: Vec<&'static str>,
}

/// Where a package comes from.
pub(crate) enum Origin {
    /// A folder, relative to the one of the `Cargo.toml`.
    Path(String),
    /// A registry, with the versions that fit.
    Version(&'static str),
}

impl Dependency {
    /// A package in a folder.
    pub(crate) fn path(name: impl Into<String>, path: impl Into<String>) -> Self {
        Self { name: name.into(), origin: Origin::Path(path.into()), features: Vec::new() }
    }

    /// A package of the registry.
    pub(crate) fn version(name: &str, version: &'static str, features: &[&'static str]) -> Self {
        Self { name: name.to_owned(), origin: Origin::Version(version), features: features.to_vec() }
    }

    fn value(&self) -> Value {
        let (key, source) = match &self.origin {
            Origin::Version(version) if self.features.is_empty() => return (*version).into(),
            Origin::Version(version) => ("version", *version),
            Origin::Path(path) => ("path", path.as_str()),
        };
        let mut table = InlineTable::new();
        table.insert(key, source.into());
        if !self.features.is_empty() {
            table.insert("features", self.features.iter().copied().collect::<Array>().into());
        }
        table.into()
    }
}

impl Package<'_> {
    /// The text of a `Cargo.toml` that the generator owns.
    pub(crate) fn generated(&self) -> String {
        format!("# {HEADER}\n\n{}", self.document())
    }

    /// The text of a `Cargo.toml` that a person will own.
    pub(crate) fn scaffold(&self) -> String {
        self.document().to_string()
    }

    fn document(&self) -> DocumentMut {
        let mut package = Table::new();
        package.insert("name", text(&self.name));
        package.insert("description", text(self.description));
        package.insert("version", text("0.1.0"));
        package.insert("edition", text("2024"));
        package.insert("publish", toml_edit::value(false));

        let mut dependencies = Table::new();
        for dependency in &self.dependencies {
            dependencies.insert(&dependency.name, Item::Value(dependency.value()));
        }

        let mut document = DocumentMut::new();
        document.insert("package", Item::Table(package));
        document.insert("dependencies", Item::Table(dependencies));
        document
    }
}

fn text(text: &str) -> Item {
    toml_edit::value(text)
}

/// The folder of the runtime's crate `part`, relative to a folder in `generated/`.
pub(crate) fn part_of_runtime(runtime: &RuntimeSource, part: &str) -> String {
    match runtime {
        RuntimeSource::Vendored => format!("../{part}"),
        RuntimeSource::Path(path) if path.starts_with('/') => format!("{}/{part}", path.trim_end_matches('/')),
        RuntimeSource::Path(path) => format!("../../{}/{part}", path.trim_end_matches('/')),
    }
}
