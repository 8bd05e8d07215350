package dev.sprocket.fuzz;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import com.google.gson.JsonParser;
import dev.sprocket.core.spi.JsonException;
import dev.sprocket.pubsub.PublishRequest;
import io.netty.buffer.Unpooled;
import java.util.Optional;

/** JSON that backends push. What is taken is JSON for another parser too; what is not is refused with a place in the text. */
public final class PushTarget {
    private PushTarget() {}

    /** Called by Jazzer. */
    public static void fuzzerTestOneInput(FuzzedDataProvider input) {
        byte[] json = input.consumeRemainingAsBytes();
        try {
            for (PublishRequest push : PublishRequest.read(Unpooled.wrappedBuffer(json), Optional.of("category"))) {
                var unused = JsonParser.parseString(push.event().json());
            }
        } catch (JsonException refused) {
            if (refused.line() < 1 || refused.column() < 1) {
                throw new AssertionError(refused);
            }
        }
    }
}
