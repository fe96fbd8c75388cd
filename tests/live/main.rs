//! The whole chain, as a user drives it: on the embedded cluster, and at the end on Apache Kafka.
//!
//! The claims run one after the other on one cluster, in the order of this file: each finds the system running and
//! leaves it running, until the last ones stop it. A claim that fails does not keep the next ones from being tried.

mod audit;
mod changes;
mod ends;
mod faults;
mod flow;
mod formats;
mod kafka;
mod starts;
mod story;

use libtest_mimic::{Arguments, Conclusion, Failed, Trial};

use story::Story;

type Claim = (&'static str, fn(&mut Story));

const CLAIMS: &[Claim] = &[
    ("up_says_who_has_a_port_that_is_taken", starts::up_says_who_has_a_port_that_is_taken),
    ("up_on_kafka_without_java_says_what_was_looked_for", starts::up_on_kafka_without_java_says_what_was_looked_for),
    ("up_on_an_unwritable_folder_says_so", starts::up_on_an_unwritable_folder_says_so),
    ("up_brings_orders_from_the_producer_to_the_handler", flow::up_brings_orders_from_the_producer_to_the_handler),
    ("status_shows_every_process_ready_and_the_lag", flow::status_shows_every_process_ready_and_the_lag),
    ("logs_follow_one_service", flow::logs_follow_one_service),
    ("kafkas_own_tool_sees_the_topics_as_declared", flow::kafkas_own_tool_sees_the_topics_as_declared),
    ("a_plan_after_up_is_empty", flow::a_plan_after_up_is_empty),
    ("a_second_client_library_exchanges_records", flow::a_second_client_library_exchanges_records),
    ("a_change_is_planned_applied_and_gone", changes::a_change_is_planned_applied_and_gone),
    ("an_expression_that_rustc_rejects_is_shown_in_the_manifest", changes::an_expression_that_rustc_rejects_is_shown),
    ("up_again_restarts_only_what_changed", changes::up_again_restarts_only_what_changed),
    ("a_service_comes_and_goes_while_the_system_runs", changes::a_service_comes_and_goes_while_the_system_runs),
    ("another_environment_is_refused_while_one_runs", changes::another_environment_is_refused_while_one_runs),
    ("poison_records_are_skipped_and_counted", faults::poison_records_are_skipped_and_counted),
    ("an_expression_that_panics_costs_one_record", faults::an_expression_that_panics_costs_one_record),
    ("a_broker_stopped_while_orders_flow_loses_nothing", faults::a_broker_stopped_while_orders_flow_loses_nothing),
    ("a_cluster_killed_while_orders_flow_loses_nothing", faults::a_cluster_killed_while_orders_flow_loses_nothing),
    ("a_registry_that_is_killed_comes_back_with_its_ids", faults::a_registry_that_is_killed_comes_back_with_its_ids),
    ("a_service_that_is_killed_loses_nothing", faults::a_service_that_is_killed_loses_nothing),
    ("ctrl_c_leaves_no_process_and_keeps_the_data", ends::ctrl_c_leaves_no_process_and_keeps_the_data),
    ("up_continues_where_it_was", ends::up_continues_where_it_was),
    ("orphans_of_a_killed_supervisor_are_ended", ends::orphans_of_a_killed_supervisor_are_ended),
    ("purge_removes_the_data", ends::purge_removes_the_data),
    ("ctrl_c_in_every_phase_leaves_nothing", ends::ctrl_c_in_every_phase_leaves_nothing),
    ("the_shop_runs_on_apache_kafka", kafka::the_shop_runs_on_apache_kafka),
    ("the_shop_runs_on_zookeeper", kafka::the_shop_runs_on_zookeeper),
    ("parcels_of_every_format_come_from_and_go_to_a_foreign_client", formats::records_of_every_format_come_and_go),
    ("parcels_whose_bytes_do_not_fit_are_skipped_and_counted", formats::bytes_that_do_not_fit_are_skipped),
    ("parcels_of_a_wrong_schema_are_refused_by_the_broker", formats::a_record_of_a_wrong_schema_is_refused),
    ("parcels_newer_than_the_services_are_read", formats::services_read_newer_records),
    ("parcels_older_than_the_services_are_read", formats::services_read_older_records),
    ("a_new_project_runs_without_java", ends::a_new_project_runs_without_java),
];

fn main() {
    let mut arguments = Arguments::from_args();
    arguments.test_threads = Some(1);
    let story: &'static std::sync::Mutex<Story> = Box::leak(Box::default());
    let trials = CLAIMS.iter().map(|(name, claim)| {
        Trial::test(*name, move || {
            let mut story = story.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| claim(&mut story)))
                .map_err(|panic| reason(panic.as_ref()))
        })
    });
    let conclusion: Conclusion = libtest_mimic::run(&arguments, trials.collect());
    story.lock().unwrap_or_else(std::sync::PoisonError::into_inner).end();
    conclusion.exit();
}

fn reason(panic: &(dyn std::any::Any + Send)) -> Failed {
    let text = panic.downcast_ref::<String>().cloned();
    text.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned())).unwrap_or_default().into()
}
