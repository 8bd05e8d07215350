package dev.sprocket.pubsub;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.sprocket.core.Connection;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.flow.OutboundLimit;
import dev.sprocket.core.internal.transport.PipelineContext;
import dev.sprocket.core.io.IoServer;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** In-memory connection whose peer can stop reading. */
final class StallingWire implements AutoCloseable {
    final EmbeddedChannel channel;
    private final StringBuilder received = new StringBuilder();
    private @Nullable Connection conn;
    private boolean stalled;

    StallingWire(OutboundLimit limit) {
        this(limit, app -> app);
    }

    /** Creates a connection with a layer between the socket and the application. */
    StallingWire(
            OutboundLimit limit,
            Function<MessageComponent<Connection, Message>, MessageComponent<Connection, Message>> layer) {
        channel = new EmbeddedChannel(new ChannelOutboundHandlerAdapter() {
            @Override
            public void flush(ChannelHandlerContext ctx) {
                if (!stalled) {
                    ctx.flush();
                }
            }
        });
        IoServer.attach(
                channel,
                layer.apply(new MessageComponent<>() {
                    @Override
                    public void onOpen(Connection opened) {
                        conn = opened;
                    }

                    @Override
                    public void onMessage(Connection from, Message message) {}
                }),
                limit);
    }

    Connection conn() {
        return Objects.requireNonNull(conn);
    }

    /** Stops or continues reading. */
    void stall(boolean stop) {
        stalled = stop;
        if (!stop) {
            channel.flush();
        }
    }

    /** Returns the bytes that wait for the peer. */
    long pendingBytes() {
        return PipelineContext.of(conn()).outbound().pendingBytes();
    }

    /** Runs pending tasks and returns the text received since the last call. */
    @CanIgnoreReturnValue
    String received() {
        for (boolean more = true; more; ) {
            channel.runPendingTasks();
            more = false;
            for (ByteBuf bytes = channel.readOutbound(); bytes != null; bytes = channel.readOutbound()) {
                received.append(bytes.toString(UTF_8));
                bytes.release();
                more = true;
            }
        }
        String all = received.toString();
        received.setLength(0);
        return all;
    }

    @Override
    public void close() {
        stalled = false;
        channel.finishAndReleaseAll();
    }
}
