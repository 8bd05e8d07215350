package dev.sprocket.pubsub;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.sprocket.core.Connection;
import dev.sprocket.core.Message;
import dev.sprocket.core.MessageComponent;
import dev.sprocket.core.io.IoServer;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** In-memory connection that records each written buffer. */
public final class Wire implements AutoCloseable {
    final EmbeddedChannel channel;
    private final List<String> writes = new ArrayList<>();
    private @Nullable Connection conn;

    public Wire() {
        channel = new EmbeddedChannel(new ChannelOutboundHandlerAdapter() {
            @Override
            public void write(ChannelHandlerContext ctx, Object bytes, ChannelPromise promise) {
                writes.add(((ByteBuf) bytes).toString(UTF_8));
                ctx.write(bytes, promise);
            }
        });
        IoServer.attach(channel, new MessageComponent<Connection, Message>() {
            @Override
            public void onOpen(Connection opened) {
                conn = opened;
            }

            @Override
            public void onMessage(Connection from, Message message) {}
        });
    }

    public Connection conn() {
        return Objects.requireNonNull(conn);
    }

    /** Runs pending tasks and returns the buffers written since the last call. */
    @CanIgnoreReturnValue
    public List<String> writes() {
        channel.runPendingTasks();
        List<String> all = List.copyOf(writes);
        writes.clear();
        return all;
    }

    /** Returns the text flushed since the last call. */
    String sent() {
        channel.runPendingTasks();
        StringBuilder all = new StringBuilder();
        for (ByteBuf bytes = channel.readOutbound(); bytes != null; bytes = channel.readOutbound()) {
            all.append(bytes.toString(UTF_8));
            bytes.release();
        }
        return all.toString();
    }

    @Override
    public void close() {
        channel.finishAndReleaseAll();
    }
}
