// Where the cluster and the registry are, and how records get there and back.
//
// BOOTSTRAP_SERVERS and SCHEMA_REGISTRY_URL say where, USER_INFO (name:password) how the registry is guarded; the
// certificates that are trusted are Node's own setting, NODE_EXTRA_CA_CERTS.

const { Kafka, logLevel } = require("kafkajs");

const url = process.env.SCHEMA_REGISTRY_URL;
const user = process.env.USER_INFO;

const kafka = new Kafka({ brokers: process.env.BOOTSTRAP_SERVERS.split(","), logLevel: logLevel.ERROR });
const admin = kafka.admin();
const producer = kafka.producer();
// One consumer for all topics: each would wait for others of its group to come.
const consumer = kafka.consumer({ groupId: "node-reader" });
const messages = {};

async function start(topics) {
  await Promise.all([admin.connect(), producer.connect(), consumer.connect()]);
  for (const topic of topics) messages[topic] = [];
  const specs = topics.map((topic) => ({ topic, numPartitions: 1, replicationFactor: 1 }));
  await admin.createTopics({ topics: specs, waitForLeaders: true });
  await consumer.subscribe({ topics, fromBeginning: true });
  await consumer.run({ eachMessage: async ({ topic, message }) => messages[topic].push(message) });
}

async function send(topic, value) {
  await producer.send({ topic, messages: [{ value }] });
}

async function received(topic, count) {
  const deadline = Date.now() + 60_000;
  while (messages[topic].length < count) {
    if (Date.now() > deadline) throw new Error(`${messages[topic].length} of ${count} messages came on ${topic}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return messages[topic];
}

async function refusal(call) {
  try {
    await call();
  } catch (error) {
    return error.errorCode ?? error.code ?? error.status ?? error.message;
  }
  return "no refusal";
}

const record = (name, ...fields) => JSON.stringify({ type: "record", name, namespace: "shop", fields });
const id = { name: "id", type: "string" };
const note = { name: "note", type: ["null", "string"], default: null };

module.exports = { id, note, received, record, refusal, send, start, url, user };
