package dev.sprocket.core;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.core.spi.CloseRequest;
import dev.sprocket.core.spi.PipelineContext;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** The lowest level, on a channel in memory. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
final class AttachTest {
    private final Recorder<Connection> app = new Recorder<>();

    @Test
    void a_connection_is_opened_hears_messages_in_order_and_is_closed() {
        try (Peer peer = new Peer(app)) {
            peer.says("a").says("b").leaves();

            assertThat(app.calls()).containsExactly("open", "a", "b", "close");
        }
    }

    @Test
    void a_channel_that_connects_later_is_opened_then() throws Exception {
        EmbeddedChannel channel = new EmbeddedChannel(false, false);
        IoServer.attach(channel, app);
        assertThat(app.calls()).isEmpty();

        channel.register();

        assertThat(app.calls()).containsExactly("open");
        channel.finishAndReleaseAll();
    }

    @Test
    void every_callback_gets_the_same_connection() {
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
            peer.says("x");
        }

        assertThat(seen).hasSize(4).containsOnly(seen.get(0));
    }

    @Test
    void a_raw_socket_has_no_marks_so_its_messages_are_binary() {
        List<Boolean> binary = new ArrayList<>();
        try (Peer peer = new Peer((MessageComponent<Connection, Message>) (from, m) -> binary.add(m.isBinary()))) {
            peer.says("x");
        }

        assertThat(binary).containsExactly(true);
    }

    @Test
    void send_and_close_after_the_end_do_nothing_and_say_so() {
        List<Connection> conns = new ArrayList<>();
        try (Peer peer = new Peer((MessageComponent<Connection, Message>) (from, m) -> conns.add(from))) {
            peer.says("x");
            Connection conn = conns.get(0);
            assertThat(conn.send("before")).isTrue();
            conn.close();

            assertThat(conn.isOpen()).isFalse();
            assertThat(conn.send("after")).isFalse();
            conn.close();

            assertThat(peer.hears()).isEqualTo("before");
            assertThat(peer.isConnected()).isFalse();
        }
    }

    @Test
    void messages_read_after_the_component_closed_are_dropped() {
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
    void a_fatal_error_is_told_once_and_ends_the_connection() {
        Recorder<Connection> fatal = new Recorder<>() {
            @Override
            public void onMessage(Connection from, Message message) {
                throw new InternalError("fatal");
            }
        };
        try (Peer peer = new Peer(fatal)) {
            peer.says("x");

            assertThat(fatal.calls()).containsExactly("open", "error: fatal", "close");
            assertThat(peer.isConnected()).isFalse();
        }
    }

    @Test
    void a_broken_socket_is_no_error_of_the_component() {
        try (Peer peer = new Peer(app)) {
            peer.channel.pipeline().fireExceptionCaught(new IOException("Connection reset by peer"));
            peer.channel.runPendingTasks();

            assertThat(app.calls()).containsExactly("open", "close");
        }
    }

    @Test
    void a_failing_handler_of_the_pipeline_is_told_to_the_component() {
        try (Peer peer = new Peer(app)) {
            peer.channel.pipeline().fireExceptionCaught(new IllegalStateException("codec"));
            peer.channel.runPendingTasks();

            assertThat(app.calls()).containsExactly("open", "error: codec", "close");
        }
    }

    @Test
    void an_ending_that_nobody_takes_closes() {
        try (Peer peer = new Peer(app)) {
            peer.channel.pipeline().fireUserEventTriggered(new CloseRequest(CloseRequest.Cause.SERVER_SHUTDOWN));
            peer.channel.runPendingTasks();

            assertThat(peer.isConnected()).isFalse();
            assertThat(app.calls()).containsExactly("open", "close");
        }
    }

    @Test
    void an_ending_that_a_layer_takes_is_left_to_it() {
        List<CloseRequest.Cause> taken = new ArrayList<>();
        MessageComponent<Connection, Message> layer = new ForwardingComponent<>(app) {
            @Override
            public void onOpen(Connection conn) {
                PipelineContext.of(conn).install(new ChannelInboundHandlerAdapter() {
                    @Override
                    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
                        if (event instanceof CloseRequest ending) {
                            taken.add(ending.cause());
                            ending.claim();
                        }
                    }
                });
            }
        };
        try (Peer peer = new Peer(layer)) {
            peer.channel.pipeline().fireUserEventTriggered(new CloseRequest(CloseRequest.Cause.SERVER_SHUTDOWN));
            peer.endsItsStream();

            assertThat(taken).containsExactly(CloseRequest.Cause.SERVER_SHUTDOWN, CloseRequest.Cause.END_OF_STREAM);
            assertThat(peer.isConnected()).isTrue();
        }
    }
}
