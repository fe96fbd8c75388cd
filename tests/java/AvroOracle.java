// What Apache Avro says about schemas: one JSON request on each line of the input, one JSON answer on each of the output.
//
// {"schema": text, "references": [text...]}: whether it is a schema when names and defaults are checked ("strict"), and
// what it is when they are not: its canonical text, its Parsing Canonical Form and the fingerprints of that.
// {"reader": text, "writer": text}: everything that does not fit, as [type, location, message]; "refused"
// if one of them is not a schema, "error" if the comparison itself gives up.

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.apache.avro.NameValidator;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaNormalization;

public class AvroOracle {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final String[] ALGORITHMS = {"CRC-64-AVRO", "MD5", "SHA-256"};

    public static void main(String[] arguments) throws Exception {
        var input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        var output = new PrintStream(System.out, false, StandardCharsets.UTF_8);
        for (String line = input.readLine(); line != null; line = input.readLine()) {
            JsonNode request = MAPPER.readTree(line);
            ObjectNode answer = request.has("schema") ? describe(request) : compare(request);
            output.println(MAPPER.writeValueAsString(answer));
        }
        output.flush();
    }

    private static ObjectNode describe(JsonNode request) {
        ObjectNode answer = MAPPER.createObjectNode();
        try {
            read(request, new Schema.Parser(NameValidator.STRICT_VALIDATOR), new ArrayList<>());
            answer.put("strict", "");
        } catch (Exception refused) {
            answer.put("strict", String.valueOf(refused.getMessage()));
        }
        try {
            List<Schema> references = new ArrayList<>();
            Schema schema = read(request, lenient(), references);
            answer.put("lenient", "");
            answer.put("canonical", schema.toString(references, false));
            answer.put("resolved", schema.toString());
            answer.put("form", SchemaNormalization.toParsingForm(schema));
            for (String algorithm : ALGORITHMS) {
                byte[] fingerprint = SchemaNormalization.parsingFingerprint(algorithm, schema);
                answer.put(algorithm, HexFormat.of().formatHex(fingerprint));
            }
        } catch (Exception refused) {
            answer.put("lenient", String.valueOf(refused.getMessage()));
        }
        return answer;
    }

    private static Schema read(JsonNode request, Schema.Parser parser, List<Schema> references) {
        for (JsonNode reference : request.path("references")) {
            references.add(parser.parse(reference.textValue()));
        }
        return parser.parse(request.get("schema").textValue());
    }

    private static ObjectNode compare(JsonNode request) {
        ObjectNode answer = MAPPER.createObjectNode();
        Schema reader;
        Schema writer;
        try {
            reader = lenient().parse(request.get("reader").textValue());
            writer = lenient().parse(request.get("writer").textValue());
        } catch (Exception refused) {
            return answer.put("refused", String.valueOf(refused.getMessage()));
        }
        try {
            var result = SchemaCompatibility.checkReaderWriterCompatibility(reader, writer).getResult();
            ArrayNode differences = answer.putArray("differences");
            for (var one : result.getIncompatibilities()) {
                differences.addArray().add(one.getType().name()).add(one.getLocation()).add(one.getMessage());
            }
        } catch (Exception refused) {
            answer.put("error", String.valueOf(refused.getMessage()));
        }
        return answer;
    }

    private static Schema.Parser lenient() {
        return new Schema.Parser(NameValidator.NO_VALIDATION).setValidateDefaults(false);
    }
}
