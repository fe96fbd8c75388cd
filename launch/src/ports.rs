//! Every port is decided before anything starts.
//!
//! Ports of the last run are kept, because clients know them; new ones are the preferred ones or the next free ones above.
//! A kept or demanded port that someone else has is an error that names the owner, never a silent change.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::fs;
use std::io;
use std::net::{Ipv4Addr, TcpListener};

use crate::Error;
use crate::folder::{EnvironmentFolder, write_atomically};
use crate::proc::identity::random;
use crate::proc::owner::{Owner, owner_of};

/// The environment variable that, set to `1`, lets [`Mode::from_environment`] take any free ports.
pub const ANY_PORT_VARIABLE: &str = "TOPOLOGY_ANY_PORT";

/// The first preferred port of services.
pub const FIRST_SERVICE_PORT: u16 = 18100;

/// The preferred port of the schema registry.
pub const REGISTRY_PORT: u16 = 18081;

/// How far above a preferred port a free one is looked for.
const SEARCH: u16 = 500;

/// Ports below those that the system gives to outgoing connections, so that no client takes one between plan and start.
const ANY_PORT: std::ops::Range<u16> = 20_000..32_000;

/// How ports are chosen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// Kept ones, then preferred ones, then the next free ones.
    #[default]
    Preferred,
    /// Kept ones if they are free, else any: for tests, where many environments run side by side.
    Any,
}

impl Mode {
    /// [`Mode::Any`] if `TOPOLOGY_ANY_PORT` is `1`.
    pub fn from_environment() -> Self {
        if std::env::var_os(ANY_PORT_VARIABLE).is_some_and(|value| value == "1") { Self::Any } else { Self::Preferred }
    }
}

/// A port that is needed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PortRequest {
    /// What for: `broker-1`, `broker-1 controller`, `registry`, `billing`. Unique within a plan.
    pub label: String,
    /// The port it should be.
    pub preferred: u16,
    /// Whether another port will do.
    pub firmness: Firmness,
}

/// Whether a preferred port may be exchanged for another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Firmness {
    /// A person asked for this very port.
    Demanded,
    /// A default that gives way.
    Default,
}

impl PortRequest {
    /// A port that may become another one.
    pub fn preferred(label: impl Into<String>, port: u16) -> Self {
        Self { label: label.into(), preferred: port, firmness: Firmness::Default }
    }

    /// A port that a person asked for.
    pub fn demanded(label: impl Into<String>, port: u16) -> Self {
        Self { label: label.into(), preferred: port, firmness: Firmness::Demanded }
    }
}

/// A port that is needed and belongs to someone else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TakenPort {
    /// What it is needed for.
    pub label: String,
    /// The port.
    pub port: u16,
    /// Who has it, if this user may know.
    pub owner: Option<Owner>,
}

impl fmt::Display for TakenPort {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "port {} (for {}) is taken by ", self.port, self.label)?;
        match &self.owner {
            Some(owner) => owner.fmt(f),
            None => f.write_str("a process that this user may not see"),
        }
    }
}

/// Which port is for what.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PortPlan {
    ports: BTreeMap<String, u16>,
    moved: Vec<TakenPort>,
}

impl PortPlan {
    /// The port for a label.
    pub fn get(&self, label: &str) -> Option<u16> {
        self.ports.get(label).copied()
    }

    /// All ports by label.
    pub fn ports(&self) -> &BTreeMap<String, u16> {
        &self.ports
    }

    /// The preferred ports that were taken, so that others were chosen. Worth telling the person.
    pub fn moved(&self) -> &[TakenPort] {
        &self.moved
    }
}

/// Chooses a port for every request and keeps the choice in the environment's `ports.json`.
///
/// `ours` are ports that processes of the running environment hold: they count as free for the labels that they were
/// planned for.
///
/// # Errors
///
/// [`Error::PortsTaken`] with the owner of each port that was kept or demanded and is taken.
pub fn plan(folder: &EnvironmentFolder, requests: &[PortRequest], mode: Mode, ours: &[u16]) -> Result<PortPlan, Error> {
    let kept = load(folder)?;
    let mut planner =
        Planner { mode, ours: ours.iter().copied().collect(), reserved: Vec::new(), plan: PortPlan::default() };
    let mut taken = Vec::new();
    // Kept and demanded ports first: no default may move onto one of them.
    let (firm, loose): (Vec<_>, Vec<_>) = requests
        .iter()
        .partition(|request| request.firmness == Firmness::Demanded || kept.contains_key(&request.label));
    for request in firm {
        let port = match request.firmness {
            Firmness::Demanded => request.preferred,
            Firmness::Default => kept.get(&request.label).copied().unwrap_or(request.preferred),
        };
        if !planner.take(&request.label, port) {
            match (mode, request.firmness) {
                (Mode::Any, Firmness::Default) => planner.take_any(&request.label)?,
                _ => taken.push(TakenPort { label: request.label.clone(), port, owner: owner_of(port) }),
            }
        }
    }
    if !taken.is_empty() {
        return Err(Error::PortsTaken { taken });
    }
    for request in loose {
        planner.take_near(request)?;
    }
    save(folder, kept, &planner.plan)?;
    Ok(planner.plan)
}

/// Which of these ports other processes have. A port that is free now may be taken a moment later.
pub fn taken(ports: &[(String, u16)]) -> Vec<TakenPort> {
    let is_taken = |port: u16| {
        let bound = TcpListener::bind((Ipv4Addr::LOCALHOST, port));
        bound.is_err_and(|error| error.kind() == io::ErrorKind::AddrInUse)
    };
    let taken = ports.iter().filter(|(_, port)| is_taken(*port));
    taken.map(|(label, port)| TakenPort { label: label.clone(), port: *port, owner: owner_of(*port) }).collect()
}

struct Planner {
    mode: Mode,
    ours: BTreeSet<u16>,
    /// Held until the plan is complete, so that no two labels get the same port.
    reserved: Vec<TcpListener>,
    plan: PortPlan,
}

impl Planner {
    fn take(&mut self, label: &str, port: u16) -> bool {
        let free = if self.plan.ports.values().any(|planned| *planned == port) {
            false
        } else if self.ours.contains(&port) {
            true
        } else {
            TcpListener::bind((Ipv4Addr::LOCALHOST, port)).map(|listener| self.reserved.push(listener)).is_ok()
        };
        if free {
            self.plan.ports.insert(label.to_owned(), port);
        }
        free
    }

    fn take_near(&mut self, request: &PortRequest) -> Result<(), Error> {
        if self.mode == Mode::Any {
            return self.take_any(&request.label);
        }
        let from = request.preferred;
        let to = from.saturating_add(SEARCH);
        let planned: Vec<u16> = self.plan.ports.values().copied().collect();
        let Some(port) = (from..=to).find(|port| self.take(&request.label, *port)) else {
            return Err(Error::NoFreePort { label: request.label.clone(), from, to });
        };
        // Moving past another label of the same plan is how defaults are laid out, not news.
        if port != from && !planned.contains(&from) {
            self.plan.moved.push(TakenPort { label: request.label.clone(), port: from, owner: owner_of(from) });
        }
        Ok(())
    }

    fn take_any(&mut self, label: &str) -> Result<(), Error> {
        let offset = u16::from_le_bytes(random()?);
        let length = ANY_PORT.end - ANY_PORT.start;
        let found = (0..length)
            .map(|step| ANY_PORT.start + (offset % length + step) % length)
            .any(|port| self.take(label, port));
        if found {
            Ok(())
        } else {
            Err(Error::NoFreePort { label: label.to_owned(), from: ANY_PORT.start, to: ANY_PORT.end - 1 })
        }
    }
}

fn load(folder: &EnvironmentFolder) -> Result<BTreeMap<String, u16>, Error> {
    let path = folder.ports_file();
    match fs::read(&path) {
        Ok(text) => serde_json::from_slice(&text).map_err(|source| Error::Corrupt { path, source }),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(BTreeMap::new()),
        Err(error) => Err(Error::file("read", &path)(error)),
    }
}

fn save(folder: &EnvironmentFolder, kept: BTreeMap<String, u16>, plan: &PortPlan) -> Result<(), Error> {
    // Ports of labels that are not part of this plan are forgotten only when another label has taken them.
    let used: BTreeSet<u16> = plan.ports.values().copied().collect();
    let mut all: BTreeMap<String, u16> = kept.into_iter().filter(|(_, port)| !used.contains(port)).collect();
    all.extend(plan.ports.clone());
    folder.create()?;
    let path = folder.ports_file();
    let text = serde_json::to_vec_pretty(&all).map_err(|source| Error::Corrupt { path: path.clone(), source })?;
    write_atomically(&path, &text)
}
