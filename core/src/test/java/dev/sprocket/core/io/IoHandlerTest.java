package dev.sprocket.core.io;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.core.CloseReason;
import dev.sprocket.core.Connection;
import dev.sprocket.core.ForwardingComponent;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.Peer;
import dev.sprocket.core.Recorder;
import dev.sprocket.core.internal.transport.CloseRequest;
import dev.sprocket.core.internal.transport.PipelineContext;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** Tests the lowest layer, with an in-memory channel. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class IoHandlerTest {
    private final Recorder<Connection> app = new Recorder<>();

    @Test
    void calls_open_messages_and_close_in_order() {
        try (Peer peer = new Peer(app)) {
            peer.send("a").send("b").disconnect();

            assertThat(app.calls()).containsExactly("open", "a", "b", "close");
        }
    }

    @Test
    void opens_connection_when_channel_becomes_active() throws Exception {
        EmbeddedChannel channel = new EmbeddedChannel(false, false);
        IoServer.attach(channel, app);
        assertThat(app.calls()).isEmpty();

        channel.register();

        assertThat(app.calls()).containsExactly("open");
        channel.finishAndReleaseAll();
    }

    @Test
    void all_callbacks_receive_the_same_connection() {
        List<Connection> seen = new ArrayList<>();
        MessageComponent<Connection, Message> collecting = new MessageComponent<>() {
            @Override
            public void onOpen(Connection conn) {
                seen.add(conn);
            }

            @Override
            public void onMessage(Connection from, Message message) {
                seen.add(from);
                throw new IllegalStateException();
            }

            @Override
            public void onError(Connection conn, Throwable cause) {
                seen.add(conn);
            }

            @Override
            public void onClose(Connection conn) {
                seen.add(conn);
            }
        };
        try (Peer peer = new Peer(collecting)) {
            peer.send("x");
        }

        assertThat(seen).hasSize(4).containsOnly(seen.get(0));
    }

    @Test
    void messages_of_a_raw_socket_are_binary() {
        List<Boolean> binary = new ArrayList<>();
        try (Peer peer = new Peer((MessageComponent<Connection, Message>) (from, m) -> binary.add(m.isBinary()))) {
            peer.send("x");
        }

        assertThat(binary).containsExactly(true);
    }

    @Test
    void send_returns_false_after_close() {
        List<Connection> conns = new ArrayList<>();
        try (Peer peer = new Peer((MessageComponent<Connection, Message>) (from, m) -> conns.add(from))) {
            peer.send("x");
            Connection conn = conns.get(0);
            assertThat(conn.send("before")).isTrue();
            conn.close();

            assertThat(conn.isOpen()).isFalse();
            assertThat(conn.send("after")).isFalse();
            conn.close();

            assertThat(peer.received()).isEqualTo("before");
            assertThat(peer.isConnected()).isFalse();
        }
    }

    @Test
    void drops_messages_after_component_closed_connection() {
        Recorder<Connection> closing = new Recorder<>() {
            @Override
            public void onMessage(Connection from, Message message) throws Exception {
                super.onMessage(from, message);
                from.close();
            }
        };
        try (Peer peer = new Peer(closing)) {
            peer.channel.pipeline().fireChannelRead(Message.text("first").copy().content());
            peer.channel
                    .pipeline()
                    .fireChannelRead(Message.text("second").copy().content());
            peer.channel.runPendingTasks();
        }

        assertThat(closing.calls()).containsExactly("open", "first", "close");
    }

    @Test
    void fatal_error_is_reported_once_and_closes_connection() {
        Recorder<Connection> fatal = new Recorder<>() {
            @Override
            public void onMessage(Connection from, Message message) {
                throw new InternalError("fatal");
            }
        };
        try (Peer peer = new Peer(fatal)) {
            peer.send("x");

            assertThat(fatal.calls()).containsExactly("open", "error: fatal", "close");
            assertThat(peer.isConnected()).isFalse();
        }
    }

    @Test
    void socket_error_is_not_passed_to_onError() {
        try (Peer peer = new Peer(app)) {
            peer.channel.pipeline().fireExceptionCaught(new IOException("Connection reset by peer"));
            peer.channel.runPendingTasks();

            assertThat(app.calls()).containsExactly("open", "close");
        }
    }

    @Test
    void pipeline_failure_is_passed_to_onError() {
        try (Peer peer = new Peer(app)) {
            peer.channel.pipeline().fireExceptionCaught(new IllegalStateException("codec"));
            peer.channel.runPendingTasks();

            assertThat(app.calls()).containsExactly("open", "error: codec", "close");
        }
    }

    @Test
    void unclaimed_close_request_closes_connection() {
        try (Peer peer = new Peer(app)) {
            peer.channel.pipeline().fireUserEventTriggered(new CloseRequest(CloseReason.SHUTDOWN));
            peer.channel.runPendingTasks();

            assertThat(peer.isConnected()).isFalse();
            assertThat(app.calls()).containsExactly("open", "close");
        }
    }

    @Test
    void claimed_close_request_leaves_connection_open() {
        List<CloseReason> claimed = new ArrayList<>();
        MessageComponent<Connection, Message> layer = new ForwardingComponent<>(app) {
            @Override
            public void onOpen(Connection conn) {
                PipelineContext.of(conn).install(new ChannelInboundHandlerAdapter() {
                    @Override
                    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
                        if (event instanceof CloseRequest request) {
                            claimed.add(request.reason());
                            request.claim();
                        }
                    }
                });
            }
        };
        try (Peer peer = new Peer(layer)) {
            peer.channel.pipeline().fireUserEventTriggered(new CloseRequest(CloseReason.SHUTDOWN));
            peer.shutdownOutput();

            assertThat(claimed).containsExactly(CloseReason.SHUTDOWN, CloseReason.END_OF_STREAM);
            assertThat(peer.isConnected()).isTrue();
        }
    }
}
