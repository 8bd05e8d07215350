package dev.sprocket.fuzz;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import dev.sprocket.wamp.msgpack.MsgpackSerializer;

/** Messages of a client of WAMP v2 in MessagePack. */
public final class WampMsgpackTarget {
    private WampMsgpackTarget() {}

    /** Called by Jazzer. */
    public static void fuzzerTestOneInput(FuzzedDataProvider input) {
        Wamp2Peers.play(new MsgpackSerializer(), input);
    }
}
