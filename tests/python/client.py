"""Uses an unmodified confluent-kafka against a cluster: admin, producer, consumer, transactions."""

import os
import time

from confluent_kafka import Consumer, KafkaException, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, ConfigResource, NewPartitions, NewTopic, OffsetSpec

servers = os.environ["BOOTSTRAP_SERVERS"]
admin = AdminClient({"bootstrap.servers": servers})


def result(futures):
    for name, future in sorted(futures.items(), key=lambda item: str(item[0])):
        try:
            future.result(20)
            print(f"{name}: done")
        except KafkaException as failure:
            print(f"{name}: {failure.args[0].name()}")


result(admin.create_topics([NewTopic("orders", 2, 3, config={"retention.ms": "60000"}), NewTopic("bad", 1, 9)]))
result(admin.create_partitions([NewPartitions("orders", 4)]))
cluster = admin.list_topics(timeout=20)
print("brokers", sorted(cluster.brokers), "partitions", len(cluster.topics["orders"].partitions))
resource = ConfigResource(ConfigResource.Type.TOPIC, "orders")
print("retention.ms", admin.describe_configs([resource])[resource].result(20)["retention.ms"].value)

delivered = []
producer = Producer({"bootstrap.servers": servers, "enable.idempotence": True, "compression.type": "zstd"})
for number in range(1000):
    producer.produce("orders", key=f"k{number % 10}", value=f"v{number}", on_delivery=lambda error, _: delivered.append(error))
print("unsent", producer.flush(30), "failed", sum(error is not None for error in delivered))


def consume(group, expected, **settings):
    consumer = Consumer({"bootstrap.servers": servers, "group.id": group, "auto.offset.reset": "earliest", **settings})
    consumer.subscribe(["orders"])
    seen, deadline = [], time.time() + 60
    while len(seen) < expected and time.time() < deadline:
        message = consumer.poll(1)
        if message is not None and message.error() is None:
            seen.append(message.value().decode())
    consumer.commit(asynchronous=False)
    consumer.close()
    return seen


print("consumed", len(set(consume("classic", 1000))))
print("consumed cooperatively", len(set(consume("sticky", 1000, **{"partition.assignment.strategy": "cooperative-sticky"}))))
print("consumed by the new protocol", len(set(consume("new", 1000, **{"group.protocol": "consumer"}))))

transactional = Producer({"bootstrap.servers": servers, "transactional.id": "python", "linger.ms": 0})
transactional.init_transactions(20)
for name in ["aborted", "committed"]:
    transactional.begin_transaction()
    for number in range(10):
        transactional.produce("orders", key="k", value=f"{name}{number}")
    if name == "aborted":
        transactional.flush(20)
        transactional.abort_transaction(20)
    else:
        transactional.commit_transaction(20)
seen = consume("committed", 1010, **{"isolation.level": "read_committed"})
print("committed", sum(value.startswith("committed") for value in seen), "aborted", sum(value.startswith("aborted") for value in seen))

partition = TopicPartition("orders", 0)
print("earliest", admin.list_offsets({partition: OffsetSpec.earliest()})[partition].result(20).offset)
groups = admin.list_consumer_groups().result(20).valid
print("groups", sorted(group.group_id for group in groups))
result(admin.delete_consumer_groups(["classic", "sticky", "new", "committed"]))
result(admin.delete_topics(["orders"]))
