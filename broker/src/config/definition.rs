//! What configs there are: a table of facts that is read once.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::check::Check;

/// What a config belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scope {
    Topic,
    Broker,
    Group,
    ClientMetrics,
}

/// A config's type; the numbers are those of DescribeConfigs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Type {
    Boolean = 1,
    String = 2,
    Int = 3,
    Short = 4,
    Long = 5,
    Double = 6,
    List = 7,
    Class = 8,
    Password = 9,
}

impl Type {
    /// Kafka's name of it, as its messages say it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Boolean => "BOOLEAN",
            Self::String => "STRING",
            Self::Int => "INT",
            Self::Short => "SHORT",
            Self::Long => "LONG",
            Self::Double => "DOUBLE",
            Self::List => "LIST",
            Self::Class => "CLASS",
            Self::Password => "PASSWORD",
        }
    }

    fn parse(text: &str) -> Self {
        match text {
            "boolean" => Self::Boolean,
            "int" => Self::Int,
            "short" => Self::Short,
            "long" => Self::Long,
            "double" => Self::Double,
            "list" => Self::List,
            "class" => Self::Class,
            "password" => Self::Password,
            _ => Self::String,
        }
    }
}

/// When a broker config may change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Update {
    /// Only at start.
    ReadOnly,
    /// For one broker at a time.
    PerBroker,
    /// For one broker or for all.
    ClusterWide,
}

/// A broker config that a topic's or a group's falls back to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Synonym {
    pub(crate) name: &'static str,
    /// What its unit is of the other's: hours to milliseconds are 3,600,000.
    pub(crate) factor: i64,
}

/// One config.
#[derive(Clone, Debug)]
pub(crate) struct Definition {
    pub(crate) name: &'static str,
    pub(crate) kind: Type,
    pub(crate) default: Option<&'static str>,
    pub(crate) check: Check,
    pub(crate) update: Update,
    /// Nearest first.
    pub(crate) synonyms: Vec<Synonym>,
    /// Known, but shown only where it is set.
    pub(crate) internal: bool,
}

impl Definition {
    /// Whether its value is never told.
    pub(crate) fn is_sensitive(&self) -> bool {
        self.kind == Type::Password
    }
}

/// The configs of one scope, in Kafka's order.
#[derive(Debug, Default)]
pub(crate) struct Definitions {
    all: Vec<Definition>,
    by_name: HashMap<&'static str, usize>,
}

impl Definitions {
    pub(crate) fn get(&self, name: &str) -> Option<&Definition> {
        self.all.get(*self.by_name.get(name)?)
    }

    pub(crate) fn iter(&self) -> std::slice::Iter<'_, Definition> {
        self.all.iter()
    }
}

/// The configs of a scope.
pub(crate) fn definitions(scope: Scope) -> &'static Definitions {
    &TABLE[scope as usize]
}

static TABLE: LazyLock<[Definitions; 4]> = LazyLock::new(|| {
    let mut table: [Definitions; 4] = Default::default();
    let lines = [include_str!("kafka-4.3.txt"), include_str!("contracts.txt")].into_iter().flat_map(str::lines);
    for line in lines.filter(|line| !line.starts_with('#')) {
        if let [scope, name, kind, default, check, more] = *line.split('|').collect::<Vec<_>>() {
            let scope = match scope {
                "topic" => Scope::Topic,
                "broker" => Scope::Broker,
                "group" => Scope::Group,
                _ => Scope::ClientMetrics,
            };
            let definitions = &mut table[scope as usize];
            definitions.by_name.insert(name, definitions.all.len());
            definitions.all.push(Definition {
                name,
                kind: Type::parse(kind),
                default: default.strip_prefix('='),
                check: Check::parse(check),
                update: update(more),
                synonyms: if scope == Scope::Broker || more == "internal" { Vec::new() } else { synonyms(more) },
                internal: more == "internal",
            });
        }
    }
    table
});

fn update(text: &str) -> Update {
    match text {
        "per-broker" => Update::PerBroker,
        "cluster-wide" => Update::ClusterWide,
        _ => Update::ReadOnly,
    }
}

fn synonyms(text: &'static str) -> Vec<Synonym> {
    let parse = |part: &'static str| {
        let (name, factor) = part.split_once('*').unwrap_or((part, "1"));
        Synonym { name, factor: factor.parse().unwrap_or(1) }
    };
    text.split(',').filter(|part| !part.is_empty()).map(parse).collect()
}
