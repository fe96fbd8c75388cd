"""Writes records that no reader can decode to a topic: not framed, of an unknown schema id, and cut off."""

import json
import os
import struct
import sys

from confluent_kafka import Producer
from confluent_kafka.schema_registry import SchemaRegistryClient

topic = sys.argv[1]
known = SchemaRegistryClient({"url": os.environ["REGISTRY_URL"]}).get_latest_version(f"{topic}-value").schema_id
poison = {
    "not framed": b"hello",
    "unknown id": b"\x00" + struct.pack(">I", 999_999) + b"\x00",
    "cut off": b"\x00" + struct.pack(">I", known) + b"\x08ab",
}
producer = Producer({"bootstrap.servers": os.environ["BOOTSTRAP_SERVERS"]})
for name, value in poison.items():
    producer.produce(topic, key=name, value=value)
print(json.dumps({"written": len(poison), "unsent": producer.flush(30)}))
