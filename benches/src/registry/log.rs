//! A log as a registry that has run for years has it: schemas of 1.3 kB, each another one.

use rdkafka::admin::{AdminClient, AdminOptions, NewTopic, TopicReplication};
use rdkafka::client::DefaultClientContext;
use rdkafka::producer::{BaseProducer, BaseRecord, Producer};
use serde_json::json;

use crate::process::{Cluster, PATIENCE};

/// What schemas speak of. Texts made of them repeat themselves about as much as those that people write.
const WORDS: &str = "account address amount article basket billing booking campaign cancelled carrier category change \
    channel charge checked city claim code comment confirmed contact contract country courier created credit currency \
    customer date day delivered delivery deposit device discount district document due email employee event expected \
    failed fee first gross group identifier index inventory invoice issued item kind label language last legal level \
    limit line local location locked manual market member message method minimum mobile moment month name net note \
    notice number offer opened order origin owner package paid parcel partner payment period person phone picked place \
    planned points policy postal previous price priority product profile promised purchase quantity quote reason \
    received record reference refund region rejected released reserved result retail return risk route sale scheduled \
    season seller sent shift shipped signature source stage state status stock store street supplier tariff tax team \
    ticket time total tracking transfer type unit updated user value vehicle version visit voucher warehouse week weight";

/// Numbers that look random and are the same in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).expect("31 bits fit") % end
    }
}

/// The text of a schema of 1.3 kB.
fn schema(number: usize) -> String {
    let words: Vec<_> = WORDS.split_whitespace().collect();
    let mut dice = Dice(u64::try_from(number).expect("a count fits"));
    let mut phrase = |count: usize, glue: &str| {
        let chosen: Vec<_> = (0..count).map(|_| words[dice.below(words.len())]).collect();
        chosen.join(glue)
    };
    let types = ["string", "long", "double", "boolean", "int"];
    let fields: Vec<_> = (0..12)
        .map(|field| {
            let (name, doc) = (phrase(2, "_"), phrase(7, " "));
            json!({"name": format!("{name}_{field}"), "type": types[(number + field) % types.len()], "doc": doc})
        })
        .collect();
    let namespace = format!("com.example.{}", phrase(1, ""));
    json!({"type": "record", "name": format!("Event{number}"), "namespace": namespace, "fields": fields}).to_string()
}

/// How long the texts are on average, by a sample.
pub(crate) fn mean_bytes(count: usize) -> usize {
    let sample = 100;
    (0..sample).map(|number| schema(number * count / sample).len()).sum::<usize>() / sample
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
        let subject = format!("subject-{number}-value");
        let key = format!(r#"{{"keytype":"SCHEMA","subject":"{subject}","version":1,"magic":1}}"#);
        let value =
            json!({"subject": subject, "version": 1, "id": number + 1, "schema": schema(number), "deleted": false});
        let value = value.to_string();
        let mut record = BaseRecord::to("_schemas").partition(0).key(&key).payload(&value);
        while let Err((_, again)) = producer.send(record) {
            producer.poll(std::time::Duration::from_millis(1));
            record = again;
        }
    }
    producer.flush(PATIENCE).expect("everything is acknowledged");
}
