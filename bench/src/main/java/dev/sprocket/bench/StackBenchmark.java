package dev.sprocket.bench;

import dev.sprocket.core.Connection;
import dev.sprocket.core.EchoServer;
import dev.sprocket.core.ForwardingComponent;
import dev.sprocket.core.IoServer;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
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
 * What a message costs on its way up a stack and back: one for each of a hundred connections in a turn of the loop, without
 * sockets. Beside each of our stacks stands the plain Netty pipeline that does the same.
 */
@OperationsPerInvocation(StackBenchmark.CONNECTIONS * StackBenchmark.TURNS)
public class StackBenchmark extends TimedTurns {
    static final int CONNECTIONS = 100;
    static final int TURNS = 50;

    /** What stands between a socket and an echo. */
    public enum Stack {
        /** A Netty handler that writes back what it reads. */
        BYTES_NETTY,
        /** {@code IoServer}. */
        BYTES_SPROCKET,
        /** Netty's WebSocket handlers. */
        WEBSOCKET_NETTY,
        /** {@code IoServer(HttpServer(WsServer))}. */
        WEBSOCKET_SPROCKET,
        /** As above, with one decorator around the application. */
        WEBSOCKET_SPROCKET_DECORATED,
        /** As above, with eleven, so that the difference is ten times the cost of one. */
        WEBSOCKET_SPROCKET_DECORATED_11
    }

    /** The one that is measured. */
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
        long back = (loop.written() - before) / (CONNECTIONS * TURNS);
        if (back < 125) {
            throw new IllegalStateException(stack + " sends back " + back + " bytes (expected: >= 125)");
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

    /** A message for each connection, and its echo. */
    @Benchmark
    public void message() throws InterruptedException {
        loop.turns(TURNS, () -> {
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
