// Node's registry clients against a registry and a cluster: every claim prints a line.

const { start } = require("./world.cjs");
const confluents = require("./confluent.cjs");
const kafkaJs = require("./kafkajs.cjs");

async function run() {
  const ofConfluents = ["node-orders", "node-clicks", "node-customers"];
  await start([...ofConfluents, "kafkajs-avro", "kafkajs-protobuf", "kafkajs-json"]);
  await confluents();
  await kafkaJs();
}

run().then(
  () => process.exit(0),
  (error) => {
    console.error(error);
    process.exit(1);
  },
);
