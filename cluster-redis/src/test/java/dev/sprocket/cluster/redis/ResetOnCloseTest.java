package dev.sprocket.cluster.redis;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.sprocket.cluster.ClusterNode;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A connection that is given up takes its unsent commands with it. */
@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
@Timeout(60)
class ResetOnCloseTest {
    @Test
    void connection_without_answers_is_reset() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
                ClusterNode node = ClusterNode.builder(RedisEngine.builder("redis://127.0.0.1:" + silent.getLocalPort())
                                .timeout(Duration.ofMillis(300))
                                .build())
                        .name("a")
                        .start();
                Socket accepted = silent.accept()) {
            InputStream in = accepted.getInputStream();
            assertThatExceptionOfType(SocketException.class).isThrownBy(in::readAllBytes);
        }
    }
}
