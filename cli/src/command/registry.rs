//! `registry serve`: the schema registry as a process of its own. `registry user`: a line for its file of users.
//! [`transfer`] copies a registry to a folder, in the form of [`folder`], and back.

mod folder;
mod transfer;

use std::io::Read as _;

use registry::{ApiLevel, HttpSettings, Role, TlsFiles};
use tracing_subscriber::EnvFilter;

use crate::args::{HttpArgs, RegistryCommand, ServeArgs, UserArgs, UserRole};
use crate::exit::ExitStatus;
use crate::failure::Failure;
use crate::interrupt::{self, Signals};
use crate::terminal::Terminal;

pub(crate) fn run(terminal: Terminal, command: RegistryCommand) -> Result<ExitStatus, Failure> {
    match command {
        RegistryCommand::Serve(args) => serve(args),
        RegistryCommand::User(args) => user(terminal, &args),
        RegistryCommand::Export(args) => transfer::export(&args, terminal),
        RegistryCommand::Import(args) => transfer::import(&args, terminal),
    }
}

fn serve(args: ServeArgs) -> Result<ExitStatus, Failure> {
    let filter = EnvFilter::try_from_env("TOPOLOGY_LOG").unwrap_or_else(|_| EnvFilter::new("info"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_ansi(false).init();
    let mut config = registry::Config::new(args.bootstrap_servers);
    config.listen = args.listen;
    config.topic = args.topic;
    config.http = http(args.http);
    config.advertise = args.advertise;
    config.authorities = args.tls_ca;
    // What others forward to a leader is for it to write.
    config.leader_eligible = !args.follow && !config.http.read_only;
    if let Some(file) = args.command_config {
        let name = file.display();
        let text = std::fs::read_to_string(&file)
            .map_err(|error| Failure::usage(format!("{name} cannot be read")).because(&error))?;
        let properties = registry::properties::parse(&text);
        config.client_properties =
            properties.map_err(|error| Failure::usage(format!("{name} cannot be used")).because(&error))?;
    }
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

fn http(args: HttpArgs) -> HttpSettings {
    let number = |number: std::num::NonZeroU32| usize::try_from(number.get()).unwrap_or(usize::MAX);
    HttpSettings {
        tls: args.tls_cert.zip(args.tls_key).map(|(certificate, key)| TlsFiles { certificate, key }),
        users: args.auth,
        read_only: args.read_only,
        api_level: if args.api_level == 7 { ApiLevel::Seven } else { ApiLevel::Eight },
        max_body: args.max_body,
        max_connections: number(args.max_connections),
        rate_limit: args.rate_limit,
        max_waiting_checks: usize::from(args.max_waiting_checks),
        idle_timeout: args.idle_timeout,
        ..HttpSettings::default()
    }
}

fn user(terminal: Terminal, args: &UserArgs) -> Result<ExitStatus, Failure> {
    let unread = |error: std::io::Error| Failure::world("the password could not be read").because(&error);
    let mut password = String::new();
    // One byte more than a password may have, and its line break, are enough to refuse it.
    std::io::stdin().take(128).read_to_string(&mut password).map_err(unread)?;
    let role = match args.role {
        UserRole::Read => Role::Read,
        UserRole::Write => Role::Write,
        UserRole::Admin => Role::Admin,
    };
    let line = registry::user_line(&args.name, password.trim_end_matches(['\r', '\n']), role);
    terminal.result(&format!("{}\n", line.map_err(Failure::usage)?));
    Ok(ExitStatus::Clean)
}
