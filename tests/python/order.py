"""Writes one paid order with the unmodified Avro serializer, under the schema that the registry has."""

import json
import os
import sys
import time

from confluent_kafka import Producer
from confluent_kafka.schema_registry import SchemaRegistryClient
from confluent_kafka.schema_registry.avro import AvroSerializer
from confluent_kafka.serialization import MessageField, SerializationContext

order_id = sys.argv[1]
registry = SchemaRegistryClient({"url": os.environ["REGISTRY_URL"]})
latest = registry.get_latest_version("orders-value")
encode = AvroSerializer(registry, latest.schema.schema_str, conf={"auto.register.schemas": False})
order = {
    "id": order_id,
    "customer": "python",
    "region": "EU",
    "status": "PAID",
    "amount": 12.5,
    "lines": [{"sku": "s-1", "quantity": 2, "price": 6.25}],
    "note": "from another client",
    "created_at": int(time.time() * 1000),
}
producer = Producer({"bootstrap.servers": os.environ["BOOTSTRAP_SERVERS"], "partitioner": "murmur2_random"})
producer.produce("orders", key=order_id, value=encode(order, SerializationContext("orders", MessageField.VALUE)))
left = producer.flush(30)
print(json.dumps({"id": latest.schema_id, "version": latest.version, "unsent": left}))
