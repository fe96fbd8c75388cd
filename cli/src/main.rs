//! Words in, words out: the command line of `topology`.
//!
//! In reading order:
//! * [`args`]: the words that it understands; [`exit`]: the exit status as a type.
//! * [`failure`]: why a command ended without doing its work; [`terminal`]: what reaches the user.
//! * [`project`]: the manifest that a command works on; [`disk`]: generated files;
//!   [`runtime_source`]: the source of the runtime, as this binary carries it.
//! * [`git`]: files of another revision.
//! * [`render`]: findings for people and programs; [`table`]: rows and columns.
//! * [`interrupt`]: running futures to their end unless the user interrupts; [`cargo`]: building the services;
//!   [`leftover`]: code of services that left the manifest.
//! * [`connect`]: which cluster a command talks to; [`local`]: the environment on this machine.
//! * [`command`]: the commands.
//!
//! This crate ties the others together and holds no logic of theirs.

mod args;
mod exit;
mod failure;
mod git;
mod terminal;
mod project;
mod disk;
mod runtime_source;
mod render;
mod table;
mod interrupt;
mod cargo;
mod leftover;
mod connect;
mod local;
mod command;

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    let cli = args::Cli::parse();
    let terminal = terminal::Terminal::new(&cli.global);
    match command::run(cli, terminal) {
        Ok(_) if terminal::lost() => exit::ExitStatus::World.into(),
        Ok(status) => status.into(),
        Err(failure) => {
            terminal.report(&failure.render(terminal.color));
            failure.status.into()
        }
    }
}
