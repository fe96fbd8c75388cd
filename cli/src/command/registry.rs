//! `registry serve`: the schema registry as a process of its own.

use tracing_subscriber::EnvFilter;

use crate::args::{RegistryCommand, ServeArgs};
use crate::exit::ExitStatus;
use crate::failure::Failure;
use crate::interrupt::{self, Signals};

pub(crate) fn run(command: RegistryCommand) -> Result<ExitStatus, Failure> {
    match command {
        RegistryCommand::Serve(args) => serve(args),
    }
}

fn serve(args: ServeArgs) -> Result<ExitStatus, Failure> {
    let filter = EnvFilter::try_from_env("TOPOLOGY_LOG").unwrap_or_else(|_| EnvFilter::new("info"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_ansi(false).init();
    let mut config = registry::Config::new(args.bootstrap_servers);
    config.listen = args.listen;
    config.topic = args.topic;
    interrupt::runtime()?.block_on(async {
        let mut signals = Signals::listen()?;
        let shutdown = async move {
            signals.next().await;
        };
        registry::serve(config, shutdown)
            .await
            .map_err(|error| Failure::world("the schema registry could not go on").because(&error))
    })?;
    Ok(ExitStatus::Clean)
}
