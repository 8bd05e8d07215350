package dev.sprocket.session.memcached;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sprocket.leaktest.SpinWait;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;

/** Recovery after the thread of Folsom ends, and during an outage of the server. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class MemcachedRecoveryTest {
    /** Long timeout, so that a busy machine does not fail the tests. */
    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    /** Fake memcached without values. */
    private static void serve(ServerSocket listening) {
        while (!listening.isClosed()) {
            try (Socket socket = listening.accept();
                    BufferedReader in = new BufferedReader(new InputStreamReader(socket.getInputStream(), US_ASCII))) {
                for (String line = in.readLine(); line != null; line = in.readLine()) {
                    socket.getOutputStream().write("END\r\n".getBytes(US_ASCII));
                }
            } catch (IOException e) {
                // the client or the test has ended
            }
        }
    }

    @Test
    void store_recovers_after_thread_ends() throws Exception {
        try (ServerSocket listening = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            Thread server = new Thread(() -> serve(listening));
            server.setDaemon(true);
            server.start();
            try (MemcachedSessionStore store = MemcachedSessionStore.builder("127.0.0.1", listening.getLocalPort())
                    .prefix("")
                    .timeout(TIMEOUT)
                    .build()) {
                assertThat(store.load("abc").toCompletableFuture().get(60, SECONDS))
                        .isEmpty();
                MemcachedConnection broken = store.connection();
                broken.loop().shutdownGracefully(0, 0, MILLISECONDS);
                while (store.connection() == broken || !store.isHealthy()) {
                    SpinWait.once();
                }
                assertThat(store.load("abc").toCompletableFuture().get(60, SECONDS))
                        .isEmpty();
            }
        }
    }

    @Test
    void unreachable_server_does_not_affect_health() throws Exception {
        int port;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        try (MemcachedSessionStore store = MemcachedSessionStore.builder("127.0.0.1", port)
                .prefix("")
                .timeout(Duration.ofMillis(50))
                .build()) {
            MemcachedConnection link = store.connection();
            assertThatExceptionOfType(CompletionException.class)
                    .isThrownBy(() -> store.load("abc").toCompletableFuture().join())
                    .withCauseInstanceOf(IOException.class);
            assertThat(store.isHealthy()).isTrue();
            assertThat(store.connection()).isSameAs(link);
        }
    }
}
