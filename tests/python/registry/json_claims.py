"""JSON Schema: references to references, evolution, which version a serialiser takes."""

import json

from confluent_kafka.schema_registry import Schema, SchemaReference, record_subject_name_strategy
from confluent_kafka.schema_registry.json_schema import JSONDeserializer, JSONSerializer
from confluent_kafka.serialization import SerializationError

from world import another, client, id_of, received, refusal, sent, topic, value_of


def closed(title, required=(), **properties):
    """An object that takes no other properties, so that optional ones may be added."""
    head = {"$schema": "http://json-schema.org/draft-07/schema#", "title": title, "type": "object"}
    body = {"properties": properties, "required": list(required), "additionalProperties": False}
    return {**head, **body}


TEXT, NUMBER = {"type": "string"}, {"type": "integer"}


def references():
    """A click is at a place, which is in a country."""
    country = {"$id": "http://shop/country", **closed("Country", code=TEXT)}
    client.register_schema("country", Schema(json.dumps(country), "JSON"))
    place = {"$id": "http://shop/place", **closed("Place", city=TEXT, country={"$ref": "http://shop/country"})}
    at_country = [SchemaReference("http://shop/country", "country", 1)]
    client.register_schema("place", Schema(json.dumps(place), "JSON", at_country))
    return [SchemaReference("http://shop/place", "place", 1)]


def evolution(name, place):
    at = {"$ref": "http://shop/place"}
    old = Schema(json.dumps(closed("Click", ["id"], id=TEXT, at=at)), "JSON", place)
    new = Schema(json.dumps(closed("Click", ["id"], id=TEXT, at=at, n=NUMBER)), "JSON", place)
    click = {"id": "k", "at": {"city": "Bonn", "country": {"code": "DE"}}}
    sent(name, JSONSerializer(old, client)(click, value_of(name)))
    sent(name, JSONSerializer(new, client)({**click, "n": 3}, value_of(name)))
    both = received(name, 2)
    deserialize = JSONDeserializer(new, schema_registry_client=another())
    print("json: the newer reader gets", [deserialize(value, value_of(name)) for value in both])
    # A reader's own schema checks what it gets: the old one is closed.
    deserialize = JSONDeserializer(old, schema_registry_client=another())
    print("json: the older reader gets", deserialize(both[0], value_of(name)))
    try:
        deserialize(both[1], value_of(name))
    except SerializationError as error:
        print("json: and no property that it does not know:", "n" in str(error))
    broken = Schema(json.dumps(closed("Click", ["id", "n"], id=TEXT, at=at, n=NUMBER)), "JSON", place)
    write = JSONSerializer(broken, client)
    print("json: a broken contract:", refusal(lambda: write({**click, "n": 3}, value_of(name))))
    print("json: a test says so first:", client.test_compatibility(f"{name}-value", broken))
    print("json: nothing was kept of it:", client.get_versions(f"{name}-value"))
    try:
        JSONSerializer(old, client)({"id": "k", "at": {"country": {"code": 5}}}, value_of(name))
    except SerializationError as error:
        print("json: what is referred to is checked:", "5 is not of type 'string'" in str(error))
    return old


def latest(name, old):
    conf = {"auto.register.schemas": False, "use.latest.version": True}
    framed = JSONSerializer(None, client, conf=conf)({"id": "k", "n": 1}, value_of(name))
    newest = another().get_latest_version(f"{name}-value")
    print("json: use.latest.version:", id_of(framed) == newest.schema_id, newest.version)
    conf = {"subject.name.strategy": record_subject_name_strategy}
    JSONSerializer(old, client, conf=conf)({"id": "k"}, value_of(name))
    print("json: by the title:", client.get_versions("Click"))


def normalised(old):
    """The same keys in another order."""
    turned = Schema(json.dumps(dict(reversed(json.loads(old.schema_str).items())), indent=2), "JSON", old.references)
    ids = [client.register_schema("same-json", one, normalize_schemas=True) for one in (old, turned)]
    print("json: normalised texts are one:", ids[0] == ids[1], client.get_versions("same-json"))
    print("json: and found:", client.lookup_schema("same-json", turned, normalize_schemas=True).version)


def run():
    name = topic("clicks")
    old = evolution(name, references())
    latest(name, old)
    normalised(old)
