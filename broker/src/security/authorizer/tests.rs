//! What the authorizer decides.

use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr};

use proptest::prelude::*;

use super::{Authorizer, Who};
use crate::security::Principal;
use crate::security::acl::{ALLOW, AclBinding, Acls, DENY, LITERAL, Operation, PREFIXED, ResourceType};

const HERE: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

fn authorizer(extra: &[(&str, &str)]) -> Authorizer {
    let name = ("authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer");
    let configs = extra.iter().chain([&name]).map(|(key, value)| ((*key).to_owned(), (*value).to_owned()));
    Authorizer::new(&configs.collect())
}

fn acl(pattern_type: i8, name: &str, principal: &str, operation: Operation, permission: i8) -> AclBinding {
    AclBinding {
        resource_type: ResourceType::Topic,
        name: name.to_owned(),
        pattern_type,
        principal: principal.to_owned(),
        host: "*".to_owned(),
        operation,
        permission,
    }
}

fn acls(bindings: &[AclBinding]) -> Acls {
    let mut acls = Acls::default();
    for binding in bindings {
        acls.insert(binding.clone());
    }
    acls
}

fn may(authorizer: &Authorizer, acls: &Acls, user: &str, operation: Operation, topic: &str) -> bool {
    let who = Who { principal: &Principal::user(user), peer: HERE };
    authorizer.decide(acls, who, operation, ResourceType::Topic, topic)
}

#[test]
fn without_an_authorizer_everybody_may_everything() {
    let denied = acls(&[acl(LITERAL, "t", "User:*", Operation::All, DENY)]);
    assert!(may(&Authorizer::new(&BTreeMap::new()), &denied, "alice", Operation::Read, "t"));
}

#[test]
fn a_super_user_may_what_is_denied() {
    let authorizer = authorizer(&[("super.users", "User:admin; User:root")]);
    let denied = acls(&[acl(LITERAL, "t", "User:*", Operation::All, DENY)]);
    assert!(may(&authorizer, &denied, "root", Operation::Read, "t"));
    assert!(!may(&authorizer, &denied, "alice", Operation::Read, "t"));
}

#[test]
fn without_an_acl_about_the_resource_the_setting_decides() {
    let lenient = authorizer(&[("allow.everyone.if.no.acl.found", "true")]);
    let known = acls(&[acl(LITERAL, "t", "User:bob", Operation::Read, ALLOW)]);
    assert!(may(&lenient, &known, "alice", Operation::Read, "other"));
    assert!(!may(&lenient, &known, "alice", Operation::Read, "t"));
    assert!(!may(&authorizer(&[]), &known, "alice", Operation::Read, "other"));
}

#[test]
fn what_denies_outweighs_what_allows() {
    let both = acls(&[
        acl(LITERAL, "orders", "User:alice", Operation::Read, ALLOW),
        acl(PREFIXED, "ord", "User:*", Operation::Read, DENY),
    ]);
    assert!(!may(&authorizer(&[]), &both, "alice", Operation::Read, "orders"));
}

#[test]
fn to_read_is_to_describe_but_not_to_read_is_not_not_to_describe() {
    let (strict, lenient) = (authorizer(&[]), authorizer(&[("allow.everyone.if.no.acl.found", "true")]));
    let read = acls(&[acl(LITERAL, "t", "User:alice", Operation::Read, ALLOW)]);
    assert!(may(&strict, &read, "alice", Operation::Describe, "t"));
    assert!(!may(&strict, &read, "alice", Operation::DescribeConfigs, "t"));
    let mixed = acls(&[
        acl(LITERAL, "t", "User:alice", Operation::Read, DENY),
        acl(LITERAL, "*", "User:alice", Operation::AlterConfigs, ALLOW),
        acl(LITERAL, "*", "User:alice", Operation::Write, ALLOW),
    ]);
    assert!(may(&lenient, &mixed, "alice", Operation::Describe, "t"));
    assert!(may(&lenient, &mixed, "alice", Operation::DescribeConfigs, "t"));
    assert!(!may(&lenient, &mixed, "alice", Operation::Read, "t"));
}

#[test]
fn an_acl_of_another_host_says_nothing() {
    let mut there = acl(LITERAL, "t", "User:alice", Operation::Read, ALLOW);
    there.host = "10.0.0.1".to_owned();
    assert!(!may(&authorizer(&[]), &acls(&[there.clone()]), "alice", Operation::Read, "t"));
    there.host = "127.0.0.1".to_owned();
    assert!(may(&authorizer(&[]), &acls(&[there]), "alice", Operation::Read, "t"));
}

#[test]
fn any_topic_is_found_unless_all_that_allows_is_outweighed() {
    let strict = authorizer(&[]);
    let any = |bindings: &[AclBinding]| {
        let who = Who { principal: &Principal::user("alice"), peer: HERE };
        strict.decide_any(&acls(bindings), who, Operation::Write, ResourceType::Topic)
    };
    let write = |pattern, name, permission| acl(pattern, name, "User:alice", Operation::Write, permission);
    assert!(!any(&[]));
    assert!(any(&[write(LITERAL, "t", ALLOW)]));
    assert!(!any(&[write(LITERAL, "t", ALLOW), write(LITERAL, "t", DENY)]));
    assert!(!any(&[write(PREFIXED, "team-a", ALLOW), write(PREFIXED, "team", DENY)]));
    assert!(any(&[write(PREFIXED, "team", ALLOW), write(PREFIXED, "team-a", DENY)]));
    assert!(!any(&[write(LITERAL, "t", ALLOW), write(LITERAL, "*", DENY)]));
    assert!(any(&[write(LITERAL, "*", ALLOW), write(LITERAL, "t", DENY)]));
}

/// The rules as the documentation tells them, over every ACL there is.
fn naive(all: &[AclBinding], user: &str, operation: Operation, name: &str, if_none: bool) -> bool {
    let about: Vec<_> = all
        .iter()
        .filter(|acl| match acl.pattern_type {
            PREFIXED => name.starts_with(&acl.name),
            _ => acl.name == name || acl.name == "*",
        })
        .collect();
    if about.is_empty() {
        return if_none;
    }
    let fits = |acl: &&&AclBinding| {
        let implied = acl.permission == ALLOW
            && match operation {
                Operation::Describe => {
                    [Operation::Read, Operation::Write, Operation::Delete, Operation::Alter].contains(&acl.operation)
                }
                Operation::DescribeConfigs => acl.operation == Operation::AlterConfigs,
                _ => false,
            };
        (acl.principal == "User:*" || acl.principal == format!("User:{user}"))
            && (acl.operation == operation || acl.operation == Operation::All || implied)
    };
    let fitting: Vec<_> = about.iter().filter(fits).collect();
    fitting.iter().any(|acl| acl.permission == ALLOW) && fitting.iter().all(|acl| acl.permission == ALLOW)
}

fn any_acl() -> impl Strategy<Value = AclBinding> {
    let names = prop::sample::select(vec!["*", "a", "ab", "abc", "b", "ä", "äb"]);
    let users = prop::sample::select(vec!["User:*", "User:alice", "User:bob", "Group:alice"]);
    let patterns = prop::sample::select(vec![LITERAL, PREFIXED]);
    let permissions = prop::sample::select(vec![ALLOW, DENY]);
    (patterns, names, users, prop::sample::select(Operation::EACH.to_vec()), permissions)
        .prop_map(|(pattern, name, user, operation, permission)| acl(pattern, name, user, operation, permission))
}

proptest! {
    #[test]
    fn the_index_decides_as_a_look_at_every_acl_does(
        bindings in prop::collection::vec(any_acl(), 0..12),
        gone in prop::collection::vec(any::<prop::sample::Index>(), 0..4),
        operation in prop::sample::select(Operation::EACH.to_vec()),
        name in prop::sample::select(vec!["a", "ab", "abc", "abcd", "b", "c", "äbc", "*"]),
        if_none: bool,
    ) {
        let mut index = acls(&bindings);
        let mut left = bindings.clone();
        for at in gone {
            if !bindings.is_empty() {
                let gone = at.get(&bindings);
                index.remove(gone);
                left.retain(|known| known != gone);
            }
        }
        let authorizer = authorizer(&[("allow.everyone.if.no.acl.found", if if_none { "true" } else { "false" })]);
        prop_assert_eq!(
            may(&authorizer, &index, "alice", operation, name),
            naive(&left, "alice", operation, name, if_none),
        );
    }
}
