"""confluent-kafka as the other side of the parcel service: it writes what the services read, and reads what they write.

    parcels.py send NUMBER [VERSION]   a dispatch and a complaint, of the latest or of that version of their schemas
    parcels.py evolve                  registers a second version of what the services read
    parcels.py read NUMBER             what the topics hold of a parcel, by the deserializer of each format
    parcels.py poison                  records of the right schema that are cut off, one for each topic
    parcels.py refused                 records of a wrong schema, one for each validated topic
"""

import json
import os
import struct
import sys

from confluent_kafka import Consumer, Producer, TopicPartition
from confluent_kafka.schema_registry import (
    Schema,
    SchemaRegistryClient,
    prefix_schema_id_serializer,
    record_subject_name_strategy,
)
from confluent_kafka.schema_registry.avro import AvroDeserializer, AvroSerializer
from confluent_kafka.schema_registry.json_schema import JSONDeserializer, JSONSerializer
from confluent_kafka.schema_registry.protobuf import ProtobufDeserializer, ProtobufSerializer
from confluent_kafka.serialization import MessageField, SerializationContext
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory, timestamp_pb2

SERVERS = os.environ["BOOTSTRAP_SERVERS"]
URL = os.environ["REGISTRY_URL"]
STRING, INT64, INT32, BOOL, MESSAGE = 9, 3, 5, 8, 11


def registry():
    """A client of its own: the cache of one does not tell the formats of a schema apart."""
    return SchemaRegistryClient({"url": URL})


def of(topic, field=MessageField.VALUE):
    return SerializationContext(topic, field)


def file(name, message, fields, imports=(), one_of=None):
    """A file with one message; a field is a name, a number, a kind, a type and whether it is in the `oneof`."""
    proto = descriptor_pb2.FileDescriptorProto(
        name=name, package="parcels.v1", syntax="proto3", dependency=list(imports)
    )
    declared = proto.message_type.add(name=message)
    if one_of:
        declared.oneof_decl.add(name=one_of)
    for name, number, kind, type_name, is_in_one_of in fields:
        field = declared.field.add(name=name, number=number, type=kind, type_name=type_name, label=1)
        if is_in_one_of:
            field.oneof_index = 0
    return proto


def classes(version):
    pool = descriptor_pool.DescriptorPool()
    pool.Add(descriptor_pb2.FileDescriptorProto.FromString(timestamp_pb2.DESCRIPTOR.serialized_pb))
    pool.Add(file("parcel.proto", "Parcel", [("number", 1, STRING, None, False)]))
    pool.Add(file("place.proto", "Place", [("street", 1, STRING, None, False), ("city", 2, STRING, None, False)]))
    pool.Add(file("money.proto", "Money", [("cents", 1, INT64, None, False), ("currency", 2, STRING, None, False)]))
    newer = [("insured", 8, BOOL, None, False)] if version > 1 else []
    dispatch = [
        ("customer", 1, STRING, None, False),
        ("from", 2, MESSAGE, ".parcels.v1.Place", False),
        ("to", 3, MESSAGE, ".parcels.v1.Place", False),
        # The number of the enum: what is written is the same.
        ("speed", 4, INT32, None, False),
        ("at", 5, MESSAGE, ".google.protobuf.Timestamp", False),
        ("mail", 6, STRING, None, True),
        ("phone", 7, STRING, None, True),
        *newer,
    ]
    pool.Add(file("dispatch.proto", "Dispatch", dispatch, ["google/protobuf/timestamp.proto", "place.proto"], "contact"))
    claim = [
        ("customer", 1, STRING, None, False),
        ("amount", 2, MESSAGE, ".parcels.v1.Money", False),
        ("state", 3, INT32, None, False),
        ("account", 4, STRING, None, True),
        ("voucher", 5, BOOL, None, True),
    ]
    pool.Add(file("claim.proto", "Claim", claim, ["money.proto"], "payout"))
    names = ["Parcel", "Place", "Dispatch", "Claim"]
    return {
        name: message_factory.GetMessageClass(pool.FindMessageTypeByName(f"parcels.v1.{name}")) for name in names
    }


def pinned(subject, version):
    """The settings of a serializer that writes one version of a subject."""
    known = registry().get_version(subject, version) if version else registry().get_latest_version(subject)

    def header(payload, context, schema_id):
        # The client finds the schema by its id and forgets the id on the way.
        schema_id.id = known.schema_id
        return prefix_schema_id_serializer(payload, context, schema_id)

    return {
        "auto.register.schemas": False,
        "use.schema.id": known.schema_id,
        "schema.id.serializer": header,
    }


def protobuf(kind, subject, version=None):
    return ProtobufSerializer(kind, registry(), {"use.deprecated.format": False, **pinned(subject, version)})


def write(records):
    """Writes topics, keys and values; gives the errors of the brokers in this order."""
    errors = [None] * len(records)
    producer = Producer({"bootstrap.servers": SERVERS, "partitioner": "murmur2_random"})
    for number, (topic, key, value) in enumerate(records):

        def delivered(error, _, number=number):
            errors[number] = error and error.name()

        producer.produce(topic, key=key, value=value, on_delivery=delivered)
    return errors if producer.flush(30) == 0 else ["not delivered"]


def key(topic, number):
    kind = classes(1)["Parcel"]
    return protobuf(kind, f"{topic}-key")(kind(number=number), of(topic, MessageField.KEY))


def send(number, version=None):
    version = version and int(version)
    known = classes(version or 1)
    dispatch = known["Dispatch"](customer="python", speed=2, phone="1")
    dispatch.to.city = "Graz"
    dispatch.at.seconds = 1_700_000_000
    if version == 2:
        dispatch.insured = True
    complaint = {"customer": "python", "kind": "lost", "message": f"where is {number}", "value": 700}
    if version == 2:
        complaint["photo"] = "https://example.com/1.png"
    encode = JSONSerializer(None, registry(), conf=pinned("complaints-value", version))
    errors = write(
        [
            (
                "dispatches",
                key("dispatches", number),
                protobuf(known["Dispatch"], "dispatches-value", version)(dispatch, of("dispatches")),
            ),
            ("complaints", key("complaints", number), encode(complaint, of("complaints"))),
        ]
    )
    # Of the topic with several types, what nobody else writes so.
    sent = {"parcel": number, "city": "Linz", "express": True, "at": 1_700_000_000_000}
    if version == 2:
        sent["weight"] = 1.5
    by_record = {"subject.name.strategy": record_subject_name_strategy, "auto.register.schemas": False}
    client = registry()
    known = client.get_version("parcels.Sent", version) if version else client.get_latest_version("parcels.Sent")
    encode = AvroSerializer(client, known.schema.schema_str, conf=by_record)
    errors += write([("tracking", key("tracking", number), encode(sent, of("tracking")))])
    return {"errors": [error for error in errors if error]}


def evolve():
    client = registry()
    dispatch = client.get_latest_version("dispatches-value").schema
    grown = dispatch.schema_str.replace("  oneof contact {", "  bool insured = 8;\n  oneof contact {")
    ids = [client.register_schema("dispatches-value", Schema(grown, "PROTOBUF", dispatch.references))]
    complaint = json.loads(client.get_latest_version("complaints-value").schema.schema_str)
    complaint["properties"]["photo"] = {"type": "string"}
    ids.append(client.register_schema("complaints-value", Schema(json.dumps(complaint), "JSON")))
    sent = json.loads(client.get_latest_version("parcels.Sent").schema.schema_str)
    sent["fields"].append({"name": "weight", "type": "double", "default": 0.0})
    ids.append(client.register_schema("parcels.Sent", Schema(json.dumps(sent), "AVRO")))
    subjects = ("dispatches-value", "complaints-value", "parcels.Sent")
    # Another client: one remembers what was the latest.
    versions = [registry().get_latest_version(name).version for name in subjects]
    return {"ids": ids, "versions": versions}


def records(topic):
    consumer = Consumer({"bootstrap.servers": SERVERS, "group.id": "parcels.py", "enable.auto.commit": False})
    partitions = consumer.list_topics(topic, timeout=20).topics[topic].partitions
    ends = {p: consumer.get_watermark_offsets(TopicPartition(topic, p), timeout=20) for p in partitions}
    open_partitions = {p: high for p, (low, high) in ends.items() if high > low}
    consumer.assign([TopicPartition(topic, p, ends[p][0]) for p in open_partitions])
    while open_partitions:
        message = consumer.poll(20)
        if message is None or message.error():
            raise SystemExit(f"{topic}: {message and message.error()}")
        if message.offset() + 1 >= open_partitions.get(message.partition(), 0):
            open_partitions.pop(message.partition(), None)
        yield message
    consumer.close()


def read(number):
    known = classes(1)
    number_of = ProtobufDeserializer(known["Parcel"], {"use.deprecated.format": False}, registry())
    claim = ProtobufDeserializer(known["Claim"], {"use.deprecated.format": False}, registry())
    dispatch = ProtobufDeserializer(known["Dispatch"], {"use.deprecated.format": False}, registry())
    plain = {
        "dispatches": lambda value: {"customer": value.customer, "city": value.to.city, "speed": value.speed},
        "claims": lambda value: {
            "customer": value.customer,
            "cents": value.amount.cents,
            "currency": value.amount.currency,
            "state": value.state,
            "payout": value.WhichOneof("payout"),
            "voucher": value.voucher,
        },
    }
    decoders = {
        "dispatches": dispatch,
        "claims": claim,
        "complaints": JSONDeserializer(None, schema_registry_client=registry()),
        "notifications": JSONDeserializer(None, schema_registry_client=registry()),
        "tracking": AvroDeserializer(registry(), return_record_name=False),
    }
    found = {}
    for topic, decode in decoders.items():
        found[topic] = []
        for message in records(topic):
            try:
                if number_of(message.key(), of(topic, MessageField.KEY)).number != number:
                    continue
                value = decode(message.value(), of(topic))
            except Exception as error:
                found.setdefault("undecodable", []).append(f"{topic}: {error}"[:200])
                continue
            found[topic].append(plain.get(topic, lambda value: value)(value))
    return json.loads(json.dumps(found, default=str))


def header(subject):
    return b"\x00" + struct.pack(">I", registry().get_latest_version(subject).schema_id)


def poison():
    bad = [
        ("claims", header("claims-value") + b"\x00\x0a\x09x"),
        ("notifications", header("notifications-value") + b'{"parcel": "cut o'),
        ("tracking", header("parcels.Lost") + b"\x08ab"),
        ("dispatches", header("dispatches-value") + b"\x00\x0a\x09x"),
        ("complaints", header("complaints-value") + b'{"customer": 1, "kind": "lost", "message": "m"}'),
    ]
    return {"errors": write([(topic, key(topic, "poison"), value) for topic, value in bad])}


def refused():
    """Good records of another topic's schema; of an id that nobody has, where subjects go by the names of records."""
    unknown = b"\x00" + struct.pack(">I", 999_999)
    return {
        "errors": write(
            [
                ("dispatches", key("dispatches", "refused"), header("claims-value") + b"\x00\x0a\x01x"),
                ("complaints", key("complaints", "refused"), header("notifications-value") + b"{}"),
                ("tracking", key("tracking", "refused"), unknown + b"\x02a\x02b\x02c"),
                ("tracking", b"plain text", header("parcels.Lost") + b"\x02a\x02b\x02c"),
                ("dispatches", key("dispatches", "refused"), b"not framed"),
            ]
        )
    }


commands = {"send": send, "evolve": evolve, "read": read, "poison": poison, "refused": refused}
print(json.dumps(commands[sys.argv[1]](*sys.argv[2:])))
