package dev.sprocket.fuzz;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import dev.sprocket.wamp.WampComponent;
import dev.sprocket.wamp.rawsocket.RawSocket;
import dev.sprocket.wamp.server.WampServer;

/** Target for raw bytes to a RawSocket: handshakes, frames and invalid data. */
public final class RawSocketTarget {
    private RawSocketTarget() {}

    /** Entry point for Jazzer. */
    public static void fuzzerTestOneInput(FuzzedDataProvider input) {
        Target target = new Target(new RawSocket(new WampServer(new WampComponent() {}).overRawSocket()));
        if (input.consumeBoolean()) {
            target.write(new byte[] {0x7F, (byte) (0xF0 | input.consumeInt(0, 15)), 0, 0});
        }
        target.feed(input);
        target.end();
    }
}
