package dev.sprocket.bridge.zmq;

import dev.sprocket.core.Connection;
import dev.sprocket.core.Message;
import dev.sprocket.core.RejectedException;
import dev.sprocket.core.internal.log.PeerLog;
import dev.sprocket.core.spi.ComponentInvoker;
import dev.sprocket.pubsub.internal.metrics.PubsubMetrics;
import dev.sprocket.pubsub.internal.push.PushHold;
import dev.sprocket.pubsub.internal.push.PushResult;
import dev.sprocket.pubsub.internal.push.PushResults;
import dev.sprocket.pubsub.internal.push.PushSender;
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

/** Receiving thread of a bridge, which exclusively uses its socket. */
final class ZmqReceiver {
    private static final PeerLog LOG = PeerLog.of(ZmqBridge.class);
    /** Time to deliver received messages after a failure of JeroMQ. */
    private static final Duration ABANDON_TIMEOUT = Duration.ofSeconds(1);

    private static final String CONTROL = "inproc://control";
    /** Interval at which the pending bytes are checked while receiving is paused. */
    private static final int POLL_MILLIS = 5;
    /** Maximum number of stored frames per message: two, and the routing envelope. */
    static final int MAX_FRAMES = 8;

    private final ZmqBridge.Builder options;
    private final ZContext context = new ZContext();
    private final CompletableFuture<InetSocketAddress> bound = new CompletableFuture<>();
    private final Thread thread = new Thread(this::run, "sprocket-zmq");
    private final Consumer<Throwable> onFailure;
    private final int port;
    private volatile boolean stopping;
    /** Hold of the pushes of all senders; null before the socket is bound. */
    private volatile @Nullable PushHold hold;

    private volatile boolean abandoned;
    private volatile boolean contextFailed;

    /**
     * Creates a receiver, not bound yet.
     *
     * @param port listening port; 0 selects a free port
     * @param onFailure called by the failed thread when receiving has stopped
     */
    ZmqReceiver(ZmqBridge.Builder options, int port, Consumer<Throwable> onFailure) {
        this.options = options;
        this.port = port;
        this.onFailure = onFailure;
        // the socket is unusable after an I/O thread has ended, without any other sign
        context.setUncaughtExceptionHandler((io, cause) -> {
            contextFailed = true;
            fail(cause);
        });
    }

    private void fail(Throwable cause) {
        if (!stopping) {
            onFailure.accept(cause);
        }
    }

    /** Starts the thread and waits until the socket is bound. */
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
            PubsubMetrics.from(conn, PubsubMetrics.Bridge.ZEROMQ);
            hold = PushHold.set(conn, options.holdTimeout, PushHold.DEFAULT_BYTES);
            if (options.admitsBackends()) {
                PushSender.admit(conn);
            }
            if (options.type == SocketType.ROUTER) {
                PushResults.listen(conn, PushResults.Listener.ACKNOWLEDGE);
            }
            ComponentInvoker<Connection> invoker = new ComponentInvoker<>(options.target, conn);
            invoker.open();
            bound.complete((InetSocketAddress) conn.localAddress());
            receive(socket, control, conn, invoker);
            invoker.close();
        } finally {
            if (setup != null) {
                setup.release();
            }
            if (!abandoned) {
                context.close();
            }
        }
    }

    /** Delivers messages until stopped, then up to one queue of already received messages. */
    private void receive(
            ZMQ.Socket socket, ZMQ.Socket control, ZmqConnection conn, ComponentInvoker<Connection> invoker) {
        try (ZMQ.Poller poller = context.createPoller(2)) {
            poller.register(socket, ZMQ.Poller.POLLIN);
            poller.register(control, ZMQ.Poller.POLLIN);
            List<byte[]> frames = new ArrayList<>(MAX_FRAMES);
            while (!stopping) {
                if (receiveFrames(socket, frames)) {
                    deliver(socket, frames, conn, invoker);
                    awaitCapacity(control);
                } else {
                    poller.poll(-1);
                }
            }
            for (int remaining = socket.getRcvHWM(); remaining > 0 && receiveFrames(socket, frames); remaining--) {
                deliver(socket, frames, conn, invoker);
            }
        } catch (ZMQException | ClosedSelectorException e) {
            if (!stopping) {
                LOG.error(conn, "zmq bridge stopped: bridge={}", conn, e);
                contextFailed = true;
                fail(e);
            }
        }
    }

    /** Waits while too many bytes are pending, which blocks the senders. */
    private void awaitCapacity(ZMQ.Socket control) {
        if (options.pendingLimit.isExceeded()) {
            control.setReceiveTimeOut(POLL_MILLIS);
            while (!stopping && !options.pendingLimit.isRelieved()) {
                // the only control message is the stop signal
                control.recv();
            }
        }
    }

    /** Receives all frames of a message, and stores at most {@link #MAX_FRAMES} and one more. */
    private static boolean receiveFrames(ZMQ.Socket socket, List<byte[]> frames) {
        frames.clear();
        byte[] frame = socket.recv(ZMQ.DONTWAIT);
        if (frame == null) {
            return false;
        }
        frames.add(frame);
        while (socket.hasReceiveMore()) {
            byte[] more = socket.recv();
            if (more != null && frames.size() <= MAX_FRAMES) {
                frames.add(more);
            }
        }
        return true;
    }

    private void deliver(
            ZMQ.Socket socket, List<byte[]> frames, ZmqConnection conn, ComponentInvoker<Connection> invoker) {
        boolean respond = options.type == SocketType.ROUTER;
        int envelope = respond ? envelope(frames) : 0;
        conn.begin(respond);
        List<byte[]> body = frames.subList(envelope, frames.size());
        try {
            Message message = options.frames.message(body);
            invoker.deliver(options.target, message);
        } catch (RejectedException e) {
            PushResult.Rejected rejection = PushResult.Rejected.of(e.rejection());
            PushResults.logRejection(conn, rejection);
            PushResults.report(conn, rejection);
        } catch (VirtualMachineError e) {
            // the bridge has only this thread, so it continues like an event loop
            LOG.error(conn, "message failed: bridge={}", conn, e);
        }
        if (respond) {
            respond(socket, frames.subList(0, envelope), conn);
        }
    }

    /** Sends the response without blocking. */
    private static void respond(ZMQ.Socket socket, List<byte[]> envelope, ZmqConnection conn) {
        byte[] response = conn.takeResponse();
        try {
            for (byte[] part : envelope) {
                if (!socket.send(part, ZMQ.SNDMORE | ZMQ.DONTWAIT)) {
                    LOG.cause("unread")
                            .warn(
                                    conn,
                                    "zmq response dropped: bridge={} (the client does not read its responses)",
                                    conn);
                    return;
                }
            }
            socket.send(response, ZMQ.DONTWAIT);
        } catch (ZMQException e) {
            if (e.getErrorCode() != ZMQ.Error.EHOSTUNREACH.getCode()) {
                throw e;
            }
            LOG.cause("gone").info(conn, "zmq response dropped: bridge={} (the client has disconnected)", conn);
        }
    }

    /** Returns the number of routing frames: up to an empty one (REQ), or else one. */
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
        PushHold held = hold;
        if (held != null) {
            held.cancel();
        }
        wake();
        try {
            thread.join(Math.max(1, TimeUnit.MILLISECONDS.convert(deadline)));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Ends the receiver after a failure, if necessary by closing the channels of JeroMQ. */
    void abandon() throws IOException {
        if (!contextFailed) {
            stop(ABANDON_TIMEOUT);
            return;
        }
        abandoned = true;
        DeadContext.closeSockets(context);
        stop(ABANDON_TIMEOUT);
    }

    private void wake() {
        try (ZContext own = ZContext.shadow(context);
                ZMQ.Socket control = own.createSocket(SocketType.PUSH)) {
            control.connect(CONTROL);
            control.send(new byte[0]);
        } catch (ZMQException | ZError.CtxTerminatedException e) {
            LOG.debug("zmq receiver is stopping already", e);
        }
    }
}
