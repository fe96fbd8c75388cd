// Confluent's client: references of references, evolution, rules and metadata, in all three formats.

const confluent = require("@confluentinc/schemaregistry");
const protobuf = require("@bufbuild/protobuf");
const wkt = require("@bufbuild/protobuf/wkt");

const { id, note, received, record, refusal, send, url, user } = require("./world.cjs");

const { SerdeType } = confluent;
const fixed = { autoRegisterSchemas: false, useLatestVersion: true };

// A client that has seen nothing yet, as that of another process.
function another() {
  const basicAuthCredentials = user && { credentialsSource: "USER_INFO", userInfo: user };
  return confluent.SchemaRegistryClient.newClient({ baseURLs: [url], basicAuthCredentials, cacheLatestTtlSecs: 60 });
}

const client = another();

async function written(name, serializer, ...values) {
  for (const value of values) await send(name, await serializer.serialize(name, value));
}

async function read(name, count, deserializer) {
  const values = [];
  for (const message of await received(name, count)) values.push(await deserializer.deserialize(name, message.value));
  return JSON.stringify(values);
}

async function avro() {
  const currency = { type: "enum", name: "Currency", namespace: "shop", symbols: ["EUR"] };
  await client.register("node-currency", { schemaType: "AVRO", schema: JSON.stringify(currency) });
  const price = record("Price", { name: "in", type: "shop.Currency" });
  const inner = [{ name: "shop.Currency", subject: "node-currency", version: 1 }];
  await client.register("node-price", { schemaType: "AVRO", schema: price, references: inner });
  // This client resolves references in the order in which they are listed, before those of what is listed.
  const references = [...inner, { name: "shop.Price", subject: "node-price", version: 1 }];
  const at = { name: "price", type: "shop.Price" };
  const order = (...fields) => ({ schemaType: "AVRO", schema: record("Order", id, at, ...fields), references });

  const name = "node-orders";
  const subject = `${name}-value`;
  const value = { id: "a", price: { in: "EUR" } };
  await client.register(subject, order());
  await written(name, new confluent.AvroSerializer(another(), SerdeType.VALUE, fixed), value);
  await client.register(subject, order(note));
  const newer = new confluent.AvroSerializer(another(), SerdeType.VALUE, fixed);
  await written(name, newer, { ...value, id: "b", note: "x" });
  const asWritten = new confluent.AvroDeserializer(another(), SerdeType.VALUE, {});
  console.log("avro: as written:", await read(name, 2, asWritten));
  const evolved = new confluent.AvroDeserializer(another(), SerdeType.VALUE, { useLatestVersion: true });
  const { id: useSchemaId } = await client.getSchemaMetadata(subject, 1);
  const byId = new confluent.AvroSerializer(another(), SerdeType.VALUE, { autoRegisterSchemas: false, useSchemaId });
  const first = await byId.serialize(name, value);
  console.log("avro: a newer reader takes the default:", JSON.stringify(await evolved.deserialize(name, first)));
  const broken = order({ name: "n", type: "int" });
  console.log("avro: a broken contract:", await refusal(() => client.register(subject, broken)));
  console.log("avro: a test says so first:", await client.testSubjectCompatibility(subject, broken));
  console.log("avro: against a version:", await client.testCompatibility(subject, 1, order(note)));
  console.log("avro: versions:", await client.getAllVersions(subject));
}

async function json() {
  const object = ($id, properties, required = []) =>
    JSON.stringify({ $id, type: "object", properties, required, additionalProperties: false });
  const string = { type: "string" };
  await client.register("node-country", { schemaType: "JSON", schema: object("http://shop/country", { code: string }) });
  const inner = [{ name: "http://shop/country", subject: "node-country", version: 1 }];
  const country = { $ref: "http://shop/country" };
  const place = object("http://shop/place", { in: country });
  await client.register("node-place", { schemaType: "JSON", schema: place, references: inner });
  const references = [{ name: "http://shop/place", subject: "node-place", version: 1 }];
  const click = (more, required) => {
    const properties = { id: string, at: { $ref: "http://shop/place" }, ...more };
    return { schemaType: "JSON", schema: object("http://shop/click", properties, required), references };
  };

  const name = "node-clicks";
  const subject = `${name}-value`;
  const serializer = () => new confluent.JsonSerializer(another(), SerdeType.VALUE, { ...fixed, validate: true });
  const value = { id: "k", at: { in: { code: "DE" } } };
  await client.register(subject, click({}, ["id"]));
  await written(name, serializer(), value);
  await client.register(subject, click({ n: { type: "integer" } }, ["id"]));
  await written(name, serializer(), { ...value, n: 3 });
  const deserializer = new confluent.JsonDeserializer(another(), SerdeType.VALUE, { validate: true });
  console.log("json: as written:", await read(name, 2, deserializer));
  const wrong = { id: "k", at: { in: { code: 5 } } };
  const refused = await refusal(() => serializer().serialize(name, wrong));
  console.log("json: what is referred to is checked:", refused !== "no refusal");
  const broken = click({ n: { type: "integer" } }, ["id", "n"]);
  console.log("json: a broken contract:", await refusal(() => client.register(subject, broken)));
}

async function proto() {
  const file = (name, messages, dependency = []) => {
    const { Type, Label } = { Type: wkt.FieldDescriptorProto_Type, Label: wkt.FieldDescriptorProto_Label };
    const messageType = Object.entries(messages).map(([name, fields]) => ({
      name,
      field: fields.map(([name, type, typeName], index) => ({
        name,
        number: index + 1,
        type: Type[type],
        typeName,
        label: Label.OPTIONAL,
      })),
    }));
    const fields = { name, package: "shop", syntax: "proto3", dependency, messageType };
    return protobuf.create(wkt.FileDescriptorProtoSchema, fields);
  };
  // One level only: this client asks for imports of imports as text, where it needs them serialised.
  const money = file("node/money.proto", { Money: [["cents", "INT64"], ["unit", "STRING"]] });
  const customer = (idType, ...more) => {
    const fields = [["id", idType], ["limit", "MESSAGE", ".shop.Money"], ...more];
    const main = file("node/customer.proto", { Other: [], Customer: fields }, [money.name]);
    const registry = protobuf.createFileRegistry(main, () => money);
    return { registry: protobuf.createMutableRegistry(...registry), kind: registry.getMessage("shop.Customer") };
  };
  const conf = (registry) => ({ registry, autoRegisterSchemas: true });
  const limit = { cents: 500n, unit: "EUR" };
  const name = "node-customers";
  for (const [of, value] of [
    [customer("STRING"), { id: "a", limit }],
    [customer("STRING", ["note", "STRING"]), { id: "b", limit, note: "n" }],
  ]) {
    const serializer = new confluent.ProtobufSerializer(another(), SerdeType.VALUE, conf(of.registry));
    await written(name, serializer, protobuf.fromJson(of.kind, JSON.parse(JSON.stringify(value, bigint))));
  }
  const deserializer = new confluent.ProtobufDeserializer(another(), SerdeType.VALUE, {});
  const values = [];
  for (const message of await received(name, 2)) values.push(await deserializer.deserialize(name, message.value));
  console.log("protobuf: as written:", JSON.stringify(values, bigint));
  const imports = (await client.getLatestSchemaMetadata(`${name}-value`)).references;
  console.log("protobuf: imports:", imports.map((one) => one.name).join());
  const broken = customer("INT64");
  const serializer = new confluent.ProtobufSerializer(another(), SerdeType.VALUE, conf(broken.registry));
  const value = protobuf.create(broken.kind, { id: 1n });
  console.log("protobuf: a broken contract:", await refusal(() => serializer.serialize(name, value)));
}

const bigint = (_, value) => (typeof value === "bigint" ? String(value) : value);

// A rule of our own, so that what the registry keeps is seen to be carried out.
class Shout {
  configure() {}
  type() {
    return "SHOUT";
  }
  async transform(context, message) {
    return { ...message, id: message.id.toUpperCase() + context.rule.params.mark };
  }
  async close() {}
}

async function contracts() {
  const rule = { name: "shout", kind: "TRANSFORM", mode: "WRITE", type: "SHOUT", params: { mark: "!" } };
  await client.updateConfig("node-ruled-value", { compatibilityGroup: "major" });
  for (const [major, kind] of [["1", "string"], ["2", "int"]]) {
    const schema = record("Ruled", id, { name: "n", type: kind });
    const metadata = { properties: { major }, tags: { "shop.Ruled.id": ["PII"] } };
    await client.register("node-ruled-value", { schemaType: "AVRO", schema, metadata, ruleSet: { domainRules: [rule] } });
  }
  const rules = new confluent.RuleRegistry();
  rules.registerExecutor(new Shout());
  const conf = { autoRegisterSchemas: false, useLatestWithMetadata: { major: "1" } };
  const serializer = new confluent.AvroSerializer(another(), SerdeType.VALUE, conf, rules);
  const framed = await serializer.serialize("node-ruled", { id: "a", n: "text" });
  const deserializer = new confluent.AvroDeserializer(another(), SerdeType.VALUE, {}, rules);
  console.log("rules and metadata:", JSON.stringify(await deserializer.deserialize("node-ruled", framed)));
  const kept = await another().getLatestWithMetadata("node-ruled-value", { major: "2" });
  console.log("kept:", JSON.stringify({ version: kept.version, metadata: kept.metadata, ruleSet: kept.ruleSet }));
}

async function administration() {
  const subject = "node-orders-value";
  console.log("config:", await client.updateCompatibility(subject, confluent.Compatibility.FULL));
  console.log("config:", await client.getCompatibility(subject));
  const { guid, schema } = await client.getLatestSchemaMetadata(subject);
  console.log("a GUID finds it:", (await another().getByGuid(guid)).schema === schema);
  console.log("a reference holds it:", await refusal(() => client.deleteSubject("node-price")));
  console.log("what is not there:", await refusal(() => client.getLatestSchemaMetadata("node-none")));
  console.log("deleted:", await client.deleteSubjectVersion(subject, 1), await client.getAllVersions(subject));
}

module.exports = async () => {
  for (const claims of [avro, json, proto, contracts, administration]) await claims();
};
