"""confluent-kafka's serialisers and its registry client against a registry and a cluster.

BOOTSTRAP_SERVERS and SCHEMA_REGISTRY_URL say where; every claim prints a line.
"""

import json
import os
import uuid

from confluent_kafka import Consumer, KafkaError, Producer
from confluent_kafka.admin import AdminClient, NewTopic
from confluent_kafka.schema_registry import Schema, SchemaReference, SchemaRegistryClient, record_subject_name_strategy
from confluent_kafka.schema_registry.avro import AvroDeserializer, AvroSerializer
from confluent_kafka.schema_registry.error import SchemaRegistryError
from confluent_kafka.schema_registry.json_schema import JSONDeserializer, JSONSerializer
from confluent_kafka.schema_registry.protobuf import ProtobufDeserializer, ProtobufSerializer
from confluent_kafka.serialization import MessageField, SerializationContext
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

SERVERS = os.environ["BOOTSTRAP_SERVERS"]
URL = os.environ["SCHEMA_REGISTRY_URL"]
client = SchemaRegistryClient({"url": URL})
# Who reads is another process than who writes: the cache of a client does not tell formats of a schema apart.
reader = SchemaRegistryClient({"url": URL})
admin = AdminClient({"bootstrap.servers": SERVERS})
producer = Producer({"bootstrap.servers": SERVERS})


def topic(name, **config):
    for future in admin.create_topics([NewTopic(name, 1, 1, config=config)]).values():
        future.result(20)
    return name


def send(name, value):
    """The error of the delivery, if there is one."""
    outcome = []
    producer.produce(name, value=value, on_delivery=lambda error, _: outcome.append(error))
    producer.flush(20)
    return outcome[0]


def received(name):
    consumer = Consumer(
        {"bootstrap.servers": SERVERS, "group.id": str(uuid.uuid4()), "auto.offset.reset": "earliest"}
    )
    consumer.subscribe([name])
    message = consumer.poll(30)
    consumer.close()
    assert message is not None and message.error() is None, message
    return message.value()


def value_of(name):
    return SerializationContext(name, MessageField.VALUE)


def code(call):
    try:
        call()
    except SchemaRegistryError as error:
        return f"{error.http_status_code} {error.error_code}"
    return "no error"


def record(*fields):
    return json.dumps({"type": "record", "name": "Order", "namespace": "shop", "fields": list(fields)})


ID = {"name": "id", "type": "string"}
STATUS = {"name": "status", "type": "shop.Status"}
NOTE = {"name": "note", "type": ["null", "string"], "default": None}


def avro():
    name = topic("avro")
    status = json.dumps({"type": "enum", "name": "Status", "namespace": "shop", "symbols": ["NEW", "PAID"]})
    client.register_schema("status", Schema(status, "AVRO"))
    reference = SchemaReference("shop.Status", "status", 1)
    old = Schema(record(ID, STATUS), "AVRO", [reference])
    serialize = AvroSerializer(client, old)
    assert send(name, serialize({"id": "a", "status": "PAID"}, value_of(name))) is None
    new = Schema(record(ID, STATUS, NOTE), "AVRO", [reference])
    client.register_schema("avro-value", new)
    deserialize = AvroDeserializer(reader, new)
    print("avro: a newer reader takes the default:", deserialize(received(name), value_of(name)))
    broken = Schema(record(ID, STATUS, {"name": "n", "type": "int"}), "AVRO", [reference])
    print("avro: a broken contract:", code(lambda: client.register_schema("avro-value", broken)))
    print("avro: a test says so first:", client.test_compatibility("avro-value", broken))
    latest = AvroSerializer(client, conf={"auto.register.schemas": False, "use.latest.version": True})
    framed = latest({"id": "b", "status": "NEW", "note": "x"}, value_of(name))
    print("avro: use.latest.version:", deserialize(framed, value_of(name)))
    spread = json.dumps(json.loads(record(ID, STATUS)), indent=4)
    same = client.lookup_schema("avro-value", Schema(spread, "AVRO", [reference]), normalize_schemas=True)
    print("avro: white space is no version:", same.version)
    conf = {"subject.name.strategy": record_subject_name_strategy}
    plain = json.dumps({"type": "record", "name": "Plain", "namespace": "shop", "fields": [ID]})
    AvroSerializer(client, plain, conf=conf)({"id": "c"}, value_of(name))
    print("avro: by the record's name:", client.get_latest_version("shop.Plain").version)


def message_class(file, full_name, dependencies=()):
    pool = descriptor_pool.DescriptorPool()
    for one in (*dependencies, file):
        pool.Add(one)
    return message_factory.GetMessageClass(pool.FindMessageTypeByName(full_name))


def proto(path, package, messages, imports=()):
    file = descriptor_pb2.FileDescriptorProto(name=path, package=package, syntax="proto3", dependency=imports)
    for name, fields in messages.items():
        message = file.message_type.add(name=name)
        for number, (field, kind, type_name) in enumerate(fields, 1):
            message.field.add(name=field, number=number, type=kind, type_name=type_name, label=1)
    return file


def protobuf():
    name = topic("protobuf")
    string, nested = descriptor_pb2.FieldDescriptorProto.TYPE_STRING, descriptor_pb2.FieldDescriptorProto.TYPE_MESSAGE
    money = proto("shop/money.proto", "shop", {"Money": [("cents", 3, None)]})
    customer = proto(
        "shop/customer.proto",
        "shop",
        {"Other": [("x", string, None)], "Customer": [("id", string, None), ("limit", nested, ".shop.Money")]},
        ["shop/money.proto"],
    )
    kind = message_class(customer, "shop.Customer", [money])
    serialize = ProtobufSerializer(kind, client, {"use.deprecated.format": False})
    value = kind(id="c1")
    value.limit.cents = 500
    assert send(name, serialize(value, value_of(name))) is None
    bytes_ = received(name)
    back = ProtobufDeserializer(kind, {"use.deprecated.format": False}, reader)(bytes_, value_of(name))
    print("protobuf: what was sent:", back.id, back.limit.cents, "message index", bytes_[5:7].hex())
    latest = client.get_latest_version("protobuf-value")
    print("protobuf: references:", [(one.name, one.subject, one.version) for one in latest.schema.references])
    text = 'syntax = "proto3"; package shop; import "shop/money.proto"; message Other { string x = 1; } message Customer { int64 id = 1; Money limit = 2; }'
    broken = Schema(text, "PROTOBUF", latest.schema.references)
    print("protobuf: a broken contract:", code(lambda: client.register_schema("protobuf-value", broken)))


def json_schema():
    name = topic("json")
    address = json.dumps({"$id": "http://shop/address", "type": "object", "properties": {"city": {"type": "string"}}})
    client.register_schema("address", Schema(address, "JSON"))
    text = json.dumps(
        {
            "$schema": "http://json-schema.org/draft-07/schema#",
            "title": "Click",
            "type": "object",
            "properties": {"id": {"type": "string"}, "at": {"$ref": "http://shop/address"}},
            "required": ["id"],
            "additionalProperties": False,
        }
    )
    schema = Schema(text, "JSON", [SchemaReference("http://shop/address", "address", 1)])
    serialize = JSONSerializer(schema, client)
    assert send(name, serialize({"id": "k", "at": {"city": "Bonn"}}, value_of(name))) is None
    deserialize = JSONDeserializer(schema, schema_registry_client=reader)
    print("json: what was sent:", deserialize(received(name), value_of(name)))
    closed = json.loads(text)
    closed["properties"]["n"] = {"type": "integer"}
    grown = Schema(json.dumps(closed), "JSON", schema.references)
    print("json: an optional property in a closed model:", client.register_schema("json-value", grown) > 0)
    closed["required"].append("n")
    broken = Schema(json.dumps(closed), "JSON", schema.references)
    print("json: a broken contract:", code(lambda: client.register_schema("json-value", broken)))


def administration():
    staging = SchemaRegistryClient({"url": URL + "/contexts/.staging"})
    print("context: ids of its own:", staging.register_schema("s", Schema('"int"', "AVRO")))
    client.set_compatibility("status", "FULL")
    print("config:", client.get_compatibility("status"))
    print("what is not there:", code(lambda: client.get_version("nope", 1)))
    print("versions:", client.get_versions("avro-value"))
    print("deleted:", client.delete_version("avro-value", 1))
    print("a reference holds it:", code(lambda: client.delete_subject("status")))


def contract():
    name = topic("held", **{"confluent.value.schema.validation": "true"})
    serialize = AvroSerializer(client, record(ID))
    framed = serialize({"id": "a"}, value_of(name))
    print("held: the right schema:", send(name, framed))
    other = AvroSerializer(client, record(ID, NOTE))({"id": "a", "note": None}, value_of("elsewhere"))
    for value in (b"text", other):
        error = send(name, value)
        print("held:", error.code() == KafkaError.INVALID_RECORD, error.name())


avro()
protobuf()
json_schema()
administration()
if os.environ.get("EMBEDDED"):
    contract()
