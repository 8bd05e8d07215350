package dev.sprocket.bench.jmh;

import dev.sprocket.bench.client.ClientFrames;
import dev.sprocket.core.Connection;
import dev.sprocket.core.EchoServer;
import dev.sprocket.core.ForwardingComponent;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.io.IoServer;
import dev.sprocket.http.HttpServer;
import dev.sprocket.websocket.WsServer;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolHandler;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/**
 * Measures the cost of an echoed message in a stack, without sockets.
 *
 * <p>Each loop iteration processes one message for each of 100 connections. For comparison, each Sprocket stack has an
 * equivalent plain Netty pipeline.
 */
@OperationsPerInvocation(StackBenchmark.CONNECTIONS * StackBenchmark.ITERATIONS)
public class StackBenchmark extends TimedOnLoop {
    static final int CONNECTIONS = 100;
    static final int ITERATIONS = 50;

    /** Layers between the socket and the echo. */
    public enum Stack {
        /** Netty handler that echoes bytes. */
        BYTES_NETTY,
        /** {@code IoServer}. */
        BYTES_SPROCKET,
        /** Netty's WebSocket handlers. */
        WEBSOCKET_NETTY,
        /** {@code IoServer(HttpServer(WsServer))}. */
        WEBSOCKET_SPROCKET,
        /** {@code IoServer(HttpServer(WsServer))} with one decorator around the application. */
        WEBSOCKET_SPROCKET_DECORATED,
        /** Eleven decorators: the difference to one decorator is ten times its cost. */
        WEBSOCKET_SPROCKET_DECORATED_11
    }

    /** The stack under test. */
    @Param
    public Stack stack = Stack.BYTES_NETTY;

    private static final ByteBuf FRAME = Unpooled.unreleasableBuffer(ClientFrames.frame(2, new byte[125]));

    /** Opens the connections. */
    @Setup(Level.Trial)
    public void open() throws InterruptedException {
        loop.open(CONNECTIONS, this::build);
        if (stack != Stack.BYTES_NETTY && stack != Stack.BYTES_SPROCKET) {
            loop.upgrade("");
        }
        long before = loop.written();
        message();
        long echoed = (loop.written() - before) / (CONNECTIONS * ITERATIONS);
        if (echoed < 125) {
            throw new IllegalStateException(stack + " echoes " + echoed + " bytes (expected: >= 125)");
        }
    }

    private void build(Channel channel) {
        switch (stack) {
            case BYTES_NETTY -> channel.pipeline().addLast(new Echo());
            case BYTES_SPROCKET -> IoServer.attach(channel, new EchoServer());
            case WEBSOCKET_NETTY ->
                channel.pipeline()
                        .addLast(new HttpServerCodec())
                        .addLast(new HttpObjectAggregator(65536))
                        .addLast(new WebSocketServerProtocolHandler("/"))
                        .addLast(new Echo());
            case WEBSOCKET_SPROCKET -> attach(channel, 0);
            case WEBSOCKET_SPROCKET_DECORATED -> attach(channel, 1);
            case WEBSOCKET_SPROCKET_DECORATED_11 -> attach(channel, 11);
        }
    }

    private static void attach(Channel channel, int decorators) {
        MessageComponent<Connection, Message> app = new EchoServer()::onMessage;
        for (int i = 0; i < decorators; i++) {
            app = new Decorator(app);
        }
        IoServer.attach(channel, new HttpServer(new WsServer(app)));
    }

    /** Measures one message and its echo per connection. */
    @Benchmark
    public void message() throws InterruptedException {
        loop.runIterations(ITERATIONS, () -> {
            for (MemoryChannel channel : loop.channels()) {
                channel.receiveCopy(FRAME);
            }
        });
    }

    private static final class Decorator extends ForwardingComponent<Connection, Message> {
        Decorator(MessageComponent<Connection, Message> inner) {
            super(inner);
        }
    }

    @Sharable
    private static final class Echo extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            ctx.writeAndFlush(message, ctx.voidPromise());
        }
    }
}
