//! `schema fmt`: schema files laid out; only white space changes.

use std::path::Path;

use schema::{json, layout};

use crate::args::SchemaFmtArgs;
use crate::disk;
use crate::exit::ExitStatus;
use crate::failure::Failure;
use crate::project;
use crate::terminal::Terminal;

pub(crate) fn run(args: &SchemaFmtArgs, terminal: Terminal) -> Result<ExitStatus, Failure> {
    // Everything is read before anything is written: a mistake in the last file leaves the first as it was.
    let mut changed = Vec::new();
    for path in &args.files {
        let text = read(path)?;
        let laid_out = laid_out(path, &text)?;
        if laid_out != text {
            changed.push((path, laid_out));
        }
    }
    for (path, text) in &changed {
        if args.check {
            terminal.result(&format!("{}\n", path.display()));
        } else {
            disk::rewrite(path, text).map_err(|error| {
                Failure::world(format!("`{}` could not be written", path.display())).because(&error)
            })?;
            terminal.step("Formatted", &path.display().to_string());
        }
    }
    let stale = args.check && !changed.is_empty();
    Ok(if stale { ExitStatus::Findings } else { ExitStatus::Clean })
}

fn read(path: &Path) -> Result<String, Failure> {
    let unreadable = || format!("the schema `{}` could not be read", path.display());
    let bytes = project::read_file(path).map_err(|error| Failure::usage(unreadable()).because(&error))?;
    String::from_utf8(bytes).map_err(|error| Failure::usage(unreadable()).because(&error.utf8_error()))
}

fn laid_out(path: &Path, text: &str) -> Result<String, Failure> {
    match path.extension().and_then(|extension| extension.to_str()) {
        Some("proto" | "avdl") => Ok(layout::braces(text)),
        Some("avsc" | "avpr" | "json") => {
            let value = json::read(text).map_err(|error| {
                Failure::findings(format!("`{}` is {error}", path.display()))
                    .help("`topology lint` and `topology schema check` show the place")
            })?;
            Ok(layout::json(text, &value))
        }
        _ => Err(Failure::usage(format!("`{}` is no schema file", path.display()))
            .help("schema files end in .avsc, .avdl, .avpr, .proto or .json")),
    }
}
