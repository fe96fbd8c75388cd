// Runs the scenarios of Java's own clients: a line `bootstrap servers TAB prefix TAB scenario` in, a transcript out.
//
// It is started as a source file with Kafka's jars on the class path, so nothing has to be built.

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

import org.apache.kafka.clients.admin.*;
import org.apache.kafka.clients.consumer.*;
import org.apache.kafka.clients.producer.*;
import org.apache.kafka.common.*;
import org.apache.kafka.common.acl.*;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.*;
import org.apache.kafka.common.quota.*;
import org.apache.kafka.common.resource.*;
import org.apache.kafka.common.serialization.*;

public class Harness {
    interface Scenario {
        void run(World world) throws Exception;
    }

    static final Map<String, Scenario> SCENARIOS = new TreeMap<>();

    static {
        SCENARIOS.put("a topic from birth to death", Harness::topicLife);
        SCENARIOS.put("topics that are refused", Harness::topicsRefused);
        SCENARIOS.put("partitions are added", Harness::partitionsAdded);
        SCENARIOS.put("topic configs are altered", Harness::configsAltered);
        SCENARIOS.put("configs that are refused", Harness::configsRefused);
        SCENARIOS.put("broker configs are altered", Harness::brokerConfigs);
        SCENARIOS.put("records are deleted", Harness::recordsDeleted);
        SCENARIOS.put("offsets by time", Harness::offsetsByTime);
        SCENARIOS.put("quotas are altered", Harness::quotas);
        SCENARIOS.put("scram users are altered", Harness::scram);
        SCENARIOS.put("acls are altered", Harness::acls);
        SCENARIOS.put("a partition is reassigned", Harness::reassigned);
        SCENARIOS.put("leaders are elected", Harness::elected);
        SCENARIOS.put("what the cluster says", Harness::described);
        SCENARIOS.put("features", Harness::features);
        SCENARIOS.put("producing what is refused", Harness::producingRefused);
        SCENARIOS.put("every codec", Harness::codecs);
        SCENARIOS.put("headers nulls and timestamps", Harness::wholeRecords);
        SCENARIOS.put("a compacted topic wants keys", Harness::compactedWantsKeys);
        SCENARIOS.put("log append time", Harness::logAppendTime);
        SCENARIOS.put("two consumers share a topic", world -> shares(world, "classic", RangeAssignor.class));
        SCENARIOS.put("two cooperative consumers share a topic", world -> shares(world, "classic", CooperativeStickyAssignor.class));
        SCENARIOS.put("two consumers of the new protocol share a topic", world -> shares(world, "consumer", null));
        SCENARIOS.put("a static member comes back", Harness::staticMember);
        SCENARIOS.put("group offsets", Harness::groupOffsets);
        SCENARIOS.put("groups that are refused", Harness::groupsRefused);
        SCENARIOS.put("a transaction is committed and one is aborted", Harness::transactions);
        SCENARIOS.put("a fenced producer", Harness::fenced);
        SCENARIOS.put("offsets in a transaction", Harness::transactionalOffsets);
        SCENARIOS.put("a transaction that times out", Harness::timedOut);
        SCENARIOS.put("producers are described", Harness::producersDescribed);
    }

    // --- the world -------------------------------------------------------------------------------------------------

    static final class World implements AutoCloseable {
        final String servers;
        final String prefix;
        final StringBuilder transcript = new StringBuilder();
        final Admin admin;
        final List<AutoCloseable> opened = new ArrayList<>();

        World(String servers, String prefix) {
            this.servers = servers;
            this.prefix = prefix;
            this.admin = Admin.create(Map.of("bootstrap.servers", servers, "default.api.timeout.ms", 30000));
        }

        String name(String name) {
            return prefix + name;
        }

        void note(String about, Object value) {
            transcript.append(about).append(": ").append(value).append('\n');
        }

        /** Notes the value, or the exception with its message. */
        <T> T expect(String about, Callable<T> work) {
            try {
                T value = work.call();
                note(about, value);
                return value;
            } catch (Throwable failure) {
                Throwable cause = failure;
                while ((cause instanceof ExecutionException || cause.getClass() == KafkaException.class) && cause.getCause() != null) {
                    cause = cause.getCause();
                }
                String message = String.valueOf(cause.getMessage()).replaceAll("producerId=\\d+", "producerId=N").replaceAll("Local controller \\d+", "Local controller N");
                note(about, cause.getClass().getSimpleName() + ": " + message);
                return null;
            }
        }

        /** The kind of exception that some work ends with. */
        String failure(Runnable work) {
            try {
                work.run();
                return "none";
            } catch (KafkaException failure) {
                return failure.getClass().getSimpleName();
            }
        }

        /** Tries until the value is there, for 20 seconds. */
        <T> T until(String what, Callable<Optional<T>> attempt) throws Exception {
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
            while (true) {
                Optional<T> value = attempt.call();
                if (value.isPresent()) {
                    return value.get();
                }
                if (System.nanoTime() > deadline) {
                    throw new IllegalStateException(what + ": not within 20 s");
                }
                Thread.sleep(20);
            }
        }

        /** A topic whose partitions are on these brokers. */
        String topic(String name, Map<String, String> configs, List<List<Integer>> replicas) throws Exception {
            Map<Integer, List<Integer>> assignment = new TreeMap<>();
            for (int index = 0; index < replicas.size(); index++) {
                assignment.put(index, replicas.get(index));
            }
            admin.createTopics(List.of(new NewTopic(name(name), assignment).configs(configs))).all().get();
            until(name, () -> {
                try {
                    TopicDescription found = admin.describeTopics(List.of(name(name))).allTopicNames().get().get(name(name));
                    boolean led = found.partitions().stream().allMatch(partition -> partition.leader() != null && !partition.leader().isEmpty());
                    return led ? Optional.of(found) : Optional.empty();
                } catch (ExecutionException unknown) {
                    return Optional.empty();
                }
            });
            return name(name);
        }

        KafkaProducer<String, String> producer(Object... settings) {
            KafkaProducer<String, String> producer = new KafkaProducer<>(with(settings), new StringSerializer(), new StringSerializer());
            opened.add(() -> producer.close(Duration.ZERO));
            return producer;
        }

        KafkaConsumer<String, String> consumer(Object... settings) {
            KafkaConsumer<String, String> consumer = new KafkaConsumer<>(with(settings), new StringDeserializer(), new StringDeserializer());
            opened.add(() -> consumer.close(CloseOptions.timeout(Duration.ofSeconds(5))));
            return consumer;
        }

        Map<String, Object> with(Object... settings) {
            Map<String, Object> all = new HashMap<>(Map.of("bootstrap.servers", servers, "client.id", "harness"));
            for (int index = 0; index < settings.length; index += 2) {
                all.put((String) settings[index], settings[index + 1]);
            }
            return all;
        }

        /** All records of a topic, in the order of offsets, as text. */
        List<String> records(String topic, String isolation, int expected) throws Exception {
            try (KafkaConsumer<String, String> consumer = new KafkaConsumer<>(with("isolation.level", isolation, "enable.auto.commit", false),
                    new StringDeserializer(), new StringDeserializer())) {
                List<TopicPartition> partitions = consumer.partitionsFor(topic).stream().map(info -> new TopicPartition(topic, info.partition())).toList();
                consumer.assign(partitions);
                consumer.seekToBeginning(partitions);
                List<String> found = new ArrayList<>();
                until(expected + " records in " + topic, () -> {
                    for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofMillis(200))) {
                        found.add(record.partition() + "@" + record.offset() + " " + record.key() + "=" + record.value());
                    }
                    return found.size() >= expected ? Optional.of(true) : Optional.empty();
                });
                for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofMillis(300))) {
                    found.add("unexpected " + record.partition() + "@" + record.offset() + " " + record.key() + "=" + record.value());
                }
                Collections.sort(found);
                return found;
            }
        }

        @Override
        public void close() throws Exception {
            Collections.reverse(opened);
            for (AutoCloseable one : opened) {
                one.close();
            }
            admin.close(Duration.ofSeconds(5));
        }
    }

    public static void main(String[] arguments) throws Exception {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        if (arguments.length > 0 && arguments[0].equals("list")) {
            SCENARIOS.keySet().forEach(out::println);
            return;
        }
        String line;
        while ((line = in.readLine()) != null) {
            String[] words = line.split("\t");
            StringBuilder transcript = new StringBuilder();
            try (World world = new World(words[0], words[1])) {
                try {
                    SCENARIOS.get(words[2]).run(world);
                } finally {
                    transcript.append(world.transcript);
                }
            } catch (Throwable failure) {
                transcript.append("!! ").append(failure).append('\n');
            }
            out.print(transcript);
            out.println("=== end");
            out.flush();
        }
    }

    // --- topics ----------------------------------------------------------------------------------------------------

    static String brief(TopicDescription topic) {
        return topic.name() + " internal=" + topic.isInternal() + " " + topic.partitions().stream().map(partition -> partition.partition() + ": leader "
                + partition.leader().id() + " of " + ids(partition.replicas()) + " in sync " + ids(partition.isr())).collect(Collectors.joining("; "))
                + " operations " + (topic.authorizedOperations() == null ? "none" : new TreeSet<>(topic.authorizedOperations()));
    }

    static List<Integer> ids(Collection<Node> nodes) {
        return nodes.stream().map(Node::id).toList();
    }

    static void topicLife(World world) throws Exception {
        String topic = world.topic("orders", Map.of("retention.ms", "1000"), List.of(List.of(1, 2), List.of(2, 3)));
        world.note("described", brief(world.admin.describeTopics(List.of(topic), new DescribeTopicsOptions().includeAuthorizedOperations(true)).allTopicNames().get().get(topic)));
        world.note("listed", world.admin.listTopics().names().get().contains(topic));
        Uuid id = world.admin.describeTopics(List.of(topic)).allTopicNames().get().get(topic).topicId();
        world.note("by id", world.admin.describeTopics(TopicCollection.ofTopicIds(List.of(id))).allTopicIds().get().get(id).name());
        world.expect("deleted by id", () -> world.admin.deleteTopics(TopicCollection.ofTopicIds(List.of(id))).all().get());
        world.until("gone", () -> world.admin.listTopics().names().get().contains(topic) ? Optional.empty() : Optional.of(true));
        world.expect("deleted again", () -> world.admin.deleteTopics(List.of(topic)).all().get());
        world.expect("described again", () -> world.admin.describeTopics(List.of(topic)).allTopicNames().get());
    }

    static void topicsRefused(World world) {
        world.expect("no partitions", () -> world.admin.createTopics(List.of(new NewTopic(world.name("a"), 0, (short) 1))).all().get());
        world.expect("too many replicas", () -> world.admin.createTopics(List.of(new NewTopic(world.name("a"), 1, (short) 4))).all().get());
        world.expect("a bad name", () -> world.admin.createTopics(List.of(new NewTopic("a b", 1, (short) 1))).all().get());
        world.expect("only validated", () -> world.admin.createTopics(List.of(new NewTopic(world.name("a"), Optional.empty(), Optional.empty())), new CreateTopicsOptions().validateOnly(true)).numPartitions(world.name("a")).get());
        world.expect("defaults", () -> world.admin.createTopics(List.of(new NewTopic(world.name("b"), Optional.empty(), Optional.empty()))).replicationFactor(world.name("b")).get());
    }

    static void partitionsAdded(World world) throws Exception {
        String topic = world.topic("orders", Map.of(), List.of(List.of(1, 2)));
        world.expect("to the same", () -> world.admin.createPartitions(Map.of(topic, NewPartitions.increaseTo(1))).all().get());
        world.expect("to fewer", () -> world.admin.createPartitions(Map.of(topic, NewPartitions.increaseTo(0))).all().get());
        world.expect("to two with one replica", () -> world.admin.createPartitions(Map.of(topic, NewPartitions.increaseTo(2, List.of(List.of(1))))).all().get());
        world.expect("to two with two lists", () -> world.admin.createPartitions(Map.of(topic, NewPartitions.increaseTo(2, List.of(List.of(1, 2), List.of(1, 2))))).all().get());
        world.expect("to two on a broker that is not", () -> world.admin.createPartitions(Map.of(topic, NewPartitions.increaseTo(2, List.of(List.of(1, 9))))).all().get());
        world.expect("of no topic", () -> world.admin.createPartitions(Map.of(world.name("none"), NewPartitions.increaseTo(2))).all().get());
        world.expect("only validated", () -> world.admin.createPartitions(Map.of(topic, NewPartitions.increaseTo(3)), new CreatePartitionsOptions().validateOnly(true)).all().get());
        world.expect("to two", () -> world.admin.createPartitions(Map.of(topic, NewPartitions.increaseTo(2, List.of(List.of(3, 1))))).all().get());
        world.until("two partitions", () -> world.admin.describeTopics(List.of(topic)).allTopicNames().get().get(topic).partitions().size() == 2 ? Optional.of(true) : Optional.empty());
        world.note("described", brief(world.admin.describeTopics(List.of(topic)).allTopicNames().get().get(topic)));
    }

    // --- configs ---------------------------------------------------------------------------------------------------

    static String config(World world, ConfigResource resource, String name) throws Exception {
        ConfigEntry entry = world.admin.describeConfigs(List.of(resource), new DescribeConfigsOptions().includeSynonyms(true)).all().get().get(resource).get(name);
        return entry == null ? "none" : entry.value() + " from " + entry.source() + " " + entry.type() + " sensitive=" + entry.isSensitive() + " readOnly=" + entry.isReadOnly()
                + " synonyms " + entry.synonyms().stream().map(synonym -> synonym.name() + "=" + synonym.value() + " from " + synonym.source()).toList();
    }

    static AlterConfigOp op(String name, String value, AlterConfigOp.OpType type) {
        return new AlterConfigOp(new ConfigEntry(name, value), type);
    }

    static void configsAltered(World world) throws Exception {
        String topic = world.topic("orders", Map.of("retention.ms", "1000"), List.of(List.of(1, 2)));
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        for (String name : List.of("retention.ms", "min.insync.replicas", "cleanup.policy", "segment.bytes", "leader.replication.throttled.replicas")) {
            world.note(name, config(world, resource, name));
        }
        world.admin.incrementalAlterConfigs(Map.of(resource, List.of(op("retention.ms", "2000", AlterConfigOp.OpType.SET), op("cleanup.policy", "compact", AlterConfigOp.OpType.APPEND)))).all().get();
        world.until("the change", () -> config(world, resource, "retention.ms").startsWith("2000") ? Optional.of(true) : Optional.empty());
        world.note("appended", config(world, resource, "cleanup.policy"));
        world.admin.incrementalAlterConfigs(Map.of(resource, List.of(op("retention.ms", null, AlterConfigOp.OpType.DELETE), op("cleanup.policy", "delete", AlterConfigOp.OpType.SUBTRACT)))).all().get();
        world.until("the change", () -> config(world, resource, "retention.ms").startsWith("6048") ? Optional.of(true) : Optional.empty());
        world.note("subtracted", config(world, resource, "cleanup.policy"));
        world.note("deleted", config(world, resource, "retention.ms"));
    }

    static void configsRefused(World world) throws Exception {
        String topic = world.topic("orders", Map.of(), List.of(List.of(1, 2)));
        ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        List<AlterConfigOp> wrong = List.of(op("no.such.config", "1", AlterConfigOp.OpType.SET), op("retention.ms", "x", AlterConfigOp.OpType.SET),
                op("retention.ms", "1", AlterConfigOp.OpType.APPEND), op("retention.ms", "1", AlterConfigOp.OpType.SUBTRACT), op("cleanup.policy", "burn", AlterConfigOp.OpType.APPEND),
                op("min.insync.replicas", "0", AlterConfigOp.OpType.SET), op("compression.type", "rar", AlterConfigOp.OpType.SET), op("max.message.bytes", "-1", AlterConfigOp.OpType.SET));
        for (AlterConfigOp one : wrong) {
            world.expect(one.opType() + " " + one.configEntry().name(), () -> world.admin.incrementalAlterConfigs(Map.of(resource, List.of(one))).all().get());
        }
        world.expect("twice", () -> world.admin.incrementalAlterConfigs(Map.of(resource, List.of(op("retention.ms", "1", AlterConfigOp.OpType.SET), op("retention.ms", "2", AlterConfigOp.OpType.SET)))).all().get());
        ConfigResource none = new ConfigResource(ConfigResource.Type.TOPIC, world.name("none"));
        world.expect("no topic", () -> world.admin.incrementalAlterConfigs(Map.of(none, List.of(op("retention.ms", "1", AlterConfigOp.OpType.SET)))).all().get());
        world.expect("no topic described", () -> world.admin.describeConfigs(List.of(none)).all().get());
        world.expect("no broker", () -> world.admin.incrementalAlterConfigs(Map.of(new ConfigResource(ConfigResource.Type.BROKER, "x"), List.of(op("log.cleaner.threads", "2", AlterConfigOp.OpType.SET)))).all().get());
        world.expect("read only", () -> world.admin.incrementalAlterConfigs(Map.of(new ConfigResource(ConfigResource.Type.BROKER, "1"), List.of(op("broker.rack", "x", AlterConfigOp.OpType.SET)))).all().get());
    }

    static void brokerConfigs(World world) throws Exception {
        ConfigResource all = new ConfigResource(ConfigResource.Type.BROKER, "");
        ConfigResource one = new ConfigResource(ConfigResource.Type.BROKER, "1");
        String key = "log.cleaner.backoff.ms";
        world.note("before", config(world, one, key));
        world.admin.incrementalAlterConfigs(Map.of(all, List.of(op(key, "14000", AlterConfigOp.OpType.SET)))).all().get();
        world.until("the change", () -> config(world, one, key).startsWith("14000") ? Optional.of(true) : Optional.empty());
        world.note("cluster-wide", config(world, one, key));
        world.admin.incrementalAlterConfigs(Map.of(one, List.of(op(key, "13000", AlterConfigOp.OpType.SET)))).all().get();
        world.until("the change", () -> config(world, one, key).startsWith("13000") ? Optional.of(true) : Optional.empty());
        world.note("of one broker", config(world, one, key));
        world.note("of the default", config(world, all, key));
        world.admin.incrementalAlterConfigs(Map.of(all, List.of(op(key, null, AlterConfigOp.OpType.DELETE)), one, List.of(op(key, null, AlterConfigOp.OpType.DELETE)))).all().get();
        world.until("the change", () -> config(world, one, key).startsWith("15000") ? Optional.of(true) : Optional.empty());
        world.note("after", config(world, one, key));
    }

    // --- data ------------------------------------------------------------------------------------------------------

    static RecordMetadata send(KafkaProducer<String, String> producer, String topic, String key, String value) throws Exception {
        return producer.send(new ProducerRecord<>(topic, key, value)).get();
    }

    static void recordsDeleted(World world) throws Exception {
        String topic = world.topic("orders", Map.of(), List.of(List.of(1, 2)));
        KafkaProducer<String, String> producer = world.producer();
        for (int index = 0; index < 5; index++) {
            send(producer, topic, "k", "v" + index);
        }
        TopicPartition partition = new TopicPartition(topic, 0);
        world.expect("before 3", () -> world.admin.deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(3))).lowWatermarks().get(partition).get().lowWatermark());
        world.note("left", world.records(topic, "read_uncommitted", 2));
        world.expect("before 2", () -> world.admin.deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(2))).lowWatermarks().get(partition).get().lowWatermark());
        world.expect("before 9", () -> world.admin.deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(9))).all().get());
        world.expect("all", () -> world.admin.deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(-1))).lowWatermarks().get(partition).get().lowWatermark());
    }

    static void offsetsByTime(World world) throws Exception {
        String topic = world.topic("orders", Map.of(), List.of(List.of(1, 2)));
        KafkaProducer<String, String> producer = world.producer();
        for (long time : List.of(100L, 300L, 200L, 400L)) {
            producer.send(new ProducerRecord<>(topic, 0, time, "k", "v")).get();
        }
        TopicPartition partition = new TopicPartition(topic, 0);
        for (OffsetSpec spec : List.of(OffsetSpec.earliest(), OffsetSpec.latest(), OffsetSpec.maxTimestamp(), OffsetSpec.forTimestamp(0), OffsetSpec.forTimestamp(150), OffsetSpec.forTimestamp(250), OffsetSpec.forTimestamp(400), OffsetSpec.forTimestamp(401), OffsetSpec.earliestLocal(), OffsetSpec.latestTiered())) {
            world.expect(spec.getClass().getSimpleName(), () -> {
                ListOffsetsResult.ListOffsetsResultInfo info = world.admin.listOffsets(Map.of(partition, spec)).partitionResult(partition).get();
                return info.offset() + " at " + info.timestamp() + " epoch " + info.leaderEpoch();
            });
        }
        KafkaConsumer<String, String> consumer = world.consumer();
        world.note("for times", consumer.offsetsForTimes(Map.of(partition, 250L)));
        world.note("beginning", consumer.beginningOffsets(List.of(partition)));
        world.note("end", consumer.endOffsets(List.of(partition)));
    }

    static void producingRefused(World world) throws Exception {
        String small = world.topic("small", Map.of("max.message.bytes", "200"), List.of(List.of(1, 2)));
        String strict = world.topic("strict", Map.of("message.timestamp.before.max.ms", "1000", "message.timestamp.after.max.ms", "1000"), List.of(List.of(1, 2)));
        String safe = world.topic("safe", Map.of("min.insync.replicas", "3"), List.of(List.of(1, 2)));
        KafkaProducer<String, String> producer = world.producer("delivery.timeout.ms", 3000, "request.timeout.ms", 2000, "linger.ms", 0);
        world.expect("too large", () -> send(producer, small, "k", "x".repeat(500)).offset());
        world.expect("too old", () -> producer.send(new ProducerRecord<>(strict, 0, 5L, "k", "v")).get().offset());
        world.expect("too new", () -> producer.send(new ProducerRecord<>(strict, 0, System.currentTimeMillis() + 3_600_000, "k", "v")).get().offset());
        world.expect("now", () -> producer.send(new ProducerRecord<>(strict, 0, System.currentTimeMillis(), "k", "v")).get().offset());
        KafkaProducer<String, String> impatient = world.producer("delivery.timeout.ms", 1500, "request.timeout.ms", 1000, "linger.ms", 0, "retries", 1, "enable.idempotence", false);
        world.expect("not enough replicas", () -> send(impatient, safe, "k", "v").offset());
        KafkaProducer<String, String> careless = world.producer("acks", "1", "enable.idempotence", false);
        world.expect("acks 1", () -> send(careless, safe, "k", "v").offset());
        KafkaProducer<String, String> blind = world.producer("acks", "0", "enable.idempotence", false);
        world.expect("acks 0", () -> send(blind, safe, "k", "v").offset());
    }

    static void codecs(World world) throws Exception {
        for (String topicCodec : List.of("producer", "uncompressed", "gzip", "snappy", "lz4", "zstd")) {
            String topic = world.topic("orders-" + topicCodec, Map.of("compression.type", topicCodec), List.of(List.of(1, 2)));
            for (String codec : List.of("none", "gzip", "snappy", "lz4", "zstd")) {
                KafkaProducer<String, String> producer = world.producer("compression.type", codec, "linger.ms", 50);
                for (int index = 0; index < 3; index++) {
                    producer.send(new ProducerRecord<>(topic, codec, "v" + index + "x".repeat(100)));
                }
                producer.flush();
            }
            world.note(topicCodec, world.records(topic, "read_uncommitted", 15).stream().map(record -> record.substring(0, 12)).toList());
        }
    }

    static void wholeRecords(World world) throws Exception {
        String topic = world.topic("orders", Map.of(), List.of(List.of(1, 2)));
        KafkaProducer<String, String> producer = world.producer();
        ProducerRecord<String, String> record = new ProducerRecord<>(topic, 0, 12345L, (String) null, (String) null);
        record.headers().add("one", new byte[] {1, 2}).add("one", null).add("", new byte[0]);
        producer.send(record).get();
        producer.send(new ProducerRecord<>(topic, 0, 12346L, "", "")).get();
        KafkaConsumer<String, String> consumer = world.consumer();
        TopicPartition partition = new TopicPartition(topic, 0);
        consumer.assign(List.of(partition));
        consumer.seekToBeginning(List.of(partition));
        List<String> found = new ArrayList<>();
        world.until("two records", () -> {
            for (ConsumerRecord<String, String> one : consumer.poll(Duration.ofMillis(200))) {
                found.add(one.offset() + " " + one.timestampType() + " " + one.timestamp() + " " + one.key() + " " + one.value() + " " + one.serializedKeySize() + " " + one.serializedValueSize() + " epoch " + one.leaderEpoch() + " " + one.headers());
            }
            return found.size() >= 2 ? Optional.of(true) : Optional.empty();
        });
        world.note("records", found);
    }

    static void compactedWantsKeys(World world) throws Exception {
        String topic = world.topic("orders", Map.of("cleanup.policy", "compact"), List.of(List.of(1, 2)));
        KafkaProducer<String, String> producer = world.producer();
        world.expect("without a key", () -> send(producer, topic, null, "v").offset());
        world.expect("with a key", () -> send(producer, topic, "k", "v").offset());
    }

    static void logAppendTime(World world) throws Exception {
        String topic = world.topic("orders", Map.of("message.timestamp.type", "LogAppendTime"), List.of(List.of(1, 2)));
        KafkaProducer<String, String> producer = world.producer();
        RecordMetadata metadata = producer.send(new ProducerRecord<>(topic, 0, 5L, "k", "v")).get();
        world.note("told", metadata.timestamp() > 1_600_000_000_000L);
        KafkaConsumer<String, String> consumer = world.consumer();
        consumer.assign(List.of(new TopicPartition(topic, 0)));
        consumer.seekToBeginning(consumer.assignment());
        ConsumerRecord<String, String> record = world.until("a record", () -> Optional.ofNullable(consumer.poll(Duration.ofMillis(200)).iterator()).filter(records -> records.hasNext()).map(records -> records.next()));
        world.note("read", record.timestampType() + " " + (record.timestamp() == metadata.timestamp()));
    }

    // --- groups ----------------------------------------------------------------------------------------------------

    static void shares(World world, String protocol, Class<?> assignor) throws Exception {
        String topic = world.topic("orders", Map.of(), List.of(List.of(1), List.of(2), List.of(3), List.of(1)));
        Object[] settings = {"group.id", world.name("group"), "group.protocol", protocol, "auto.offset.reset", "earliest"};
        List<Object> all = new ArrayList<>(List.of(settings));
        if (assignor != null) {
            all.addAll(List.of("partition.assignment.strategy", assignor.getName(), "session.timeout.ms", 10000, "heartbeat.interval.ms", 500));
        }
        KafkaProducer<String, String> producer = world.producer();
        for (int index = 0; index < 8; index++) {
            producer.send(new ProducerRecord<>(topic, index % 4, "k", "v" + index)).get();
        }
        KafkaConsumer<String, String> one = world.consumer(all.toArray());
        one.subscribe(List.of(topic));
        Set<String> seen = new TreeSet<>();
        world.until("all records", () -> {
            one.poll(Duration.ofMillis(100)).forEach(record -> seen.add(record.partition() + "@" + record.offset()));
            return seen.size() == 8 ? Optional.of(true) : Optional.empty();
        });
        world.note("seen", seen);
        one.commitSync();
        KafkaConsumer<String, String> two = world.consumer(all.toArray());
        two.subscribe(List.of(topic));
        world.until("two and two", () -> {
            one.poll(Duration.ofMillis(50));
            two.poll(Duration.ofMillis(50));
            return one.assignment().size() == 2 && two.assignment().size() == 2 ? Optional.of(true) : Optional.empty();
        });
        Set<TopicPartition> together = new java.util.HashSet<>(one.assignment());
        together.addAll(two.assignment());
        world.note("together", together.size());
        ConsumerGroupDescription group = world.admin.describeConsumerGroups(List.of(world.name("group"))).all().get().get(world.name("group"));
        world.note("group", group.groupState() + " " + group.type() + " " + group.partitionAssignor() + " members " + group.members().size() + " simple=" + group.isSimpleConsumerGroup());
        one.close();
        world.until("four", () -> {
            two.poll(Duration.ofMillis(50));
            return two.assignment().size() == 4 ? Optional.of(true) : Optional.empty();
        });
        world.note("committed", new TreeMap<>(two.committed(two.assignment()).entrySet().stream().collect(Collectors.toMap(entry -> entry.getKey().partition(), entry -> entry.getValue().offset()))));
    }

    static void staticMember(World world) throws Exception {
        String topic = world.topic("orders", Map.of(), List.of(List.of(1), List.of(2)));
        Object[] settings = {"group.id", world.name("group"), "group.instance.id", "one", "session.timeout.ms", 10000, "auto.offset.reset", "earliest"};
        KafkaConsumer<String, String> first = new KafkaConsumer<>(world.with(settings), new StringDeserializer(), new StringDeserializer());
        first.subscribe(List.of(topic));
        world.until("both", () -> {
            first.poll(Duration.ofMillis(50));
            return first.assignment().size() == 2 ? Optional.of(true) : Optional.empty();
        });
        int generation = first.groupMetadata().generationId();
        KafkaConsumer<String, String> second = world.consumer(settings);
        second.subscribe(List.of(topic));
        world.until("both again", () -> {
            second.poll(Duration.ofMillis(50));
            return second.assignment().size() == 2 ? Optional.of(true) : Optional.empty();
        });
        world.note("generation moved by", second.groupMetadata().generationId() - generation);
        world.expect("the first one", () -> {
            for (int attempt = 0; attempt < 100; attempt++) {
                first.poll(Duration.ofMillis(50));
            }
            return "is let live";
        });
        first.close(CloseOptions.timeout(Duration.ofSeconds(1)));
        world.expect("removed by the admin", () -> world.admin.removeMembersFromConsumerGroup(world.name("group"), new RemoveMembersFromConsumerGroupOptions(List.of(new MemberToRemove("one")))).all().get());
        world.expect("one that is not there", () -> world.admin.removeMembersFromConsumerGroup(world.name("group"), new RemoveMembersFromConsumerGroupOptions(List.of(new MemberToRemove("two")))).all().get());
    }

    static void groupOffsets(World world) throws Exception {
        String topic = world.topic("orders", Map.of(), List.of(List.of(1), List.of(2)));
        String group = world.name("group");
        TopicPartition zero = new TopicPartition(topic, 0);
        TopicPartition one = new TopicPartition(topic, 1);
        world.expect("altered", () -> world.admin.alterConsumerGroupOffsets(group, Map.of(zero, new OffsetAndMetadata(5, Optional.of(0), "note"), one, new OffsetAndMetadata(7))).all().get());
        world.expect("listed", () -> new TreeMap<>(Map.of("0", world.admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get().get(zero), "1", world.admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get().get(one))));
        world.expect("too much metadata", () -> world.admin.alterConsumerGroupOffsets(group, Map.of(zero, new OffsetAndMetadata(5, "x".repeat(5000)))).all().get());
        world.expect("of no topic", () -> world.admin.alterConsumerGroupOffsets(group, Map.of(new TopicPartition(world.name("none"), 0), new OffsetAndMetadata(5))).all().get());
        world.expect("one deleted", () -> world.admin.deleteConsumerGroupOffsets(group, Set.of(zero)).all().get());
        world.expect("left", () -> world.admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get().size());
        world.expect("described", () -> {
            ConsumerGroupDescription found = world.admin.describeConsumerGroups(List.of(group)).all().get().get(group);
            return found.groupState() + " " + found.type() + " simple=" + found.isSimpleConsumerGroup() + " coordinator " + (found.coordinator().id() > 0);
        });
        world.expect("deleted", () -> world.admin.deleteConsumerGroups(List.of(group)).all().get());
        world.expect("deleted again", () -> world.admin.deleteConsumerGroups(List.of(group)).all().get());
    }

    static void groupsRefused(World world) throws Exception {
        String topic = world.topic("orders", Map.of(), List.of(List.of(1)));
        String group = world.name("group");
        KafkaConsumer<String, String> member = world.consumer("group.id", group);
        member.subscribe(List.of(topic));
        world.until("assigned", () -> {
            member.poll(Duration.ofMillis(50));
            return member.assignment().size() == 1 ? Optional.of(true) : Optional.empty();
        });
        world.expect("deleting a group in use", () -> world.admin.deleteConsumerGroups(List.of(group)).all().get());
        world.expect("deleting offsets in use", () -> world.admin.deleteConsumerGroupOffsets(group, Set.of(new TopicPartition(topic, 0))).all().get());
        world.expect("altering offsets in use", () -> world.admin.alterConsumerGroupOffsets(group, Map.of(new TopicPartition(topic, 0), new OffsetAndMetadata(0))).all().get());
        world.expect("describing none", () -> world.admin.describeConsumerGroups(List.of(world.name("none"))).all().get());
        world.expect("offsets of none", () -> world.admin.listConsumerGroupOffsets(world.name("none")).partitionsToOffsetAndMetadata().get());
        KafkaConsumer<String, String> short_ = world.consumer("group.id", world.name("other"), "session.timeout.ms", 100, "heartbeat.interval.ms", 50);
        short_.subscribe(List.of(topic));
        world.expect("a short session", () -> short_.poll(Duration.ofSeconds(3)).count());
    }

    // --- transactions ----------------------------------------------------------------------------------------------

    static void transactions(World world) throws Exception {
        String topic = world.topic("orders", Map.of(), List.of(List.of(1, 2), List.of(2, 3)));
        KafkaProducer<String, String> producer = world.producer("transactional.id", world.name("id"));
        producer.initTransactions();
        for (int transaction = 0; transaction < 4; transaction++) {
            producer.beginTransaction();
            for (int index = 0; index < 2; index++) {
                producer.send(new ProducerRecord<>(topic, index, "t" + transaction, "v" + index)).get();
            }
            if (transaction % 2 == 0) {
                producer.commitTransaction();
            } else {
                producer.abortTransaction();
            }
        }
        world.note("committed", world.records(topic, "read_committed", 4));
        world.note("all", world.records(topic, "read_uncommitted", 8));
        TransactionDescription described = world.until("complete", () -> Optional.of(world.admin.describeTransactions(List.of(world.name("id"))).description(world.name("id")).get()).filter(found -> found.state() == TransactionState.COMPLETE_ABORT));
        world.note("described", described.state() + " timeout " + described.transactionTimeoutMs() + " partitions " + described.topicPartitions());
        world.note("listed", world.admin.listTransactions().all().get().stream().filter(one -> one.transactionalId().equals(world.name("id"))).map(one -> one.state()).toList());
        world.expect("none described", () -> world.admin.describeTransactions(List.of(world.name("none"))).all().get());
    }

    static void fenced(World world) throws Exception {
        String topic = world.topic("orders", Map.of(), List.of(List.of(1, 2)));
        KafkaProducer<String, String> first = world.producer("transactional.id", world.name("id"), "max.block.ms", 10000);
        first.initTransactions();
        first.beginTransaction();
        send(first, topic, "first", "v");
        KafkaProducer<String, String> second = world.producer("transactional.id", world.name("id"), "max.block.ms", 10000);
        second.initTransactions();
        second.beginTransaction();
        send(second, topic, "second", "v");
        world.expect("the first sends", () -> send(first, topic, "first", "again").offset());
        // Whether the client or the coordinator finds out first is a race; the text differs.
        world.note("the first commits", world.failure(first::commitTransaction));
        second.commitTransaction();
        world.note("committed", world.records(topic, "read_committed", 1).stream().map(record -> record.substring(record.indexOf(' '))).toList());
        world.expect("fenced by the admin", () -> world.admin.fenceProducers(List.of(world.name("id"))).all().get());
        world.expect("the second begins", () -> {
            second.beginTransaction();
            send(second, topic, "second", "again");
            second.commitTransaction();
            return "done";
        });
    }

    static void transactionalOffsets(World world) throws Exception {
        String topic = world.topic("orders", Map.of(), List.of(List.of(1, 2)));
        String group = world.name("group");
        TopicPartition partition = new TopicPartition(topic, 0);
        KafkaProducer<String, String> producer = world.producer("transactional.id", world.name("id"));
        producer.initTransactions();
        producer.beginTransaction();
        producer.sendOffsetsToTransaction(Map.of(partition, new OffsetAndMetadata(3)), new ConsumerGroupMetadata(group));
        world.note("while open", world.admin.listConsumerGroupOffsets(group, new ListConsumerGroupOffsetsOptions().requireStable(false)).partitionsToOffsetAndMetadata().get());
        producer.commitTransaction();
        world.until("committed", () -> Optional.ofNullable(world.admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get().get(partition)));
        world.note("committed", world.admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get().get(partition).offset());
        producer.beginTransaction();
        producer.sendOffsetsToTransaction(Map.of(partition, new OffsetAndMetadata(9)), new ConsumerGroupMetadata(group));
        producer.abortTransaction();
        world.note("aborted", world.admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get().get(partition).offset());
        producer.beginTransaction();
        world.expect("of a member that is not", () -> {
            producer.sendOffsetsToTransaction(Map.of(partition, new OffsetAndMetadata(11)), new ConsumerGroupMetadata(group, 7, "nobody", Optional.empty()));
            producer.commitTransaction();
            return "done";
        });
    }

    static void timedOut(World world) throws Exception {
        String topic = world.topic("orders", Map.of(), List.of(List.of(1, 2)));
        KafkaProducer<String, String> producer = world.producer("transactional.id", world.name("id"), "transaction.timeout.ms", 1000);
        producer.initTransactions();
        producer.beginTransaction();
        send(producer, topic, "k", "v");
        world.until("aborted", () -> Optional.of(world.admin.describeTransactions(List.of(world.name("id"))).description(world.name("id")).get().state()).filter(state -> state == TransactionState.COMPLETE_ABORT));
        world.expect("committed too late", () -> {
            producer.commitTransaction();
            return "done";
        });
        KafkaProducer<String, String> greedy = world.producer("transactional.id", world.name("greedy"), "transaction.timeout.ms", 1_000_000_000);
        world.expect("a long timeout", () -> {
            greedy.initTransactions();
            return "done";
        });
    }

    static void producersDescribed(World world) throws Exception {
        String topic = world.topic("orders", Map.of(), List.of(List.of(1, 2)));
        KafkaProducer<String, String> producer = world.producer("transactional.id", world.name("id"));
        producer.initTransactions();
        producer.beginTransaction();
        send(producer, topic, "k", "v");
        send(producer, topic, "k", "w");
        TopicPartition partition = new TopicPartition(topic, 0);
        world.expect("open", () -> world.admin.describeProducers(List.of(partition)).partitionResult(partition).get().activeProducers().stream()
                .map(one -> "epoch " + one.producerEpoch() + " sequence " + one.lastSequence() + " coordinator " + one.coordinatorEpoch() + " begun at " + one.currentTransactionStartOffset()).toList());
        producer.commitTransaction();
        world.until("the marker", () -> world.admin.describeProducers(List.of(partition)).partitionResult(partition).get().activeProducers().stream()
                .allMatch(one -> one.currentTransactionStartOffset().isEmpty()) ? Optional.of(true) : Optional.empty());
        world.expect("closed", () -> world.admin.describeProducers(List.of(partition)).partitionResult(partition).get().activeProducers().stream()
                .map(one -> "sequence " + one.lastSequence() + " begun at " + one.currentTransactionStartOffset()).toList());
    }

    // --- security and quotas ---------------------------------------------------------------------------------------

    static void quotas(World world) throws Exception {
        ClientQuotaEntity user = new ClientQuotaEntity(Map.of("user", world.name("user")));
        ClientQuotaEntity both = new ClientQuotaEntity(Map.of("user", world.name("user"), "client-id", world.name("client")));
        world.expect("set", () -> world.admin.alterClientQuotas(List.of(new ClientQuotaAlteration(user, List.of(new ClientQuotaAlteration.Op("producer_byte_rate", 1000.0), new ClientQuotaAlteration.Op("consumer_byte_rate", 2000.0))), new ClientQuotaAlteration(both, List.of(new ClientQuotaAlteration.Op("request_percentage", 50.0))))).all().get());
        ClientQuotaFilter exact = ClientQuotaFilter.containsOnly(List.of(ClientQuotaFilterComponent.ofEntity("user", world.name("user"))));
        ClientQuotaFilter wide = ClientQuotaFilter.contains(List.of(ClientQuotaFilterComponent.ofEntity("user", world.name("user"))));
        world.until("seen", () -> world.admin.describeClientQuotas(wide).entities().get().size() == 2 ? Optional.of(true) : Optional.empty());
        world.note("exact", world.admin.describeClientQuotas(exact).entities().get().values().stream().map(TreeMap::new).toList());
        for (Map.Entry<String, Double> wrong : List.of(Map.entry("no_such_rate", 1.0), Map.entry("producer_byte_rate", -1.0), Map.entry("producer_byte_rate", 0.5), Map.entry("request_percentage", 0.0), Map.entry("connection_creation_rate", 5.0))) {
            world.expect(wrong.toString(), () -> world.admin.alterClientQuotas(List.of(new ClientQuotaAlteration(user, List.of(new ClientQuotaAlteration.Op(wrong.getKey(), wrong.getValue()))))).all().get());
        }
        world.expect("an entity that is none", () -> world.admin.alterClientQuotas(List.of(new ClientQuotaAlteration(new ClientQuotaEntity(Map.of("planet", "x")), List.of(new ClientQuotaAlteration.Op("producer_byte_rate", 1.0))))).all().get());
        world.expect("an ip that is none", () -> world.admin.alterClientQuotas(List.of(new ClientQuotaAlteration(new ClientQuotaEntity(Map.of("ip", "not an ip")), List.of(new ClientQuotaAlteration.Op("connection_creation_rate", 1.0))))).all().get());
        world.expect("removed", () -> world.admin.alterClientQuotas(List.of(new ClientQuotaAlteration(user, List.of(new ClientQuotaAlteration.Op("producer_byte_rate", null), new ClientQuotaAlteration.Op("consumer_byte_rate", null))), new ClientQuotaAlteration(both, List.of(new ClientQuotaAlteration.Op("request_percentage", null))))).all().get());
        world.until("gone", () -> world.admin.describeClientQuotas(wide).entities().get().isEmpty() ? Optional.of(true) : Optional.empty());
    }

    static void scram(World world) throws Exception {
        String user = world.name("user");
        UserScramCredentialUpsertion one = new UserScramCredentialUpsertion(user, new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_256, 4096), "secret");
        UserScramCredentialUpsertion two = new UserScramCredentialUpsertion(user, new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, 8192), "secret");
        world.expect("both at once", () -> world.admin.alterUserScramCredentials(List.of(one, two)).all().get());
        world.expect("set", () -> world.admin.alterUserScramCredentials(List.of(one)).all().get());
        world.until("seen", () -> {
            try {
                return Optional.of(world.admin.describeUserScramCredentials(List.of(user)).description(user).get());
            } catch (ExecutionException unknown) {
                return Optional.empty();
            }
        });
        world.note("described", world.admin.describeUserScramCredentials(List.of(user)).description(user).get().credentialInfos());
        world.expect("too few iterations", () -> world.admin.alterUserScramCredentials(List.of(new UserScramCredentialUpsertion(user, new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_256, 100), "secret"))).all().get());
        world.expect("too many iterations", () -> world.admin.alterUserScramCredentials(List.of(new UserScramCredentialUpsertion(user, new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_256, 100000), "secret"))).all().get());
        world.expect("no name", () -> world.admin.alterUserScramCredentials(List.of(new UserScramCredentialUpsertion("", new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_256, 4096), "secret"))).all().get());
        world.expect("deleted", () -> world.admin.alterUserScramCredentials(List.of(new UserScramCredentialDeletion(user, ScramMechanism.SCRAM_SHA_256))).all().get());
        world.expect("deleted again", () -> world.admin.alterUserScramCredentials(List.of(new UserScramCredentialDeletion(user, ScramMechanism.SCRAM_SHA_256))).all().get());
        world.expect("described again", () -> world.admin.describeUserScramCredentials(List.of(user)).description(user).get());
    }

    static void acls(World world) throws Exception {
        AclBinding literal = new AclBinding(new ResourcePattern(ResourceType.TOPIC, world.name("orders"), PatternType.LITERAL), new AccessControlEntry("User:alice", "*", AclOperation.READ, AclPermissionType.ALLOW));
        AclBinding prefixed = new AclBinding(new ResourcePattern(ResourceType.TOPIC, world.name("ord"), PatternType.PREFIXED), new AccessControlEntry("User:bob", "127.0.0.1", AclOperation.WRITE, AclPermissionType.DENY));
        world.expect("created", () -> world.admin.createAcls(List.of(literal, prefixed)).all().get());
        AclBindingFilter match = new AclBindingFilter(new ResourcePatternFilter(ResourceType.TOPIC, world.name("orders"), PatternType.MATCH), AccessControlEntryFilter.ANY);
        world.until("both seen", () -> world.admin.describeAcls(match).values().get().size() == 2 ? Optional.of(true) : Optional.empty());
        world.note("match", world.admin.describeAcls(match).values().get().stream().map(AclBinding::toString).sorted().toList());
        world.note("literal", world.admin.describeAcls(new AclBindingFilter(new ResourcePatternFilter(ResourceType.TOPIC, world.name("orders"), PatternType.LITERAL), AccessControlEntryFilter.ANY)).values().get());
        for (AclBinding wrong : List.of(
                new AclBinding(new ResourcePattern(ResourceType.TOPIC, "x", PatternType.LITERAL), new AccessControlEntry("alice", "*", AclOperation.READ, AclPermissionType.ALLOW)),
                new AclBinding(new ResourcePattern(ResourceType.CLUSTER, "x", PatternType.LITERAL), new AccessControlEntry("User:alice", "*", AclOperation.ALTER, AclPermissionType.ALLOW)),
                new AclBinding(new ResourcePattern(ResourceType.TOPIC, "", PatternType.LITERAL), new AccessControlEntry("User:alice", "*", AclOperation.READ, AclPermissionType.ALLOW)),
                new AclBinding(new ResourcePattern(ResourceType.GROUP, "x", PatternType.LITERAL), new AccessControlEntry("User:alice", "*", AclOperation.WRITE, AclPermissionType.ALLOW)))) {
            world.expect(wrong.toString(), () -> world.admin.createAcls(List.of(wrong)).all().get());
        }
        world.expect("clean", () -> world.admin.deleteAcls(List.of(new AclBindingFilter(new ResourcePatternFilter(ResourceType.TOPIC, "x", PatternType.LITERAL), AccessControlEntryFilter.ANY), new AclBindingFilter(new ResourcePatternFilter(ResourceType.GROUP, "x", PatternType.LITERAL), AccessControlEntryFilter.ANY))).all().get().size());
        world.expect("deleted", () -> world.admin.deleteAcls(List.of(match)).all().get().stream().map(AclBinding::toString).sorted().toList());
        world.until("gone", () -> world.admin.describeAcls(match).values().get().isEmpty() ? Optional.of(true) : Optional.empty());
    }

    // --- control ---------------------------------------------------------------------------------------------------

    static void reassigned(World world) throws Exception {
        String topic = world.topic("orders", Map.of(), List.of(List.of(1, 2)));
        TopicPartition partition = new TopicPartition(topic, 0);
        world.expect("to a broker that is not", () -> world.admin.alterPartitionReassignments(Map.of(partition, Optional.of(new NewPartitionReassignment(List.of(1, 9))))).all().get());
        world.expect("to nobody", () -> world.admin.alterPartitionReassignments(Map.of(partition, Optional.of(new NewPartitionReassignment(List.of(1, 1))))).all().get());
        world.expect("cancelled before it began", () -> world.admin.alterPartitionReassignments(Map.of(partition, Optional.empty())).all().get());
        world.expect("of no topic", () -> world.admin.alterPartitionReassignments(Map.of(new TopicPartition(world.name("none"), 0), Optional.of(new NewPartitionReassignment(List.of(1))))).all().get());
        world.expect("to others", () -> world.admin.alterPartitionReassignments(Map.of(partition, Optional.of(new NewPartitionReassignment(List.of(3, 2))))).all().get());
        world.until("done", () -> world.admin.listPartitionReassignments(Set.of(partition)).reassignments().get().isEmpty() ? Optional.of(true) : Optional.empty());
        world.until("described", () -> Optional.of(brief(world.admin.describeTopics(List.of(topic)).allTopicNames().get().get(topic))).filter(text -> text.contains("of [3, 2]") && !text.contains("in sync [2]")));
        TopicPartitionInfo info = world.admin.describeTopics(List.of(topic)).allTopicNames().get().get(topic).partitions().get(0);
        world.note("replicas", ids(info.replicas()) + " in sync " + new TreeSet<>(ids(info.isr())));
    }

    static void elected(World world) throws Exception {
        String topic = world.topic("orders", Map.of(), List.of(List.of(1, 2)));
        TopicPartition partition = new TopicPartition(topic, 0);
        world.expect("not needed", () -> world.admin.electLeaders(ElectionType.PREFERRED, Set.of(partition)).partitions().get().get(partition));
        world.expect("unclean not needed", () -> world.admin.electLeaders(ElectionType.UNCLEAN, Set.of(partition)).partitions().get().get(partition));
        world.expect("of no topic", () -> world.admin.electLeaders(ElectionType.PREFERRED, Set.of(new TopicPartition(world.name("none"), 0))).partitions().get().values());
    }

    static void described(World world) throws Exception {
        DescribeClusterResult cluster = world.admin.describeCluster(new DescribeClusterOptions().includeAuthorizedOperations(true));
        world.note("nodes", cluster.nodes().get().stream().map(node -> node.id() + " in " + node.rack() + " fenced=" + node.isFenced()).sorted().toList());
        world.note("operations", new TreeSet<>(cluster.authorizedOperations().get()));
        QuorumInfo quorum = world.admin.describeMetadataQuorum().quorumInfo().get();
        world.note("voters", quorum.voters().stream().map(QuorumInfo.ReplicaState::replicaId).sorted().toList() + " observers " + quorum.observers().size() + " led " + (quorum.leaderId() > 0));
        world.note("log dirs", world.admin.describeLogDirs(List.of(1, 2, 3)).allDescriptions().get().values().stream().map(Map::size).toList());
        world.note("config resources", world.admin.listConfigResources(Set.of(ConfigResource.Type.BROKER), new ListConfigResourcesOptions()).all().get().stream().map(ConfigResource::name).sorted().toList());
    }

    static void features(World world) throws Exception {
        FeatureMetadata features = world.admin.describeFeatures().featureMetadata().get();
        for (String name : List.of("metadata.version", "transaction.version", "group.version")) {
            world.note(name, features.finalizedFeatures().get(name) + " of " + features.supportedFeatures().get(name));
        }
        world.expect("too high", () -> world.admin.updateFeatures(Map.of("transaction.version", new FeatureUpdate((short) 99, FeatureUpdate.UpgradeType.UPGRADE)), new UpdateFeaturesOptions()).all().get());
        world.expect("unknown", () -> world.admin.updateFeatures(Map.of("no.such.feature", new FeatureUpdate((short) 1, FeatureUpdate.UpgradeType.UPGRADE)), new UpdateFeaturesOptions()).all().get());
        world.expect("down without leave", () -> world.admin.updateFeatures(Map.of("transaction.version", new FeatureUpdate((short) 1, FeatureUpdate.UpgradeType.UPGRADE)), new UpdateFeaturesOptions()).all().get());
        world.expect("only validated", () -> world.admin.updateFeatures(Map.of("transaction.version", new FeatureUpdate((short) 1, FeatureUpdate.UpgradeType.SAFE_DOWNGRADE)), new UpdateFeaturesOptions().validateOnly(true)).all().get());
    }
}
