package dev.sprocket.wamp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.wamp.internal.message.V2Codec;
import dev.sprocket.wamp.internal.message.V2Message;
import dev.sprocket.wamp.internal.message.V2MessageType;
import dev.sprocket.wamp.internal.serializer.JsonSerializer;
import dev.sprocket.wamp.spi.Serializer;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Reads and writes WAMP v2 messages that were serialized by Python libraries. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class PythonVectorsTest {
    private static final Map<String, Serializer> SERIALIZERS = new LinkedHashMap<>();

    static {
        SERIALIZERS.put("json", JsonSerializer.JSON);
        ServiceLoader.load(Serializer.class).forEach(serializer -> SERIALIZERS.put(serializer.name(), serializer));
    }

    /** Message as JSON, and its bytes by serialization. */
    record Vector(String json, Map<String, byte[]> bytes) {
        static Vector of(String line) {
            String[] cells = line.split("\t");
            HexFormat hex = HexFormat.of();
            return new Vector(
                    cells[0],
                    Map.of(
                            "json", cells[0].getBytes(StandardCharsets.UTF_8),
                            "msgpack", hex.parseHex(cells[1]),
                            "cbor", hex.parseHex(cells[2])));
        }

        @Override
        public String toString() {
            return json;
        }
    }

    static Stream<Vector> vectors() throws Exception {
        try (InputStream in = Objects.requireNonNull(PythonVectorsTest.class.getResourceAsStream("vectors.tsv"))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .map(Vector::of);
        }
    }

    private static V2Message read(String serialization, byte[] bytes) {
        return V2Codec.read(Objects.requireNonNull(SERIALIZERS.get(serialization)), bytes, 0, bytes.length);
    }

    private static byte[] write(String serialization, V2Message message) {
        return V2Codec.write(Objects.requireNonNull(SERIALIZERS.get(serialization)), message);
    }

    @ParameterizedTest
    @MethodSource("vectors")
    void message_converts_between_all_serializations(Vector vector) {
        assertThat(SERIALIZERS.keySet()).containsExactlyInAnyOrder("json", "msgpack", "cbor");
        for (Map.Entry<String, byte[]> from : vector.bytes().entrySet()) {
            V2Message message = read(from.getKey(), from.getValue());
            assertThat(HexFormat.of().formatHex(write(from.getKey(), message)))
                    .isEqualTo(HexFormat.of().formatHex(from.getValue()));
            for (String to : vector.bytes().keySet()) {
                // encodings of sizes need not be minimal
                V2Message converted = read(to, write(to, message));
                assertThat(new String(write("json", converted), StandardCharsets.UTF_8))
                        .as("from %s by %s to JSON", from.getKey(), to)
                        .isEqualTo(vector.json());
            }
        }
    }

    @Test
    void every_message_type_has_a_vector() throws Exception {
        Set<Integer> codes = new TreeSet<>();
        vectors()
                .forEach(vector ->
                        codes.add(Integer.valueOf(vector.json().substring(1).split("[,\\]]", 2)[0])));
        assertThat(codes)
                .containsExactlyElementsOf(Stream.of(V2MessageType.values())
                        .map(V2MessageType::code)
                        .sorted()
                        .toList());
        assertThat(List.copyOf(codes)).hasSize(24);
    }
}
