"""Where the cluster and the registry are, and how records get there and back.

BOOTSTRAP_SERVERS and SCHEMA_REGISTRY_URL say where; USER_INFO (name:password) and CA_FILE how the registry is guarded.
"""

import os
import uuid

from confluent_kafka import Consumer, Producer
from confluent_kafka.admin import AdminClient, NewTopic
from confluent_kafka.schema_registry import SchemaRegistryClient
from confluent_kafka.schema_registry.error import SchemaRegistryError
from confluent_kafka.serialization import MessageField, SerializationContext

SERVERS = os.environ["BOOTSTRAP_SERVERS"]
URL = os.environ["SCHEMA_REGISTRY_URL"]
# The registry itself, where the URL is that of a context.
BASE = URL.split("/contexts/")[0]
admin = AdminClient({"bootstrap.servers": SERVERS})
producer = Producer({"bootstrap.servers": SERVERS})


def settings(url=URL):
    """What a client of the registry is given."""
    conf = {"url": url}
    if user := os.environ.get("USER_INFO"):
        conf["basic.auth.user.info"] = user
    if file := os.environ.get("CA_FILE"):
        conf["ssl.ca.location"] = file
    return conf


def another():
    """A client that has seen nothing yet, as that of another process."""
    return SchemaRegistryClient(settings())


client = another()


def topic(name, **config):
    for future in admin.create_topics([NewTopic(name, 1, 1, config=config)]).values():
        future.result(30)
    return name


def send(name, value, headers=None):
    """The error of the delivery, if there is one."""
    outcome = []
    producer.produce(name, value=value, headers=headers, on_delivery=lambda error, _: outcome.append(error))
    producer.flush(30)
    return outcome[0]


def sent(name, *values):
    for value in values:
        assert send(name, value) is None


def messages(name, count=1):
    conf = {"bootstrap.servers": SERVERS, "group.id": str(uuid.uuid4()), "auto.offset.reset": "earliest"}
    consumer = Consumer({**conf, "enable.auto.commit": False})
    consumer.subscribe([name])
    found = consumer.consume(count, 60)
    consumer.close()
    assert len(found) == count and not any(one.error() for one in found), found
    return found


def received(name, count=1):
    return [message.value() for message in messages(name, count)]


def value_of(name, headers=None):
    return SerializationContext(name, MessageField.VALUE, headers)


def refusal(call):
    """How the registry refuses, in the client's own exception."""
    try:
        call()
    except SchemaRegistryError as error:
        return f"{error.http_status_code} {error.error_code}"
    return "no refusal"


def id_of(framed):
    """The id in front of a value."""
    assert framed[0] == 0, framed
    return int.from_bytes(framed[1:5], "big")
