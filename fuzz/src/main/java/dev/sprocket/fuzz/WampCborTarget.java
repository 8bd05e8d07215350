package dev.sprocket.fuzz;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import dev.sprocket.wamp.cbor.CborSerializer;

/** Target for messages of WAMP v2 clients in CBOR. */
public final class WampCborTarget {
    private WampCborTarget() {}

    /** Entry point for Jazzer. */
    public static void fuzzerTestOneInput(FuzzedDataProvider input) {
        Wamp2Peers.run(new CborSerializer(), input);
    }
}
