"""Avro: nested references, evolution, subject names, which version a serialiser takes, GUIDs in headers."""

import asyncio
import json

from confluent_kafka.schema_registry import (
    AsyncSchemaRegistryClient,
    Metadata,
    MetadataProperties,
    Schema,
    SchemaReference,
    ServerConfig,
    dual_schema_id_deserializer,
    header_schema_id_serializer,
    record_subject_name_strategy,
    topic_record_subject_name_strategy,
)
from confluent_kafka.schema_registry.avro import AsyncAvroSerializer, AvroDeserializer, AvroSerializer

from world import another, client, id_of, messages, received, refusal, send, sent, settings, topic, value_of


def record(name, *fields, **more):
    return json.dumps({"type": "record", "name": name, "namespace": "shop", "fields": list(fields), **more})


ID = {"name": "id", "type": "string"}
LINE = {"name": "line", "type": "shop.Line"}
NOTE = {"name": "note", "type": ["null", "string"], "default": None}


def references():
    """An order has a line, which has a price, which has a currency."""
    enum = {"type": "enum", "name": "Currency", "namespace": "shop", "symbols": ["EUR", "USD"]}
    client.register_schema("currency", Schema(json.dumps(enum), "AVRO"))
    price = record("Price", {"name": "cents", "type": "long"}, {"name": "currency", "type": "shop.Currency"})
    client.register_schema("price", Schema(price, "AVRO", [SchemaReference("shop.Currency", "currency", 1)]))
    line = record("Line", {"name": "price", "type": "shop.Price"})
    client.register_schema("line", Schema(line, "AVRO", [SchemaReference("shop.Price", "price", 1)]))
    return [SchemaReference("shop.Line", "line", 1)]


def evolution(line):
    name = topic("orders")
    old, new = (Schema(record("Order", *fields), "AVRO", line) for fields in ([ID, LINE], [ID, LINE, NOTE]))
    order = {"id": "a", "line": {"price": {"cents": 7, "currency": "EUR"}}}
    sent(name, AvroSerializer(client, old)(order, value_of(name)))
    sent(name, AvroSerializer(client, new)({**order, "id": "b", "note": "x"}, value_of(name)))
    both = received(name, 2)
    for age, schema in (("newer", new), ("older", old)):
        deserialize = AvroDeserializer(another(), schema)
        for value in both:
            print(f"avro: the {age} reader gets", deserialize(value, value_of(name)))
    print("avro: whoever has no schema gets", AvroDeserializer(another())(both[1], value_of(name))["note"])
    broken = Schema(record("Order", ID, LINE, {"name": "n", "type": "int"}), "AVRO", line)
    bad = {**order, "n": 1}
    print("avro: a broken contract:", refusal(lambda: AvroSerializer(client, broken)(bad, value_of(name))))
    print("avro: a test says so first:", client.test_compatibility("orders-value", broken))
    print("avro: nothing was kept of it:", client.get_versions("orders-value"))
    return old


def identity(old):
    spread = Schema(json.dumps(json.loads(old.schema_str), indent=4), "AVRO", old.references)
    found = client.lookup_schema("orders-value", spread, normalize_schemas=True)
    print("avro: white space is no version:", found.version)
    stranger = Schema(record("Stranger", ID), "AVRO")
    print("avro: what is not there is not found:", refusal(lambda: client.lookup_schema("orders-value", stranger)))
    ordered = [{**ID, "doc": "d"}, {"name": "n", "type": "int"}]
    turned = [{"doc": "d", "type": "string", "name": "id"}, {"type": {"type": "int"}, "name": "n"}]
    first, second = (Schema(record("shop.Same", *fields), "AVRO") for fields in (ordered, turned))
    ids = [client.register_schema("same", one, normalize_schemas=True) for one in (first, second)]
    print("avro: normalised texts are one:", ids[0] == ids[1], client.get_versions("same"))
    resolved = json.loads(another().get_latest_version("orders-value", fmt="resolved").schema.schema_str)
    print("avro: references can be resolved:", resolved["fields"][1]["type"]["name"])
    by_guid = another().get_schema_by_guid(client.get_latest_version("same").guid)
    print("avro: a GUID finds it:", json.loads(by_guid.schema_str)["name"])


def subjects():
    schema = record("Plain", ID)
    for strategy in (record_subject_name_strategy, topic_record_subject_name_strategy):
        AvroSerializer(client, schema, conf={"subject.name.strategy": strategy})({"id": "c"}, value_of("named"))
    AvroSerializer(client, schema, conf={"subject.name.strategy.type": "TOPIC"})({"id": "c"}, value_of("named"))
    named = [name.rsplit(":", 1)[-1] for name in client.get_subjects()]
    print("avro: by topic, record and both:", sorted(name for name in named if "Plain" in name or "named" in name))


def latest():
    """One subject, two majors that cannot read each other: the group parts them."""
    name = topic("majors")
    client.set_config("majors-value", ServerConfig(compatibility_group="major"))
    for major, kind in (("1", "string"), ("2", "int")):
        fields = ({"name": "id", "type": kind}, NOTE)
        metadata = Metadata(None, MetadataProperties({"major": major, "odd key": "ä&b"}), None)
        client.register_schema("majors-value", Schema(record("Major", *fields), "AVRO", metadata=metadata))
    fixed = {"auto.register.schemas": False}
    first = AvroSerializer(client, conf={**fixed, "use.latest.with.metadata": {"major": "1"}})
    second = AvroSerializer(client, conf={**fixed, "use.latest.version": True})
    sent(name, first({"id": "text", "note": None}, value_of(name)), second({"id": 5, "note": "x"}, value_of(name)))
    read = AvroDeserializer(another())
    print("avro: by metadata and the latest:", [read(value, value_of(name))["id"] for value in received(name, 2)])
    found = client.get_latest_with_metadata("majors-value", {"major": "1"})
    print("avro: metadata finds version", found.version, dict(found.schema.metadata.properties.properties))
    one = AvroSerializer(client, conf={**fixed, "use.schema.id": found.schema_id})
    print("avro: by its id:", id_of(one({"id": "t", "note": None}, value_of(name))) == found.schema_id)
    missing = AvroSerializer(client, record("Nobody", ID), conf=fixed)
    print("avro: what nobody registered:", refusal(lambda: missing({"id": "a"}, value_of(name))))


def headers():
    name = topic("headed")
    conf = {"schema.id.serializer": header_schema_id_serializer}
    written = []
    value = AvroSerializer(client, record("Headed", ID), conf=conf)({"id": "in a header"}, value_of(name, written))
    assert send(name, value, written) is None
    [message] = messages(name)
    conf = {"schema.id.deserializer": dual_schema_id_deserializer}
    read = AvroDeserializer(another(), conf=conf)(message.value(), value_of(name, message.headers()))
    print("avro: a GUID in a header:", [key for key, _ in message.headers()], len(message.value()), read)


async def side_by_side():
    clients = AsyncSchemaRegistryClient(settings())
    serialize = await AsyncAvroSerializer(clients, record("Async", ID))
    framed = await serialize({"id": "x"}, value_of("async"))
    print("avro: without waiting:", AvroDeserializer(another())(framed, value_of("async")))


def run():
    line = references()
    identity(evolution(line))
    subjects()
    latest()
    headers()
    asyncio.run(side_by_side())
