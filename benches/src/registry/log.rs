//! A log as a registry that has run for years has it: schemas of 1.3 kB, a quarter of which are the same as others.

use rdkafka::admin::{AdminClient, AdminOptions, NewTopic, TopicReplication};
use rdkafka::client::DefaultClientContext;
use rdkafka::producer::{BaseProducer, BaseRecord, Producer};
use serde_json::json;

use crate::process::{Cluster, PATIENCE};

/// The text of a schema of 1.3 kB.
pub(crate) fn schema(number: usize) -> String {
    let fields: Vec<_> = (0..12)
        .map(|field| {
            let doc = format!("What is known about number {field} of the event {number}, in the words of its owner.");
            json!({"name": format!("field_{field}"), "type": "string", "doc": doc})
        })
        .collect();
    json!({"type": "record", "name": format!("Event{number}"), "fields": fields}).to_string()
}

/// Writes so many versions, one to a subject, as Confluent's registry writes them.
pub(crate) fn fill(cluster: &Cluster, count: usize) {
    let mut config = rdkafka::ClientConfig::new();
    config.set("bootstrap.servers", &cluster.servers).set("linger.ms", "20").set("enable.idempotence", "true");
    config.set("queue.buffering.max.messages", "200000").set("queue.buffering.max.kbytes", "1000000");
    let admin: AdminClient<DefaultClientContext> = config.create().expect("a client can be made");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime can be made");
    let topic = NewTopic::new("_schemas", 1, TopicReplication::Fixed(1)).set("cleanup.policy", "compact");
    let options = AdminOptions::new().operation_timeout(Some(PATIENCE));
    let created = runtime.block_on(admin.create_topics([&topic], &options)).expect("the cluster answers");
    assert!(created.iter().all(Result::is_ok), "{created:?}");
    let producer: BaseProducer = config.create().expect("a client can be made");
    for number in 0..count {
        let id = number - number / 4;
        let subject = format!("subject-{number}-value");
        let key = format!(r#"{{"keytype":"SCHEMA","subject":"{subject}","version":1,"magic":1}}"#);
        let value = json!({"subject": subject, "version": 1, "id": id + 1, "schema": schema(id), "deleted": false});
        let value = value.to_string();
        let mut record = BaseRecord::to("_schemas").partition(0).key(&key).payload(&value);
        while let Err((_, again)) = producer.send(record) {
            producer.poll(std::time::Duration::from_millis(1));
            record = again;
        }
    }
    producer.flush(PATIENCE).expect("everything is acknowledged");
}
