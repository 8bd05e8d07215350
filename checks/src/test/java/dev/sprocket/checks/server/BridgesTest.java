package dev.sprocket.checks.server;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sprocket.bridge.http.Backend;
import dev.sprocket.bridge.http.HttpBridge;
import dev.sprocket.bridge.http.HttpPush;
import dev.sprocket.bridge.tcp.TcpBridge;
import dev.sprocket.bridge.zmq.ZmqBridge;
import dev.sprocket.bridge.zmq.ZmqPush;
import dev.sprocket.core.io.Endpoint;
import dev.sprocket.core.io.EventLoops;
import dev.sprocket.pubsub.Subscriber;
import dev.sprocket.pubsub.Topics;
import dev.sprocket.pubsub.push.Publisher;
import io.netty.util.ResourceLeakDetector;
import java.io.BufferedOutputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Publishes {@code -Dbridges.messages} messages through each bridge while subscribers come and go.
 *
 * <p>Every accepted message must be published once.
 */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Tag("slow")
class BridgesTest {
    private static final int MESSAGES = Integer.getInteger("bridges.messages", 100_000);
    /** Limit of pending bytes, low enough that every bridge applies backpressure. */
    private static final long PENDING_LIMIT = 256 * 1024;

    private static final int TIMEOUT_MINUTES = 10;

    private static ResourceLeakDetector.Level previousLevel = ResourceLeakDetector.Level.PARANOID;

    private final Topics topics = new Topics();
    private final Publisher publisher = new Publisher(topics);
    private final ExecutorService permanentExecutor = Executors.newSingleThreadExecutor();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final CountDownLatch complete = new CountDownLatch(1);
    private final AtomicLong received = new AtomicLong();
    private final AtomicLong outOfOrder = new AtomicLong();
    private final AtomicLong maxPendingBytes = new AtomicLong();
    private final AtomicBoolean ended = new AtomicBoolean();

    /** Samples leak detection, because recording every buffer access takes ten times as long. */
    @BeforeAll
    static void sampleLeakDetection() {
        previousLevel = ResourceLeakDetector.getLevel();
        ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.SIMPLE);
    }

    @AfterAll
    static void restoreLeakDetection() {
        ResourceLeakDetector.setLevel(previousLevel);
    }

    @AfterEach
    void stop() {
        ended.set(true);
        threads.shutdownNow();
        permanentExecutor.shutdownNow();
    }

    private static int port(Endpoint endpoint) {
        return ((InetSocketAddress) endpoint.address()).getPort();
    }

    private static String push(int number) {
        return "{\"topic\":\"t\",\"event\":" + number + "}";
    }

    /**
     * Subscribes a permanent subscriber that counts events, and short-lived subscribers in the background.
     *
     * <p>Each subscriber must receive events in order and at most once.
     */
    private CompletableFuture<Long> subscribe() {
        AtomicLong last = new AtomicLong(-1);
        topics.topic("t").subscribe(Subscriber.of("permanent", permanentExecutor, (topic, event) -> {
            checkOrder(last, event.as(Long.class));
            if (received.incrementAndGet() == MESSAGES) {
                complete.countDown();
            }
        }));
        return CompletableFuture.supplyAsync(this::subscribeRepeatedly, threads);
    }

    private long subscribeRepeatedly() {
        long subscriptions = 0;
        ExecutorService executor = Executors.newSingleThreadExecutor();
        try {
            while (!ended.get()) {
                subscribeBriefly(executor);
                subscriptions++;
                if (subscriptions % 50 == 0) {
                    executor.shutdown();
                    executor = Executors.newSingleThreadExecutor();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            executor.shutdown();
        }
        return subscriptions;
    }

    /** Subscribes for ten events. */
    private void subscribeBriefly(Executor executor) throws InterruptedException {
        CountDownLatch remaining = new CountDownLatch(10);
        AtomicLong last = new AtomicLong(-1);
        Subscriber subscriber = Subscriber.of("subscriber", executor, (topic, event) -> {
            checkOrder(last, event.as(Long.class));
            remaining.countDown();
        });
        topics.topic("t").subscribe(subscriber);
        while (!remaining.await(50, TimeUnit.MILLISECONDS) && !ended.get()) {
            maxPendingBytes.accumulateAndGet(topics.pendingBytes(), Math::max);
        }
        topics.topic("t").unsubscribe(subscriber);
        maxPendingBytes.accumulateAndGet(topics.pendingBytes(), Math::max);
    }

    private void checkOrder(AtomicLong last, long number) {
        if (last.getAndSet(number) >= number) {
            outOfOrder.incrementAndGet();
        }
    }

    private void assertPublishedOnce(CompletableFuture<Long> subscriptions) throws Exception {
        assertThat(complete.await(TIMEOUT_MINUTES, TimeUnit.MINUTES))
                .as("%s of %s received", received, MESSAGES)
                .isTrue();
        ended.set(true);
        assertThat(subscriptions.get(1, TimeUnit.MINUTES)).as("subscriptions").isGreaterThan(10);
        assertThat(received).hasValue(MESSAGES);
        assertThat(outOfOrder).hasValue(0);
        // one or two reads of each sender are in flight when backpressure begins
        assertThat(maxPendingBytes.get()).isLessThan(PENDING_LIMIT + (4 << 20));
    }

    @Test
    void http_bridge_publishes_every_message_once() throws Exception {
        HttpPush push = HttpPush.builder(topics)
                .backend(Backend.token("cms", "secret"))
                .pendingLimit(PENDING_LIMIT)
                .build();
        CompletableFuture<Long> subscriptions = subscribe();
        try (HttpBridge bridge =
                HttpBridge.builder(push).loops(EventLoops.of(2)).build()) {
            bridge.start();
            int number = 0;
            while (number < MESSAGES) {
                // a 503 response closes the connection, and the backend reconnects
                number = pushFrom(number, port(bridge));
            }
            assertPublishedOnce(subscriptions);
        }
        assertThat(topics.published()).isEqualTo(MESSAGES);
    }

    /** Pushes the remaining messages, singly and in batches, and returns the first rejected number. */
    private static int pushFrom(int first, int port) throws Exception {
        int number = first;
        try (Socket socket = new Socket("127.0.0.1", port)) {
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(60_000);
            OutputStream out = new BufferedOutputStream(socket.getOutputStream());
            BufferedReader in = new BufferedReader(new InputStreamReader(socket.getInputStream(), US_ASCII));
            while (number < MESSAGES) {
                int count = number % 11 == 0 ? Math.min(10, MESSAGES - number) : 1;
                StringBuilder body = new StringBuilder(push(number));
                for (int i = 1; i < count; i++) {
                    body.append(',').append(push(number + i));
                }
                String json = count == 1 ? body.toString() : "[" + body + "]";
                out.write(("POST /push HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer secret\r\n"
                                + "Content-Type: application/json\r\nContent-Length: " + json.length() + "\r\n\r\n"
                                + json)
                        .getBytes(US_ASCII));
                out.flush();
                if (readStatus(in) == 503) {
                    return number;
                }
                number += count;
            }
        }
        return number;
    }

    private static int readStatus(BufferedReader in) throws Exception {
        int status = Integer.parseInt(in.readLine().split(" ", 3)[1]);
        assertThat(status).isIn(200, 503);
        int length = 0;
        for (String line = in.readLine(); !line.isEmpty(); line = in.readLine()) {
            if (line.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
                length = Integer.parseInt(
                        line.substring("content-length:".length()).trim());
            }
        }
        for (int i = 0; i < length; i++) {
            in.read();
        }
        return status;
    }

    @Test
    void tcp_bridge_publishes_every_message_once() throws Exception {
        CompletableFuture<Long> subscriptions = subscribe();
        try (TcpBridge bridge = TcpBridge.builder(publisher)
                .loops(EventLoops.of(2))
                .acknowledge()
                .pendingLimit(PENDING_LIMIT)
                .build()) {
            bridge.start();
            try (Socket socket = new Socket("127.0.0.1", port(bridge))) {
                socket.setSoTimeout(600_000);
                CompletableFuture<Long> accepted = CompletableFuture.supplyAsync(
                        () -> new BufferedReader(new InputStreamReader(input(socket), US_ASCII))
                                .lines()
                                .filter(line -> line.startsWith("ok "))
                                .count(),
                        threads);
                OutputStream out = new BufferedOutputStream(socket.getOutputStream(), 1 << 16);
                for (int i = 0; i < MESSAGES; i++) {
                    out.write((push(i) + "\n").getBytes(US_ASCII));
                }
                out.flush();
                socket.shutdownOutput();
                assertPublishedOnce(subscriptions);
                assertThat(accepted.get(1, TimeUnit.MINUTES)).isEqualTo(MESSAGES);
            }
        }
        assertThat(publisher.published()).isEqualTo(MESSAGES);
    }

    private static InputStream input(Socket socket) {
        try {
            return socket.getInputStream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void zmq_bridge_publishes_every_message_once() throws Exception {
        CompletableFuture<Long> subscriptions = subscribe();
        try (ZmqBridge bridge =
                ZmqBridge.pull(publisher).pendingLimit(PENDING_LIMIT).build()) {
            bridge.start();
            try (ZmqPush push = new ZmqPush("127.0.0.1", port(bridge))) {
                for (int i = 0; i < MESSAGES; i++) {
                    push.push(push(i));
                }
                assertPublishedOnce(subscriptions);
            }
        }
        assertThat(publisher.published()).isEqualTo(MESSAGES);
    }
}
