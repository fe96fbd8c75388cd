// What Apache Avro's IdlReader makes of texts: one JSON request on each line of the input, one JSON answer on each of
// the output.
//
// {"idl": text, "names": [full name...]}: "refused" with Java's words; or "main", the canonical text of the main schema,
// if there is one, and "types" with that of each of the names that the text defines.

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import org.apache.avro.NameValidator;
import org.apache.avro.ParseContext;
import org.apache.avro.Schema;
import org.apache.avro.idl.IdlFile;
import org.apache.avro.idl.IdlReader;

public class IdlOracle {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    public static void main(String[] arguments) throws Exception {
        var input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        var output = new PrintStream(System.out, false, StandardCharsets.UTF_8);
        for (String line = input.readLine(); line != null; line = input.readLine()) {
            output.println(MAPPER.writeValueAsString(describe(MAPPER.readTree(line))));
        }
        output.flush();
    }

    private static ObjectNode describe(JsonNode request) {
        ObjectNode answer = MAPPER.createObjectNode();
        try {
            var reader = new IdlReader(new ParseContext(NameValidator.STRICT_VALIDATOR));
            IdlFile file = reader.parse(URI.create("memory:main.avdl"), request.get("idl").textValue());
            // Names are resolved when a schema is asked for: an unknown one is told then.
            file.getNamedSchemas();
            Schema main = file.getMainSchema();
            if (main != null) {
                answer.put("main", main.toString());
            }
            ObjectNode types = answer.putObject("types");
            for (JsonNode name : request.path("names")) {
                Schema found = file.getNamedSchema(name.textValue());
                if (found != null) {
                    types.put(name.textValue(), found.toString());
                }
            }
        } catch (Throwable refused) {
            answer.removeAll();
            answer.put("refused", String.valueOf(refused.getMessage()));
        }
        return answer;
    }
}
