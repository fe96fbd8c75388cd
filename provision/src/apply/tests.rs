//! Batching, reports and refusals that need no cluster.

use super::batch::{RECORDS_PER_REQUEST, batches};
use super::*;
use crate::error::Error;
use crate::plan::{Problem, plan};
use crate::{Desired, Observed};

#[test]
fn batches_stay_below_the_limit_and_keep_every_item_in_order() {
    let costs: Vec<usize> = (0..5_000).map(|index| index % 97).collect();
    let cut = batches(costs.clone(), |cost| *cost);
    assert!(cut.iter().all(|batch| batch.iter().sum::<usize>() <= RECORDS_PER_REQUEST));
    assert!(cut.len() > 1);
    assert_eq!(cut.concat(), costs);
}

#[test]
fn an_item_above_the_limit_goes_alone() {
    assert_eq!(batches(vec![1, 20_000, 2, 3], |cost| *cost), [vec![1], vec![20_000], vec![2, 3]]);
    assert!(batches(Vec::<usize>::new(), |cost| *cost).is_empty());
}

fn empty_plan() -> Plan {
    let observed = Observed { cluster_id: "c1".into(), brokers: 1, topics: [].into(), registry: None };
    plan(&Desired::default(), &observed)
}

fn apply_offline(connection: &Connection, plan: &Plan) -> Error {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(apply(connection, plan, Parallelism::default(), |_| {})).unwrap_err()
}

#[test]
fn refuses_a_plan_with_problems_before_it_connects() {
    let [about, what, why, help] = ["topic/a", "b", "c", "d"].map(str::to_owned);
    let plan = Plan { problems: vec![Problem { about, what, why, help, details: Vec::new() }], ..empty_plan() };
    let error = apply_offline(&Connection::local(vec!["127.0.0.1:1".into()], None), &plan);
    assert!(matches!(error, Error::Blocked { count: 1 }));
}

#[test]
fn refuses_a_plan_for_another_registry_before_it_connects() {
    let plan = Plan { registry: Some("http://a".into()), ..empty_plan() };
    let connection = Connection::local(vec!["127.0.0.1:1".into()], Some("http://b/".into()));
    let error = apply_offline(&connection, &plan);
    assert_eq!(
        error.to_string(),
        "the plan was made for the schema registry at http://a, but the one configured is http://b"
    );
}

#[test]
fn a_report_says_what_failed_and_what_to_do() {
    let [done, noted, failed, skipped] =
        ["topic/a/create", "subject/a/schema", "topic/b/create", "subject/b/schema"].map(str::to_owned);
    let report = Report {
        steps: vec![
            StepReport { step: done, outcome: Outcome::Done { note: None } },
            StepReport { step: noted, outcome: Outcome::Done { note: Some("schema id 7".into()) } },
            StepReport { step: failed, outcome: Outcome::Failed { why: "no".into(), help: "ask for it".into() } },
            StepReport { step: skipped, outcome: Outcome::NotAttempted { why: "too late".into() } },
        ],
    };
    assert!(!report.is_complete());
    insta::assert_snapshot!(report.to_text(false), @"
    done subject/a/schema: schema id 7
    failed topic/b/create: no
      help: ask for it
    not attempted subject/b/schema: too late
    Applied: 2 done, 1 failed, 1 not attempted. Apply again to finish: what is done is not repeated.
    ");
    let json = serde_json::to_string(&report).unwrap();
    assert_eq!(serde_json::from_str::<Report>(&json).unwrap(), report);
}
