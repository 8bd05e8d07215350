package dev.sprocket.fuzz;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import dev.sprocket.wamp.msgpack.MsgpackSerializer;

/** Target for messages of WAMP v2 clients in MessagePack. */
public final class WampMsgpackTarget {
    private WampMsgpackTarget() {}

    /** Entry point for Jazzer. */
    public static void fuzzerTestOneInput(FuzzedDataProvider input) {
        Wamp2Peers.run(new MsgpackSerializer(), input);
    }
}
