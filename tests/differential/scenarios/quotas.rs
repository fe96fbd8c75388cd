//! Quotas, SCRAM users and ACLs: described, altered, refused.

use bytes::Bytes;
use kafka_protocol::messages::alter_client_quotas_request::{EntityData, EntryData, OpData};
use kafka_protocol::messages::alter_user_scram_credentials_request::{
    ScramCredentialDeletion, ScramCredentialUpsertion,
};
use kafka_protocol::messages::create_acls_request::AclCreation;
use kafka_protocol::messages::delete_acls_request::DeleteAclsFilter;
use kafka_protocol::messages::describe_client_quotas_request::ComponentData;
use kafka_protocol::messages::describe_user_scram_credentials_request::UserName;
use kafka_protocol::messages::{
    AlterClientQuotasRequest, AlterUserScramCredentialsRequest, CreateAclsRequest, DeleteAclsRequest,
    DescribeAclsRequest, DescribeAclsResponse, DescribeClientQuotasRequest, DescribeUserScramCredentialsRequest,
};

use crate::Scenario;
use crate::world::{World, text};

pub(crate) const SCENARIOS: &[Scenario] = &[
    ("quotas: set described and removed", quotas_set_and_removed),
    ("quotas: filters", quota_filters),
    ("quotas: filters that are refused", quota_filters_that_are_refused),
    ("quotas: what is refused", quotas_that_are_refused),
    ("quotas: validate only", quotas_validate_only),
    ("scram: users", scram_users),
    ("scram: what is refused", scram_refused),
    ("acls: made described and removed", acls_made_and_removed),
    ("acls: what is refused", acls_refused),
    ("acls: filters", acl_filters),
];

type Entity<'a> = &'a [(&'a str, Option<&'a str>)];

fn alter_quotas(entries: &[(Entity<'_>, &[(&str, Option<f64>)])]) -> AlterClientQuotasRequest {
    let entries = entries.iter().map(|(entity, operations)| {
        let entity = entity
            .iter()
            .map(|(kind, name)| EntityData::default().with_entity_type(text(kind)).with_entity_name(name.map(text)));
        let operations = operations.iter().map(|(key, value)| {
            OpData::default().with_key(text(key)).with_value(value.unwrap_or_default()).with_remove(value.is_none())
        });
        EntryData::default().with_entity(entity.collect()).with_ops(operations.collect())
    });
    AlterClientQuotasRequest::default().with_entries(entries.collect())
}

/// Components: type, match type (0 exact, 1 default, 2 any), name.
fn quotas_of(components: &[(&str, i8, Option<&str>)], strict: bool) -> DescribeClientQuotasRequest {
    let components = components.iter().map(|(kind, how, name)| {
        ComponentData::default().with_entity_type(text(kind)).with_match_type(*how).with_match(name.map(text))
    });
    DescribeClientQuotasRequest::default().with_components(components.collect()).with_strict(strict)
}

/// Kafka orders what it finds by hash, and another run's quotas may be there.
fn told(world: &mut World, request: &DescribeClientQuotasRequest) -> Vec<String> {
    let response = world.quiet(1, 1, request);
    assert_eq!(response.error_code, 0, "{:?}", response.error_message);
    let mut lines: Vec<_> = response
        .entries
        .unwrap_or_default()
        .into_iter()
        .map(|mut entry| {
            entry.entity.sort_by_key(|part| part.entity_type.clone());
            entry.values.sort_by_key(|value| value.key.clone());
            let entity = entry.entity.iter().map(|part| format!("{:?}={:?}", part.entity_type, part.entity_name));
            let values = entry.values.iter().map(|value| format!("{:?}={}", value.key, value.value));
            format!("{} {}", entity.collect::<Vec<_>>().join(","), values.collect::<Vec<_>>().join(","))
        })
        .filter(|line| line.contains(&world.prefix))
        .collect();
    lines.sort();
    lines
}

fn tell_quotas(world: &mut World, components: &[(&str, i8, Option<&str>)], strict: bool, count: usize) {
    let request = quotas_of(components, strict);
    let lines = world.until(&format!("{count} quotas"), |world| {
        let lines = told(world, &request);
        (lines.len() == count).then_some(lines)
    });
    world.note(&format!("{count} quotas, strict: {strict}"), &lines);
}

fn quotas_set_and_removed(world: &mut World) {
    let (user, client) = (world.name("user"), world.name("client"));
    let both: Entity<'_> = &[("user", Some(&user)), ("client-id", Some(&client))];
    for version in [0, 1] {
        let all: &[(&str, Option<f64>)] = &[
            ("producer_byte_rate", Some(1000.0)),
            ("consumer_byte_rate", Some(2000.0)),
            ("request_percentage", Some(55.5)),
            ("controller_mutation_rate", Some(7.0)),
        ];
        world.ask(1, version, &alter_quotas(&[(both, all)]));
        tell_quotas(world, &[("user", 0, Some(&user))], false, 1);
        world.ask(1, version, &alter_quotas(&[(both, &[("producer_byte_rate", None)])]));
        let rest: &[(&str, Option<f64>)] =
            &[("consumer_byte_rate", None), ("request_percentage", None), ("controller_mutation_rate", None)];
        world.ask(1, version, &alter_quotas(&[(both, rest)]));
        tell_quotas(world, &[("user", 0, Some(&user))], false, 0);
    }
    // What is not there may be removed.
    world.ask(1, 1, &alter_quotas(&[(both, &[("producer_byte_rate", None)])]));
}

fn quota_filters(world: &mut World) {
    let (user, client) = (world.name("user"), world.name("client"));
    let rate: &[(&str, Option<f64>)] = &[("producer_byte_rate", Some(1e6))];
    let gone: &[(&str, Option<f64>)] = &[("producer_byte_rate", None)];
    let entities: [Entity<'_>; 4] = [
        &[("user", Some(&user))],
        &[("client-id", Some(&client))],
        &[("user", Some(&user)), ("client-id", Some(&client))],
        &[("user", Some(&user)), ("client-id", None)],
    ];
    world.quiet(1, 1, &alter_quotas(&entities.map(|entity| (entity, rate))));
    tell_quotas(world, &[], false, 4);
    tell_quotas(world, &[], true, 0);
    for (strict, counts) in [(false, [3, 3, 2, 1, 2]), (true, [1, 1, 2, 1, 1])] {
        tell_quotas(world, &[("user", 0, Some(&user))], strict, counts[0]);
        tell_quotas(world, &[("user", 2, None)], strict, counts[1]);
        tell_quotas(world, &[("user", 0, Some(&user)), ("client-id", 2, None)], strict, counts[2]);
        tell_quotas(world, &[("user", 0, Some(&user)), ("client-id", 1, None)], strict, counts[3]);
        tell_quotas(world, &[("client-id", 0, Some(&client))], strict, counts[4]);
    }
    world.quiet(1, 1, &alter_quotas(&entities.map(|entity| (entity, gone))));
    tell_quotas(world, &[], false, 0);
}

fn quota_filters_that_are_refused(world: &mut World) {
    for components in [
        &[("shoe", 0, Some("7"))][..],
        &[("", 2, None)],
        &[("user", 0, None)],
        &[("user", 1, Some("x"))],
        &[("user", 2, Some("x"))],
        &[("user", 3, None)],
        &[("user", -1, None)],
        &[("user", 0, Some("a")), ("user", 0, Some("b"))],
        &[("ip", 0, Some("127.0.0.9")), ("user", 0, Some("b"))],
        &[("ip", 0, Some("no ip"))],
    ] {
        let mut connection = world.connect(1);
        let answer = connection.ask(1, &quotas_of(components, false));
        world.note(&format!("{components:?}"), &answer);
    }
}

fn quotas_that_are_refused(world: &mut World) {
    let user = world.name("user");
    let one: Entity<'_> = &[("user", Some(&user))];
    let good: &[(&str, Option<f64>)] = &[("producer_byte_rate", Some(1.0))];
    let values: [&[(&str, Option<f64>)]; 9] = [
        &[("shoe_size", Some(7.0))],
        &[("", Some(7.0))],
        &[("producer_byte_rate", Some(-1.0))],
        &[("producer_byte_rate", Some(0.0))],
        &[("producer_byte_rate", Some(1.5))],
        &[("producer_byte_rate", Some(1e19))],
        &[("connection_creation_rate", Some(1.0))],
        &[("request_percentage", Some(-1.0))],
        &[("producer_byte_rate", Some(1.0)), ("producer_byte_rate", None)],
    ];
    for operations in values {
        world.note("asking", &operations);
        world.ask(1, 1, &alter_quotas(&[(one, operations)]).with_validate_only(true));
    }
    let entities: [Entity<'_>; 9] = [
        &[],
        &[("shoe", Some("7"))],
        &[("user", Some(""))],
        &[("", Some("x"))],
        &[("user", Some("a")), ("user", Some("b"))],
        &[("ip", Some("127.0.0.9"))],
        &[("ip", Some("127.0.0.9")), ("user", Some("a"))],
        &[("ip", Some("no ip"))],
        &[("client-id", None)],
    ];
    for entity in entities {
        world.note("asking", &entity);
        world.ask_sorted(1, 1, &alter_quotas(&[(entity, good)]).with_validate_only(true), |response| {
            response.entries.iter_mut().for_each(|entry| entry.entity.sort_by_key(|part| part.entity_type.clone()));
        });
    }
    for rate in [1.0, 1.5, -1.0] {
        let of_ip: Entity<'_> = &[("ip", Some("127.0.0.9"))];
        world.ask(
            1,
            1,
            &alter_quotas(&[(of_ip, &[("connection_creation_rate", Some(rate))])]).with_validate_only(true),
        );
    }
    world.ask(1, 1, &alter_quotas(&[]));
    let bad: &[(&str, Option<f64>)] = &[("shoe_size", Some(7.0))];
    world.ask_sorted(1, 1, &alter_quotas(&[(one, good), (one, bad)]).with_validate_only(true), |response| {
        response.entries.sort_by_key(|entry| entry.error_code);
    });
    tell_quotas(world, &[], false, 0);
}

fn quotas_validate_only(world: &mut World) {
    let user = world.name("user");
    let request = alter_quotas(&[(&[("user", Some(&user))], &[("producer_byte_rate", Some(1.0))])]);
    world.ask(1, 1, &request.with_validate_only(true));
    tell_quotas(world, &[], false, 0);
}

fn scram(name: &str, mechanism: i8, iterations: i32) -> ScramCredentialUpsertion {
    ScramCredentialUpsertion::default()
        .with_name(text(name))
        .with_mechanism(mechanism)
        .with_iterations(iterations)
        .with_salt(Bytes::from_static(b"salt"))
        .with_salted_password(Bytes::from(vec![7; if mechanism == 1 { 32 } else { 64 }]))
}

fn unscram(name: &str, mechanism: i8) -> ScramCredentialDeletion {
    ScramCredentialDeletion::default().with_name(text(name)).with_mechanism(mechanism)
}

/// Deletions and upsertions; Kafka orders what it tells by hash.
fn alter_scram(world: &mut World, deletions: Vec<ScramCredentialDeletion>, upsertions: Vec<ScramCredentialUpsertion>) {
    let request = AlterUserScramCredentialsRequest::default().with_deletions(deletions).with_upsertions(upsertions);
    world.ask_sorted(1, 0, &request, |response| response.results.sort_by_key(|result| result.user.clone()));
}

fn describe_scram(world: &mut World, users: &[&str], credentials: usize) {
    let users = users.iter().map(|user| UserName::default().with_name(text(user)));
    let request = DescribeUserScramCredentialsRequest::default().with_users(Some(users.collect()));
    let mut response = world.until("the credentials", |world| {
        let response = world.quiet(1, 0, &request);
        let count: usize = response.results.iter().map(|result| result.credential_infos.len()).sum();
        (count == credentials).then_some(response)
    });
    response.results.sort_by_key(|result| (result.user.clone(), result.error_code));
    for result in &mut response.results {
        result.credential_infos.sort_by_key(|info| info.mechanism);
    }
    world.note("scram users", &response);
}

fn scram_users(world: &mut World) {
    let (ann, ben) = (world.name("ann"), world.name("ben"));
    alter_scram(world, vec![], vec![scram(&ann, 1, 4096), scram(&ben, 2, 8192)]);
    describe_scram(world, &[&ann, &ben], 2);
    alter_scram(world, vec![], vec![scram(&ann, 2, 5000), scram(&ann, 1, 6000)]);
    // One change at a time, seen before the next: Kafka's brokers may miss one of two that come to them at once.
    alter_scram(world, vec![unscram(&ben, 2)], vec![]);
    describe_scram(world, &[&ann, &ben], 1);
    alter_scram(world, vec![], vec![scram(&ann, 2, 5000)]);
    describe_scram(world, &[&ann], 2);
    alter_scram(world, vec![unscram(&ann, 1)], vec![]);
    describe_scram(world, &[&ann], 1);
    alter_scram(world, vec![unscram(&ann, 2)], vec![]);
    describe_scram(world, &[&ann, &ben], 0);
}

fn scram_refused(world: &mut World) {
    let ann = world.name("ann");
    alter_scram(world, vec![unscram(&ann, 1)], vec![]);
    alter_scram(world, vec![unscram(&ann, 0)], vec![]);
    alter_scram(world, vec![unscram(&ann, 9)], vec![]);
    alter_scram(world, vec![unscram("", 1)], vec![]);
    alter_scram(world, vec![unscram(&ann, 1), unscram(&ann, 1)], vec![]);
    for (mechanism, iterations) in [(1, 4095), (1, 16385), (2, 0), (1, -1), (0, 4096), (3, 4096)] {
        alter_scram(world, vec![], vec![scram(&ann, mechanism, iterations)]);
    }
    alter_scram(world, vec![], vec![scram("", 1, 4096)]);
    alter_scram(world, vec![], vec![scram(&ann, 1, 4096), scram(&ann, 1, 5000)]);
    alter_scram(world, vec![unscram(&ann, 1)], vec![scram(&ann, 1, 4096)]);
    alter_scram(world, vec![], vec![scram(&ann, 1, 4096).with_salt(Bytes::new())]);
    alter_scram(world, vec![], vec![scram(&ann, 1, 4096).with_salted_password(Bytes::new())]);
    alter_scram(world, vec![], vec![]);
    describe_scram(world, &[&ann], 1);
    describe_scram(world, &[&ann, &ann], 0);
    alter_scram(world, vec![unscram(&ann, 1)], vec![]);
    describe_scram(world, &[&ann], 0);
    describe_scram(world, &[""], 0);
}

/// Resource type, name, pattern type, principal, host, operation, permission.
type Acl<'a> = (i8, &'a str, i8, &'a str, &'a str, i8, i8);

fn creation((kind, name, pattern, principal, host, operation, permission): Acl<'_>) -> AclCreation {
    AclCreation::default()
        .with_resource_type(kind)
        .with_resource_name(text(name))
        .with_resource_pattern_type(pattern)
        .with_principal(text(principal))
        .with_host(text(host))
        .with_operation(operation)
        .with_permission_type(permission)
}

fn create_acls(acls: &[Acl<'_>]) -> CreateAclsRequest {
    CreateAclsRequest::default().with_creations(acls.iter().copied().map(creation).collect())
}

/// Every ACL of one resource name, of any pattern that matches it or only those that name it.
fn acls_of(kind: i8, name: &str, pattern: i8) -> DescribeAclsRequest {
    DescribeAclsRequest::default()
        .with_resource_type_filter(kind)
        .with_resource_name_filter(Some(text(name)))
        .with_pattern_type_filter(pattern)
        .with_principal_filter(None)
        .with_host_filter(None)
        .with_operation(1)
        .with_permission_type(1)
}

fn removal(kind: i8, name: &str, pattern: i8) -> DeleteAclsFilter {
    DeleteAclsFilter::default()
        .with_resource_type_filter(kind)
        .with_resource_name_filter(Some(text(name)))
        .with_pattern_type_filter(pattern)
        .with_principal_filter(None)
        .with_host_filter(None)
        .with_operation(1)
        .with_permission_type(1)
}

fn sort(response: &mut DescribeAclsResponse) {
    response
        .resources
        .sort_by_key(|resource| (resource.resource_type, resource.resource_name.clone(), resource.pattern_type));
    for resource in &mut response.resources {
        resource.acls.sort_by_key(|acl| (acl.principal.clone(), acl.host.clone(), acl.operation, acl.permission_type));
    }
}

fn tell_acls(world: &mut World, request: &DescribeAclsRequest, count: usize) {
    let mut response = world.until(&format!("{count} acls"), |world| {
        let response = world.quiet(1, 3, request);
        let found: usize = response.resources.iter().map(|resource| resource.acls.len()).sum();
        (found == count).then_some(response)
    });
    sort(&mut response);
    world.note("acls", &response);
}

fn remove_acls(world: &mut World, filters: Vec<DeleteAclsFilter>) {
    world.ask_sorted(1, 3, &DeleteAclsRequest::default().with_filters(filters), |response| {
        for result in &mut response.filter_results {
            result.matching_acls.sort_by_key(|acl| {
                (acl.resource_type, acl.pattern_type, acl.principal.clone(), acl.operation, acl.permission_type)
            });
        }
    });
}

fn acls_made_and_removed(world: &mut World) {
    let name = world.name("orders");
    let acls: [Acl<'_>; 4] = [
        (2, &name, 3, "User:ann", "*", 3, 3),
        (2, &name, 4, "User:ann", "127.0.0.1", 4, 2),
        (3, &name, 3, "User:*", "*", 3, 3),
        (5, &name, 3, "User:ann", "*", 2, 3),
    ];
    for version in 1..=3 {
        world.ask(1, version, &create_acls(&acls));
    }
    for kind in [2, 3, 5] {
        tell_acls(world, &acls_of(kind, &name, 1), if kind == 2 { 2 } else { 1 });
    }
    for version in 1..=3 {
        world.ask_sorted(1, version, &acls_of(2, &name, 1), sort);
    }
    remove_acls(world, vec![removal(2, &name, 3), removal(2, &name, 1), removal(3, "nothing", 1)]);
    remove_acls(world, vec![removal(1, &name, 1)]);
    tell_acls(world, &acls_of(1, &name, 1), 0);
}

fn acls_refused(world: &mut World) {
    let name = world.name("orders");
    let wrong: [Acl<'_>; 20] = [
        (0, &name, 3, "User:ann", "*", 3, 3),
        (1, &name, 3, "User:ann", "*", 3, 3),
        (99, &name, 3, "User:ann", "*", 3, 3),
        (2, "", 3, "User:ann", "*", 3, 3),
        (2, &name, 0, "User:ann", "*", 3, 3),
        (2, &name, 1, "User:ann", "*", 3, 3),
        (2, &name, 2, "User:ann", "*", 3, 3),
        (2, &name, 9, "User:ann", "*", 3, 3),
        (2, &name, 3, "User:ann", "*", 3, 9),
        (2, &name, 3, "ann", "*", 3, 3),
        (2, &name, 3, "", "*", 3, 3),
        (2, &name, 3, "User:", "*", 3, 3),
        (2, &name, 3, "User:ann", "", 3, 3),
        (2, &name, 3, "User:ann", "*", 0, 3),
        (2, &name, 3, "User:ann", "*", 1, 3),
        (2, &name, 3, "User:ann", "*", 99, 3),
        (2, &name, 3, "User:ann", "*", 3, 0),
        (2, &name, 3, "User:ann", "*", 3, 1),
        (4, &name, 3, "User:ann", "*", 3, 3),
        (4, "kafka-cluster", 4, "User:ann", "*", 3, 3),
    ];
    for acl in wrong {
        let mut connection = world.connect(1);
        let answer = connection.ask(3, &create_acls(&[acl]));
        world.note(&format!("{acl:?}"), &answer);
    }
    remove_acls(world, vec![removal(4, "kafka-cluster", 4)]);
    remove_acls(world, vec![removal(1, &name, 1), removal(2, "", 1)]);
    world.ask(1, 3, &CreateAclsRequest::default());
    world.ask(1, 3, &DeleteAclsRequest::default());
}

fn acl_filters(world: &mut World) {
    let (orders, order) = (world.name("orders"), world.name("order"));
    let acls: [Acl<'_>; 4] = [
        (2, &orders, 3, "User:ann", "*", 3, 3),
        (2, &order, 4, "User:ben", "*", 4, 2),
        (2, &orders, 4, "User:ben", "10.0.0.1", 8, 3),
        (2, &order, 3, "User:cat", "*", 3, 3),
    ];
    world.quiet(1, 3, &create_acls(&acls));
    tell_acls(world, &acls_of(2, &orders, 1), 2);
    tell_acls(world, &acls_of(2, &orders, 3), 1);
    tell_acls(world, &acls_of(2, &orders, 4), 1);
    tell_acls(world, &acls_of(2, &orders, 2), 3);
    tell_acls(world, &acls_of(2, &order, 2), 2);
    let all = acls_of(2, &orders, 2);
    tell_acls(world, &all.clone().with_principal_filter(Some(text("User:ben"))), 2);
    tell_acls(world, &all.clone().with_host_filter(Some(text("10.0.0.1"))), 1);
    tell_acls(world, &all.clone().with_operation(4), 1);
    tell_acls(world, &all.clone().with_permission_type(2), 1);
    for wrong in [
        acls_of(0, &orders, 1),
        acls_of(99, &orders, 1),
        acls_of(2, &orders, 0),
        acls_of(2, &orders, 9),
        all.clone().with_operation(0),
        all.clone().with_operation(99),
        all.clone().with_permission_type(0),
        all.clone().with_principal_filter(Some(text("ben"))),
    ] {
        let mut connection = world.connect(1);
        let answer = connection.ask(3, &wrong);
        world.note("the answer", &answer);
    }
    let mut connection = world.connect(1);
    let unknown = DeleteAclsRequest::default().with_filters(vec![removal(0, &orders, 1)]);
    let answer = connection.ask(3, &unknown);
    world.note("a filter of no type", &answer);
    remove_acls(world, vec![removal(2, &orders, 2), removal(2, &order, 1)]);
}
