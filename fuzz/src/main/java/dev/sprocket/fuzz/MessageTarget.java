package dev.sprocket.fuzz;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import dev.sprocket.core.EchoServer;
import dev.sprocket.http.HttpServer;
import dev.sprocket.testkit.WsPeer;
import dev.sprocket.websocket.WsServer;
import java.nio.charset.StandardCharsets;

/**
 * Target for sequences of correctly masked frames.
 *
 * <p>The input selects opcodes, flags and payloads: fragments, control frames, close frames.
 */
public final class MessageTarget {
    private MessageTarget() {}

    /** Entry point for Jazzer. */
    public static void fuzzerTestOneInput(FuzzedDataProvider input) {
        Target target = new Target(new HttpServer(new WsServer(new EchoServer())));
        target.write(WsPeer.handshake("/").getBytes(StandardCharsets.US_ASCII));
        target.socket().read();
        while (input.remainingBytes() > 0) {
            boolean fin = input.consumeBoolean();
            int opcode = input.pickValue(new int[] {0, 1, 2, 8, 9, 10, 3});
            target.write(WsPeer.frame(fin, opcode, input.consumeBytes(input.consumeInt(0, 200))));
            ServerFrames.check(target.socket().read());
        }
        target.end();
    }
}
