// KafkaJS and its registry client: references, and what it writes it reads, in all three formats.

const kafkajs = require("@kafkajs/confluent-schema-registry");

const { id, note, received, record, refusal, send, url, user } = require("./world.cjs");

const { AVRO, JSON: JSON_TYPE, PROTOBUF } = kafkajs.SchemaType;

// A client that has seen nothing yet, as that of another process.
function another() {
  const [username, password] = (user ?? "").split(":");
  return new kafkajs.SchemaRegistry({ host: url, auth: user && { username, password } });
}

// Registers a schema and what it refers to, sends a value and reads it with a fresh client.
async function through(name, schema, value, inner) {
  const registry = another();
  let references;
  if (inner) {
    await registry.register({ type: schema.type, schema: inner.schema }, { subject: `${name}-inner` });
    references = [{ name: inner.name, subject: `${name}-inner`, version: 1 }];
  }
  const { id } = await registry.register({ ...schema, references }, { subject: `${name}-value` });
  await send(name, await registry.encode(id, value));
  const [message] = await received(name, 1);
  console.log(`${name}:`, JSON.stringify(await another().decode(message.value)));
  return { registry, id };
}

module.exports = async () => {
  const status = { name: "shop.Status", schema: JSON.stringify({ type: "enum", name: "shop.Status", symbols: ["NEW"] }) };
  const order = record("Order", id, { name: "status", type: "shop.Status" });
  const { registry, id: orderId } = await through(
    "kafkajs-avro",
    { type: AVRO, schema: order },
    { id: "b", status: "NEW" },
    status,
  );
  console.log("the latest is found:", (await registry.getLatestSchemaId("kafkajs-avro-value")) === orderId);
  console.log("a version is found:", (await registry.getRegistryId("kafkajs-avro-value", 1)) === orderId);

  const unit = { name: "kafkajs/unit.proto", schema: 'syntax = "proto3"; package shop; message Unit { string name = 1; }' };
  const customer =
    'syntax = "proto3"; package shop; import "kafkajs/unit.proto"; message Customer { string id = 1; Unit unit = 2; }';
  await through("kafkajs-protobuf", { type: PROTOBUF, schema: customer }, { id: "c", unit: { name: "EUR" } }, unit);

  const code = { $id: "http://shop/code", type: "string" };
  const click = { type: "object", properties: { id: { type: "string" }, code: { $ref: "http://shop/code" } } };
  const inner = { name: "http://shop/code", schema: JSON.stringify(code) };
  await through("kafkajs-json", { type: JSON_TYPE, schema: JSON.stringify(click) }, { id: "d", code: "x" }, inner);

  const plain = { type: AVRO, schema: record("Plain", id) };
  await another().register(plain, { subject: "kafkajs-plain" });
  await another().register({ ...plain, schema: record("Plain", id, note) }, { subject: "kafkajs-plain" });
  const broken = { ...plain, schema: record("Plain", id, { name: "n", type: "int" }) };
  console.log("a broken contract:", await refusal(() => another().register(broken, { subject: "kafkajs-plain" })));
};
