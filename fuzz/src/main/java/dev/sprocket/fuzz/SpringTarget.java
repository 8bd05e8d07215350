package dev.sprocket.fuzz;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import dev.sprocket.session.internal.store.AttributeBytes;
import dev.sprocket.session.spi.SessionFormatException;
import dev.sprocket.session.spring.SpringCodec;
import java.util.Map;

/**
 * Target for Spring session attributes in Java's serialization.
 *
 * <p>Input decodes to plain values or is rejected, and decoded attributes can be encoded again.
 */
public final class SpringTarget {
    private static final SpringCodec CODEC = new SpringCodec().allow("java.util.Locale", "a");

    private SpringTarget() {}

    /** Entry point for Jazzer. */
    public static void fuzzerTestOneInput(FuzzedDataProvider input) {
        byte[] stored = input.consumeBoolean()
                ? AttributeBytes.join(Map.of("it", input.consumeRemainingAsBytes()))
                : input.consumeRemainingAsBytes();
        try {
            Map<String, ?> attributes = CODEC.decode(stored);
            Map<String, byte[]> encoded = AttributeBytes.split(CODEC.encode(CODEC.decode(stored), stored));
            if (!encoded.keySet().equals(attributes.keySet())) {
                throw new AssertionError(encoded.keySet() + " of " + attributes.keySet());
            }
        } catch (SessionFormatException rejected) {
            if (String.valueOf(rejected.getMessage()).isEmpty()) {
                throw new AssertionError(rejected);
            }
        }
    }
}
