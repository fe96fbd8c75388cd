//! `new`: a project that `up` runs as it is.

use topology::name::TopologyName;

use crate::args::NewArgs;
use crate::disk;
use crate::exit::ExitStatus;
use crate::failure::Failure;
use crate::terminal::Terminal;

pub(crate) fn run(args: &NewArgs, terminal: Terminal) -> Result<ExitStatus, Failure> {
    let folder = &args.folder;
    // `.` has no last part of its own; the folder that it stands for has.
    let whole = std::path::absolute(folder).unwrap_or_else(|_| folder.clone());
    let last = whole.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let name: TopologyName = last.parse().map_err(|reason| {
        Failure::usage(format!("`{last}` cannot name a topology: it {reason}"))
            .help("choose a name of lower-case letters, digits and `-`, such as `order-system`")
    })?;
    let is_empty = std::fs::read_dir(folder).map_or(true, |mut entries| entries.next().is_none());
    if !is_empty {
        return Err(Failure::usage(format!("the folder `{}` is not empty", folder.display()))
            .help("choose a new name: `new` never writes over what is there"));
    }
    let files = codegen::project::new_project(&name);
    let written = disk::write(folder, &files)?;
    for path in &written.created {
        terminal.say(&format!("     created {}/{path}", folder.display()));
    }
    terminal.say(&format!("\nNext:\n    cd {}\n    topology up", folder.display()));
    Ok(ExitStatus::Clean)
}
