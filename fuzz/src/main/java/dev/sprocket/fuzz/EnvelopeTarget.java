package dev.sprocket.fuzz;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import dev.sprocket.cluster.spi.Envelope;
import dev.sprocket.cluster.spi.EnvelopeException;
import java.util.Arrays;

/**
 * Target for envelopes between the nodes of a cluster.
 *
 * <p>An accepted envelope is read again from the bytes that it writes, and these are written again. Others are rejected
 * with the offset.
 */
public final class EnvelopeTarget {
    private EnvelopeTarget() {}

    /** Entry point for Jazzer. */
    public static void fuzzerTestOneInput(FuzzedDataProvider input) {
        byte[] bytes = input.consumeRemainingAsBytes();
        try {
            byte[] written = Envelope.read(bytes).toBytes();
            if (!Arrays.equals(written, Envelope.read(written).toBytes())) {
                throw new AssertionError("another envelope");
            }
        } catch (EnvelopeException rejected) {
            if (!String.valueOf(rejected.getMessage()).startsWith("envelope, offset ")) {
                throw new AssertionError(rejected);
            }
        }
    }
}
