//! What generation yields: texts with paths, and who owns each of them.

/// A file to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// Its path from the folder of the manifest, with `/` between parts.
    pub path: String,
    /// Its whole text.
    pub text: String,
    /// Who owns it once it is on disk.
    pub ownership: Ownership,
}

/// Who owns a file once it is on disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ownership {
    /// The generator: it is written anew whenever its text changes.
    Generated,
    /// A person: it is written once, and never touched again.
    Scaffold,
}

/// What generation needs to know besides the topology.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The source of `topology-runtime` and `topology-codec`, under `generated/runtime/` and `generated/codec/`; it
    /// becomes part of the output where the topology says that the runtime is vendored.
    pub vendored: Vec<File>,
}

impl File {
    /// A file that the generator owns.
    pub fn generated(path: impl Into<String>, text: impl Into<String>) -> Self {
        Self { path: path.into(), text: text.into(), ownership: Ownership::Generated }
    }

    /// A file that a person owns once it is written.
    pub fn scaffold(path: impl Into<String>, text: impl Into<String>) -> Self {
        Self { path: path.into(), text: text.into(), ownership: Ownership::Scaffold }
    }
}
