//! `schema`: schemas as files, in git and in a registry, without a cluster.
//!
//! * [`text`]: where a schema is, and its text with everything that it refers to.
//! * [`check`] and [`diff`]: two schemas, or those of the project with those of another time or place.
//! * [`print`]: canonical text and fingerprints.
//! * [`format`]: files laid out.
//! * [`explain`]: what a compatibility rule means.

mod text;
mod check;
mod diff;
mod print;
mod format;
pub(super) mod explain;

use crate::args::SchemaCommand;
use crate::command::Scope;
use crate::exit::ExitStatus;
use crate::failure::Failure;

pub(crate) fn run(command: SchemaCommand, scope: &Scope) -> Result<ExitStatus, Failure> {
    match command {
        SchemaCommand::Check(args) => check::run(&args, scope),
        SchemaCommand::Diff(args) => diff::run(&args, scope),
        SchemaCommand::Fmt(args) => format::run(&args, scope.terminal),
        SchemaCommand::Canonical(args) => print::canonical(&args, scope),
        SchemaCommand::Fingerprint(args) => print::fingerprint(&args, scope),
        SchemaCommand::Explain(args) => explain::run(&args, scope.terminal),
    }
}
