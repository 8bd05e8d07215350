package dev.sprocket.websocket;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.http.HttpRequest;
import dev.sprocket.http.HttpResponse;
import dev.sprocket.leaktest.RawResponse;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** Versions that a server accepts in addition to RFC 6455. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class WebSocketVersionTest {
    /** Version that is requested by a header and collects the bytes of its clients. */
    private static final class Collecting implements WebSocketVersion.Separate {
        private final List<String> received = new ArrayList<>();
        private final List<WebSocketVersion.Upgrade> upgrades = new ArrayList<>();

        @Override
        public boolean isRequested(HttpRequest request) {
            return request.header("X-Collect").isPresent();
        }

        @Override
        public HttpResponse respond(HttpRequest request, Optional<String> subprotocol) {
            return request.header("X-Collect").orElseThrow().equals("no")
                    ? HttpResponse.error(400, "no")
                    : HttpResponse.of(101).header("Upgrade", "collect").header("Connection", "Upgrade");
        }

        @Override
        public List<ChannelHandler> handlers(WebSocketVersion.Upgrade upgrade) {
            upgrades.add(upgrade);
            return List.of(new ChannelInboundHandlerAdapter() {
                @Override
                public void channelRead(ChannelHandlerContext ctx, Object read) {
                    ByteBuf bytes = (ByteBuf) read;
                    received.add(bytes.toString(StandardCharsets.US_ASCII));
                    bytes.release();
                }
            });
        }
    }

    private static final String REQUEST = "GET / HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: collect\r\n";

    private final Peer peer = new Peer();
    private final Recorder app = new Recorder();
    private final Collecting version = new Collecting();

    @AfterEach
    void close() {
        peer.close();
    }

    @Test
    void compatible_version_is_accepted_and_listed() {
        WsServer server = new WsServer(app).alsoAccept(List.of(new WebSocketVersion.Compatible(8)));

        RawResponse rejected = peer.serve(server)
                .request(ClientFrames.HANDSHAKE.replace("Sec-WebSocket-Version: 13", "Sec-WebSocket-Version: 7"));
        assertThat(rejected.status()).isEqualTo(426);
        assertThat(rejected.header("sec-websocket-version")).isEqualTo("13, 8");
        try (Peer other = new Peer()) {
            String handshake = ClientFrames.HANDSHAKE.replace("Sec-WebSocket-Version: 13", "Sec-WebSocket-Version: 8");
            assertThat(other.serve(server).request(handshake).status()).isEqualTo(101);
        }
        assertThat(app.seen).startsWith("open");
    }

    @Test
    void separate_version_receives_bytes_after_its_response() {
        WsLimits limits = WsLimits.DEFAULT.frame(10).message(20).fragments(2);
        WsServer server = new WsServer(app).limits(limits).alsoAccept(List.of(version));

        RawResponse response = peer.serve(server).request(REQUEST + "X-Collect: yes\r\n\r\nfirst");
        peer.send("second".getBytes(StandardCharsets.US_ASCII));

        assertThat(response.status()).isEqualTo(101);
        assertThat(response.header("upgrade")).isEqualTo("collect");
        assertThat(String.join("", version.received)).isEqualTo("firstsecond");
        WebSocketVersion.Upgrade upgrade = version.upgrades.get(0);
        assertThat(upgrade.app()).isSameAs(app);
        assertThat(upgrade.limits()).isSameAs(limits);
        assertThat(upgrade.subprotocol()).isEmpty();
        assertThat(app.seen).isEmpty();
    }

    @Test
    void rejected_handshake_is_not_upgraded() {
        WsServer server = new WsServer(app).alsoAccept(List.of(version));

        assertThat(peer.serve(server).request(REQUEST + "X-Collect: no\r\n\r\n").status())
                .isEqualTo(400);
        assertThat(version.upgrades).isEmpty();
    }

    @Test
    void other_requests_use_RFC_6455() {
        WsServer server = new WsServer(app).alsoAccept(List.of(version));

        assertThat(peer.serve(server).request(ClientFrames.HANDSHAKE).status()).isEqualTo(101);
        assertThat(version.upgrades).isEmpty();
        assertThat(app.seen).containsExactly("open");
    }
}
