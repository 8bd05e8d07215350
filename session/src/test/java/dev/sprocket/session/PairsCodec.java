package dev.sprocket.session;

import dev.sprocket.session.spi.SessionCodec;
import dev.sprocket.session.spi.SessionFormatException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Codec with one {@code name=value} on each line. */
final class PairsCodec implements SessionCodec.Writable {
    @Override
    public Map<String, @Nullable Object> decode(byte[] stored) throws SessionFormatException {
        Map<String, @Nullable Object> attributes = new LinkedHashMap<>();
        for (String line : new String(stored, StandardCharsets.UTF_8).lines().toList()) {
            int equals = line.indexOf('=');
            if (equals < 0) {
                throw new SessionFormatException("line without an equals sign");
            }
            attributes.put(line.substring(0, equals), line.substring(equals + 1));
        }
        return attributes;
    }

    @Override
    public byte[] encode(Map<String, @Nullable Object> attributes) {
        return attributes.entrySet().stream()
                .map(entry -> entry.getKey() + "=" + entry.getValue())
                .collect(Collectors.joining("\n"))
                .getBytes(StandardCharsets.UTF_8);
    }

    static byte[] of(String... pairs) {
        return String.join("\n", pairs).getBytes(StandardCharsets.UTF_8);
    }
}
