package dev.sprocket.fuzz;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import dev.sprocket.core.EchoServer;
import dev.sprocket.http.HttpServer;
import dev.sprocket.testkit.WsPeer;
import dev.sprocket.websocket.WsServer;
import java.nio.charset.StandardCharsets;

/** Target for close frame payloads: each gets a close frame and ends the connection. */
public final class CloseTarget {
    private CloseTarget() {}

    /** Entry point for Jazzer. */
    public static void fuzzerTestOneInput(FuzzedDataProvider input) {
        Target target = new Target(new HttpServer(new WsServer(new EchoServer())));
        target.write(WsPeer.handshake("/").getBytes(StandardCharsets.US_ASCII));
        target.socket().read();
        target.write(WsPeer.frame(true, 8, input.consumeBytes(125)));
        byte[] response = target.socket().read();
        ServerFrames.check(response);
        if (response.length < 2 || (response[0] & 0xFF) != 0x88) {
            throw new AssertionError("no close frame in response");
        }
        target.end();
    }
}
