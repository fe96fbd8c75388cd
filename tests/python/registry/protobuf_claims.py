"""Protobuf: imports of imports, evolution, which version a serialiser takes."""

from confluent_kafka.schema_registry import Schema, topic_record_subject_name_strategy
from confluent_kafka.schema_registry.protobuf import ProtobufDeserializer, ProtobufSerializer
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory, timestamp_pb2

from world import another, client, id_of, received, refusal, sent, topic, value_of

STRING, INT64 = descriptor_pb2.FieldDescriptorProto.TYPE_STRING, descriptor_pb2.FieldDescriptorProto.TYPE_INT64
MESSAGE = descriptor_pb2.FieldDescriptorProto.TYPE_MESSAGE
PLAIN = {"use.deprecated.format": False}


def proto(path, messages, imports=()):
    file = descriptor_pb2.FileDescriptorProto(name=path, package="shop", syntax="proto3", dependency=imports)
    for name, fields in messages.items():
        message = file.message_type.add(name=name)
        for number, (field, kind, type_name) in enumerate(fields, 1):
            message.field.add(name=field, number=number, type=kind, type_name=type_name, label=1)
    return file


def customer(*more, id_kind=STRING):
    """The class of a message whose file imports a file that imports another one."""
    timestamp = descriptor_pb2.FileDescriptorProto()
    timestamp_pb2.DESCRIPTOR.CopyToProto(timestamp)
    unit = proto("shop/unit.proto", {"Unit": [("name", STRING, None)]})
    money = proto("shop/money.proto", {"Money": [("cents", INT64, None), ("unit", MESSAGE, ".shop.Unit")]}, [unit.name])
    fields = [("id", id_kind, None), ("limit", MESSAGE, ".shop.Money"), ("since", MESSAGE, ".google.protobuf.Timestamp")]
    messages = {"Other": [("x", STRING, None)], "Customer": [*fields, *more]}
    pool = descriptor_pool.DescriptorPool()
    for file in (timestamp, unit, money, proto("shop/customer.proto", messages, [money.name, timestamp.name])):
        pool.Add(file)
    return message_factory.GetMessageClass(pool.FindMessageTypeByName("shop.Customer"))


def filled(kind, **more):
    value = kind(id="c1", **more)
    value.limit.cents = 500
    value.limit.unit.name = "EUR"
    value.since.seconds = 60
    return value


def told(value):
    return value.id, value.limit.cents, value.limit.unit.name, value.since.seconds, getattr(value, "note", "-")


def evolution(name):
    old, new = customer(), customer(("note", STRING, None))
    # A client's cache does not tell apart what one subject's texts were sent as and read as.
    sent(name, ProtobufSerializer(old, another(), PLAIN)(filled(old), value_of(name)))
    sent(name, ProtobufSerializer(new, another(), PLAIN)(filled(new, note="n"), value_of(name)))
    both = received(name, 2)
    print("protobuf: message index", [value[5:7].hex() for value in both])
    for age, kind in (("newer", new), ("older", old)):
        deserialize = ProtobufDeserializer(kind, PLAIN, another())
        print(f"protobuf: the {age} reader gets", [told(deserialize(value, value_of(name))) for value in both])
    broken = customer(id_kind=INT64)
    write = ProtobufSerializer(broken, another(), PLAIN)
    print("protobuf: a broken contract:", refusal(lambda: write(broken(id=1), value_of(name))))
    print("protobuf: nothing was kept of it:", another().get_versions(f"{name}-value"))


def references(name):
    latest = another().get_latest_version(f"{name}-value")
    print("protobuf: imports:", [(one.name, one.version) for one in latest.schema.references])
    money = another().get_latest_version("shop/money.proto")
    print("protobuf: imports of imports:", [(one.name, one.version) for one in money.schema.references])
    users = another().get_referenced_by("shop/money.proto", 1)
    print("protobuf: who imports it:", len(users), latest.schema_id in users)
    found = another().lookup_schema(f"{name}-value", latest.schema)
    print("protobuf: a text is found again:", found.version)


def latest(name):
    kind = customer()
    conf = {**PLAIN, "auto.register.schemas": False, "use.latest.version": True}
    framed = ProtobufSerializer(kind, another(), conf)(filled(kind), value_of(name))
    newest = another().get_latest_version(f"{name}-value")
    print("protobuf: use.latest.version:", id_of(framed) == newest.schema_id, newest.version)
    conf = {**PLAIN, "subject.name.strategy": topic_record_subject_name_strategy}
    ProtobufSerializer(kind, another(), conf)(filled(kind), value_of(name))
    print("protobuf: by topic and record:", another().get_versions(f"{name}-shop.Customer"))


def normalised():
    """The same messages in another order and layout."""
    texts = (
        'syntax = "proto3"; package shop; message N { string a = 1; int32 b = 2; }',
        'syntax = "proto3";\npackage shop;\n\n// A comment.\nmessage N {\n  int32 b = 2;\n  string a = 1;\n}\n',
    )
    ids = [another().register_schema("n", Schema(text, "PROTOBUF"), normalize_schemas=True) for text in texts]
    print("protobuf: normalised texts are one:", ids[0] == ids[1], another().get_versions("n"))


def run():
    name = topic("customers")
    evolution(name)
    references(name)
    latest(name)
    normalised()
