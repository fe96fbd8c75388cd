"""Reads `orders` and `payments` from beginning to end and prints what does not match.

Payments are read up to an end taken after that of the orders, so that an order still on its way shows as missing only
until the processor has caught up; the caller asks again.
"""

import json
import os

from confluent_kafka import Consumer, TopicPartition
from confluent_kafka.schema_registry import SchemaRegistryClient
from confluent_kafka.schema_registry.avro import AvroDeserializer
from confluent_kafka.serialization import MessageField, SerializationContext

SERVERS = os.environ["BOOTSTRAP_SERVERS"]
decode = AvroDeserializer(SchemaRegistryClient({"url": os.environ["REGISTRY_URL"]}))


def read(topic):
    """Yields every decodable value of a topic; what is no framed Avro is somebody's poison and left out."""
    consumer = Consumer({"bootstrap.servers": SERVERS, "group.id": "audit", "enable.auto.commit": False})
    partitions = consumer.list_topics(topic, timeout=20).topics[topic].partitions
    ends = {p: consumer.get_watermark_offsets(TopicPartition(topic, p), timeout=20) for p in partitions}
    open_partitions = {p: high for p, (low, high) in ends.items() if high > low}
    consumer.assign([TopicPartition(topic, p, ends[p][0]) for p in open_partitions])
    while open_partitions:
        message = consumer.poll(20)
        if message is None:
            raise SystemExit(f"no record of {topic} for 20 s; open: {open_partitions}")
        if message.error():
            raise SystemExit(str(message.error()))
        if message.offset() + 1 >= open_partitions.get(message.partition(), 0):
            open_partitions.pop(message.partition(), None)
        try:
            yield decode(message.value(), SerializationContext(topic, MessageField.VALUE))
        except Exception:
            continue
    consumer.close()


orders = list(read("orders"))
paid = {order["id"] for order in orders if order["status"] == "PAID" and order["amount"] > 0}
payments = [payment["order_id"] for payment in read("payments")]
duplicates = len(payments) - len(set(payments))
print(
    json.dumps(
        {
            "orders": len(orders),
            "paid": len(paid),
            "payments": len(set(payments)),
            "duplicates": duplicates,
            "missing": sorted(paid - set(payments))[:20],
        }
    )
)
