package dev.sprocket.fuzz;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import dev.sprocket.wamp.cbor.CborSerializer;

/** Messages of a client of WAMP v2 in CBOR. */
public final class WampCborTarget {
    private WampCborTarget() {}

    /** Called by Jazzer. */
    public static void fuzzerTestOneInput(FuzzedDataProvider input) {
        Wamp2Peers.play(new CborSerializer(), input);
    }
}
