//! Which cluster and registry a command talks to.

use std::collections::BTreeMap;
use std::path::Path;

use provision::Connection;
use provision::connection::{RegistryEndpoint, Timeouts};
use provision::registry::Client;
use topology::ir::{Cluster, Environment, Registry, SaslMechanism};

use crate::args::Endpoints as Overrides;
use crate::failure::Failure;
use crate::local::{Endpoints, running};
use crate::project::Project;

/// The connection for `plan` and `apply`: the command line's, else the environment's, else that of the running `up`.
pub(crate) fn connection(
    project: &Project,
    environment: &Environment,
    overrides: &Overrides,
) -> Result<Connection, Failure> {
    let mut connection = match (&environment.cluster, &overrides.bootstrap_servers) {
        (Cluster::External(cluster), _) => {
            let external =
                Connection::external(cluster, &environment.registry, lookup).map_err(|error| failed(&error))?;
            match &overrides.bootstrap_servers {
                Some(servers) => Connection { bootstrap_servers: split(servers), ..external },
                None => external,
            }
        }
        (Cluster::Embedded(_) | Cluster::Kafka(_), Some(servers)) => Connection::local(split(servers), None),
        (Cluster::Embedded(_) | Cluster::Kafka(_), None) => local(&running_endpoints(project, environment)?),
    };
    if let Some(url) = &overrides.registry_url {
        connection = connection.with_registry(endpoint(url));
    }
    Ok(connection)
}

/// A client for the registry of the environment, or of the running `up`.
pub(crate) fn registry(project: &Project, environment: &Environment) -> Result<Client, Failure> {
    let overrides = Overrides { bootstrap_servers: None, registry_url: None };
    let connection = connection(project, environment, &overrides)?;
    let endpoint = connection.registry.as_ref().ok_or_else(|| {
        Failure::usage(format!("the environment `{}` has no registry", environment.name))
            .help("name one with `--registry-url`")
    })?;
    Client::of(endpoint, &connection).map_err(|error| failed(&error))
}

/// A client for the registry at a URL, with the credentials of the process environment.
pub(crate) fn registry_at(url: &str, ca_file: Option<&Path>, timeouts: Timeouts) -> Result<Client, Failure> {
    let ca_file = ca_file.map(|file| file.display().to_string());
    Client::new(&endpoint(url), timeouts, ca_file.as_deref()).map_err(|error| failed(&error))
}

fn endpoint(url: &str) -> RegistryEndpoint {
    let credentials = lookup("TOPOLOGY_SCHEMA_REGISTRY_USERNAME").zip(lookup("TOPOLOGY_SCHEMA_REGISTRY_PASSWORD"));
    RegistryEndpoint::new(url, credentials)
}

/// The connection to what `up` runs.
pub(crate) fn local(endpoints: &Endpoints) -> Connection {
    Connection::local(endpoints.bootstrap_servers.clone(), endpoints.registry_url.clone())
}

/// The connection to an external cluster, with the registry that `up` started for it, if it did.
pub(crate) fn external(environment: &Environment, endpoints: &Endpoints) -> Result<Option<Connection>, Failure> {
    let Cluster::External(cluster) = &environment.cluster else {
        return Ok(None);
    };
    let connection = Connection::external(cluster, &environment.registry, lookup).map_err(|error| failed(&error))?;
    Ok(Some(match (&environment.registry, &endpoints.registry_url) {
        (Registry::Local, Some(url)) => connection.with_registry(RegistryEndpoint::new(url, None)),
        _ => connection,
    }))
}

/// A failure of `provision` in the user's terms.
pub(crate) fn failed(error: &provision::Error) -> Failure {
    let failure = Failure::world(error.to_string());
    let failure = match std::error::Error::source(error) {
        Some(source) => failure.because(source),
        None => failure,
    };
    failure.help(error.help())
}

fn running_endpoints(project: &Project, environment: &Environment) -> Result<Endpoints, Failure> {
    let name = environment.name.as_str();
    let missing = || {
        Failure::world(format!("the environment `{name}` does not run"))
            .help("start it with `topology up`, or name a cluster with `--bootstrap-servers` and `--registry-url`")
    };
    let state = running::state(project)?.filter(|state| state.environment == name).ok_or_else(missing)?;
    Endpoints::from_record(&state.endpoints).ok_or_else(missing)
}

fn split(servers: &str) -> Vec<String> {
    servers.split(',').map(|server| server.trim().to_owned()).filter(|server| !server.is_empty()).collect()
}

fn lookup(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// The variables of a generated service that carry a connection's security and the registry's credentials.
pub(crate) fn service_variables(connection: &Connection) -> BTreeMap<String, String> {
    let mut variables = BTreeMap::new();
    let mut set = |name: &str, value: &str| variables.insert(format!("TOPOLOGY_{name}"), value.to_owned());
    let security = &connection.security;
    let protocol = match (&security.tls, &security.sasl) {
        (None, None) => "PLAINTEXT",
        (Some(_), None) => "SSL",
        (None, Some(_)) => "SASL_PLAINTEXT",
        (Some(_), Some(_)) => "SASL_SSL",
    };
    set("SECURITY_PROTOCOL", protocol);
    if let Some(file) = security.tls.as_ref().and_then(|tls| tls.ca_file.as_ref()) {
        set("SSL_CA_FILE", file);
    }
    if let Some(login) = &security.sasl {
        let mechanism = match login.mechanism {
            SaslMechanism::Plain => "PLAIN",
            SaslMechanism::ScramSha256 => "SCRAM-SHA-256",
            SaslMechanism::ScramSha512 => "SCRAM-SHA-512",
        };
        set("SASL_MECHANISM", mechanism);
        set("SASL_USERNAME", &login.username);
        set("SASL_PASSWORD", &login.password);
    }
    if let Some((username, password)) = connection.registry.as_ref().and_then(|registry| registry.credentials.as_ref())
    {
        set("SCHEMA_REGISTRY_USERNAME", username);
        set("SCHEMA_REGISTRY_PASSWORD", password);
    }
    variables
}
