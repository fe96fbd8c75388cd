//! Decides whether a principal may do something to a resource, as Kafka's `StandardAuthorizer` does.
//!
//! A super user may everything. Otherwise one ACL that denies outweighs all that allow; without any ACL about the
//! resource, `allow.everyone.if.no.acl.found` decides. Without `authorizer.class.name` everybody may everything.

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, HashSet};
use std::net::IpAddr;

use super::Principal;
use super::acl::{ALLOW, AclBinding, Acls, DENY, Operation, PREFIXED, ResourceType, WILDCARD};
use crate::machine::{Context, Machine};

/// What the static configs say about authorization.
#[derive(Debug, Default)]
pub(crate) struct Authorizer {
    enabled: bool,
    super_users: HashSet<Principal>,
    allow_without_acl: bool,
}

impl Authorizer {
    /// Reads `authorizer.class.name`, `super.users` and `allow.everyone.if.no.acl.found`.
    pub(crate) fn new(configs: &BTreeMap<String, String>) -> Self {
        let text = |key: &str| configs.get(key).map_or("", |value| value.trim());
        Self {
            enabled: !text("authorizer.class.name").is_empty(),
            super_users: text("super.users").split(';').filter_map(|user| Principal::parse(user.trim())).collect(),
            allow_without_acl: text("allow.everyone.if.no.acl.found").eq_ignore_ascii_case("true"),
        }
    }

    /// Whether there is an authorizer at all.
    pub(crate) fn is_enabled(&self) -> bool {
        self.enabled
    }

    /// Whether `who` may do `operation` to the resource.
    fn decide(&self, acls: &Acls, who: Who<'_>, operation: Operation, kind: ResourceType, name: &str) -> bool {
        if !self.enabled || self.super_users.contains(who.principal) {
            return true;
        }
        let mut none = true;
        let mut allowed = false;
        for acl in acls.about(kind, name) {
            none = false;
            if who.is_meant_by(acl) && covers(acl, operation) {
                if acl.permission == DENY {
                    return false;
                }
                allowed = true;
            }
        }
        allowed || none && self.allow_without_acl
    }

    /// Whether `who` may do `operation` to at least one resource of a type, known or not.
    fn decide_any(&self, acls: &Acls, who: Who<'_>, operation: Operation, kind: ResourceType) -> bool {
        if self.decide(acls, who, operation, kind, "hardcode") {
            return true;
        }
        let meant = |acl: &&AclBinding| {
            let fits = acl.operation == operation || acl.operation == Operation::All;
            acl.resource_type == kind && fits && who.is_meant_by(acl)
        };
        let (denied, allowed): (Vec<_>, Vec<_>) = acls.iter().filter(meant).partition(|acl| acl.permission == DENY);
        let denies = |prefixed: bool, name: &str| {
            denied.iter().any(|acl| (acl.pattern_type == PREFIXED) == prefixed && acl.name == name)
        };
        if denies(false, WILDCARD) {
            return false;
        }
        allowed.iter().any(|acl| {
            let prefixed = acl.pattern_type == PREFIXED;
            let outweighed = || {
                let mut beginnings = acl.name.char_indices().map(|(at, c)| &acl.name[..at + c.len_utf8()]);
                !prefixed && denies(false, &acl.name) || beginnings.any(|start| denies(true, start))
            };
            !prefixed && acl.name == WILDCARD || !outweighed()
        })
    }
}

/// Who asks, and from where.
#[derive(Clone, Copy, Debug)]
struct Who<'a> {
    principal: &'a Principal,
    peer: IpAddr,
}

impl<'a> Who<'a> {
    fn of(cx: &'a Context) -> Self {
        Self { principal: &cx.principal, peer: cx.peer }
    }

    fn is_meant_by(self, acl: &AclBinding) -> bool {
        let Some((kind, name)) = acl.principal.split_once(':') else { return false };
        let everyone = kind == "User" && name == WILDCARD;
        let principal = everyone || self.principal.kind == kind && self.principal.name == name;
        principal && (acl.host == WILDCARD || acl.host.parse().is_ok_and(|host: IpAddr| host == self.peer))
    }
}

/// Whether an ACL speaks of an operation. What allows more allows to describe; what denies denies just what it names.
fn covers(acl: &AclBinding, operation: Operation) -> bool {
    use Operation::{All, Alter, AlterConfigs, Delete, Describe, DescribeConfigs, Read, Write};
    let implied = match operation {
        Describe => matches!(acl.operation, Read | Write | Delete | Alter),
        DescribeConfigs => acl.operation == AlterConfigs,
        _ => false,
    };
    acl.operation == All || acl.operation == operation || acl.permission == ALLOW && implied
}

/// Whether a request's principal may do this to that.
pub(crate) fn allows(machine: &Machine, cx: &Context, operation: Operation, kind: ResourceType, name: &str) -> bool {
    machine.security.authorizer.decide(&machine.metadata.acls, Who::of(cx), operation, kind, name)
}

/// Whether a request's principal may do this to any resource of the type (`authorizeByResourceType`): how an
/// idempotent producer without `IdempotentWrite` is let in.
pub(crate) fn allows_any(machine: &Machine, cx: &Context, operation: Operation, kind: ResourceType) -> bool {
    machine.security.authorizer.decide_any(&machine.metadata.acls, Who::of(cx), operation, kind)
}

/// The operations that the principal may do to a resource, as the bit field of Metadata, DescribeCluster,
/// DescribeGroups and their kin: bit n is the operation with Kafka's number n.
pub(crate) fn authorized_operations(machine: &Machine, cx: &Context, kind: ResourceType, name: &str) -> i32 {
    let may = |operation: &&Operation| allows(machine, cx, **operation, kind, name);
    supported(kind).iter().filter(may).fold(0, |bits, operation| bits | 1 << *operation as i32)
}

/// The operations that Kafka knows for a type of resource.
fn supported(kind: ResourceType) -> &'static [Operation] {
    use Operation::{
        Alter, AlterConfigs, ClusterAction, Create, CreateTokens, Delete, Describe, DescribeConfigs, DescribeTokens,
        IdempotentWrite, Read, TwoPhaseCommit, Write,
    };
    match kind {
        ResourceType::Topic => &[Read, Write, Create, Describe, Delete, Alter, DescribeConfigs, AlterConfigs],
        ResourceType::Group => &[Read, Describe, Delete, DescribeConfigs, AlterConfigs],
        ResourceType::Cluster => {
            &[Create, ClusterAction, DescribeConfigs, AlterConfigs, IdempotentWrite, Alter, Describe]
        }
        ResourceType::TransactionalId => &[Describe, Write, TwoPhaseCommit],
        ResourceType::DelegationToken => &[Describe],
        ResourceType::User => &[CreateTokens, DescribeTokens],
    }
}
