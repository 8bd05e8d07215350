package dev.sprocket.testkit.proxy;

import dev.sprocket.testkit.proxy.FaultProxy.Direction;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A connection of a client, with its connection to the server. Runs on their event loop. */
final class ProxyLink {
    private final Channel client;
    private final Channel server;
    private ProxyFaults faults;

    ProxyLink(Channel client, Channel server, ProxyFaults faults) {
        this.client = client;
        this.server = server;
        this.faults = faults;
    }

    boolean isOf(Channel ofClient) {
        return client == ofClient;
    }

    void start() {
        Half toServer = new Half(Direction.TO_SERVER, client, server);
        Half toClient = new Half(Direction.TO_CLIENT, server, client);
        client.pipeline().addLast(toServer);
        server.pipeline().addLast(toClient);
        toServer.readNext();
        toClient.readNext();
    }

    void apply(ProxyFaults changed) {
        faults = changed;
        for (Channel channel : new Channel[] {client, server}) {
            Half half = channel.pipeline().get(Half.class);
            if (half != null) {
                half.readNext();
            }
        }
    }

    void reset() {
        FaultProxy.reset(client);
        FaultProxy.reset(server);
    }

    /** Forwards one direction: reads a buffer, and the next when that one is written. */
    private final class Half extends ChannelInboundHandlerAdapter {
        private final Direction direction;
        private final Channel from;
        private final Channel to;
        private @Nullable ByteBuf held;
        /** Bytes whose time has not come, in their order. */
        private final Queue<ByteBuf> delayed = new ArrayDeque<>();

        private boolean reading;
        private boolean ended;
        private long due = System.nanoTime();

        Half(Direction direction, Channel from, Channel to) {
            this.direction = direction;
            this.from = from;
            this.to = to;
        }

        void readNext() {
            if (faults.isStalled(direction)) {
                return;
            }
            ByteBuf bytes = held;
            if (bytes != null) {
                held = null;
                pass(bytes);
            } else if (!reading) {
                reading = true;
                from.read();
            }
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            if (faults.isStalled(direction)) {
                held = (ByteBuf) message;
            } else {
                pass((ByteBuf) message);
            }
        }

        private void pass(ByteBuf bytes) {
            long pause = TimeUnit.SECONDS.toNanos(bytes.readableBytes()) / faults.throttle();
            long wait = waitUntilDue();
            if (wait > 0 || !delayed.isEmpty()) {
                delayed.add(bytes);
                schedule(
                        () -> { // each forwards the oldest, because timers of one time run in any order
                            var unused = forward(delayed.remove());
                            closeIfEnded();
                        },
                        Math.max(1, wait));
                schedule(this::done, pause);
            } else {
                forward(bytes).addListener(written -> schedule(this::done, pause));
            }
        }

        /** Returns the time until bytes of now are forwarded, never before those of earlier. */
        private long waitUntilDue() {
            long now = System.nanoTime();
            due = Math.max(due, now + TimeUnit.MILLISECONDS.toNanos(faults.delay()));
            return due - now;
        }

        private void schedule(Runnable task, long nanos) {
            if (nanos <= 0) {
                task.run();
            } else {
                var unused = from.eventLoop().schedule(task, nanos, TimeUnit.NANOSECONDS);
            }
        }

        private ChannelFuture forward(ByteBuf bytes) {
            return to.writeAndFlush(bytes);
        }

        private void done() {
            reading = false;
            readNext();
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            if (held != null) {
                held.release();
                held = null;
            }
            schedule(
                    () -> {
                        ended = true;
                        closeIfEnded();
                    },
                    waitUntilDue());
        }

        private void closeIfEnded() {
            if (ended && delayed.isEmpty()) {
                var unused = to.close();
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            reset();
        }
    }
}
