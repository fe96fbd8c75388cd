//! `cluster`: the embedded cluster by itself, without a manifest.
//!
//! * [`place`]: which folder a command means, and whose cluster is in it.
//! * [`serve`]: a cluster in this process, until a signal ends it.
//! * [`up`]: starting one, in the foreground or behind the terminal.
//! * [`status`], [`down`]: seeing and stopping it; [`fault`]: making it misbehave.

mod place;
mod serve;
mod up;
mod status;
mod down;
mod fault;

use crate::args::ClusterCommand;
use crate::command::Scope;
use crate::exit::ExitStatus;
use crate::failure::Failure;

pub(crate) fn run(command: ClusterCommand, scope: &Scope) -> Result<ExitStatus, Failure> {
    match command {
        ClusterCommand::Up(args) => up::run(&args, scope),
        ClusterCommand::Status(args) => status::run(&args, scope),
        ClusterCommand::Down(args) => down::run(&args, scope),
        ClusterCommand::Fault(args) => fault::run(&args, scope),
        ClusterCommand::Serve(args) => serve::run(args),
    }
}
