package dev.sprocket.cluster.spi;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sprocket.pubsub.Audience;
import dev.sprocket.pubsub.Position;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class EnvelopeTest {
    private static final NodeId NODE = new NodeId("a", 0x0102030405060708L);
    private static final byte[] PAYLOAD = "{\"n\":1}".getBytes(UTF_8);

    private static Envelope.Builder minimal() {
        return Envelope.builder(NODE, "news", 5, Envelope.JSON, PAYLOAD).time(Instant.ofEpochMilli(1000));
    }

    private static Envelope full() {
        return minimal()
                .position(Position.of(7, 9, 5), 8)
                .retain(true)
                .publisher(Map.of("authid", "ann", "session", "12"))
                .audience(Audience.except("9")
                        .exceptIds(List.of("1", "2"))
                        .onlyIds(List.of("3"))
                        .exceptUsers(List.of("bob"))
                        .onlyRoles(List.of()))
                .traceparent("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")
                .build();
    }

    private static String vector(String name) throws IOException {
        String page = Files.readString(Path.of("../docs/envelope.md"));
        Matcher block =
                Pattern.compile("(?s)### " + name + "\n.*?```\n(.*?)```").matcher(page);
        assertThat(block.find()).as("vector " + name).isTrue();
        return block.group(1).replaceAll("\\s", "");
    }

    private static void assertVector(String name, Envelope envelope) throws Exception {
        byte[] bytes = envelope.toBytes();
        assertThat(HexFormat.of().formatHex(bytes)).isEqualTo(vector(name));
        assertEqual(Envelope.read(HexFormat.of().parseHex(vector(name))), envelope);
    }

    private static void assertEqual(Envelope read, Envelope written) {
        assertThat(read.from()).isEqualTo(written.from());
        assertThat(read.topic()).isEqualTo(written.topic());
        assertThat(read.publication()).isEqualTo(written.publication());
        assertThat(read.time()).isEqualTo(written.time());
        assertThat(read.position()).isEqualTo(written.position());
        assertThat(read.previous()).isEqualTo(written.previous());
        assertThat(read.retain()).isEqualTo(written.retain());
        assertThat(read.publisher()).isEqualTo(written.publisher());
        assertThat(read.audience().publisher()).isEqualTo(written.audience().publisher());
        for (Audience.By property : Audience.By.values()) {
            assertThat(read.audience().excluded(property))
                    .isEqualTo(written.audience().excluded(property));
            assertThat(read.audience().eligible(property))
                    .isEqualTo(written.audience().eligible(property));
        }
        assertThat(read.traceparent()).isEqualTo(written.traceparent());
        assertThat(read.payloadType()).isEqualTo(written.payloadType());
        assertThat(read.payload()).isEqualTo(written.payload());
    }

    @Test
    void minimal_envelope_equals_its_vector() throws Exception {
        assertVector("Minimal", minimal().build());
    }

    @Test
    void full_envelope_equals_its_vector() throws Exception {
        assertVector("Full", full());
    }

    @Test
    void stamp_writes_position_and_time() throws Exception {
        byte[] stamped = Envelope.stamp(minimal().build().toBytes(), 2000, 7, 9, 8);
        Envelope read = Envelope.read(stamped);
        assertThat(read.position()).isEqualTo(Position.of(7, 9, 5));
        assertThat(read.previous()).isEqualTo(8);
        assertThat(read.time()).isEqualTo(Instant.ofEpochMilli(2000));
        assertThat(read.payload()).isEqualTo(PAYLOAD);
        assertThat(Envelope.hasPosition(stamped)).isTrue();
        assertThatIllegalArgumentException().isThrownBy(() -> Envelope.stamp(stamped, 0, 7, 10, 9));
    }

    @Test
    void rejects_unknown_versions_and_flags() {
        for (int version : new int[] {0, 2, 255}) {
            byte[] bytes = full().toBytes();
            bytes[0] = (byte) version;
            assertThatExceptionOfType(EnvelopeException.class)
                    .isThrownBy(() -> Envelope.read(bytes))
                    .withMessage("envelope, offset 1: version " + version + " (expected: 1)");
        }
        byte[] bytes = full().toBytes();
        bytes[1] |= 32;
        assertThatExceptionOfType(EnvelopeException.class)
                .isThrownBy(() -> Envelope.read(bytes))
                .withMessage("envelope, offset 2: flags 63 (expected: at most 31)");
    }

    @Test
    void rejects_each_truncation_and_trailing_bytes() {
        byte[] bytes = full().toBytes();
        for (int size = 0; size < bytes.length; size++) {
            byte[] cut = Arrays.copyOf(bytes, size);
            assertThatExceptionOfType(EnvelopeException.class)
                    .as("size " + size)
                    .isThrownBy(() -> Envelope.read(cut));
        }
        assertThatExceptionOfType(EnvelopeException.class)
                .isThrownBy(() -> Envelope.read(Arrays.copyOf(bytes, bytes.length + 1)));
    }

    @Test
    void reads_mutated_bytes_or_rejects_them() {
        Random random = new Random(1);
        byte[] valid = full().toBytes();
        int read = 0;
        for (int i = 0; i < 100_000; i++) {
            byte[] bytes = valid.clone();
            for (int n = 1 + random.nextInt(4); n > 0; n--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            try {
                Envelope mutated = Envelope.read(bytes);
                assertEqual(Envelope.read(mutated.toBytes()), mutated);
                read++;
            } catch (EnvelopeException e) {
                assertThat(e).hasMessageStartingWith("envelope, offset ");
            } catch (RuntimeException e) {
                throw new AssertionError(HexFormat.of().formatHex(bytes), e);
            }
        }
        assertThat(read).isPositive();
    }

    @Test
    void refuses_an_audience_with_a_test() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> minimal().audience(Audience.ALL.only(member -> true)))
                .withMessageContaining("test of the application");
    }

    @Test
    void refuses_fields_that_are_too_long() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> minimal().traceparent("x".repeat(256)).build().toBytes())
                .withMessageContaining("at most 255");
        assertThatIllegalArgumentException().isThrownBy(() -> new NodeId("a b", 1));
        assertThatIllegalArgumentException().isThrownBy(() -> new NodeId("", 1));
    }
}
