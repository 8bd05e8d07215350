package dev.sprocket.wamp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sprocket.wamp.internal.message.V2Codec;
import dev.sprocket.wamp.internal.message.V2Message;
import dev.sprocket.wamp.internal.message.V2MessageType;
import dev.sprocket.wamp.internal.serializer.JsonSerializer;
import dev.sprocket.wamp.internal.serializer.Serializers;
import dev.sprocket.wamp.internal.session.WampProtocolException;
import dev.sprocket.wamp.spi.Serializer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Reads and writes every message in every serialization. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class MessageVectorsTest {
    static Stream<Arguments> rows() {
        return Serializers.all().stream().flatMap(serializer -> V2Vectors.all()
                .map(row -> Arguments.of(serializer.name(), row.get()[0], row.get()[1])));
    }

    private static Serializer serializer(String name) {
        return Serializers.all().stream()
                .filter(serializer -> serializer.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static V2Message read(Serializer serializer, byte[] bytes) {
        return V2Codec.read(serializer, bytes, 0, bytes.length);
    }

    private static String json(V2Message message) {
        return new String(V2Codec.write(JsonSerializer.JSON, message), StandardCharsets.UTF_8);
    }

    @Test
    void every_message_type_has_a_vector() {
        Set<V2MessageType> types = new HashSet<>();
        V2Vectors.all().forEach(row -> types.add(V2MessageType.of((V2Message) row.get()[1])));

        assertThat(types).containsExactlyInAnyOrder(V2MessageType.values());
        assertThat(Serializers.all()).extracting(Serializer::name).containsExactly("json", "msgpack", "cbor");
        assertThat(Serializers.all()).extracting(Serializer::rawSocketId).containsExactly(1, 2, 3);
    }

    @ParameterizedTest
    @MethodSource("rows")
    void message_round_trips(String name, String json, V2Message message) {
        Serializer serializer = serializer(name);
        byte[] bytes = V2Codec.write(serializer, message);

        V2Message read = read(serializer, bytes);

        assertThat(V2Vectors.describe(read)).isEqualTo(V2Vectors.describe(message));
        assertThat(json(read)).isEqualTo(json);
        assertThat(V2Codec.write(serializer, read)).isEqualTo(bytes);
        V2Message fromJson = read(JsonSerializer.JSON, json.getBytes(StandardCharsets.UTF_8));
        assertThat(V2Vectors.describe(read(serializer, V2Codec.write(serializer, fromJson))))
                .isEqualTo(V2Vectors.describe(message));
    }

    @ParameterizedTest
    @MethodSource("rows")
    void message_is_read_from_array_range(String name, String json, V2Message message) {
        byte[] bytes = V2Codec.write(serializer(name), message);
        byte[] around = new byte[bytes.length + 20];
        Arrays.fill(around, (byte) ' ');
        System.arraycopy(bytes, 0, around, 7, bytes.length);

        V2Message read = V2Codec.read(serializer(name), around, 7, 7 + bytes.length);

        assertThat(V2Codec.write(serializer(name), read)).isEqualTo(bytes);
    }

    @ParameterizedTest
    @MethodSource("rows")
    void truncated_message_is_rejected(String name, String json, V2Message message) {
        byte[] bytes = V2Codec.write(serializer(name), message);
        for (int length = 0; length < bytes.length; length++) {
            byte[] cut = Arrays.copyOf(bytes, length);
            assertThatThrownBy(() -> read(serializer(name), cut))
                    .as("%d of %d bytes", length, bytes.length)
                    .isInstanceOfAny(WampProtocolException.class, dev.sprocket.wamp.spi.SerializationException.class);
        }
    }
}
