// How fast Apache Avro is, once it is warm: one schema on each line of the input, figures in nanoseconds on the output.
//
// "print", "form": parsing a schema and writing it back as text, or as its Parsing Canonical Form.
// "read": parsing every schema, and asking of the last one whether it reads what the others wrote.
// "compare": the same with every schema parsed.
// Each line has the name, the least and the median of the samples.

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.apache.avro.NameValidator;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityType;
import org.apache.avro.SchemaNormalization;

public class AvroSpeed {
    private static final long WARM_UP = 3_000_000_000L;
    private static final int SAMPLES = 400;
    private static long sink;

    public static void main(String[] arguments) {
        var input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        List<String> texts = input.lines().toList();
        String text = texts.get(texts.size() - 1);
        List<Schema> schemas = texts.stream().map(AvroSpeed::parse).toList();
        measure("print", SAMPLES, () -> sink += parse(text).toString().length());
        measure("form", SAMPLES, () -> sink += SchemaNormalization.toParsingForm(parse(text)).length());
        measure("read", 20, () -> compare(texts.stream().map(AvroSpeed::parse).toList()));
        measure("compare", 20, () -> compare(schemas));
        if (sink == 0) {
            throw new IllegalStateException("nothing was measured");
        }
    }

    private static Schema parse(String text) {
        return new Schema.Parser(NameValidator.STRICT_VALIDATOR).parse(text);
    }

    private static void compare(List<Schema> schemas) {
        Schema reader = schemas.get(schemas.size() - 1);
        for (Schema writer : schemas.subList(0, schemas.size() - 1)) {
            var pair = SchemaCompatibility.checkReaderWriterCompatibility(reader, writer);
            if (pair.getType() != SchemaCompatibilityType.COMPATIBLE) {
                throw new IllegalStateException(pair.toString());
            }
            sink++;
        }
    }

    private static void measure(String name, int samples, Runnable work) {
        long began = System.nanoTime();
        while (System.nanoTime() - began < WARM_UP) {
            work.run();
        }
        long[] times = new long[samples];
        for (int sample = 0; sample < samples; sample++) {
            long before = System.nanoTime();
            work.run();
            times[sample] = System.nanoTime() - before;
        }
        Arrays.sort(times);
        System.out.println(name + " " + times[0] + " " + times[samples / 2]);
    }
}
