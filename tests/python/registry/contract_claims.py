"""A topic that holds its records to their schema: only the embedded cluster has such."""

from confluent_kafka import KafkaError
from confluent_kafka.schema_registry.avro import AvroSerializer

from avro_claims import ID, NOTE, record
from world import client, send, topic, value_of


def run():
    name = topic("held", **{"confluent.value.schema.validation": "true"})
    framed = AvroSerializer(client, record("Held", ID))({"id": "a"}, value_of(name))
    print("held: the right schema:", send(name, framed))
    other = AvroSerializer(client, record("Held", ID, NOTE))({"id": "a", "note": None}, value_of("elsewhere"))
    for value in (b"text", other):
        error = send(name, value)
        print("held:", error.code() == KafkaError.INVALID_RECORD, error.name())
