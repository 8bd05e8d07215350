package dev.sprocket.bridge.zmq;

import dev.sprocket.core.Connection;
import dev.sprocket.core.Message;
import dev.sprocket.core.spi.ComponentInvoker;
import dev.sprocket.core.spi.JsonException;
import dev.sprocket.core.spi.PeerLog;
import dev.sprocket.core.spi.RejectedException;
import dev.sprocket.pubsub.PublishAck;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.ClosedSelectorException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;
import org.zeromq.ZMQException;
import zmq.ZError;

/** A socket from its start to its end; all of it on one thread, as ZeroMQ wants it. */
final class ZmqReceiver {
    private static final PeerLog LOG = PeerLog.of(ZmqBridge.class);
    /** For what has arrived to be handed on when JeroMQ has failed. */
    private static final Duration ABANDONED = Duration.ofSeconds(1);

    private static final String CONTROL = "inproc://control";
    /** How often it looks, while too much waits, whether it may go on. */
    private static final int LOOK_MILLIS = 5;
    /** The most frames of a message that are kept: two, and those around them that say who sent it. */
    static final int MOST_FRAMES = 8;

    private final ZmqBridgeBuilder options;
    private final ZContext context = new ZContext();
    private final CompletableFuture<InetSocketAddress> bound = new CompletableFuture<>();
    private final Thread thread = new Thread(this::run, "sprocket-zmq");
    private final Consumer<Throwable> failed;
    private final int port;
    private volatile boolean stopping;
    private volatile boolean abandoned;
    private volatile boolean contextFailed;

    /**
     * A socket that is not bound yet.
     *
     * @param port where it listens; 0 takes a free one
     * @param failed told that nothing will arrive any more, by the thread that failed
     */
    ZmqReceiver(ZmqBridgeBuilder options, int port, Consumer<Throwable> failed) {
        this.options = options;
        this.port = port;
        this.failed = failed;
        // an I/O thread that has ended takes the socket with it, and says nothing else
        context.setUncaughtExceptionHandler((io, cause) -> {
            contextFailed = true;
            fail(cause);
        });
    }

    private void fail(Throwable cause) {
        if (!stopping) {
            failed.accept(cause);
        }
    }

    /** Returns when the socket is bound. */
    void start() throws IOException {
        thread.start();
        try {
            bound.join();
        } catch (CompletionException e) {
            throw new IOException(
                    "cannot listen on " + options.host + ":" + port + " for ZeroMQ: " + reason(e.getCause()),
                    e.getCause());
        }
    }

    private static String reason(@Nullable Throwable cause) {
        if (cause instanceof ZMQException e) {
            return e.getErrorCode() == ZMQ.Error.EADDRINUSE.getCode()
                    ? "Address already in use"
                    : String.valueOf(ZMQ.Error.findByCode(e.getErrorCode()));
        }
        return String.valueOf(cause);
    }

    InetSocketAddress address() {
        return bound.join();
    }

    private void run() {
        ZmqSocketSetup setup = null;
        try {
            ZMQ.Socket control = context.createSocket(SocketType.PULL);
            ZMQ.Socket socket;
            ZmqConnection conn;
            try {
                control.bind(CONTROL);
                setup = new ZmqSocketSetup(options, port, context, this::fail);
                socket = setup.socket();
                conn = new ZmqConnection(setup.address());
            } catch (RuntimeException e) {
                bound.completeExceptionally(e);
                return;
            }
            if (options.type == SocketType.ROUTER) {
                PublishAck.request(conn);
            }
            ComponentInvoker<Connection> level = new ComponentInvoker<>(options.target, conn);
            level.open();
            bound.complete((InetSocketAddress) conn.localAddress());
            receive(socket, control, conn, level);
            level.close();
        } finally {
            if (setup != null) {
                setup.release();
            }
            if (!abandoned) {
                context.close();
            }
        }
    }

    /** Hands on what arrives, until told to stop; then what has arrived by then, but not what arrives meanwhile for ever. */
    private void receive(
            ZMQ.Socket socket, ZMQ.Socket control, ZmqConnection conn, ComponentInvoker<Connection> level) {
        try (ZMQ.Poller poller = context.createPoller(2)) {
            poller.register(socket, ZMQ.Poller.POLLIN);
            poller.register(control, ZMQ.Poller.POLLIN);
            List<byte[]> frames = new ArrayList<>(MOST_FRAMES);
            while (!stopping) {
                if (next(socket, frames)) {
                    hand(socket, frames, conn, level);
                    hold(control);
                } else {
                    poller.poll(-1);
                }
            }
            for (int left = socket.getRcvHWM(); left > 0 && next(socket, frames); left--) {
                hand(socket, frames, conn, level);
            }
        } catch (ZMQException | ClosedSelectorException e) {
            if (!stopping) {
                LOG.error(conn, "{} stopped", conn, e);
                contextFailed = true;
                fail(e);
            }
        }
    }

    /** Waits while too much does; then the senders wait, too. */
    private void hold(ZMQ.Socket control) {
        if (options.waiting.getAsLong() > options.mostWaiting) {
            control.setReceiveTimeOut(LOOK_MILLIS);
            while (!stopping && options.waiting.getAsLong() > options.mostWaiting / 2) {
                // what comes is the word to stop
                control.recv();
            }
        }
    }

    /** Takes all frames of a message, and keeps the first ones; their number may be larger by one, if there were more. */
    private static boolean next(ZMQ.Socket socket, List<byte[]> frames) {
        frames.clear();
        byte[] frame = socket.recv(ZMQ.DONTWAIT);
        if (frame == null) {
            return false;
        }
        frames.add(frame);
        while (socket.hasReceiveMore()) {
            byte[] more = socket.recv();
            if (more != null && frames.size() <= MOST_FRAMES) {
                frames.add(more);
            }
        }
        return true;
    }

    private void hand(ZMQ.Socket socket, List<byte[]> frames, ZmqConnection conn, ComponentInvoker<Connection> level) {
        boolean asked = options.type == SocketType.ROUTER;
        int envelope = asked ? envelope(frames) : 0;
        conn.ask(asked);
        List<byte[]> body = frames.subList(envelope, frames.size());
        try {
            Message message = options.frames.message(body);
            level.deliver(options.target, message);
        } catch (JsonException | RejectedException e) {
            LOG.cause(String.valueOf(e.getMessage())).warn(conn, "push from {} refused: {}", conn, e.getMessage());
            conn.send("error " + String.valueOf(e.getMessage()).replaceFirst("^JSON, ", ""));
        } catch (VirtualMachineError e) {
            // an event loop goes on after it, and this thread is all there is for everybody
            LOG.error(conn, "{}: a message was too much", conn, e);
        }
        if (asked) {
            answer(socket, frames.subList(0, envelope), conn);
        }
    }

    /** Sends the answer, without waiting for a client that does not read. */
    private static void answer(ZMQ.Socket socket, List<byte[]> envelope, ZmqConnection conn) {
        byte[] answer = conn.answer();
        try {
            for (byte[] part : envelope) {
                if (!socket.send(part, ZMQ.SNDMORE | ZMQ.DONTWAIT)) {
                    LOG.cause("unread")
                            .warn(
                                    conn,
                                    "zmq answer dropped: bridge={} cause=the client does not read its answers",
                                    conn);
                    return;
                }
            }
            socket.send(answer, ZMQ.DONTWAIT);
        } catch (ZMQException e) {
            if (e.getErrorCode() != ZMQ.Error.EHOSTUNREACH.getCode()) {
                throw e;
            }
            LOG.cause("gone").info(conn, "zmq answer dropped: bridge={} cause=the client is gone", conn);
        }
    }

    /** How many frames say who sent it: up to an empty one, as REQ sends it, or the first alone. */
    private static int envelope(List<byte[]> frames) {
        for (int i = 1; i < frames.size(); i++) {
            if (frames.get(i).length == 0) {
                return i + 1;
            }
        }
        return 1;
    }

    void stop(Duration deadline) {
        if (!thread.isAlive()) {
            return;
        }
        stopping = true;
        wake();
        try {
            thread.join(Math.max(1, TimeUnit.MILLISECONDS.convert(deadline)));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Ends after a failure; without JeroMQ's help if a thread of it has failed. Hands on what has arrived. */
    void abandon() throws IOException {
        if (!contextFailed) {
            stop(ABANDONED);
            return;
        }
        abandoned = true;
        DeadContext.closeSockets(context);
        stop(ABANDONED);
    }

    private void wake() {
        try (ZContext own = ZContext.shadow(context);
                ZMQ.Socket control = own.createSocket(SocketType.PUSH)) {
            control.connect(CONTROL);
            control.send(new byte[0]);
        } catch (ZMQException | ZError.CtxTerminatedException e) {
            LOG.debug("awake, and ending, already", e);
        }
    }
}
