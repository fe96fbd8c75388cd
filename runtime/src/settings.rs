//! The environment variables that configure a service, read once and all problems at once.
//!
//! Secrets never reach a log: the types that hold them do not print them.

use std::collections::BTreeMap;
use std::fmt;

use tracing_subscriber::EnvFilter;

use crate::logging::LogFormat;

/// Every variable of ours begins with it.
const PREFIX: &str = "TOPOLOGY_";
/// Variables that pass a librdkafka property: upper case, dots as underscores.
const KAFKA_PREFIX: &str = "TOPOLOGY_KAFKA_";

/// What the environment says.
#[derive(Debug)]
pub(crate) struct Settings {
    bootstrap_servers: String,
    registry: Option<RegistrySettings>,
    security: Security,
    kafka: BTreeMap<String, Secret>,
    http_listen: String,
    instance: String,
    log: String,
    log_format: LogFormat,
}

/// Where the schema registry is, and who we are to it.
#[derive(Clone, Debug)]
pub(crate) struct RegistrySettings {
    pub(crate) url: String,
    pub(crate) credentials: Option<(String, Secret)>,
}

/// How brokers are spoken to, in librdkafka's words.
#[derive(Debug, Default)]
pub(crate) struct Security {
    pub(crate) protocol: Option<String>,
    pub(crate) mechanism: Option<String>,
    pub(crate) username: Option<String>,
    pub(crate) password: Option<Secret>,
    pub(crate) ca_file: Option<String>,
}

/// A text that is never printed.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Secret(String);

impl Secret {
    pub(crate) fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// Everything that is wrong with the environment.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct SettingsError(Vec<Problem>);

/// One variable that cannot be used as it is.
#[derive(Debug, PartialEq, Eq)]
struct Problem {
    variable: String,
    what: String,
}

impl fmt::Display for SettingsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the environment does not configure the service:")?;
        self.0.iter().try_for_each(|problem| write!(f, "\n  {}: {}", problem.variable, problem.what))
    }
}

impl std::error::Error for SettingsError {}

impl Settings {
    /// Reads the process's environment.
    pub(crate) fn from_env() -> Result<Self, SettingsError> {
        let mut problems = Vec::new();
        let variables = std::env::vars_os().filter_map(|(name, value)| {
            let name = name.into_string().ok().filter(|name| name.starts_with(PREFIX))?;
            if let Ok(value) = value.into_string() {
                return Some((name, value));
            }
            problems.push(Problem { variable: name, what: "it is not UTF-8".to_owned() });
            None
        });
        let variables = variables.collect();
        Self::read(Environment { variables, problems })
    }

    fn read(mut env: Environment) -> Result<Self, SettingsError> {
        let settings = Self {
            kafka: env.kafka_properties(),
            bootstrap_servers: env.required("TOPOLOGY_BOOTSTRAP_SERVERS", "the brokers to begin with, host:port,..."),
            registry: env.registry(),
            security: env.security(),
            http_listen: env.http_listen(),
            instance: env.take("TOPOLOGY_INSTANCE").unwrap_or_else(|| "0".to_owned()),
            log: env.log(),
            log_format: env.log_format(),
        };
        if env.problems.is_empty() { Ok(settings) } else { Err(SettingsError(env.problems)) }
    }

    pub(crate) fn bootstrap_servers(&self) -> &str {
        &self.bootstrap_servers
    }

    pub(crate) fn registry(&self) -> Option<&RegistrySettings> {
        self.registry.as_ref()
    }

    pub(crate) fn security(&self) -> &Security {
        &self.security
    }

    /// librdkafka properties by name; their values can be secrets.
    pub(crate) fn kafka(&self) -> impl Iterator<Item = (&str, &str)> {
        self.kafka.iter().map(|(name, value)| (name.as_str(), value.reveal()))
    }

    pub(crate) fn http_listen(&self) -> &str {
        &self.http_listen
    }

    pub(crate) fn instance(&self) -> &str {
        &self.instance
    }

    /// Which log lines are written. It was parsed before, so the fallback is never seen.
    pub(crate) fn log_filter(&self) -> EnvFilter {
        EnvFilter::try_new(&self.log).unwrap_or_else(|_| EnvFilter::new("info"))
    }

    pub(crate) fn log_format(&self) -> LogFormat {
        self.log_format
    }
}

/// The variables that were not read yet, and what was wrong so far.
struct Environment {
    variables: BTreeMap<String, String>,
    problems: Vec<Problem>,
}

impl Environment {
    /// A variable's value; an empty one counts as not set, as in shells and Compose files.
    fn take(&mut self, name: &str) -> Option<String> {
        self.variables.remove(name).filter(|value| !value.is_empty())
    }

    fn problem(&mut self, variable: &str, what: impl Into<String>) {
        self.problems.push(Problem { variable: variable.to_owned(), what: what.into() });
    }

    fn required(&mut self, name: &str, meaning: &str) -> String {
        self.take(name).unwrap_or_else(|| {
            self.problem(name, format!("it is not set; it names {meaning}"));
            String::new()
        })
    }

    fn registry(&mut self) -> Option<RegistrySettings> {
        const URL: &str = "TOPOLOGY_SCHEMA_REGISTRY_URL";
        let username = self.take("TOPOLOGY_SCHEMA_REGISTRY_USERNAME");
        let password = self.take("TOPOLOGY_SCHEMA_REGISTRY_PASSWORD");
        let url = self.take(URL)?.trim_end_matches('/').to_owned();
        if !(url.starts_with("http://") || url.starts_with("https://")) {
            self.problem(URL, "expected a URL that begins with http:// or https://");
        }
        if url.starts_with("https://") && !cfg!(feature = "tls") {
            self.problem(URL, "https needs the cargo feature `tls` of topology-runtime");
        }
        let credentials = username.map(|name| (name, Secret(password.unwrap_or_default())));
        Some(RegistrySettings { url, credentials })
    }

    fn security(&mut self) -> Security {
        const PROTOCOL: &str = "TOPOLOGY_SECURITY_PROTOCOL";
        let security = Security {
            protocol: self.take(PROTOCOL).map(|protocol| protocol.to_ascii_lowercase()),
            mechanism: self.take("TOPOLOGY_SASL_MECHANISM").map(|mechanism| mechanism.to_ascii_uppercase()),
            username: self.take("TOPOLOGY_SASL_USERNAME"),
            password: self.take("TOPOLOGY_SASL_PASSWORD").map(Secret),
            ca_file: self.take("TOPOLOGY_SSL_CA_FILE"),
        };
        match security.protocol.as_deref() {
            None | Some("plaintext") => {}
            Some("ssl" | "sasl_plaintext" | "sasl_ssl") if cfg!(feature = "tls") => {}
            Some(protocol @ ("ssl" | "sasl_plaintext" | "sasl_ssl")) => {
                self.problem(PROTOCOL, format!("`{protocol}` needs the cargo feature `tls` of topology-runtime"));
            }
            Some(_) => self.problem(PROTOCOL, "expected plaintext, ssl, sasl_plaintext or sasl_ssl"),
        }
        security
    }

    fn kafka_properties(&mut self) -> BTreeMap<String, Secret> {
        let names: Vec<String> = self.variables.keys().filter(|name| name.starts_with(KAFKA_PREFIX)).cloned().collect();
        let mut properties = BTreeMap::new();
        for variable in names {
            let property = variable[KAFKA_PREFIX.len()..].to_ascii_lowercase().replace('_', ".");
            let value = self.take(&variable).unwrap_or_default();
            match refusal(&property, &value) {
                Some(why) => self.problem(&variable, format!("`{property}` cannot be changed: {why}")),
                None => drop(properties.insert(property, Secret(value))),
            }
        }
        properties
    }

    fn http_listen(&mut self) -> String {
        const LISTEN: &str = "TOPOLOGY_HTTP_LISTEN";
        let listen = self.take(LISTEN).unwrap_or_else(|| "127.0.0.1:0".to_owned());
        let port = listen.rsplit_once(':').map(|(_, port)| port);
        if port.is_none_or(|port| port.parse::<u16>().is_err()) {
            self.problem(LISTEN, format!("expected host:port, found `{listen}`"));
        }
        listen
    }

    fn log(&mut self) -> String {
        const LOG: &str = "TOPOLOGY_LOG";
        let log = self.take(LOG).unwrap_or_else(|| "info".to_owned());
        if let Err(error) = EnvFilter::try_new(&log) {
            self.problem(LOG, format!("expected a level like `info` or directives like `info,kafka=debug`: {error}"));
        }
        log
    }

    fn log_format(&mut self) -> LogFormat {
        const FORMAT: &str = "TOPOLOGY_LOG_FORMAT";
        match self.take(FORMAT).as_deref() {
            None | Some("text") => LogFormat::Text,
            Some("json") => LogFormat::Json,
            Some(other) => {
                self.problem(FORMAT, format!("expected text or json, found `{other}`"));
                LogFormat::Text
            }
        }
    }
}

/// Why a property must stay as the runtime sets it, if it must.
fn refusal(property: &str, value: &str) -> Option<&'static str> {
    let unless = |allowed: &[&str], why| (!allowed.contains(&value)).then_some(why);
    match property {
        "enable.auto.commit" => unless(&["true"], "nothing would be committed until the service ends"),
        "enable.auto.offset.store" => Some("offsets are committed after their records were handled"),
        "enable.idempotence" => unless(&["true"], "without it a retry could write a record twice or out of order"),
        "acks" | "request.required.acks" => unless(&["all", "-1"], "records could be lost when a broker fails"),
        "partitioner" => {
            unless(&["murmur2_random", "murmur2"], "keys would land in other partitions than those of Java clients")
        }
        "group.id" => Some("the manifest names the group"),
        "auto.offset.reset" => Some("the manifest says where a group begins (`start`)"),
        "bootstrap.servers" | "metadata.broker.list" => Some("set TOPOLOGY_BOOTSTRAP_SERVERS"),
        "partition.assignment.strategy" => {
            unless(&["cooperative-sticky"], "all members of a group have to use the same")
        }
        "transactional.id" => Some("this runtime does not use transactions"),
        "allow.auto.create.topics" => unless(&["false"], "topics are created by `topology apply`"),
        "statistics.interval.ms" => Some("the lag metrics depend on it"),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
