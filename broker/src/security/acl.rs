//! ACLs: what they are, how they are found, and the APIs that list, add and remove them.
//!
//! [`Acls`] keeps every binding twice: once in order, for listing, and once by resource, so that a decision looks only at
//! the bindings that are about its resource. What the bindings mean is in [`authorizer`](super::authorizer).

mod api;
mod filter;

use std::collections::{BTreeMap, BTreeSet, HashMap};

pub(crate) use api::{create_acls, delete_acls, describe_acls};

pub(crate) use super::authorizer::allows;

/// What is done to a resource; the numbers are Kafka's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
pub(crate) enum Operation {
    All = 2,
    Read = 3,
    Write = 4,
    Create = 5,
    Delete = 6,
    Alter = 7,
    Describe = 8,
    ClusterAction = 9,
    DescribeConfigs = 10,
    AlterConfigs = 11,
    IdempotentWrite = 12,
    CreateTokens = 13,
    DescribeTokens = 14,
    TwoPhaseCommit = 15,
}

impl Operation {
    pub(super) const EACH: [Self; 14] = [
        Self::All,
        Self::Read,
        Self::Write,
        Self::Create,
        Self::Delete,
        Self::Alter,
        Self::Describe,
        Self::ClusterAction,
        Self::DescribeConfigs,
        Self::AlterConfigs,
        Self::IdempotentWrite,
        Self::CreateTokens,
        Self::DescribeTokens,
        Self::TwoPhaseCommit,
    ];

    /// The operation with Kafka's number.
    fn from_code(code: i8) -> Option<Self> {
        Self::EACH.into_iter().find(|operation| *operation as i8 == code)
    }
}

/// What an ACL is about; the numbers are Kafka's. The cluster's name is `kafka-cluster`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
pub(crate) enum ResourceType {
    Topic = 2,
    Group = 3,
    Cluster = 4,
    TransactionalId = 5,
    DelegationToken = 6,
    User = 7,
}

impl ResourceType {
    const EACH: [Self; 6] =
        [Self::Topic, Self::Group, Self::Cluster, Self::TransactionalId, Self::DelegationToken, Self::User];

    /// The type with Kafka's number.
    fn from_code(code: i8) -> Option<Self> {
        Self::EACH.into_iter().find(|kind| *kind as i8 == code)
    }
}

/// The one resource of type cluster.
pub(crate) const CLUSTER: &str = "kafka-cluster";
/// The name that stands for every resource of a type, every host, and (as `User:*`) every user.
pub(crate) const WILDCARD: &str = "*";

/// The pattern type of an exact name.
pub(crate) const LITERAL: i8 = 3;
/// The pattern type of the beginning of names.
pub(crate) const PREFIXED: i8 = 4;
pub(crate) const DENY: i8 = 2;
pub(crate) const ALLOW: i8 = 3;

/// One ACL.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
pub(crate) struct AclBinding {
    pub(crate) resource_type: ResourceType,
    pub(crate) name: String,
    /// 3 literal, 4 prefixed.
    pub(crate) pattern_type: i8,
    pub(crate) principal: String,
    pub(crate) host: String,
    pub(crate) operation: Operation,
    /// 2 deny, 3 allow.
    pub(crate) permission: i8,
}

/// Every ACL of the cluster.
#[derive(Clone, Debug, Default)]
pub(crate) struct Acls {
    all: BTreeSet<AclBinding>,
    sections: HashMap<ResourceType, Section>,
}

/// The ACLs about one type of resource.
#[derive(Clone, Debug, Default)]
struct Section {
    literal: HashMap<String, Vec<AclBinding>>,
    prefixed: HashMap<String, Vec<AclBinding>>,
    /// How many prefixes have which length: only these beginnings of a name are looked up.
    lengths: BTreeMap<usize, usize>,
}

impl Acls {
    /// Adds an ACL; one that is there already stays as it is.
    pub(crate) fn insert(&mut self, binding: AclBinding) {
        if !self.all.insert(binding.clone()) {
            return;
        }
        let section = self.sections.entry(binding.resource_type).or_default();
        if binding.pattern_type == PREFIXED {
            *section.lengths.entry(binding.name.len()).or_default() += 1;
            section.prefixed.entry(binding.name.clone()).or_default().push(binding);
        } else {
            section.literal.entry(binding.name.clone()).or_default().push(binding);
        }
    }

    /// Removes an ACL that may be there.
    pub(crate) fn remove(&mut self, binding: &AclBinding) {
        if !self.all.remove(binding) {
            return;
        }
        let Some(section) = self.sections.get_mut(&binding.resource_type) else { return };
        let names = if binding.pattern_type == PREFIXED { &mut section.prefixed } else { &mut section.literal };
        if let Some(bindings) = names.get_mut(&binding.name) {
            bindings.retain(|known| known != binding);
            if bindings.is_empty() {
                names.remove(&binding.name);
            }
        }
        if binding.pattern_type == PREFIXED
            && let Some(count) = section.lengths.get_mut(&binding.name.len())
        {
            *count -= 1;
            if *count == 0 {
                section.lengths.remove(&binding.name.len());
            }
        }
    }

    /// Every ACL, in order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &AclBinding> {
        self.all.iter()
    }

    pub(crate) fn contains(&self, binding: &AclBinding) -> bool {
        self.all.contains(binding)
    }

    /// The ACLs that are about this resource: by its name, by a beginning of its name, or by the wildcard.
    pub(crate) fn about<'a>(&'a self, kind: ResourceType, name: &'a str) -> impl Iterator<Item = &'a AclBinding> {
        self.sections.get(&kind).into_iter().flat_map(move |section| {
            let exact = section.literal.get(name).into_iter().flatten();
            let every = section.literal.get(WILDCARD).filter(|_| name != WILDCARD).into_iter().flatten();
            let beginnings = section.lengths.keys().filter_map(|length| name.get(..*length));
            let prefixed = beginnings.filter_map(|start| section.prefixed.get(start)).flatten();
            exact.chain(every).chain(prefixed)
        })
    }
}
