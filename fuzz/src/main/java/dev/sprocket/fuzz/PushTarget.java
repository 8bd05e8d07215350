package dev.sprocket.fuzz;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.google.gson.JsonParser;
import dev.sprocket.core.RejectedException;
import dev.sprocket.pubsub.PublishRequest;
import io.netty.buffer.Unpooled;

/**
 * Target for JSON pushed by backends.
 *
 * <p>Accepted input is also valid for another JSON parser. Other input is rejected with its line and column.
 */
public final class PushTarget {
    private PushTarget() {}

    /** Entry point for Jazzer. */
    public static void fuzzerTestOneInput(FuzzedDataProvider input) {
        byte[] json = input.consumeRemainingAsBytes();
        try {
            for (PublishRequest push : PublishRequest.read(Unpooled.wrappedBuffer(json), "category")) {
                var unused = JsonParser.parseString(push.event().json());
            }
        } catch (RejectedException rejected) {
            if (!rejected.rejection().text().matches("JSON, line [1-9]\\d*, column [1-9]\\d*: .*")) {
                throw new AssertionError(rejected);
            }
        }
    }
}
