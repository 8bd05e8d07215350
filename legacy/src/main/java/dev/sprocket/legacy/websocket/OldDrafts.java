package dev.sprocket.legacy.websocket;

import com.google.errorprone.annotations.ThreadSafe;
import dev.sprocket.websocket.WebSocketVersion;
import java.util.List;

/**
 * WebSocket drafts of 2010 and 2011, for {@link dev.sprocket.websocket.WsServer#alsoAccept}:
 *
 * <pre>{@code
 * WsServer server = new WsServer(new EchoServer()).alsoAccept(OldDrafts.ALL);
 * }</pre>
 */
@ThreadSafe
public final class OldDrafts {
    /** HyBi-08 to HyBi-10 ({@code Sec-WebSocket-Version: 8}), with the frames of RFC 6455. */
    public static final WebSocketVersion HYBI_10 = new WebSocketVersion.Compatible(8);

    /** HyBi-07 ({@code Sec-WebSocket-Version: 7}), with the frames of RFC 6455. */
    public static final WebSocketVersion HYBI_07 = new WebSocketVersion.Compatible(7);

    /** HyBi-06 ({@code Sec-WebSocket-Version: 6}), with the frames of RFC 6455, as in Ratchet. */
    public static final WebSocketVersion HYBI_06 = new WebSocketVersion.Compatible(6);

    /** Hixie-76, which supports text messages only. */
    public static final WebSocketVersion HIXIE_76 = new Hixie76();

    /** All drafts. */
    public static final List<WebSocketVersion> ALL = List.of(HYBI_10, HYBI_07, HYBI_06, HIXIE_76);

    private OldDrafts() {}
}
