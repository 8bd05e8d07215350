package dev.sprocket.fuzz;

import dev.sprocket.session.json.JsonCodec;

/** Target for sessions in JSON. */
public final class JsonSessionTarget {
    private static final JsonCodec CODEC = new JsonCodec();

    private JsonSessionTarget() {}

    /** Entry point for Jazzer. */
    public static void fuzzerTestOneInput(byte[] input) {
        SessionFormats.check(CODEC, input);
    }
}
