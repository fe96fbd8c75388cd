// Node's registry clients against a registry: what one writes the other reads.
//
// SCHEMA_REGISTRY_URL says where; every claim prints a line.

const confluent = require("@confluentinc/schemaregistry");
const kafkajs = require("@kafkajs/confluent-schema-registry");

const url = process.env.SCHEMA_REGISTRY_URL;
const { SerdeType } = confluent;

const record = (...fields) => JSON.stringify({ type: "record", name: "Order", namespace: "shop", fields });
const id = { name: "id", type: "string" };
const note = { name: "note", type: ["null", "string"], default: null };

async function code(call) {
  try {
    await call();
  } catch (error) {
    return error.errorCode ?? error.code ?? error.status ?? error.message;
  }
  return "no error";
}

async function confluents() {
  const client = confluent.SchemaRegistryClient.newClient({ baseURLs: [url], cacheCapacity: 100, cacheLatestTtlSecs: 60 });
  await client.register("node-value", { schemaType: "AVRO", schema: record(id) });
  await client.register("node-value", { schemaType: "AVRO", schema: record(id, note) });
  const serializer = new confluent.AvroSerializer(client, SerdeType.VALUE, { useLatestVersion: true });
  const deserializer = new confluent.AvroDeserializer(client, SerdeType.VALUE, {});
  const framed = await serializer.serialize("node", { id: "a", note: "x" });
  console.log("avro:", JSON.stringify(await deserializer.deserialize("node", framed)));
  console.log("versions:", await client.getAllVersions("node-value"));
  const broken = { schemaType: "AVRO", schema: record(id, { name: "n", type: "int" }) };
  console.log("a broken contract:", await code(() => client.register("node-value", broken)));
  console.log("a test says so first:", await client.testSubjectCompatibility("node-value", broken));

  const schema = JSON.stringify({ type: "object", properties: { id: { type: "string" } }, additionalProperties: false });
  await client.register("nodejson-value", { schemaType: "JSON", schema });
  const json = new confluent.JsonSerializer(client, SerdeType.VALUE, { useLatestVersion: true, validate: true });
  const bytes = await json.serialize("nodejson", { id: "k" });
  const back = new confluent.JsonDeserializer(client, SerdeType.VALUE, {});
  console.log("json:", JSON.stringify(await back.deserialize("nodejson", bytes)));
  console.log("config:", await client.updateCompatibility("node-value", confluent.Compatibility.FULL));
}

async function kafkaJs() {
  const registry = new kafkajs.SchemaRegistry({ host: url });
  const { AVRO, JSON: JSON_TYPE, PROTOBUF } = kafkajs.SchemaType;
  const avro = await registry.register({ type: AVRO, schema: record(id) }, { subject: "kafkajs-value" });
  console.log("kafkajs avro:", JSON.stringify(await registry.decode(await registry.encode(avro.id, { id: "b" }))));
  const proto = 'syntax = "proto3"; package shop; message Customer { string id = 1; int32 n = 2; }';
  const protobuf = await registry.register({ type: PROTOBUF, schema: proto }, { subject: "kafkajs-proto" });
  const customer = await registry.decode(await registry.encode(protobuf.id, { id: "c", n: 3 }));
  console.log("kafkajs protobuf:", JSON.stringify(customer));
  const schema = JSON.stringify({ type: "object", properties: { id: { type: "string" } } });
  const json = await registry.register({ type: JSON_TYPE, schema }, { subject: "kafkajs-json" });
  console.log("kafkajs json:", JSON.stringify(await registry.decode(await registry.encode(json.id, { id: "d" }))));
  console.log("kafkajs finds the id:", (await registry.getLatestSchemaId("kafkajs-value")) === avro.id);
}

confluents()
  .then(kafkaJs)
  .then(
    () => process.exit(0),
    (error) => {
      console.error(error);
      process.exit(1);
    },
  );
