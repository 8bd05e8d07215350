package dev.sprocket.session.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.util.Arrays;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class SerializedNumberTest {
    private static byte[] serialized(Object value) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(value);
        }
        return bytes.toByteArray();
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, -1, 1_764_000_000_000L, Long.MIN_VALUE, Long.MAX_VALUE})
    void reads_Long(long number) throws IOException {
        assertThat(SerializedNumber.read(serialized(number))).isEqualTo(number);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1800, -1, Integer.MIN_VALUE, Integer.MAX_VALUE})
    void reads_Integer(int number) throws IOException {
        assertThat(SerializedNumber.read(serialized(number))).isEqualTo((long) number);
    }

    @Test
    void other_streams_are_no_number() throws IOException {
        for (Object other : new Object[] {"1800", (short) 1800, 1.5, new Long[] {1L}}) {
            byte[] stream = serialized(other);
            assertThat(SerializedNumber.isStream(stream)).isTrue();
            assertThat(SerializedNumber.read(stream)).as(other.toString()).isNull();
        }
        byte[] number = serialized(5L);
        assertThat(SerializedNumber.read(Arrays.copyOf(number, number.length - 1)))
                .isNull();
        assertThat(SerializedNumber.read(Arrays.copyOf(number, number.length + 1)))
                .isNull();
        assertThat(SerializedNumber.isStream(new byte[0])).isFalse();
        assertThat(SerializedNumber.isStream("1800".getBytes(java.nio.charset.StandardCharsets.US_ASCII)))
                .isFalse();
    }
}
