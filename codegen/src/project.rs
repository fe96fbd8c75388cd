//! The workspace around the generated crates, and the files of a new project.
//!
//! In reading order:
//! * `package`: the `Cargo.toml` of one package.
//! * `scaffold`: the binaries that a person fills in, and the workspace.
//! * `example`: values that a scaffolded producer sends.
//! * `new`: the files of a project that does not exist yet.

pub(crate) mod package;
mod scaffold;
mod example;
mod new;

pub use new::new_project;
pub use scaffold::files;
