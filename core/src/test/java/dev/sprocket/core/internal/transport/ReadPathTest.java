package dev.sprocket.core.internal.transport;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.core.Component;
import dev.sprocket.core.Connection;
import dev.sprocket.core.DelegatingComponent;
import dev.sprocket.core.ForwardingComponent;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.Peer;
import dev.sprocket.core.PerConnection;
import dev.sprocket.core.Recorder;
import dev.sprocket.core.filter.IpFilter;
import dev.sprocket.core.filter.Limiter;
import dev.sprocket.core.filter.MessageLogger;
import dev.sprocket.core.filter.SlowCallbackWarning;
import dev.sprocket.core.spi.ComponentInvoker;
import dev.sprocket.core.spi.LayerContext;
import dev.sprocket.core.spi.ProtocolLayer;
import dev.sprocket.core.thread.ExecuteOn;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Components between a socket and a protocol layer, with and without interest in bytes. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class ReadPathTest {
    private static final Duration LONG = Duration.ofHours(1);

    /** Layer whose handler records the bytes that reach it. */
    private static final class RecordingLayer extends ProtocolLayer<Connection> {
        private final List<String> seen = new ArrayList<>();

        @Override
        protected void install(Connection conn, LayerContext context) {
            ComponentInvoker<Connection> invoker = new ComponentInvoker<>(new Recorder<>(), conn);
            context.install(new ChannelInboundHandlerAdapter() {
                @Override
                public void channelRead(ChannelHandlerContext ctx, Object read) {
                    ByteBuf bytes = (ByteBuf) read;
                    seen.add(bytes.toString(StandardCharsets.UTF_8));
                    bytes.release();
                }

                @Override
                public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
                    seen.add("error " + cause.getMessage());
                    invoker.fail(cause);
                }

                @Override
                public void channelInactive(ChannelHandlerContext ctx) {
                    seen.add("close");
                }
            });
        }
    }

    /** Passes all messages on, and records those that reach it anyway. */
    private static final class Spy implements MessageComponent<Connection, Message>, DelegatingComponent {
        private final MessageComponent<? super Connection, ? super Message> inner;
        private final List<String> calls = new ArrayList<>();

        Spy(MessageComponent<? super Connection, ? super Message> inner) {
            this.inner = inner;
        }

        @Override
        public Optional<Component<?>> passesTo(Connection conn) {
            return Optional.of(inner);
        }

        @Override
        public void onOpen(Connection conn) throws Exception {
            calls.add("open");
            inner.onOpen(conn);
        }

        @Override
        public void onMessage(Connection from, Message message) throws Exception {
            calls.add(message.text());
            inner.onMessage(from, message);
        }

        @Override
        public void onError(Connection conn, Throwable cause) throws Exception {
            calls.add("error " + cause.getMessage());
            inner.onError(conn, cause);
        }

        @Override
        public void onClose(Connection conn) throws Exception {
            calls.add("close");
            inner.onClose(conn);
        }
    }

    private static final class Plain extends ForwardingComponent<Connection, Message> {
        Plain(MessageComponent<? super Connection, ? super Message> inner) {
            super(inner);
        }
    }

    private static class Counting extends ForwardingComponent<Connection, Message> {
        Counting(MessageComponent<? super Connection, ? super Message> inner) {
            super(inner);
        }

        @Override
        public void onMessage(Connection from, Message message) throws Exception {
            super.onMessage(from, message);
        }
    }

    private static final class Derived extends Counting {
        Derived(MessageComponent<? super Connection, ? super Message> inner) {
            super(inner);
        }
    }

    /** Decorators that receive no bytes; {@code true} marks those that do. */
    static Stream<Arguments> decorators() {
        return Stream.of(
                decorator("forwarding", false, Plain::new),
                decorator("IP filter", false, inner -> new IpFilter<Connection, Message>(inner)),
                decorator("per connection", false, inner -> new PerConnection<Connection, Message>(conn -> inner)),
                decorator("override", true, Counting::new),
                decorator("inherited override", true, Derived::new),
                decorator("connection limiter", false, inner -> new Limiter<Connection, Message>(inner).connections(9)),
                decorator("message limiter", true, inner -> new Limiter<Connection, Message>(inner)
                        .messages(99, Limiter.Action.CLOSE)),
                decorator("byte limiter", true, inner -> new Limiter<Connection, Message>(inner)
                        .bytes(99, Limiter.Action.PAUSE)),
                decorator("message logger", true, inner -> new MessageLogger<Connection, Message>("test", inner)),
                decorator("slow callbacks", true, inner -> new SlowCallbackWarning<Connection, Message>(LONG, inner)),
                decorator("executor", true, inner -> new ExecuteOn<Connection, Message>(Runnable::run, inner)));
    }

    private static Arguments decorator(
            String name,
            boolean wantsBytes,
            UnaryOperator<MessageComponent<? super Connection, ? super Message>> make) {
        return Arguments.of(name, wantsBytes, make);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("decorators")
    void bytes_pass_only_decorators_that_ignore_messages(
            String name,
            boolean wantsBytes,
            UnaryOperator<MessageComponent<? super Connection, ? super Message>> decorator) {
        RecordingLayer layer = new RecordingLayer();
        Spy spy = new Spy(decorator.apply(layer));
        try (Peer peer = new Peer(spy)) {
            peer.send("a").send("b");
        }

        assertThat(layer.seen).startsWith("a", "b").doesNotHaveDuplicates();
        assertThat(spy.calls).isEqualTo(wantsBytes ? List.of("open", "a", "b", "close") : List.of("open", "close"));
    }

    @Test
    void application_without_layer_receives_all_bytes() {
        Recorder<Connection> app = new Recorder<>();
        Spy spy = new Spy(app);
        try (Peer peer = new Peer(spy)) {
            peer.send("a");
        }

        assertThat(spy.calls).containsExactly("open", "a", "close");
        assertThat(app.calls()).containsExactly("open", "a", "close");
    }

    @Test
    void bytes_after_local_close_are_discarded() {
        RecordingLayer layer = new RecordingLayer();
        Connection[] opened = new Connection[1];
        MessageComponent<Connection, Message> closing = new ForwardingComponent<>(layer) {
            @Override
            public void onOpen(Connection conn) throws Exception {
                opened[0] = conn;
                super.onOpen(conn);
            }
        };
        try (Peer peer = new Peer(closing)) {
            peer.send("a");
            opened[0].close();
            peer.send("b");
        }

        assertThat(layer.seen).containsExactly("a", "close");
    }

    @Test
    void failure_of_handler_is_reported_to_its_layer_only() {
        EmbeddedChannel channel = new EmbeddedChannel();
        RecordingLayer layer = new RecordingLayer();
        Spy spy = new Spy(layer);
        try (Peer peer = new Peer(channel, spy)) {
            channel.pipeline().fireExceptionCaught(new IllegalStateException("broken"));
            peer.send("late");
        }

        assertThat(spy.calls).containsExactly("open", "error broken", "close");
        assertThat(layer.seen).startsWith("error broken").endsWith("close").doesNotContain("late");
    }
}
