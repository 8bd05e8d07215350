package dev.sprocket.bench.jmh;

import dev.sprocket.bench.client.ClientFrames;
import dev.sprocket.core.Connection;
import dev.sprocket.core.ForwardingComponent;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.io.IoServer;
import dev.sprocket.http.HttpConnection;
import dev.sprocket.http.HttpServer;
import dev.sprocket.http.origin.OriginFilter;
import dev.sprocket.http.origin.Origins;
import dev.sprocket.http.route.Router;
import dev.sprocket.websocket.WsConnection;
import dev.sprocket.websocket.WsServer;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/**
 * Measures the way of a small frame from the socket to the application, without sockets.
 *
 * <p>The stack is {@code IoServer(HttpServer(Router(OriginFilter(WsServer))))}. Each loop iteration processes one read,
 * of one frame of 16 bytes, for each of 100 connections. Nothing is sent.
 */
@OperationsPerInvocation(InboundBenchmark.CONNECTIONS * InboundBenchmark.ITERATIONS)
public class InboundBenchmark extends TimedOnLoop {
    static final int CONNECTIONS = 100;
    static final int ITERATIONS = 50;

    /** Place of decorators that want the bytes, through which all reads pass. */
    public enum Wanted {
        /** No decorator wants bytes: they go from the socket's handler to that of WebSocket. */
        NOWHERE,
        /** Between {@code OriginFilter} and {@code WsServer}. */
        ABOVE_HTTP,
        /** Between {@code IoServer} and {@code HttpServer}. */
        BELOW_HTTP,
        /** In both places, so that every read passes through all components. */
        EVERYWHERE
    }

    /** The decorators of the stack under test. */
    @Param
    public Wanted wanted = Wanted.NOWHERE;

    private static final ByteBuf FRAME = Unpooled.unreleasableBuffer(ClientFrames.frame(2, new byte[16]));

    private long received;

    /** Opens the connections. */
    @Setup
    public void open() throws InterruptedException {
        loop.open(CONNECTIONS, this::build);
        loop.upgrade("");
        read();
        if (received != (long) CONNECTIONS * ITERATIONS) {
            throw new IllegalStateException(received + " messages (expected: " + CONNECTIONS * ITERATIONS + ")");
        }
    }

    private void build(Channel channel) {
        MessageComponent<WsConnection, Message> app = (from, message) -> received++;
        MessageComponent<HttpConnection, Message> layer = new WsServer(app);
        boolean above = wanted == Wanted.ABOVE_HTTP || wanted == Wanted.EVERYWHERE;
        boolean below = wanted == Wanted.BELOW_HTTP || wanted == Wanted.EVERYWHERE;
        HttpServer http = new HttpServer(
                new Router().upgrade("/", new OriginFilter(Origins.of("*"), above ? new Wanting<>(layer) : layer)));
        IoServer.attach(channel, below ? new Wanting<>(http) : http);
    }

    /** Measures one read per connection. */
    @Benchmark
    public void read() throws InterruptedException {
        loop.runIterations(ITERATIONS, () -> {
            for (MemoryChannel channel : loop.channels()) {
                channel.receiveCopy(FRAME);
            }
        });
    }

    /** Decorator that overrides {@code onMessage}, and does nothing else. */
    private static final class Wanting<C extends Connection> extends ForwardingComponent<C, Message> {
        Wanting(MessageComponent<? super C, ? super Message> inner) {
            super(inner);
        }

        @Override
        public void onMessage(C from, Message message) throws Exception {
            super.onMessage(from, message);
        }
    }
}
