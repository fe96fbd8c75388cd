//! The commands, a module each. Each is a function of its arguments that returns an exit status or a failure.

pub(crate) mod build;
pub(crate) mod explain;
pub(crate) mod generate;
pub(crate) mod graph;
pub(crate) mod lint;
pub(crate) mod new;
pub(crate) mod plan;
pub(crate) mod apply;
pub(crate) mod up;
pub(crate) mod down;
pub(crate) mod status;
pub(crate) mod logs;
pub(crate) mod schema;
pub(crate) mod registry;
pub(crate) mod cluster;

use clap::CommandFactory;

use crate::args::{Cli, Command, Global};
use crate::exit::ExitStatus;
use crate::failure::Failure;
use crate::terminal::Terminal;

/// Everything that a command gets beside its own arguments.
#[derive(Clone, Debug)]
pub(crate) struct Scope {
    pub(crate) global: Global,
    pub(crate) terminal: Terminal,
}

/// Runs the command of the command line.
pub(crate) fn run(cli: Cli, terminal: Terminal) -> Result<ExitStatus, Failure> {
    let scope = Scope { global: cli.global, terminal };
    match cli.command {
        Command::New(args) => new::run(&args, terminal),
        Command::Lint(args) => lint::run(&args, &scope),
        Command::Explain(args) => explain::run(&args, terminal),
        Command::Generate(args) => generate::run(&args, &scope),
        Command::Build(args) => build::run(&args, &scope),
        Command::Plan(args) => plan::run(&args, &scope),
        Command::Apply(args) => apply::run(&args, &scope),
        Command::Up(args) => up::run(&args, &scope),
        Command::Down(args) => down::run(&args, &scope),
        Command::Status(args) => status::run(&args, &scope),
        Command::Logs(args) => logs::run(&args, &scope),
        Command::Graph(args) => graph::run(&args, &scope),
        Command::Cluster(args) => cluster::run(args.command, &scope),
        Command::Schema(args) => schema::run(args.command, &scope),
        Command::Registry(args) => registry::run(terminal, args.command),
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Cli::command(), "topology", &mut script);
            terminal.result(&String::from_utf8_lossy(&script));
            Ok(ExitStatus::Clean)
        }
    }
}
