package dev.sprocket.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.core.CloseReason;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.internal.transport.CloseRequest;
import dev.sprocket.core.io.IoServer;
import dev.sprocket.leaktest.RawResponse;
import dev.sprocket.leaktest.Wire;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Upgrades to other protocols (RFC 9110 7.8). */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class UpgradeTest {
    private static final String REQUEST = "GET /up HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n";
    private static final HttpResponse SWITCH =
            HttpResponse.of(101).header("Upgrade", "echo").header("Connection", "Upgrade");

    /** Echo component that upgrades. */
    private record Echo() implements MessageComponent<HttpConnection, Message> {
        @Override
        public void onOpen(HttpConnection conn) {
            conn.upgrade(SWITCH);
        }

        @Override
        public void onMessage(HttpConnection from, Message message) {
            from.send(message);
        }
    }

    @RegisterExtension
    final Wire wire = new Wire();

    private final Recorder app = new Recorder();

    @Test
    void status_101_has_no_body_length_or_date() {
        IoServer.attach(wire.channel(), new HttpServer(new Echo()));
        wire.send(REQUEST);

        assertThat(wire.received())
                .isEqualTo("HTTP/1.1 101 Switching Protocols\r\nUpgrade: echo\r\nConnection: Upgrade\r\n\r\n");
        assertThat(wire.isOpen()).isTrue();
    }

    @Test
    void request_is_available_after_upgrade() {
        IoServer.attach(wire.channel(), new HttpServer(app));
        wire.send(REQUEST.replace("Host: h", "Host: h\r\nX-Empty:\r\nCookie: a=1\r\ncookie: b=\u00e9"));
        assertThat(app.last().upgrade(SWITCH)).isTrue();

        HttpRequest request = HttpRequest.of(app.last());

        assertThat(request.host()).isEqualTo("h");
        assertThat(request.header("x-empty")).contains("");
        assertThat(request.headers("Cookie")).containsExactly("a=1", "b=\u00e9");
        assertThat(request.headerContains("connection", "upgrade")).isTrue();
        assertThat(request.header("absent")).isEmpty();
    }

    @Test
    void closed_upgraded_connection_has_no_HTTP_timeouts() {
        wire.channel().pipeline().addFirst(new ChannelOutboundHandlerAdapter() {
            @Override
            public void flush(ChannelHandlerContext ctx) {} // the peer does not read
        });
        IoServer.attach(wire.channel(), new HttpServer(app));
        wire.send(REQUEST);
        assertThat(app.last().upgrade(SWITCH)).isTrue();
        app.last().send("unread");
        app.last().close();

        HttpHandler handler = wire.channel().pipeline().get(HttpHandler.class);

        assertThat(wire.isOpen()).isTrue();
        assertThat(handler.tick(0)).isFalse();
    }

    @Test
    void bytes_after_request_reach_the_new_protocol() {
        byte[] bytes = (REQUEST + "GET / HTTP/1.1\r\n\r\n").getBytes(StandardCharsets.US_ASCII);
        for (int cut = 0; cut <= bytes.length; cut++) {
            try (Wire each = new Wire()) {
                IoServer.attach(each.channel(), new HttpServer(new Echo()));
                each.send(bytes, 0, cut).send(bytes, cut, bytes.length);

                assertThat(RawResponse.of(each.received()).body())
                        .as("cut at %s", cut)
                        .isEqualTo("GET / HTTP/1.1\r\n\r\n");
            }
        }
    }

    @Test
    void early_bytes_are_delivered_after_late_upgrade() {
        IoServer.attach(wire.channel(), new HttpServer(app));
        wire.send(REQUEST + "glued");
        assertThat(app.seen).containsExactly("open /up");

        assertThat(app.last().upgrade(SWITCH)).isTrue();
        wire.send("later");

        assertThat(app.seen).containsExactly("open /up", "message glued", "message later");
        assertThat(app.last().isOpen()).isTrue();
    }

    @Test
    void disconnect_closes_upgraded_connection_once() {
        IoServer.attach(wire.channel(), new HttpServer(app));
        wire.send(REQUEST);
        app.last().upgrade(SWITCH);
        wire.close();

        assertThat(app.seen).containsExactly("open /up", "close /up");
        assertThat(app.last().send("x")).isFalse();
    }

    @Test
    void delivers_nothing_after_close() {
        IoServer.attach(wire.channel(), new HttpServer(app));
        wire.send(REQUEST + "glued");
        app.last().close();

        assertThat(app.last().upgrade(SWITCH)).isFalse();
        assertThat(wire.isOpen()).isFalse();
        assertThat(wire.received()).isEmpty();
        assertThat(app.seen).containsExactly("open /up", "close /up");
    }

    @Test
    void answered_request_cannot_be_upgraded() {
        IoServer.attach(wire.channel(), new HttpServer(app));
        wire.send(REQUEST);
        app.last().send("no");

        assertThat(app.last().upgrade(SWITCH)).isFalse();
        assertThat(RawResponse.all(wire.received()))
                .extracting(RawResponse::status)
                .containsExactly(200);
    }

    @Test
    void many_early_bytes_pause_reads_until_upgrade() {
        IoServer.attach(wire.channel(), new HttpServer(app));
        wire.send(REQUEST + "x".repeat(70_000));
        assertThat(wire.channel().config().isAutoRead()).isFalse();

        app.last().upgrade(SWITCH);

        assertThat(wire.channel().config().isAutoRead()).isTrue();
        assertThat(app.seen).hasSize(2);
        assertThat(app.seen.get(1)).hasSize("message ".length() + 70_000);
    }

    @Test
    void late_upgrade_is_closed_by_stopping_server() {
        IoServer.attach(wire.channel(), new HttpServer(app));
        wire.send(REQUEST);
        wire.channel().pipeline().fireUserEventTriggered(new CloseRequest(CloseReason.SHUTDOWN));
        assertThat(wire.isOpen()).isTrue();

        app.last().upgrade(SWITCH);

        assertThat(wire.isOpen()).isFalse();
        assertThat(app.seen).containsExactly("open /up", "close /up");
    }

    @Test
    void late_upgrade_gets_bytes_before_half_close() {
        IoServer.attach(wire.channel(), new HttpServer(app));
        wire.send(REQUEST + "glued").halfClose();

        app.last().upgrade(SWITCH);

        assertThat(app.seen).startsWith("open /up", "message glued");
        assertThat(wire.isOpen()).isFalse();
    }

    @Test
    void upgrade_by_another_thread_precedes_new_protocol() throws Exception {
        IoServer server = new IoServer(0, new HttpServer(new MessageComponent<HttpConnection, Message>() {
            @Override
            public void onOpen(HttpConnection conn) throws InterruptedException {
                Thread other = new Thread(() -> conn.upgrade(SWITCH));
                other.start();
                other.join();
            }

            @Override
            public void onMessage(HttpConnection from, Message message) {
                from.send(message);
            }
        }));
        server.start();
        try (Socket client = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            client.setSoTimeout(10_000);
            client.getOutputStream().write((REQUEST + "glued").getBytes(StandardCharsets.US_ASCII));
            String switched = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: echo\r\nConnection: Upgrade\r\n\r\n";

            assertThat(client.getInputStream().readNBytes(switched.length() + 5))
                    .asString(StandardCharsets.US_ASCII)
                    .isEqualTo(switched + "glued");
        } finally {
            server.close(Duration.ZERO);
        }
    }
}
