package dev.sprocket.fuzz;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import dev.sprocket.session.SpringCodec;
import dev.sprocket.session.spi.AttributeBytes;
import dev.sprocket.session.spi.SessionFormatException;
import java.util.Map;

/** Attributes of Spring: an object of Java's serialization is plain values or refused, and what is read can be kept. */
public final class SpringTarget {
    private static final SpringCodec CODEC = new SpringCodec().allow("java.util.Locale", "a");

    private SpringTarget() {}

    /** Called by Jazzer. */
    public static void fuzzerTestOneInput(FuzzedDataProvider input) {
        byte[] stored = input.consumeBoolean()
                ? AttributeBytes.join(Map.of("it", input.consumeRemainingAsBytes()))
                : input.consumeRemainingAsBytes();
        try {
            Map<String, ?> attributes = CODEC.decode(stored);
            Map<String, byte[]> kept = AttributeBytes.split(CODEC.encode(CODEC.decode(stored), stored));
            if (!kept.keySet().equals(attributes.keySet())) {
                throw new AssertionError(kept.keySet() + " of " + attributes.keySet());
            }
        } catch (SessionFormatException refused) {
            if (String.valueOf(refused.getMessage()).isEmpty()) {
                throw new AssertionError(refused);
            }
        }
    }
}
