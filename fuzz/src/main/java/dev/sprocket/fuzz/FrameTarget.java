package dev.sprocket.fuzz;

import com.code_intelligence.jazzer.api.FuzzedDataProvider;
import dev.sprocket.core.EchoServer;
import dev.sprocket.http.HttpServer;
import dev.sprocket.testkit.WsPeer;
import dev.sprocket.websocket.WsLimits;
import dev.sprocket.websocket.WsServer;
import java.nio.charset.StandardCharsets;

/** Target for raw frame bytes after a valid handshake. Each response is a valid server frame. */
public final class FrameTarget {
    private static final WsLimits SMALL =
            WsLimits.DEFAULT.frame(1000).message(2000).fragments(8);

    private FrameTarget() {}

    /** Entry point for Jazzer. */
    public static void fuzzerTestOneInput(FuzzedDataProvider input) {
        Target target = new Target(new HttpServer(new WsServer(new EchoServer()).limits(SMALL)));
        target.write(WsPeer.handshake("/").getBytes(StandardCharsets.US_ASCII));
        target.socket().read();
        ServerFrames.check(target.feed(input));
        target.end();
    }
}
