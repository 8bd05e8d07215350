package dev.sprocket.bench.load;

import dev.sprocket.bench.client.Target;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * Load of clients that connect with TLS, upgrade to a WebSocket, and disconnect.
 *
 * <p>Each client has its own thread and session cache, and uses the JDK's TLS. The upgrade is part of the measurement,
 * since a client of TLS 1.3 receives its ticket with the first data of the server.
 */
public final class HandshakeLoad {
    /** Result of a measurement, with the part of the handshakes that were resumed. */
    public record Outcome(Window window, double resumed) {}

    private static final int TIMEOUT_MILLIS = 10_000;

    private final Target target;
    private final boolean resume;
    private final LongAdder handshakes = new LongAdder();
    private final LongAdder resumptions = new LongAdder();
    private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
    private volatile boolean stopped;

    private HandshakeLoad(Target target, boolean resume) {
        this.target = target;
        this.resume = resume;
    }

    /**
     * Runs the clients.
     *
     * @param resume whether clients resume their sessions; otherwise each handshake is a full one
     */
    public static Outcome run(Target target, int clients, boolean resume, Duration warmUp, Duration time)
            throws InterruptedException {
        HandshakeLoad load = new HandshakeLoad(target, resume);
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < clients; i++) {
            Thread thread = new Thread(load::client, "handshakes-" + i);
            thread.start();
            threads.add(thread);
        }
        try {
            return load.measure(warmUp, time);
        } finally {
            load.stopped = true;
            for (Thread thread : threads) {
                thread.join(2L * TIMEOUT_MILLIS);
            }
        }
    }

    private Outcome measure(Duration warmUp, Duration time) throws InterruptedException {
        Thread.sleep(warmUp.toMillis());
        ProcessStats server = new ProcessStats(target.pid());
        ProcessStats own = new ProcessStats(ProcessHandle.current().pid());
        ProcessStats.Cpu serverBefore = server.cpu();
        ProcessStats.Cpu ownBefore = own.cpu();
        long before = handshakes.sum();
        long resumedBefore = resumptions.sum();
        long begun = System.nanoTime();
        Thread.sleep(time.toMillis());
        long count = handshakes.sum() - before;
        long resumed = resumptions.sum() - resumedBefore;
        double seconds = (System.nanoTime() - begun) / 1e9;
        ProcessStats.Cpu serverAfter = server.cpu();
        Exception failed = failure.get();
        if (failed != null) {
            throw new IllegalStateException("handshake failed: " + failed, failed);
        }
        Window window = new Window(
                count,
                handshakes.sum(),
                seconds,
                (serverAfter.total() - serverBefore.total()) / seconds,
                (serverAfter.user() - serverBefore.user()) / seconds,
                (own.cpu().total() - ownBefore.total()) / seconds);
        return new Outcome(window, (double) resumed / count);
    }

    private void client() {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, InsecureTrustManagerFactory.INSTANCE.getTrustManagers(), null);
            while (!stopped) {
                connect(context);
            }
        } catch (GeneralSecurityException | IOException e) {
            failure.compareAndSet(null, e);
        }
    }

    private void connect(SSLContext context) throws IOException {
        try (Socket plain = new Socket()) {
            // no TIME_WAIT, which would use up the ports
            plain.setSoLinger(true, 0);
            plain.setTcpNoDelay(true);
            plain.setSoTimeout(TIMEOUT_MILLIS);
            plain.connect(new InetSocketAddress("127.0.0.1", target.port()), TIMEOUT_MILLIS);
            SSLSocket socket =
                    (SSLSocket) context.getSocketFactory().createSocket(plain, "127.0.0.1", target.port(), true);
            long start = System.currentTimeMillis();
            socket.startHandshake();
            upgrade(socket);
            handshakes.increment();
            if (socket.getSession().getCreationTime() < start) {
                resumptions.increment();
            }
            if (!resume) {
                socket.getSession().invalidate();
            }
        }
    }

    private void upgrade(SSLSocket socket) throws IOException {
        String subprotocol = target.protocol().subprotocol();
        socket.getOutputStream()
                .write(("GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                                + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
                                + (subprotocol.isEmpty() ? "" : "Sec-WebSocket-Protocol: " + subprotocol + "\r\n")
                                + "\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
        InputStream in = socket.getInputStream();
        byte[] buffer = new byte[1024];
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int read = in.read(buffer);
            if (read < 0) {
                throw new IOException("connection closed before the response");
            }
            head.append(new String(buffer, 0, read, StandardCharsets.ISO_8859_1));
        }
        if (!head.toString().startsWith("HTTP/1.1 101 ")) {
            throw new IOException("WebSocket upgrade failed: "
                    + head.toString().lines().findFirst().orElse(""));
        }
    }
}
