package dev.sprocket.fuzz;

import dev.sprocket.session.JsonCodec;

/** Sessions in JSON. */
public final class JsonSessionTarget {
    private static final JsonCodec CODEC = new JsonCodec();

    private JsonSessionTarget() {}

    /** Called by Jazzer. */
    public static void fuzzerTestOneInput(byte[] input) {
        SessionFormats.check(CODEC, input);
    }
}
