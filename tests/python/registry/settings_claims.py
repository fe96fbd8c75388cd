"""Settings and administration: levels, modes, contexts, rules, deletions."""

import json

from confluent_kafka.schema_registry import (
    Metadata,
    MetadataProperties,
    Rule,
    RuleKind,
    RuleMode,
    RuleParams,
    RuleSet,
    Schema,
    SchemaReference,
    SchemaRegistryClient,
    ServerConfig,
)
from confluent_kafka.schema_registry.avro import AvroDeserializer, AvroSerializer
from confluent_kafka.schema_registry.rule_registry import RuleRegistry
from confluent_kafka.schema_registry.serde import RuleExecutor

from avro_claims import ID, record
from world import BASE, another, client, refusal, settings, value_of


def levels():
    print("level: nothing of its own:", refusal(lambda: client.get_compatibility("price")))
    client.set_compatibility("price", "FULL")
    print("level:", client.get_compatibility("price"), client.get_config("price").compatibility_level.value)
    print("level: a wrong word:", refusal(lambda: client.set_compatibility("price", "SIDEWAYS")))
    client.set_config("price", ServerConfig(default_metadata=Metadata(None, MetadataProperties({"owner": "a"}), None)))
    config = client.get_config("price")
    print("level: kept beside metadata:", config.compatibility_level.value, config.default_metadata.properties.properties)
    client.delete_config("price")
    print("level: gone:", refusal(lambda: client.get_config("price")))


def modes():
    print("mode: of all:", SchemaRegistryClient(settings(BASE)).get_global_mode())
    print("mode: nothing of its own:", refusal(lambda: client.get_mode("price")))
    print("mode:", client.update_mode("price", "READONLY"), client.get_mode("price"))
    print("mode: read-only:", refusal(lambda: client.register_schema("price", Schema('"int"', "AVRO"))))
    print("mode: gone:", client.delete_mode("price"), refusal(lambda: client.get_mode("price")))
    print("mode: a subject with versions:", refusal(lambda: client.update_mode("price", "IMPORT")))
    print("mode: by force:", client.update_mode("price", "IMPORT", force=True), client.delete_mode("price"))


def imports():
    """The client has no words for an id, so its own connection carries it."""
    body = {"schema": record("Imported", ID), "id": 100_000, "version": 7}
    post = lambda: client._rest_client.post("subjects/imported/versions", body)
    print("import: in another mode:", refusal(post))
    client.update_mode("imported", "IMPORT")
    print("import:", post()["id"], client.get_versions("imported"))
    other = {**body, "schema": record("Else", ID), "version": 8}
    print("import: an id that is taken:", refusal(lambda: client._rest_client.post("subjects/imported/versions", other)))
    client.delete_mode("imported")
    print("import: read by its id:", json.loads(another().get_schema(100_000).schema_str)["name"])
    print("import: ids go on after it:", client.register_schema("after", Schema(record("After", ID), "AVRO")))


def contexts():
    staging = SchemaRegistryClient(settings(BASE + "/contexts/.staging"))
    print("context: ids of its own:", staging.register_schema("s", Schema('"int"', "AVRO")))
    inner = Schema(record("Inner", ID), "AVRO")
    staging.register_schema("inner", inner)
    outer = record("Outer", {"name": "inner", "type": "shop.Inner"})
    staging.register_schema("outer-value", Schema(outer, "AVRO", [SchemaReference("shop.Inner", "inner", 1)]))
    write = AvroSerializer(staging, conf={"auto.register.schemas": False, "use.latest.version": True})
    read = AvroDeserializer(SchemaRegistryClient(settings(BASE + "/contexts/.staging")))
    framed = write({"inner": {"id": "i"}}, value_of("outer"))
    print("context: a reference in it:", read(framed, value_of("outer")))
    print("context: known:", ".staging" in SchemaRegistryClient(settings(BASE)).get_contexts())


class Shout(RuleExecutor):
    """A rule of our own, so that what the registry keeps is seen to be carried out."""

    def configure(self, client_conf, rule_conf):
        pass

    def type(self):
        return "SHOUT"

    def transform(self, ctx, message):
        return {**message, "id": message["id"].upper() + ctx.rule.params.params["mark"]}


def rules():
    rule = Rule(
        "shout", "d", RuleKind.TRANSFORM, RuleMode.WRITE, "SHOUT", None, RuleParams({"mark": "!"}), None, None, None, False
    )
    schema = Schema(record("Ruled", ID), "AVRO", rule_set=RuleSet(None, [rule]))
    client.register_schema("ruled-value", schema)
    registry = RuleRegistry()
    registry.register_executor(Shout())
    conf = {"auto.register.schemas": False, "use.latest.version": True}
    framed = AvroSerializer(another(), conf=conf, rule_registry=registry)({"id": "a"}, value_of("ruled"))
    print("rules: carried out by the client:", AvroDeserializer(another())(framed, value_of("ruled")))
    kept = another().get_latest_version("ruled-value").schema.rule_set.domain_rules
    print("rules: kept:", [(one.name, one.type, one.mode.value, one.params.params) for one in kept])


def deletions():
    print("deleted: types:", sorted(client.get_schema_types()))
    print("deleted: what is not there:", refusal(lambda: client.get_version("nope", 1)))
    print("deleted: a version that is not there:", refusal(lambda: client.get_version("price", 9)))
    print("deleted: a reference holds it:", refusal(lambda: client.delete_subject("price")))
    print("deleted: softly first:", refusal(lambda: client.delete_version("orders-value", 1, permanent=True)))
    print("deleted:", client.delete_version("orders-value", 1), client.get_versions("orders-value"))
    print("deleted: for good:", client.delete_version("orders-value", 1, permanent=True))
    print("deleted: the subject:", client.delete_subject("after"), client.delete_subject("after", permanent=True))
    print("deleted: every subject:", "after" in client.get_subjects())
    versions = another().get_schema_versions(client.get_latest_version("orders-value").schema_id)
    print("deleted: versions of an id:", [one.version for one in versions])


def run():
    levels()
    modes()
    imports()
    contexts()
    rules()
    deletions()
