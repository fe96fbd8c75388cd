//! The parcel service: every format between our services and another client library.

use serde_json::{Value, json};
use topology_tests::poll;
use topology_tests::project::edit;

use crate::audit::python;
use crate::faults::failed;
use crate::story::Story;

pub(crate) fn records_of_every_format_come_and_go(story: &mut Story) {
    goes_through(story.parcels(), &["first"]);
}

pub(crate) fn bytes_that_do_not_fit_are_skipped(story: &mut Story) {
    let parcels = story.parcels();
    let metrics = ["helpdesk", "desk"].map(|service| parcels.http(service) + "/metrics");
    let before = metrics.each_ref().map(|metrics| failed(metrics));
    let sent = python(parcels, "parcels.py", &["poison"]);
    assert_eq!(sent["errors"], json!([null, null, null, null, null]), "their ids are right");
    poll::until("poison records of each format are counted", 30, || {
        let now = metrics.each_ref().map(|metrics| failed(metrics));
        let counted = [now[0] - before[0], now[1] - before[1]];
        if counted[0] >= 3.0 && counted[1] >= 2.0 { Ok(()) } else { Err(format!("{counted:?}")) }
    });
    goes_through(parcels, &["after-poison"]);
}

pub(crate) fn a_record_of_a_wrong_schema_is_refused(story: &mut Story) {
    let refused = python(story.parcels(), "parcels.py", &["refused"]);
    assert_eq!(refused["errors"], json!(vec!["INVALID_RECORD"; 5]));
}

pub(crate) fn services_read_newer_records(story: &mut Story) {
    let parcels = story.parcels();
    let grown = python(parcels, "parcels.py", &["evolve"]);
    assert_eq!(grown["versions"], json!([2, 2, 2]));
    goes_through(parcels, &["newer", "2"]);
}

pub(crate) fn services_read_older_records(story: &mut Story) {
    let parcels = story.parcels();
    let schemas = parcels.shop().join("schemas");
    edit(&schemas.join("dispatch.proto"), "  oneof contact {", "  bool insured = 8;\n  oneof contact {");
    edit(&schemas.join("complaint.json"), "\"value\":", "\"photo\": { \"type\": \"string\" },\n    \"value\":");
    edit(
        &schemas.join("sent.avsc"),
        "    {\"name\": \"at\",",
        "    {\"name\": \"weight\", \"type\": \"double\", \"default\": 0.0},\n    {\"name\": \"at\",",
    );
    let counter = parcels.shop().join("services/counter/src/main.rs");
    edit(&counter, "        speed: speed.into(),", "        speed: speed.into(),\n        insured: true,");
    edit(&counter, "        message: \"it", "        photo: None,\n        message: \"it");
    let manifest = parcels.shop().join("topology.yaml");
    edit(&manifest, "          city: to.as_ref()", "          weight: \"0.5\"\n          city: to.as_ref()");
    parcels.run(&["up"]).expect_code(0);
    goes_through(parcels, &["older", "1"]);
    goes_through(parcels, &["same", "2"]);
    let mut up = parcels.take_up();
    up.interrupt();
    assert_eq!(up.wait_end(60), 0, "{}", up.text());
}

/// Claims that what the other client writes of a parcel, of one version of the schemas, leads to everything that the
/// services make of it, and that it reads all of that.
fn goes_through(parcels: &mut Story, words: &[&str]) {
    let number = words[0];
    let sent = python(parcels, "parcels.py", &[&["send"], words].concat());
    assert_eq!(sent["errors"], json!([]), "{sent}");
    let found = poll::until("the services have made everything of it", 60, || {
        let found = python(parcels, "parcels.py", &["read", number]);
        let counts = ["tracking", "notifications", "claims"].map(|topic| found[topic].as_array().map(Vec::len));
        if counts == [Some(3), Some(1), Some(1)] { Ok(found) } else { Err(format!("{found:#}")) }
    });
    let note = json!({ "parcel": number, "customer": "python", "channel": "text", "text": format!("your parcel {number} is on its way") });
    assert_eq!(found["notifications"][0], note);
    let claim = json!({
        "customer": "python", "cents": 700, "currency": "EUR", "state": 1, "payout": "voucher", "voucher": false,
    });
    assert_eq!(found["claims"][0], claim);
    let tracking = found["tracking"].as_array().expect("it is a list");
    let has = |name: &str, value: Value| tracking.iter().any(|event| event[name] == value);
    assert!(has("city", "Graz".into()) && has("city", "Linz".into()), "{found:#}");
    assert!(has("reason", format!("where is {number}").into()), "{found:#}");
    assert_eq!(found["dispatches"][0]["city"], "Graz");
    poll::until("the consumer has handled all of it", 30, || {
        let log = parcels.run(&["logs", "helpdesk", "-n", "100000"]).stdout;
        let said = [
            format!("parcel {number} was sent to Linz"),
            format!("parcel {number} was sent to Graz"),
            format!("parcel {number} was lost: where is {number}"),
            format!("parcel {number}: python was told by Text"),
            format!("parcel {number}: python gets 700 cents EUR"),
        ];
        let missing: Vec<&String> = said.iter().filter(|line| !log.contains(*line)).collect();
        if missing.is_empty() { Ok(()) } else { Err(format!("{missing:#?}")) }
    });
}
