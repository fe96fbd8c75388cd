//! Rules of planning, and the property that applying a plan leaves nothing to plan.

use schema::Format;
use schema::compatibility::Policy;

use super::*;
use crate::desired::{DesiredSubject, DesiredTopic, allows_all_of};
use crate::observe::{Earlier, ObservedRegistry, ObservedSubject, ObservedTopic};
use crate::registry::Verdict;

mod model;

fn topic(partitions: u32, replication_factor: u32, config: &[(&str, &str)]) -> DesiredTopic {
    DesiredTopic { partitions, replication_factor, config: texts(config) }
}

fn texts(entries: &[(&str, &str)]) -> BTreeMap<String, String> {
    entries.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
}

fn existing(partitions: u32, replication_factor: u32, config: &[(&str, &str)]) -> ObservedTopic {
    ObservedTopic { partitions, replication_factor, internal: false, config: texts(config) }
}

fn subject(name: &str) -> Subject {
    Subject::try_from(name.to_owned()).unwrap()
}

fn desired(topics: &[(&str, DesiredTopic)]) -> Desired {
    let topics = topics.iter().map(|(name, topic)| (name.parse().unwrap(), topic.clone())).collect();
    Desired { topics, subjects: BTreeMap::new() }
}

fn observed(topics: &[(&str, ObservedTopic)]) -> Observed {
    let topics = topics.iter().map(|(name, topic)| ((*name).to_owned(), topic.clone())).collect();
    Observed { cluster_id: "c1".into(), brokers: 3, topics, registry: None }
}

fn registered(version: u32, schema: &str) -> Registered {
    Registered { id: version + 100, version, schema: schema.into(), metadata: None, rules: None }
}

/// A plan for one subject that has `seen`, under a registry whose default is `BACKWARD`.
fn subject_plan(compatibility: Option<Level>, seen: Option<ObservedSubject>) -> Plan {
    let name = subject("orders-value");
    let wanted = DesiredSubject { compatibility, ..DesiredSubject::new(Format::Avro, "\"long\"") };
    let registry = ObservedRegistry {
        url: "http://127.0.0.1:8081".into(),
        compatibility: Level::Backward,
        policy: Policy::Strict,
        subjects: seen.map(|seen| (name.clone(), seen)).into_iter().collect(),
    };
    let desired = Desired { topics: BTreeMap::new(), subjects: BTreeMap::from([(name, wanted)]) };
    plan(&desired, &Observed { registry: Some(registry), ..observed(&[]) })
}

fn ids(plan: &Plan) -> Vec<&str> {
    plan.steps.iter().map(|step| step.id.as_str()).collect()
}

#[test]
fn creates_a_topic_that_does_not_exist() {
    let plan = plan(&desired(&[("orders", topic(6, 3, &[("retention.ms", "1000")]))]), &observed(&[]));
    assert_eq!(ids(&plan), ["topic/orders/create"]);
    assert_eq!(plan.counts(), Counts { add: 1, change: 0 });
}

#[test]
fn has_nothing_to_do_for_a_topic_as_declared_even_if_kafka_spells_values_its_own_way() {
    let config = [("cleanup.policy", "compact, delete"), ("preallocate", "TRUE"), ("min.cleanable.dirty.ratio", ".5")];
    let answer = [("cleanup.policy", "compact,delete"), ("preallocate", "true"), ("min.cleanable.dirty.ratio", "0.5")];
    let plan = plan(&desired(&[("orders", topic(1, 1, &config))]), &observed(&[("orders", existing(1, 1, &answer))]));
    assert!(plan.is_empty());
    assert_eq!(plan.unchanged, 1);
}

#[test]
fn adds_partitions_and_warns_about_keys() {
    let plan = plan(&desired(&[("orders", topic(6, 3, &[]))]), &observed(&[("orders", existing(4, 3, &[]))]));
    assert_eq!(ids(&plan), ["topic/orders/partitions"]);
    assert!(plan.steps[0].irreversible);
    assert!(plan.steps[0].risks[0].contains("key"));
}

#[test]
fn refuses_fewer_partitions_and_another_replication_factor() {
    let plan = plan(&desired(&[("orders", topic(2, 1, &[]))]), &observed(&[("orders", existing(4, 3, &[]))]));
    assert!(plan.steps.is_empty());
    assert_eq!(plan.problems.len(), 2);
    assert!(plan.is_blocked());
}

#[test]
fn refuses_more_replicas_than_brokers() {
    let plan = plan(&desired(&[("orders", topic(1, 5, &[]))]), &observed(&[]));
    assert_eq!(plan.problems[0].about, "topic/orders");
}

#[test]
fn shows_the_rest_of_a_plan_that_is_blocked() {
    let declared = desired(&[("orders", topic(1, 5, &[])), ("payments", topic(1, 1, &[]))]);
    let plan = plan(&declared, &observed(&[]));
    assert_eq!(ids(&plan), ["topic/payments/create"]);
    assert!(plan.is_blocked());
}

#[test]
fn resets_undeclared_overrides_but_never_throttles() {
    let config = [("retention.ms", "5"), (KEPT_CONFIG[0], "0:1"), (KEPT_CONFIG[1], "0:2")];
    let plan = plan(&desired(&[("orders", topic(1, 1, &[]))]), &observed(&[("orders", existing(1, 1, &config))]));
    let Change::AlterConfig { config, .. } = &plan.steps[0].change else { panic!("{plan:?}") };
    assert_eq!(config.keys().collect::<Vec<_>>(), ["retention.ms"]);
    assert_eq!(config["retention.ms"], Override { before: Some("5".into()), after: None });
}

#[test]
fn warns_when_retention_shrinks_and_not_when_it_grows() {
    let risks = |before: &str, after: &str| {
        let declared = desired(&[("orders", topic(1, 1, &[("retention.ms", after)]))]);
        plan(&declared, &observed(&[("orders", existing(1, 1, &[("retention.ms", before)]))])).steps[0].risks.len()
    };
    assert_eq!((risks("2000", "1000"), risks("-1", "1000")), (1, 1));
    assert_eq!((risks("1000", "2000"), risks("1000", "-1")), (0, 0));
}

#[test]
fn reports_topics_that_the_manifest_does_not_name_except_internal_ones() {
    let mut coordinator = existing(50, 3, &[]);
    coordinator.internal = true;
    let seen = [
        ("old", existing(1, 1, &[])),
        ("_schemas", existing(1, 1, &[])),
        ("__consumer_offsets", existing(50, 3, &[])),
        ("coordinator", coordinator),
    ];
    let plan = plan(&desired(&[]), &observed(&seen));
    assert!(plan.is_empty());
    assert_eq!(plan.notices, [Notice::TopicsNotInManifest { topics: vec!["old".into()] }]);
}

#[test]
fn registers_the_first_schema_and_leaves_the_level_to_the_registry() {
    let plan = subject_plan(None, None);
    assert_eq!(ids(&plan), ["subject/orders-value/schema"]);
    assert_eq!(plan.counts(), Counts { add: 1, change: 0 });
}

#[test]
fn loosens_before_a_schema_and_tightens_after_it() {
    let seen = ObservedSubject { latest: Some(registered(1, "\"int\"")), ..Default::default() };
    let (schema, level) = ("subject/orders-value/schema", "subject/orders-value/compatibility");
    assert_eq!(ids(&subject_plan(Some(Level::None), Some(seen.clone()))), [level, schema]);
    assert_eq!(ids(&subject_plan(Some(Level::FullTransitive), Some(seen.clone()))), [schema, level]);
    assert_eq!(ids(&subject_plan(Some(Level::Forward), Some(seen.clone()))), [level, schema]);
    // Its own level goes, and the registry's default is looser than it was.
    let strict = ObservedSubject { compatibility: Some(Level::Full), ..seen };
    assert_eq!(ids(&subject_plan(None, Some(strict))), [level, schema]);
}

#[test]
fn has_nothing_to_do_for_a_registered_schema() {
    let latest = Some(registered(2, "\"long\""));
    let seen = ObservedSubject { latest: latest.clone(), declared_version: Some(2), ..Default::default() };
    assert!(subject_plan(None, Some(seen)).is_empty());

    let older = ObservedSubject { latest, declared_version: Some(1), ..Default::default() };
    let plan = subject_plan(None, Some(older));
    assert!(plan.is_empty());
    assert!(matches!(plan.notices[..], [Notice::NewerVersion { declared: 1, latest: 2, .. }]));
}

#[test]
fn refuses_a_subject_of_another_format_and_subjects_without_a_registry() {
    let seen = ObservedSubject { other_format: Some("Protobuf".into()), ..Default::default() };
    assert!(subject_plan(None, Some(seen.clone())).is_blocked());
    // Nothing is compared there.
    assert!(!subject_plan(Some(Level::None), Some(seen)).is_blocked());

    let wanted = DesiredSubject::new(Format::Avro, "\"long\"");
    let subjects = BTreeMap::from([(subject("orders-value"), wanted)]);
    assert!(plan(&Desired { topics: BTreeMap::new(), subjects }, &observed(&[])).is_blocked());
}

#[test]
fn a_mode_that_lets_no_schema_in_is_known_before_anything_is_written() {
    for mode in ["READONLY", "IMPORT"] {
        let seen = ObservedSubject { effective_mode: Some(mode.into()), ..Default::default() };
        assert!(subject_plan(None, Some(seen.clone())).is_blocked(), "{mode}");
        let registered = ObservedSubject { declared_version: Some(1), ..seen };
        assert!(subject_plan(None, Some(registered)).is_empty(), "{mode}");
    }
    let open = ObservedSubject { effective_mode: Some("READWRITE".into()), ..Default::default() };
    assert!(!subject_plan(None, Some(open)).is_blocked());
}

#[test]
fn a_plan_survives_being_saved() {
    let declared = desired(&[("orders", topic(6, 3, &[("retention.ms", "1000")])), ("new", topic(1, 1, &[]))]);
    let plan = plan(&declared, &observed(&[("orders", existing(4, 3, &[]))]));
    assert_eq!(Plan::from_json(&plan.to_json()).unwrap(), plan);
}

#[test]
fn refuses_a_saved_plan_of_another_format_or_with_a_name_that_cannot_be() {
    let newer = Plan::from_json(r#"{"format_version": 2, "anything": true}"#).unwrap_err();
    assert_eq!(newer.to_string(), "the saved plan cannot be read: it has format 2 and this version reads format 1");
    let plan = plan(&desired(&[("orders", topic(1, 1, &[]))]), &observed(&[]));
    assert!(Plan::from_json(&plan.to_json().replace("\"orders\"", "\"or ders\"")).is_err());
    assert!(Plan::from_json("no plan").is_err());
}

#[test]
fn the_json_form_is_stable() {
    let declared = desired(&[("orders", topic(6, 3, &[("retention.ms", "1000")])), ("new", topic(1, 1, &[]))]);
    let mut plan = plan(&declared, &observed(&[("orders", existing(4, 3, &[])), ("old", existing(1, 1, &[]))]));
    plan.desired_sha256 = "(a digest)".into();
    insta::assert_snapshot!(plan.to_json());
}

#[test]
fn levels_are_ordered_by_what_they_let_in() {
    assert!(allows_all_of(Level::None, Level::Full));
    assert!(allows_all_of(Level::Backward, Level::BackwardTransitive));
    assert!(allows_all_of(Level::Backward, Level::Full));
    assert!(!allows_all_of(Level::Backward, Level::Forward));
    assert!(!allows_all_of(Level::FullTransitive, Level::Full));
}

const ORDER: &str = r#"{"type":"record","name":"Order","fields":[{"name":"id","type":"string"}]}"#;
const ORDER_WITHOUT_DEFAULT: &str =
    r#"{"type":"record","name":"Order","fields":[{"name":"id","type":"string"},{"name":"note","type":"string"}]}"#;

/// A plan for a subject whose schema gains a field without a default.
fn breaking_plan(level: Level, verdict: Option<Verdict>) -> Plan {
    let name = subject("orders-value");
    let wanted =
        DesiredSubject { compatibility: Some(level), ..DesiredSubject::new(Format::Avro, ORDER_WITHOUT_DEFAULT) };
    let earlier = Earlier {
        version: 4,
        format: Format::Avro,
        schema: ORDER.to_owned(),
        references: Vec::new(),
        properties: BTreeMap::new(),
    };
    let seen = ObservedSubject {
        latest: Some(registered(4, ORDER)),
        compatibility: Some(level),
        earlier: vec![earlier],
        verdict,
        ..ObservedSubject::default()
    };
    let registry = ObservedRegistry {
        url: "http://127.0.0.1:8081".into(),
        compatibility: Level::Backward,
        policy: Policy::Strict,
        subjects: BTreeMap::from([(name.clone(), seen)]),
    };
    let desired = Desired { topics: BTreeMap::new(), subjects: BTreeMap::from([(name, wanted)]) };
    plan(&desired, &Observed { registry: Some(registry), ..observed(&[]) })
}

#[test]
fn a_schema_that_breaks_its_contract_blocks_the_plan() {
    let plan = breaking_plan(Level::Backward, None);
    assert!(plan.is_blocked());
    assert!(plan.problems[0].what.contains("version 4"), "{:?}", plan.problems);
    assert!(plan.problems[0].details[0].contains("READER_FIELD_MISSING_DEFAULT_VALUE"), "{:?}", plan.problems);
    assert!(!breaking_plan(Level::Forward, None).is_blocked());
}

#[test]
fn a_registry_that_refuses_blocks_the_plan_in_its_own_words() {
    let verdict = Verdict { is_compatible: false, messages: vec!["{errorType:'HOUSE_RULE'}".to_owned()] };
    let plan = breaking_plan(Level::Forward, Some(verdict));
    assert_eq!(plan.problems[0].details, ["the registry: {errorType:'HOUSE_RULE'}"]);
}

#[test]
fn other_settings_change_before_the_schema_and_a_subject_closes_last() {
    let name = subject("orders-value");
    let wanted = DesiredSubject {
        normalize: Some(true),
        mode: Some(Mode::ReadOnly),
        ..DesiredSubject::new(Format::Avro, ORDER)
    };
    let registry = ObservedRegistry {
        url: "http://127.0.0.1:8081".into(),
        compatibility: Level::Backward,
        policy: Policy::Strict,
        subjects: BTreeMap::new(),
    };
    let desired = Desired { topics: BTreeMap::new(), subjects: BTreeMap::from([(name, wanted)]) };
    let plan = plan(&desired, &Observed { registry: Some(registry), ..observed(&[]) });
    assert_eq!(ids(&plan), ["subject/orders-value/config", "subject/orders-value/schema", "subject/orders-value/mode"]);
}
